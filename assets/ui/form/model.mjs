// What a form knows without a browser: values, defaults, visibility, what is sent, what differs. Pure; a test runs it in Node.
//
// `values` holds only what the person has set, by variable. A missing key is "unset" and means the default; null is null.
// Numbers are the text that was typed; what has no type of its own (kind json) is text too, until it is sent.
import { evaluate, holds } from "./rules.mjs";
import { fromShown, toShown } from "./units.mjs";

const PLAIN_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;

export const isNumberType = (field) => field.type === "number";
export const isBoolType = (field) => field.type === "bool";
export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
export const pathOfKey = (path, key) => `${path}["${key.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"]`;

export function allFields(form) {
  return form.sections.flatMap((section) => section.fields);
}

// The default in the form in which this module keeps values: numbers and JSON as text.
export function defaultOf(field) {
  const value = field.default ?? null;
  return value === null ? null : fromWire(field, value);
}

// ---- between the form and the wire

function numberToWire(value) {
  const text = String(value).trim();
  if (!PLAIN_NUMBER.test(text)) return text;
  const number = Number(text);
  const exact = text.includes(".") ? String(number) === text : Number.isSafeInteger(number);
  return exact && !Object.is(number, -0) ? number : text;
}

// A number with a scale is kept as it is shown and sent in the unit of the variable.
function scaledToWire(field, value, problems, path) {
  const sent = fromShown(value, field.scale);
  if (sent !== null) return numberToWire(sent);
  if (String(value).trim() !== "") problems[path] = "Enter a number.";
  return String(value).trim();
}

function memberToWire(field, value, problems, path) {
  if (field.kind === "tuple" && Array.isArray(value)) {
    return field.fields.map((inner, index) => toWire(inner, value[index] ?? null, problems, `${path}[${index}]`));
  }
  if (Array.isArray(value)) return value.map((item, index) => toWire(field.item, item, problems, `${path}[${index}]`));
  const entries = Object.entries(value).map(([key, item]) => {
    const inner = field.item || field.fields.find((attribute) => attribute.name === key);
    const place = field.item ? pathOfKey(path, key) : `${path}.${key}`;
    return [key, inner ? toWire(inner, item, problems, place) : item];
  });
  return Object.fromEntries(entries);
}

// A value as it is sent. What cannot be read yet (unfinished JSON) is noted in `problems` and sent as it stands.
export function toWire(field, value, problems = {}, path = field.path) {
  if (value === null || value === undefined) return null;
  if (field.kind === "json" && typeof value === "string") {
    try {
      return JSON.parse(value);
    } catch {
      problems[path] = "This is not JSON yet. Texts need double quotes.";
      return value;
    }
  }
  if (isNumberType(field)) return field.scale ? scaledToWire(field, value, problems, path) : numberToWire(value);
  if (typeof value === "object" && (field.item || field.fields.length)) return memberToWire(field, value, problems, path);
  return value;
}

export function fromWire(field, value) {
  if (value === null || value === undefined) return null;
  if (field.kind === "json") return JSON.stringify(value, null, 2);
  if (isNumberType(field)) return field.scale ? toShown(value, field.scale) : String(value);
  if (isBoolType(field)) return value === "true" ? true : value === "false" ? false : value;
  if (typeof value !== "object") return typeof value === "string" || !/^(string|any)/.test(field.type) ? value : String(value);
  if (field.kind === "tuple" && Array.isArray(value)) return field.fields.map((inner, index) => fromWire(inner, value[index]));
  if (Array.isArray(value)) return value.map((item) => (field.item ? fromWire(field.item, item) : item));
  const entries = Object.entries(value).map(([key, item]) => {
    const inner = field.item || field.fields.find((attribute) => attribute.name === key);
    return [key, inner ? fromWire(inner, item) : item];
  });
  return Object.fromEntries(entries);
}

// ---- what rules see, and what they hide

function filled(field, value) {
  if (value === undefined || value === null) {
    if (value === null && field.nullable) return null;
    const fallback = defaultOf(field);
    return fallback === null ? null : filled(field, fallback);
  }
  if (field.kind === "object" && isObject(value)) {
    return Object.fromEntries(field.fields.map((inner) => [inner.name, filled(inner, value[inner.name])]));
  }
  if (Array.isArray(value) && field.item) return value.map((item) => filled(field.item, item));
  if (isObject(value) && field.item) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(field.item, item)]));
  }
  return toWire(field, value);
}

// With `kept`, a Map, what was not set anew since the last time is the very same object as then.
export function environment(form, values, kept = new Map()) {
  return Object.fromEntries(
    allFields(form).map((field) => {
      const value = values[field.name];
      if (!kept.has(field) || kept.get(field).value !== value) kept.set(field, { value, filled: filled(field, value) });
      return [field.name, kept.get(field).filled];
    }),
  );
}

