// Exact decimals between the unit that is shown and the one that is sent. Pure; a test runs it in Node.
const NUMBER = /^([+-]?)(\d+\.?\d*|\.\d+)(?:e([+-]?\d{1,3}))?$/i;

// A number's text as whole / 10^digits; null when it is none.
function parse(text) {
  const match = NUMBER.exec(String(text).trim());
  if (!match) return null;
  const [, sign, mantissa, exponent = "0"] = match;
  const [whole, part = ""] = mantissa.split(".");
  let digits = part.length - Number(exponent);
  let number = BigInt(whole + part || "0");
  if (digits < 0) {
    number *= 10n ** BigInt(-digits);
    digits = 0;
  }
  return { number: sign === "-" ? -number : number, digits };
}

function write({ number, digits }) {
  const minus = number < 0n ? "-" : "";
  const text = String(number < 0n ? -number : number).padStart(digits + 1, "0");
  const part = digits ? text.slice(-digits).replace(/0+$/, "") : "";
  const whole = digits ? text.slice(0, -digits) : text;
  return `${whole === "0" && !part ? "" : minus}${whole}${part ? `.${part}` : ""}`;
}

export function times(text, factor) {
  const [a, b] = [parse(text), parse(factor)];
  return a && b ? write({ number: a.number * b.number, digits: a.digits + b.digits }) : null;
}

const divisor = (a, b) => (b === 0n ? a : divisor(b, a % b));

// The exact quotient, or null where it has no end: a third, say.
export function over(text, factor) {
  const [a, b] = [parse(text), parse(factor)];
  if (!a || !b || b.number === 0n) return null;
  let top = a.number * 10n ** BigInt(b.digits);
  let bottom = b.number * 10n ** BigInt(a.digits);
  const shared = divisor(top < 0n ? -top : top, bottom);
  top /= shared;
  bottom /= shared;
  for (let digits = 0; digits <= 60; digits++) {
    if (10n ** BigInt(digits) % bottom === 0n) return write({ number: (top * 10n ** BigInt(digits)) / bottom, digits });
  }
  return null;
}

// As it stands in the form. What has no exact decimal stands as a fraction, which `fromShown` reads: "100/3600".
export const toShown = (value, scale) => over(value, scale) ?? (parse(value) ? `${value}/${scale}` : String(value));

// As it is sent; null when it is no number.
export function fromShown(text, scale) {
  const trimmed = String(text).trim();
  if (trimmed.endsWith(`/${scale}`)) return times(trimmed.slice(0, -String(scale).length - 1), "1");
  return times(trimmed, scale);
}
