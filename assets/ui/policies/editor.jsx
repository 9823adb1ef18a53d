// One policy: its rule and settings, how strict it is, what it judges; beside it the tester, below what it said.
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { api, ConfirmDialog, Icon, postJson, RelativeTime } from "../parts";
import { ExpressionEditor } from "./expression";
import { Checks, described, Field, FieldError, Lines, Settings } from "./fields";
import { answers, blank, defaults, draftOf, EXPRESSION, EXPRESSION_DEFAULTS, KINDS, levelTitle, LEVELS } from "./model.mjs";
import { Problems, Tester } from "./tester";

const send = (method, path, body) =>
  api(path, { method, headers: { "Content-Type": "application/json", Accept: "application/json" }, body: body === undefined ? undefined : JSON.stringify(body) });

function Choice({ name, checked, title, text, onChange }) {
  return (
    <label className={`choice ${checked ? "on" : ""}`}>
      <input type="radio" name={name} checked={checked} onChange={onChange} />
      <span className="grow"><span className="choice-title">{title}</span><span className="help">{text}</span></span>
    </label>
  );
}

function Rule({ rules, draft, fixed, choose }) {
  const all = [...rules, { key: EXPRESSION, title: "Expression (CEL)", description: "Your own rule, about each change or about the whole plan." }];
  const shown = fixed ? all.filter((rule) => rule.key === draft.rule) : all;
  return (
    <fieldset className="choices policy-rules">
      <legend className="sr-only">Rule</legend>
      {shown.map((rule) => <Choice key={rule.key} name="rule" checked={rule.key === draft.rule} title={rule.title} text={rule.description} onChange={() => choose(rule)} />)}
    </fieldset>
  );
}

function Card({ title, children }) {
  return (
    <section className="card" aria-label={title}>
      <div className="card-head"><h2>{title}</h2></div>
      <div className="card-body stack">{children}</div>
    </section>
  );
}

function Where({ draft, set, errors, projects }) {
  const every = draft.projects === null;
  return (
    <Card title="What it judges">
      <fieldset className="field">
        <legend className="label">Projects</legend>
        <div className="choices">
          <Choice name="scope" checked={every} title="Every project" text="Also those that are made later." onChange={() => set("projects")(null)} />
          <Choice name="scope" checked={!every} title="Some projects" text="The ones that you choose." onChange={() => set("projects")(draft.projects || [])} />
        </div>
      </fieldset>
      {!every && <Checks id="projects" legend="These projects" options={projects.map((project) => [project.slug, project.name])} value={draft.projects} onChange={set("projects")} error={Object.entries(errors).find(([path]) => path.startsWith("projects"))?.[1]} />}
      <Lines id="templates" label="Templates" help="Patterns, one a line: `azure/*`, `gcp/cloud-sql`. Empty: every template." value={draft.templates} onChange={set("templates")} error={Object.entries(errors).find(([path]) => path.startsWith("templates"))?.[1]} />
      <Checks id="kinds" legend="Runs" options={KINDS} value={draft.kinds} onChange={set("kinds")} error={errors.kinds} />
    </Card>
  );
}

