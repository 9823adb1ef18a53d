// What concerns one field of a form, so that a change elsewhere leaves the field alone. Pure; a test runs it in Node.

export const rootOf = (path) => path.match(/^[^.[]*/)[0];

function sameRecord(one, other) {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

// What is said about paths, by variable. A part that says the same as `before` is the very same object.
export function byRoot(record, before = {}) {
  const parts = {};
  for (const [path, said] of Object.entries(record)) (parts[rootOf(path)] ??= {})[path] = said;
  for (const root of Object.keys(parts)) {
    if (before[root] && sameRecord(parts[root], before[root])) parts[root] = before[root];
  }
  return parts;
}

const HINT = /\{([a-z]+(?:\.[\w-]+)?)\}/g;
const known = new WeakMap();

function collect(node, variables, hints) {
  if (node === null || typeof node !== "object") return;
  if (Array.isArray(node.var)) variables.add(node.var[0]);
  if (typeof node.default_from === "string") for (const [, name] of node.default_from.matchAll(HINT)) hints.add(name);
  for (const part of Object.values(node)) collect(part, variables, hints);
}

// The variables that a field's rules look at, and the hints that its suggestions are made of, its parts' included.
export function references(field) {
  if (!known.has(field)) {
    const [variables, hints] = [new Set(), new Set()];
    collect(field, variables, hints);
    known.set(field, { variables: [...variables], hints: [...hints] });
  }
  return known.get(field);
}
