// Looks up what outputs of the project's deployments offer to the fields of a form.
import { useEffect, useMemo, useState } from "react";
import { api } from "../parts";
import { outputSources } from "./model.mjs";

// null while it is being looked up, or when no field asks.
export function useOffered(form, project, sandbox) {
  const sources = useMemo(() => outputSources(form).slice(0, 40), [form]);
  const [items, setItems] = useState(null);
  useEffect(() => {
    setItems(null);
    if (!sources.length || !project) return undefined;
    let alive = true;
    const query = new URLSearchParams([["project", project], ...sources.map((source) => ["source", source])]);
    // Without the look-up a form works as well: what it would offer can be typed.
    api(`/api/v1/outputs?${query}`).then(
      (answer) => alive && setItems(answer.items),
      () => alive && setItems([]),
    );
    return () => {
      alive = false;
    };
  }, [sources, project]);
  return useMemo(() => (items ? { items, sandbox } : null), [items, sandbox]);
}
