// Which events one is told of, in the inbox and by mail. Each change is kept at once.
import { useEffect, useState } from "react";
import { api, Icon } from "../parts";

const ADDRESS = "/api/v1/me/notification-preferences";

function Choice({ event, kind, disabled, onChange }) {
  const label = `${event.title}: ${kind === "mail" ? "by mail" : "in the inbox"}`;
  return (
    <label className="check">
      <input type="checkbox" aria-label={label} checked={event[kind]} disabled={disabled} onChange={(change) => onChange(event, kind, change.target.checked)} />
    </label>
  );
}

export function Preferences({ onSaved }) {
  const [known, setKnown] = useState(null);
  const [failure, setFailure] = useState("");
  useEffect(() => { api(ADDRESS).then(setKnown, (error) => setFailure(error.message)); }, []);
  const send = (events, text) =>
    api(ADDRESS, {
      method: "PATCH",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ events }),
    }).then((after) => { setKnown(after); setFailure(""); onSaved(text); }, (error) => setFailure(error.message));
  const change = (event, kind, value) => {
    const after = { inbox: event.inbox, mail: event.mail, [kind]: value };
    setKnown((before) => ({ ...before, events: before.events.map((one) => (one.event === event.event ? { ...one, ...after } : one)) }));
    send({ [event.event]: after }, "Kept");
  };
  const usual = () => send(Object.fromEntries(known.events.map((event) => [event.event, null])), "As usual again");
  const changed = known?.events.some((event) => event.inbox !== event.usual_inbox || event.mail !== event.usual_mail);
  return (
    <div className="stack">
      {failure && <div className="callout danger" role="alert"><Icon name="alert-circle" /><div><strong>{failure}</strong></div></div>}
      {known && !known.mail_is_sent && <div className="callout info" role="note"><Icon name="info" /><div>This portal sends no mail yet. What you choose counts once it does.</div></div>}
      {known && (
        <div className="table-wrap">
          <table className="table" aria-label="What I am told">
            <thead><tr><th scope="col">When</th><th scope="col">Inbox</th><th scope="col">Mail</th></tr></thead>
            <tbody>
              {known.events.map((event) => (
                <tr key={event.event}>
                  <td className="main-cell anywhere">{event.title}</td>
                  <td className="shrink"><Choice event={event} kind="inbox" onChange={change} /></td>
                  <td className="shrink"><Choice event={event} kind="mail" onChange={change} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {changed && <div><button type="button" className="btn" onClick={usual}>As usual</button></div>}
    </div>
  );
}
