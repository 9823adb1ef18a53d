// Says hello over HTTP, and writes down the events that it is sent.
const functions = require("@google-cloud/functions-framework");

functions.http("hello", (request, response) => {
  response.send(`Hello, ${request.query.name || "world"}!\n`);
});

functions.cloudEvent("hello_event", (event) => {
  console.log(`${event.type} from ${event.source}: ${JSON.stringify(event.data)}`);
});
