// What is done with an account that exists: testing it, new credentials, who may use it.
import { useEffect, useId, useState } from "react";
import { api, Icon, Modal, postJson } from "../parts";
import { Outcome } from "./findings";
import { answers, errorsOf, Failure, Field, Inputs } from "./inputs";

const patch = (path, body) =>
  api(path, { method: "PATCH", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body) });

export function TestAccount({ account, onDone }) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const test = async () => {
    setBusy(true);
    setFailure("");
    try {
      await postJson(`/api/v1/cloud-accounts/${account}/test`, {});
      onDone?.();
    } catch (error) {
      setFailure(error.message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {failure && (
        <span className="small danger-text" role="alert">
          {failure}
        </span>
      )}
      <button type="button" className="btn" disabled={busy} onClick={test}>
        {busy ? <span className="spinner" /> : <Icon name="check" />}
        Test
      </button>
    </>
  );
}

export function RotateDialog({ account, cloud, method, open, onClose, onDone }) {
  const [methods, setMethods] = useState([]);
  const [chosen, setChosen] = useState(method);
  const [values, setValues] = useState({});
  const [ends, setEnds] = useState("");
  const [refusal, setRefusal] = useState(null);
  const [busy, setBusy] = useState(false);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    setChosen(method);
    setValues({});
    setEnds("");
    setRefusal(null);
    api("/api/v1/clouds").then((found) => setMethods(found.items.find((item) => item.name === cloud)?.methods || []));
  }, [open]);
  const way = methods.find((item) => item.name === chosen);
  const rotate = async (force) => {
    setBusy(true);
    try {
      const credentials = { method: chosen, ...answers(way.inputs, values) };
      await postJson(`/api/v1/cloud-accounts/${account}/rotate`, { credentials, force, ...(ends ? { secret_expires_on: ends } : {}) });
      onDone?.();
      onClose?.();
    } catch (error) {
      setRefusal(errorsOf(error));
    } finally {
      setBusy(false);
    }
  };
  const tried = Boolean(refusal?.fields.credentials);
  const footer = (
    <>
      {tried && (
        <button type="button" className="btn danger" disabled={busy} onClick={() => rotate(true)}>
          Use them all the same
        </button>
      )}
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" form={id} className="btn primary" disabled={busy || !way}>
        {busy && <span className="spinner" />}
        Test and rotate
      </button>
    </>
  );
  return (
    <Modal open={open} title="New credentials" onClose={onClose} footer={footer} wide>
      <form
        id={id}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          rotate(false);
        }}
      >
        <p className="muted">They are tried first. If they do not work, the old ones stay.</p>
        <Failure failure={refusal} shown={way ? way.inputs.map((item) => `credentials.${item.name}`) : []} />
        <Field id={`${id}-method`} label="How the portal signs in">
          <select id={`${id}-method`} className="select" value={chosen || ""} onChange={(event) => setChosen(event.target.value)}>
            {methods.map((item) => (
              <option key={item.name} value={item.name}>
                {item.title}
              </option>
            ))}
          </select>
        </Field>
        {way && <Inputs key={chosen} items={way.inputs} part="credentials" values={values} errors={refusal?.fields || {}} onChange={(name, value) => setValues((before) => ({ ...before, [name]: value }))} />}
        {way?.secret && (
          <Field id={`${id}-ends`} label="The secret ends on" optional>
            <input id={`${id}-ends`} type="date" className="input" value={ends} onChange={(event) => setEnds(event.target.value)} />
          </Field>
        )}
      </form>
    </Modal>
  );
}

// All, or those that are ticked.
function Ticks({ legend, items, value, onChange }) {
  const all = value === null;
  return (
    <fieldset className="ticks">
      <legend>{legend}</legend>
      <div className="segmented" role="group" aria-label={legend}>
        <button type="button" aria-pressed={all} onClick={() => onChange(null)}>
          All
        </button>
        <button type="button" aria-pressed={!all} onClick={() => onChange(value || [])}>
          Only these
        </button>
      </div>
      {!all && (
        <div className="tick-list">
          {items.map((item) => (
            <label key={item.value} className="check">
              <input
                type="checkbox"
                checked={value.includes(item.value)}
                onChange={(event) => onChange(event.target.checked ? [...value, item.value] : value.filter((other) => other !== item.value))}
              />
              <span>
                {item.label} {item.label !== item.value && <span className="faint">{item.value}</span>}
              </span>
            </label>
          ))}
          {!items.length && <span className="small muted">There are none.</span>}
        </div>
      )}
    </fieldset>
  );
}

const REGIONS = { azure: "locations", gcp: "regions" };

async function choices(cloud, account) {
  const [projects, templates, regions] = await Promise.all([
    api("/api/v1/projects?limit=200"),
    api(`/api/v1/templates?cloud=${cloud}`),
    api(`/api/v1/cloud-accounts/${account}/lookups/${REGIONS[cloud] || "regions"}`).catch(() => ({ options: [] })),
  ]);
  return {
    projects: projects.items.map((item) => ({ value: item.slug, label: item.name })),
    templates: templates.items.map((item) => ({ value: item.key, label: item.title })),
    regions: regions.options.map((item) => ({ value: item.value, label: item.label })),
  };
}

const withKept = (items, kept) => [...items, ...(kept || []).filter((value) => !items.some((item) => item.value === value)).map((value) => ({ value, label: value }))];

export function ScopeDialog({ account, cloud, scope, limit, open, onClose, onDone }) {
  const [offered, setOffered] = useState({ projects: [], templates: [], regions: [] });
  const [wanted, setWanted] = useState({ projects: null, templates: null, regions: null });
  const [runs, setRuns] = useState("");
  const [refusal, setRefusal] = useState(null);
  const [busy, setBusy] = useState(false);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    setWanted({ projects: scope?.projects ?? null, templates: scope?.templates ?? null, regions: scope?.regions ?? null });
    setRuns(limit || "");
    setRefusal(null);
    choices(cloud, account).then(setOffered, (error) => setRefusal(errorsOf(error)));
  }, [open]);
  const save = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await patch(`/api/v1/cloud-accounts/${account}`, { scope: wanted, run_limit: runs === "" ? null : Number(runs) });
      onDone?.();
      onClose?.();
    } catch (error) {
      setRefusal(errorsOf(error));
    } finally {
      setBusy(false);
    }
  };
  const ticks = (name, legend) => (
    <Ticks legend={legend} items={withKept(offered[name], scope?.[name])} value={wanted[name]} onChange={(value) => setWanted((before) => ({ ...before, [name]: value }))} />
  );
  const footer = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" form={id} className="btn primary" disabled={busy}>
        {busy && <span className="spinner" />}
        Save
      </button>
    </>
  );
  return (
    <Modal open={open} title="Who and what may use it" onClose={onClose} footer={footer} wide>
      <form id={id} className="stack" onSubmit={save}>
        <Failure failure={refusal} shown={["run_limit"]} />
        {ticks("projects", "Projects")}
        {ticks("templates", "Templates")}
        {ticks("regions", "Regions")}
        <Field id={`${id}-runs`} label="Runs at once" optional error={refusal?.fields.run_limit} help="Empty: as the portal is set. 0 starts none.">
          <input id={`${id}-runs`} className="input" inputMode="numeric" pattern="[0-9]{0,5}" value={runs} onChange={(event) => setRuns(event.target.value)} />
        </Field>
        <p className="small muted">What is there stays, and can be destroyed. New runs outside of this do not start.</p>
      </form>
    </Modal>
  );
}