export function siblings(field, value) {
  return Object.fromEntries(field.fields.map((inner) => [inner.name, filled(inner, (value || {})[inner.name])]));
}

export const isShown = (field, seen, self) => holds(field.visible_when, seen, self) && holds(field.enabled_when, seen, self);

export const isRequired = (field, seen, self) => field.required || Boolean(field.required_when && holds(field.required_when, seen, self));

// ---- what somebody's role in the project leaves to others

const HOLDERS = { viewer: "its viewers", approver: "its approvers", deployer: "its deployers", owner: "its owners" };

// Why a field is locked, "" when it is not: by the project's guardrails, or for this role. Without a role nothing is known of that.
export function lockOf(field, role) {
  if (field.locked) return field.locked;
  if (!role || !field.roles?.length || field.roles.includes(role)) return "";
  return `In this project only ${field.roles.map((name) => HOLDERS[name]).join(" and ")} may set this.`;
}

export function unlockedValues(form, values, role) {
  const locked = new Set(allFields(form).filter((field) => lockOf(field, role)).map((field) => field.name));
  return locked.size ? Object.fromEntries(Object.entries(values).filter(([name]) => !locked.has(name))) : values;
}

// The values without those of hidden variables. A hidden one counts as unset for the others, so this repeats.
export function shownValues(form, values) {
  const fields = allFields(form).filter((field) => field.visible_when || field.enabled_when);
  let kept = values;
  for (let round = 0; round < 20 && fields.length; round++) {
    const seen = environment(form, kept);
    const hidden = new Set(fields.filter((field) => !isShown(field, seen)).map((field) => field.name));
    const next = Object.fromEntries(Object.entries(values).filter(([name]) => !hidden.has(name)));
    if (Object.keys(next).length === Object.keys(kept).length) break;
    kept = next;
  }
  return kept;
}

// What is sent: {values, problems}.
export function outgoing(form, values) {
  const problems = {};
  const kept = shownValues(form, values);
  const wire = {};
  for (const field of allFields(form)) {
    if (Object.hasOwn(kept, field.name)) wire[field.name] = toWire(field, kept[field.name], problems);
  }
  return { values: wire, problems };
}

// Values from elsewhere (a preset, a file, a link) in the form's own shape: {values, unknown}.
export function incoming(form, wire) {
  const fields = new Map(allFields(form).map((field) => [field.name, field]));
  const values = {};
  const unknown = [];
  for (const [name, value] of Object.entries(wire)) {
    if (fields.has(name)) values[name] = fromWire(fields.get(name), value);
    else unknown.push(name);
  }
  return { values, unknown };
}

// ---- secrets

// The value without anything sensitive in it; undefined when nothing is left to keep.
export function withoutSecrets(field, value) {
  if (field.sensitive || field.ephemeral) return undefined;
  if (Array.isArray(value) && field.item) {
    const items = value.map((item) => withoutSecrets(field.item, item));
    return items.some((item) => item === undefined) ? undefined : items;
  }
  if (isObject(value)) {
    const entries = Object.entries(value)
      .map(([key, item]) => {
        const inner = field.item || field.fields.find((attribute) => attribute.name === key);
        return [key, inner ? withoutSecrets(inner, item) : item];
      })
      .filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries);
  }
  return value;
}

export function publicValues(form, values) {
  const kept = {};
  for (const field of allFields(form)) {
    if (!Object.hasOwn(values, field.name)) continue;
    const value = withoutSecrets(field, values[field.name]);
    if (value !== undefined) kept[field.name] = value;
  }
  return kept;
}

// ---- what differs

const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

export function changes(form, values) {
  const kept = shownValues(form, values);
  return allFields(form)
    .filter((field) => Object.hasOwn(kept, field.name) && (field.sensitive || !field.has_default || !same(kept[field.name], defaultOf(field))))
    .map((field) => ({ field, value: kept[field.name], fallback: defaultOf(field) }));
}

export function describe(field, value) {
  if (field.sensitive || field.ephemeral) return value === null ? "null" : "••••••••";
  if (value === null || value === undefined) return "null";
  if (value === "") return "(empty)";
  if (typeof value === "boolean") return value ? "on" : "off";
  const option = field.options.find((item) => String(item.value) === String(value));
  if (option) return option.label;
  if (Array.isArray(value)) {
    if (!value.length) return "none";
    const plain = value.every((item) => typeof item !== "object");
    return plain ? value.join(", ") : `${value.length} ${value.length === 1 ? "item" : "items"}`;
  }
  if (typeof value === "object") {
    const keys = Object.keys(value);
    if (!keys.length && field.kind === "object") return "as it comes";
    return keys.length ? keys.map((key) => (typeof value[key] === "object" ? key : `${key} = ${value[key]}`)).join(", ") : "none";
  }
  return field.unit ? `${value} ${field.unit}` : String(value);
}

