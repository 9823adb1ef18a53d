// What every field of one form shares.
import { createContext, useContext } from "react";

export const FormContext = createContext({
  seen: {},
  errors: {},
  warnings: {},
  isTouched: () => false,
  touch: () => {},
  setLocal: () => {},
  level: "basic",
  showAll: false,
  readOnly: false,
  hints: {},
  // The person's role in the chosen project; null where nobody is asked.
  role: null,
  // The chosen cloud account; null where nothing is chosen, as in a view of values.
  account: null,
  // What outputs of deployments offer: {items, sandbox}.
  offered: null,
  // Goes to a field, wherever it is folded away.
  goTo: () => {},
  target: null,
});

export const useForm = () => useContext(FormContext);

export const LEVELS = ["basic", "advanced", "expert"];

// Ids of elements are made of paths: `network.rules[0]` → `f-network.rules-0-`.
export const idOf = (path) => `f-${path.replace(/[^\w.-]/g, "-")}`;

// The innermost place on the page that holds a path: an error may be about something that has no field of its own.
function placeOf(path) {
  for (let rest = path; rest; rest = rest.replace(/(\.[^.[\]]+|\[[^[\]]*\]|^[^.[\]]+)$/, "")) {
    const found = document.querySelector(`form [data-path="${CSS.escape(rest)}"]`);
    if (found) return found;
    if (!/[.[]/.test(rest)) return null;
  }
  return null;
}

export function jump(path) {
  const place = placeOf(path);
  if (!place) return false;
  const input = document.getElementById(idOf(place.dataset.path)) || place.querySelector("input, select, textarea, button");
  place.scrollIntoView({ block: "center" });
  input?.focus({ preventScroll: true });
  return true;
}
