// What every field of one form shares.
import { createContext, useCallback, useContext, useMemo, useRef } from "react";
import { isInside } from "./model.mjs";
import { byRoot, references, rootOf } from "./slices.mjs";

export const FormContext = createContext({
  seen: {},
  errors: {},
  warnings: {},
  isTouched: () => false,
  touch: () => {},
  setLocal: () => {},
  // What is known about a variable, as values that stay the same while that does: see useSlice.
  concerning: () => [],
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

// The form as one field sees it: the same object until something changes that concerns this field, so that what is typed into
// one field renders no other.
export function useSlice(field) {
  const form = useForm();
  const { variables, hints } = references(field);
  return useMemo(() => form, [
    form.role,
    form.account,
    form.offered,
    form.readOnly,
    ...form.concerning(field.name),
    ...variables.map((name) => form.seen[name]),
    ...hints.map((name) => form.hints[name]),
  ]);
}

// What is said about paths, by variable; a variable of which nothing new is said keeps its very same object.
export function useByRoot(record) {
  const before = useRef({});
  const parts = useMemo(() => byRoot(record, before.current), [record]);
  before.current = parts;
  return parts;
}

// Which fields somebody has been in, or all of them once the form was to be sent.
export function useTouched(touched, attempted) {
  const places = useByRoot(useMemo(() => Object.fromEntries([...touched].map((path) => [path, true])), [touched]));
  const isTouched = useCallback(
    (path) => attempted || Object.keys(places[rootOf(path)] || {}).some((place) => isInside(place, path) || isInside(path, place)),
    [places, attempted],
  );
  return [places, isTouched];
}

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
