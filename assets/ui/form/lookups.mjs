// What the chosen account's cloud offers, laid over the lists that came with the templates. Pure; a test runs it in Node.
import { evaluate } from "./rules.mjs";

// A look-up's name is the list's without the cloud before it.
export const kindOf = (list, cloud) => (list.startsWith(`${cloud}-`) ? list.slice(cloud.length + 1) : list);

// Values of other fields, as parameters of an address: texts and numbers only, empty ones left out.
export function parametersOf(rules, seen, self) {
  const found = {};
  for (const [name, rule] of Object.entries(rules || {})) {
    const value = evaluate(rule, seen, self);
    if (["string", "number", "boolean"].includes(typeof value) && value !== "") found[name] = String(value);
  }
  return found;
}

// Where to ask for a field's options; null when this account's cloud is not asked for them.
export function lookupOf(field, account, seen, self) {
  const source = field.options_from;
  const kind = source ? kindOf(source.kind, account?.cloud) : "";
  if (!account?.lookups?.includes(kind)) return null;
  const query = new URLSearchParams(parametersOf(source.parameters, seen, self)).toString();
  return `/api/v1/cloud-accounts/${account.slug}/lookups/${kind}${query ? `?${query}` : ""}`;
}

// The options with what the cloud said: its own, with the words and prices that the list has for them. Where the list binds
// (no other text is taken) only what is in both is offered, and never nothing: what is right is for the server to say.
export function merged(field, options, answer) {
  if (!answer?.live) return options;
  const known = new Map(field.options.map((option) => [String(option.value), option]));
  const live = new Map(answer.options.map((option) => [option.value, option]));
  const others = options.filter((option) => option.output);
  if (!field.allow_other) {
    const both = options.filter((option) => live.has(String(option.value)));
    return both.length ? both : options;
  }
  const found = answer.options.map((option) => ({ ...option, ...(known.get(option.value) || {}), depends: {}, value: option.value }));
  return [...found, ...others];
}

function aged(seconds) {
  if (seconds < 60) return "just now";
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min ago` : `${Math.round(minutes / 60)} hours ago`;
}

// Where the options come from, in a few words; "" where there is nothing to say.
export function originOf(answer, account) {
  if (!answer) return "";
  const name = account?.kind === "sandbox" ? "the sandbox" : "your account";
  if (answer.live && answer.stale) return `From ${name}, ${aged(answer.age_seconds)}; it gave nothing newer`;
  if (answer.live) return `From ${name}, ${aged(answer.age_seconds)}`;
  if (!answer.fallback) return "";
  return answer.options.length ? `From the built-in list: ${lowered(answer.reason)}` : answer.reason || "";
}

const lowered = (text) => (text ? text.replace(/^The /, "the ") : "the account did not answer.");
