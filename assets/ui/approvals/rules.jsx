// Rules of approval: the list, a form without code, and what rules would have asked of past plans. Auditors only look.
import { useEffect, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { useMay } from "../may";
import { api, ConfirmDialog, Flash, Icon, postJson, RelativeTime } from "../parts";

const AT = "/api/v1/approval-rules";
const WHEN = [
  ["any_change", "Anything changes"],
  ["destroy", "Something is deleted or replaced"],
  ["data_loss", "Something that holds data is deleted or replaced"],
  ["public_exposure", "Something is opened to the whole internet"],
  ["policy_failure", "A policy that may be overridden says no"],
  ["any_action", "An action is started, whichever it is"],
];
const GROUPS = [["approver", "Approvers or owners of the project"], ["owner", "Owners of the project"], ["admin", "Administrators of the portal"], ["people", "People by name"]];
const SCOPES = [["all", "In every project"], ["production", "In projects for production"], ["projects", "In some projects"]];
const EMPTY = {
  name: "", enabled: true, scope: { kind: "all", projects: [] },
  when: { any_change: false, destroy: false, data_loss: false, public_exposure: false, policy_failure: false, cost_above: null, cost_increase_above: null, resource_types: [], any_action: false, actions: [] },
  approvers: { number: 1, group: "approver", people: [] },
};
const words = (text) => text.split(/[\s,]+/).filter(Boolean);
const amount = (text) => (text === "" ? null : Number(text));

function draftOf(rule) {
  if (!rule) return EMPTY;
  return { name: rule.name, enabled: rule.enabled, scope: rule.scope, when: rule.when, approvers: { ...rule.approvers, people: rule.people.map((person) => person.email) } };
}

function Amount({ id, label, help, value, onChange, ...rest }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} className="input" type="number" min={0} step="any" value={value ?? ""} onChange={(event) => onChange(event.target.value)} aria-describedby={`${id}-help`} {...rest} />
      <p className="help" id={`${id}-help`}>{help}</p>
    </div>
  );
}

function Words({ id, label, help, value, onChange }) {
  const [text, setText] = useState(value.join(", "));
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} className="input" value={text} spellCheck={false} aria-describedby={`${id}-help`} onChange={(event) => { setText(event.target.value); onChange(words(event.target.value)); }} />
      <p className="help" id={`${id}-help`}>{help}</p>
    </div>
  );
}

function Choices({ name, legend, options, value, onChange }) {
  return (
    <fieldset className="approval-choices">
      <legend>{legend}</legend>
      {options.map(([key, title]) => (
        <label key={key} className="check"><input type="radio" name={name} value={key} checked={value === key} onChange={() => onChange(key)} />{title}</label>
      ))}
    </fieldset>
  );
}

function Tried({ draft }) {
  const [found, setFound] = useState(null);
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const run = () => {
    setBusy(true);
    setFailure("");
    postJson(`${AT}/dry-run`, { rules: [draft] }).then(setFound, (error) => setFailure(error.message)).finally(() => setBusy(false));
  };
  return (
    <section className="card" aria-labelledby="tried-title">
      <div className="card-head"><h2 id="tried-title">Of past plans</h2><span className="spacer" /><button type="button" className="btn small" id="try-rule" disabled={busy} onClick={run}>{busy && <span className="spinner" />}Try it</button></div>
      <div className="card-body stack tight" aria-live="polite">
        {failure && <p className="error" role="alert">{failure}</p>}
        {!found && !failure && <p className="small muted">What this rule would have asked of the last 50 plans and actions. Nothing is kept.</p>}
        {found && <p className="strong" id="tried-count">{found.asked} of {found.runs.length} plans and actions would have waited for somebody.</p>}
        {found && <ul className="approval-list stack tight approval-tried" tabIndex={0}>{found.runs.filter((item) => item.asked.length).map((item) => (
          <li key={item.run_id}><Link to={`/runs/${item.run_id}`}>{item.action && `${item.action} `}{item.deployment_name}</Link> <span className="tiny muted">{item.project}, <RelativeTime at={item.created_at} /></span><div className="tiny muted">{item.says.join("; ")}</div></li>
        ))}</ul>}
      </div>
    </section>
  );
}

