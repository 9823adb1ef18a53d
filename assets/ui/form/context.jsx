// What every field of one form shares.
import { createContext, useContext } from "react";

export const FormContext = createContext({
  seen: {},
  errors: {},
  isTouched: () => false,
  touch: () => {},
  setLocal: () => {},
  level: "basic",
  showAll: false,
  readOnly: false,
  hints: {},
});

export const useForm = () => useContext(FormContext);

export const LEVELS = ["basic", "advanced", "expert"];

// Ids of elements are made of paths: `network.rules[0]` → `f-network.rules-0-`.
export const idOf = (path) => `f-${path.replace(/[^\w.-]/g, "-")}`;