function History({ id }) {
  const [items, setItems] = useState([]);
  useEffect(() => { api(`/api/v1/policies/${id}/results?limit=20`).then((found) => setItems(found.items), () => {}); }, [id]);
  return (
    <section className="card" aria-labelledby="history-title">
      <div className="card-head"><h2 id="history-title">What it said</h2></div>
      {!items.length && <p className="card-body small muted">It has not judged a plan yet.</p>}
      <ul className="plain policy-history">
        {items.map((item) => (
          <li key={item.run_id} className="policy-tried">
            <div className="row between">
              <span className="row"><span className={`badge ${item.passed ? "success" : item.overridden_at ? "warning" : "danger"}`}>{item.passed ? "Passed" : item.overridden_at ? "Overridden" : "Failed"}</span><Link to={`/runs/${item.run_id}`} className="anywhere">{item.deployment_name}</Link></span>
              <span className="tiny faint">{item.project.slug}, version {item.policy_version}, <RelativeTime at={item.judged_at} /></span>
            </div>
            {!item.passed && <Problems problems={item.problems.slice(0, 3)} count={item.problem_count} error={item.error} />}
            {item.overridden_at && <p className="tiny">{item.overridden_by}: {item.override_reason}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

// Whoever may not change policies reads the form, and what the policy said.
export function Editor({ policy, rules, projects, editable, onDone }) {
  const [draft, setDraft] = useState(() => (policy ? draftOf(policy, rules.find((item) => item.key === policy.rule)?.form) : blank()));
  const [errors, setErrors] = useState({});
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const [removing, setRemoving] = useState(false);
  const set = (name) => (value) => setDraft((before) => ({ ...before, [name]: value }));
  const rule = rules.find((item) => item.key === draft.rule);
  const choose = (chosen) => {
    setErrors({});
    setDraft((before) => ({ ...before, rule: chosen.key, name: before.name || (chosen.key === EXPRESSION ? "" : chosen.title), settings: chosen.form ? defaults(chosen.form) : EXPRESSION_DEFAULTS }));
  };
  const body = () => ({ ...draft, projects: draft.projects || [], settings: answers(rule?.form, draft.settings) });
  const save = async (event) => {
    event.preventDefault();
    setBusy(true);
    setFailure("");
    setErrors({});
    try {
      const { rule: key, ...change } = body();
      if (draft.projects !== null && !draft.projects.length) throw Object.assign(new Error("Choose a project, or every project."), { problem: { errors: [{ path: "projects", message: "Choose at least one." }] } });
      if (policy) await send("PATCH", `/api/v1/policies/${policy.id}`, change);
      else await postJson("/api/v1/policies", { rule: key, ...change });
      onDone(policy ? `${draft.name} is saved` : `${draft.name} judges plans from now on`);
    } catch (error) {
      setFailure(error.message);
      setErrors(Object.fromEntries((error.problem?.errors || []).map((item) => [item.path, item.message])));
      setBusy(false);
    }
  };
  const remove = async () => {
    setRemoving(false);
    try {
      await send("DELETE", `/api/v1/policies/${policy.id}`);
      onDone(`${policy.name} is deleted`);
    } catch (error) { setFailure(error.message); }
  };
  return (
    <form className="split policy-editor" onSubmit={save} aria-label={policy ? `Policy ${policy.name}` : "New policy"}>
      <fieldset className="stack fieldset-plain" disabled={!editable} aria-label="Settings of the policy">
        <Card title="Rule">
          <Rule rules={rules} draft={draft} fixed={Boolean(policy)} choose={choose} />
          <FieldError id="rule" error={errors.rule} />
          {rule && <div className="stack"><Settings key={rule.key} form={rule.form} settings={draft.settings} errors={errors} onChange={set("settings")} /></div>}
          {draft.rule === EXPRESSION && <ExpressionEditor settings={draft.settings} errors={errors} onChange={set("settings")} />}
        </Card>
        {draft.rule && (
          <>
            <Card title="How strict it is">
              <Field id="policy-name" label="Name" error={errors.name} required><input {...described("policy-name", "", errors.name)} className="input" maxLength={80} required value={draft.name} onChange={(event) => set("name")(event.target.value)} /></Field>
              <Field id="policy-description" label="Description" help="Why there is this policy. People who are stopped by it read this." error={errors.description}><textarea {...described("policy-description", "x", errors.description)} className="textarea" rows={2} maxLength={500} value={draft.description} onChange={(event) => set("description")(event.target.value)} /></Field>
              <fieldset className="field"><legend className="label">Level</legend><div className="choices">{LEVELS.map(([key, title, text]) => <Choice key={key} name="level" checked={draft.level === key} title={title} text={text} onChange={() => set("level")(key)} />)}</div></fieldset>
              <label className="switch"><input type="checkbox" id="policy-enabled" checked={draft.enabled} onChange={(event) => set("enabled")(event.target.checked)} /><span>Switched on</span></label>
            </Card>
            <Where draft={draft} set={set} errors={errors} projects={projects} />
          </>
        )}
        {failure && <div className="callout danger" role="alert" id="policy-failure"><Icon name="alert-circle" /><div><strong>{failure}</strong>{Object.entries(errors).map(([path, text]) => <p key={path}>{text}</p>)}</div></div>}
        {editable && (
          <div className="row">
            <button type="submit" className="btn primary" id="policy-save" disabled={busy || !draft.rule}>{busy && <span className="spinner" />}{policy ? "Save" : "Create policy"}</button>
            <Link className="btn" to="/admin/policies">Cancel</Link>
            {policy && <button type="button" className="btn danger" onClick={() => setRemoving(true)}>Delete</button>}
          </div>
        )}
      </fieldset>
      <aside className="stack policy-aside">
        {editable && <Tester draft={draft} body={body} onErrors={setErrors} />}
        {policy && <History id={policy.id} />}
        {policy && <p className="tiny faint">Version {policy.version}, {levelTitle(policy.level).toLowerCase()}, changed by {policy.updated_by} <RelativeTime at={policy.updated_at} />.</p>}
      </aside>
      <ConfirmDialog open={removing} title="Delete this policy?" action="Delete" onConfirm={remove} onClose={() => setRemoving(false)}><p>It judges nothing any more. What it said of past plans stays with them.</p></ConfirmDialog>
    </form>
  );
}