function Editor({ rule, manages, onDone }) {
  const [draft, setDraft] = useState(() => draftOf(rule));
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const [removing, setRemoving] = useState(false);
  const set = (part) => setDraft((before) => ({ ...before, ...part }));
  const when = (part) => set({ when: { ...draft.when, ...part } });
  const approvers = (part) => set({ approvers: { ...draft.approvers, ...part } });
  const send = (path, method, body, text) => {
    setBusy(true);
    setFailure("");
    const request = body ? postJson(path, body, { method }) : api(path, { method });
    request.then(() => onDone(text), (error) => { setFailure(error.problem?.errors?.[0]?.message || error.message); setBusy(false); });
  };
  const save = (event) => {
    event.preventDefault();
    send(rule ? `${AT}/${rule.id}` : AT, rule ? "PUT" : "POST", draft, rule ? "The rule was changed" : "The rule was made");
  };
  return (
    <div className="approval-page">
      <form className="card" onSubmit={save} aria-label="Rule">
        <fieldset className="fieldset-plain" disabled={!manages}>
        <div className="card-body stack">
          <div className="field"><label htmlFor="rule-name">Name</label><input id="rule-name" className="input" required maxLength={100} value={draft.name} onChange={(event) => set({ name: event.target.value })} /></div>
          <fieldset className="approval-choices">
            <legend>It asks when any of these is so</legend>
            {WHEN.map(([key, title]) => <label key={key} className="check"><input type="checkbox" checked={draft.when[key]} onChange={(event) => when({ [key]: event.target.checked })} />{title}</label>)}
          </fieldset>
          <div className="approval-pair">
            <Amount id="rule-cost" label="It costs more than" help="US dollars a month, of everything" value={draft.when.cost_above} onChange={(text) => when({ cost_above: amount(text) })} />
            <Amount id="rule-increase" label="The cost rises by more than" help="US dollars a month" value={draft.when.cost_increase_above} onChange={(text) => when({ cost_increase_above: amount(text) })} />
          </div>
          <Words id="rule-types" label="Resources of these types change" help="With * for anything: azurerm_key_vault*, google_sql_*" value={draft.when.resource_types} onChange={(list) => when({ resource_types: list })} />
          <Words id="rule-actions" label="These actions are started" help="By name, with * for anything: restart, renew-*" value={draft.when.actions} onChange={(list) => when({ actions: list })} />
          <Choices name="scope" legend="Where it counts" options={SCOPES} value={draft.scope.kind} onChange={(kind) => set({ scope: { ...draft.scope, kind } })} />
          {draft.scope.kind === "projects" && <Words id="rule-projects" label="Projects" help="Their short names, with commas" value={draft.scope.projects} onChange={(list) => set({ scope: { ...draft.scope, projects: list } })} />}
          <Choices name="group" legend="Who must agree" options={GROUPS} value={draft.approvers.group} onChange={(group) => approvers({ group })} />
          {draft.approvers.group === "people" && <Words id="rule-people" label="People" help="Their e-mail addresses, with commas" value={draft.approvers.people} onChange={(list) => approvers({ people: list })} />}
          <Amount id="rule-number" label="How many of them" help="From 1 to 10" min={1} max={10} step={1} value={draft.approvers.number} onChange={(text) => approvers({ number: Number(text) })} />
          <label className="check"><input type="checkbox" checked={draft.enabled} onChange={(event) => set({ enabled: event.target.checked })} />The rule is on</label>
          {failure && <p className="error" role="alert" id="rule-problem">{failure}</p>}
          {manages && <div className="row">
            <button type="submit" className="btn primary" disabled={busy}>{busy && <span className="spinner" />}{rule ? "Save" : "Make the rule"}</button>
            <Link className="btn" to="/admin/approval-rules">Cancel</Link>
            <span className="spacer" />
            {rule && <button type="button" className="btn danger" onClick={() => setRemoving(true)}>Remove</button>}
          </div>}
        </div>
        </fieldset>
      </form>
      {manages && <div className="approval-aside"><Tried draft={draft} /></div>}
      <ConfirmDialog open={removing} title="Remove this rule?" action="Remove" onClose={() => setRemoving(false)} onConfirm={() => { setRemoving(false); send(`${AT}/${rule.id}`, "DELETE", null, "The rule was removed"); }}>
        <p>Plans and actions from now on are not asked about by it. What was asked before stays as it is.</p>
      </ConfirmDialog>
    </div>
  );
}

function Rows({ rules, manages }) {
  if (!rules.length) {
    return (
      <div className="empty">
        <Icon name="check-circle" />
        <h2>No rules yet</h2>
        <p>Every plan is applied by whoever asked for it, and every action carried out. A rule lets other people agree first: to deletions, to what is expensive, to production.</p>
        {manages && <div className="row"><Link className="btn primary" to="/admin/approval-rules?new=1">New rule</Link></div>}
      </div>
    );
  }
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label="Rules of approval">
      <table className="table stacked">
        <thead><tr>{["Rule", "State", "Changed"].map((name) => <th key={name} scope="col">{name}</th>)}</tr></thead>
        <tbody>{rules.map((rule) => (
          <tr key={rule.id}>
            <td className="full"><Link className="main-cell anywhere" to={`/admin/approval-rules?edit=${rule.id}`}>{rule.name}</Link><div className="sub-cell">{rule.says}</div></td>
            <td data-label="State"><span className={`badge ${rule.enabled ? "success" : "outline"}`}>{rule.enabled ? "On" : "Off"}</span></td>
            <td data-label="Changed" className="muted"><RelativeTime at={rule.updated_at} /></td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

export function ApprovalRules() {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const manages = useMay()("approval.manage");
  const [rules, setRules] = useState(null);
  const [failure, setFailure] = useState("");
  const [note, setNote] = useState({});
  const load = () => api(AT).then(setRules, (error) => setFailure(error.message));
  useEffect(() => { load(); }, []);
  const editing = search.get("edit");
  const rule = rules?.find((item) => item.id === editing);
  const open = rules && ((manages && search.get("new")) || rule);
  const done = async (text) => {
    await load();
    setNote({ seq: Date.now(), kind: "success", text });
    navigate("/admin/approval-rules");
  };
  return (
    <>
      <header className="page-head">
        <div className="titles"><h1>{open ? rule?.name || "New rule" : "Approval rules"}</h1><div className="sub">{open ? <Link to="/admin/approval-rules">All rules</Link> : "When other people must agree before a plan is applied or an action is carried out, and who."}</div></div>
        {manages && !open && <div className="actions"><Link className="btn primary" to="/admin/approval-rules?new=1"><Icon name="plus" />New rule</Link></div>}
      </header>
      {failure && <div className="callout danger" role="alert"><Icon name="alert-circle" /><div><strong>{failure}</strong></div></div>}
      {rules && editing && !rule && <div className="callout warning" role="alert"><Icon name="alert" /><div><strong>There is no such rule any more.</strong></div></div>}
      {!rules && !failure && <div className="skeletons" aria-hidden="true"><div className="skeleton" /><div className="skeleton" /></div>}
      {open ? <Editor key={editing || "new"} rule={rule} manages={manages} onDone={done} /> : rules && <Rows rules={rules} manages={manages} />}
      <Flash note={note} />
    </>
  );
}