export function itemTitle(field, item, index, key) {
  const fallback = key === undefined ? `${field.item.title} ${index + 1}` : key;
  const pattern = field.item_title || field.item.item_title;
  if (!pattern) return fallback;
  let complete = true;
  const title = pattern.replace(/\{([\w-]+)\}/g, (_all, name) => {
    if (name === "key") return key ?? "";
    const inner = field.item.fields.find((attribute) => attribute.name === name);
    const value = (isObject(item) ? item[name] : undefined) ?? (inner ? defaultOf(inner) : null);
    if (value === null || value === "" || inner?.sensitive) complete = false;
    return value === null ? "" : String(value);
  });
  return complete && title.trim() ? title : fallback;
}

// ---- errors: those of a place, and of places inside it

export const isInside = (path, place) => path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);

export function errorAt(errors, path) {
  return errors[path] || "";
}

export function errorWithin(errors, path) {
  const found = Object.keys(errors).find((place) => isInside(place, path));
  return found === undefined ? "" : errors[found];
}

// ---- options

const fits = (value, allowed) =>
  Array.isArray(value)
    ? value.every((item) => fits(item, allowed))
    : value === null || value === undefined || value === "" || allowed.map(String).includes(String(value));

function isOffered(field, option, seen, self) {
  const parameters = field.options_from?.parameters || {};
  return (
    holds(option.when, seen, self) &&
    Object.entries(option.depends || {}).every(([name, allowed]) => !parameters[name] || fits(evaluate(parameters[name], seen, self), allowed))
  );
}

export function optionsFor(field, seen, self) {
  return field.options.filter((option) => isOffered(field, option, seen, self));
}

// What to say when the value is an option, but none with the other values that are chosen now; "" otherwise.
export function notOffered(field, value, seen, self) {
  const item = field.item?.options?.length ? field.item : null;
  if (Array.isArray(value)) return item ? value.map((one) => notOffered(item, one, seen, self)).find(Boolean) || "" : "";
  if (value === null || value === undefined || value === "" || typeof value === "object") return "";
  const option = field.options.find((one) => String(one.value) === String(value));
  if (!option || isOffered(field, option, seen, self)) return "";
  return field.allow_other
    ? `${option.label} is not in the list for the other values that you chose.`
    : `${option.label} is not offered with the other values that you chose. Choose another one.`;
}

// ---- values from outputs of deployments

const sourceOf = ({ template, output, attribute }) => `${template}:${output}${attribute ? `.${attribute}` : ""}`;

export function outputSources(form) {
  const found = new Set();
  const walk = (field) => {
    for (const reference of field.from_output || []) found.add(sourceOf(reference));
    if (field.item) walk(field.item);
    field.fields.forEach(walk);
  };
  allFields(form).forEach(walk);
  return [...found];
}

// The field's options and behind them what deployments offer: real ones for a real account, sandbox ones for a sandbox.
export function choicesFor(field, seen, self, offered) {
  const sources = (field.from_output || []).map(sourceOf);
  const ofDeployments = sources.flatMap((source) =>
    (offered?.items || [])
      .filter((item) => item.source === source && item.sandbox === offered.sandbox)
      .map((item) => ({ value: String(item.value), label: item.key ? `${item.deployment} / ${item.key}` : item.deployment, group: item.deployment, output: true })),
  );
  return [...optionsFor(field, seen, self), ...ofDeployments];
}

// ---- made-up values

const LOWER = "abcdefghijkmnopqrstuvwxyz";
const UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ";
const DIGITS = "23456789";
const SYMBOLS = "!#%*+-=?_";

function pick(letters) {
  // Rejection keeps every letter equally likely.
  const limit = 256 - (256 % letters.length);
  for (;;) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < limit) return letters[byte % letters.length];
  }
}

function shuffled(items) {
  for (let index = items.length - 1; index > 0; index--) {
    const range = Array.from({ length: index + 1 }, (_, number) => number);
    const other = pick(range);
    [items[index], items[other]] = [items[other], items[index]];
  }
  return items;
}

export function madeUp(spec) {
  if (spec.kind === "uuid") {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }
  if (spec.kind === "suffix") {
    return pick(LOWER) + Array.from({ length: Math.max(0, spec.length - 1) }, () => pick(LOWER + DIGITS)).join("");
  }
  const groups = [LOWER, UPPER, DIGITS, ...(spec.symbols ? [SYMBOLS] : [])];
  const letters = groups.map(pick);
  while (letters.length < spec.length) letters.push(pick(groups.join("")));
  return shuffled(letters).join("");
}

// `default_from`, with what is known now; "" when something is missing.
export function suggestion(template, context) {
  if (!template) return "";
  let complete = true;
  const text = template.replace(/\{([a-z]+(?:\.[\w-]+)?)\}/g, (_all, name) => {
    const value = context[name];
    if (value === undefined || value === null || value === "" || typeof value === "object") complete = false;
    return String(value ?? "");
  });
  return complete ? text : "";
}
