import { useMemo, useState } from "react";
import { byAddress, worst } from "./checks";

const SIGN = { create: "+", update: "~", delete: "−", replace: "±", read: "?", "no-op": "·" };
const WORD = { create: "will be created", update: "will be changed in place", delete: "will be destroyed", replace: "will be destroyed and created again", read: "will be read", "no-op": "does not change" };

function show(value) {
  if (value === null || value === undefined) return <span className="muted">null</span>;
  if (typeof value === "string") return value === "" ? <span className="muted">""</span> : value;
  return JSON.stringify(value);
}

function Attribute({ item, action }) {
  const after = item.unknown ? <span className="muted">known after apply</span> : show(item.after);
  return (
    <tr className={item.forces_replacement ? "attr-forces" : ""}>
      <th scope="row"><code>{item.path}</code>{item.forces_replacement && <span className="badge warning">forces replacement</span>}</th>
      {action !== "create" && <td className="attr-before">{show(item.before)}</td>}
      {action !== "delete" && <td className="attr-after">{after}</td>}
    </tr>
  );
}

function Change({ change, failed, open, onToggle }) {
  const id = `change-${change.address}`;
  return (
    <li className={`change change-${change.action}`}>
      <button type="button" className="change-head" aria-expanded={open} aria-controls={id} onClick={onToggle}>
        <span className="change-sign" aria-hidden="true">{SIGN[change.action]}</span>
        <code className="change-address">{change.address}</code>
        {failed && <span className={`badge ${worst(failed)}`}>{failed.length === 1 ? "1 check" : `${failed.length} checks`} not met</span>}
        <span className="muted change-word">{WORD[change.action]}</span>
      </button>
      {open && (
        <div id={id} className="change-body">
          {failed && <ul className="change-checks">{failed.map((item, index) => <li key={index}><span className={`badge ${item.tone}`}>{item.policy}</span> {item.message}</li>)}</ul>}
          <table className="attrs">
            <thead><tr><th scope="col">Attribute</th>{change.action !== "create" && <th scope="col">Before</th>}{change.action !== "delete" && <th scope="col">After</th>}</tr></thead>
            <tbody>{change.attributes.map((item) => <Attribute key={item.path} item={item} action={change.action} />)}</tbody>
          </table>
          {!change.attributes.length && <p className="muted">No attribute to show.</p>}
        </div>
      )}
    </li>
  );
}

export function Counts({ counts }) {
  return (
    <span className="counts">
      <span className={counts.add ? "count-add" : "count-none"}>+{counts.add} to create</span>
      <span className={counts.change ? "count-change" : "count-none"}>~{counts.change} to change</span>
      <span className={counts.destroy ? "count-destroy" : "count-none"}>−{counts.destroy} to destroy</span>
      {counts.replace > 0 && <span className="count-replace">±{counts.replace} of these replaced</span>}
    </span>
  );
}

const Warning = ({ item }) => (
  <li><span className="badge warning">{item.kind.replace("_", " ")}</span> {item.text} {item.address && <code>{item.address}</code>}</li>
);

export function PlanView({ plan, collapsed }) {
  const [open, setOpen] = useState(() => new Set());
  const [query, setQuery] = useState("");
  const [shut, setShut] = useState(collapsed);
  const changes = useMemo(
    () => (plan.changes || []).filter((change) => change.action !== "no-op" && change.address.toLowerCase().includes(query.toLowerCase())),
    [plan, query],
  );
  const failed = useMemo(() => byAddress(plan), [plan]);
  const toggle = (address) => setOpen((before) => {
    const next = new Set(before);
    if (!next.delete(address)) next.add(address);
    return next;
  });
  const allOpen = changes.length > 0 && changes.every((change) => open.has(change.address));
  return (
    <section className="card" aria-labelledby="plan-title" id="run-plan">
      <div className="card-head">
        <h2 id="plan-title"><button type="button" className="card-toggle" aria-expanded={!shut} onClick={() => setShut(!shut)}>Plan</button></h2>
        <Counts counts={plan.counts} />
        <span className="spacer" />
        {!shut && changes.length > 5 && <input className="input" type="search" placeholder="Filter resources" aria-label="Filter resources" value={query} onChange={(event) => setQuery(event.target.value)} />}
        {!shut && changes.length > 0 && <button type="button" className="btn small" onClick={() => setOpen(allOpen ? new Set() : new Set(changes.map((change) => change.address)))}>{allOpen ? "Collapse all" : "Expand all"}</button>}
      </div>
      {!shut && plan.warnings?.length > 0 && <ul className="callout warning warnings">{plan.warnings.map((item, index) => <Warning key={index} item={item} />)}</ul>}
      {!shut && <ul className="changes">{changes.map((change) => <Change key={change.address} change={change} failed={failed[change.address]} open={open.has(change.address)} onToggle={() => toggle(change.address)} />)}</ul>}
      {!shut && !plan.has_changes && <p className="muted card-note">Nothing to do: what exists already matches the configuration.</p>}
      {!shut && plan.drift?.length > 0 && <p className="muted card-note">{plan.drift.length} resources were changed outside Terrace since the last run.</p>}
    </section>
  );
}
