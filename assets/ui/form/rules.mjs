// The small language of visible_when and its like, evaluated as portal/template/rules.py does; a test compares the two.

function lookup(source, path) {
  let found = source;
  for (const step of path) {
    found = found !== null && typeof found === "object" && !Array.isArray(found) && Object.hasOwn(found, step) ? found[step] : null;
  }
  return found ?? null;
}

const isTrue = (value) => value === true || value === "true";
const asText = (value) => (typeof value === "boolean" ? String(value) : value);
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function asNumber(value) {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return typeof value === "string" && NUMBER.test(value.trim()) ? Number(value) : null;
}

function equal(left, right) {
  if (left === null || right === null) return left === null && right === null;
  if (typeof left === "number" || typeof right === "number") {
    const [first, second] = [asNumber(left), asNumber(right)];
    return first !== null && first === second;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  }
  if (typeof left === "object" && typeof right === "object") return JSON.stringify(left) === JSON.stringify(right);
  return asText(left) === asText(right);
}

const ordered = (compare) => (left, right) => {
  const [first, second] = [asNumber(left), asNumber(right)];
  return first !== null && second !== null && compare(first, second);
};
const texts = (test) => (left, right) => typeof left === "string" && typeof right === "string" && test(left, right);

// As in Python, a text's length counts characters, not UTF-16 halves.
function length(value) {
  if (typeof value === "string") return [...value].length;
  if (Array.isArray(value)) return value.length;
  return value !== null && typeof value === "object" ? Object.keys(value).length : 0;
}

const OPERATORS = {
  "==": equal,
  "!=": (left, right) => !equal(left, right),
  "<": ordered((a, b) => a < b),
  "<=": ordered((a, b) => a <= b),
  ">": ordered((a, b) => a > b),
  ">=": ordered((a, b) => a >= b),
  "&&": (left, right) => isTrue(left) && isTrue(right),
  "||": (left, right) => isTrue(left) || isTrue(right),
  "!": (value) => !isTrue(value),
  "?:": (condition, then, otherwise) => (isTrue(condition) ? then : otherwise),
  contains: (list, wanted) => Array.isArray(list) && list.some((item) => equal(item, wanted)),
  length,
  startswith: texts((text, start) => text.startsWith(start)),
  endswith: texts((text, end) => text.endsWith(end)),
};

export function evaluate(rule, variables, self) {
  if ("value" in rule) return rule.value;
  if ("list" in rule) return rule.list.map((part) => evaluate(part, variables, self));
  if ("var" in rule) return lookup(variables, rule.var);
  if ("this" in rule) return lookup(self || {}, rule.this);
  return OPERATORS[rule.op](...rule.args.map((part) => evaluate(part, variables, self)));
}

export function holds(rule, variables, self) {
  return !rule || isTrue(evaluate(rule, variables, self));
}
