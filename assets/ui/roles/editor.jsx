// The form of a role of one's own, and deleting it.
import { useState } from "react";
import { Link } from "react-router";
import { errorsOf, Field } from "../access";
import { api, ConfirmDialog, postJson } from "../parts";
import { ActionChecks, Alert, plural, WHERE } from "./kit";

const AT = "/api/v1/roles";
const HELP = {
  organisation: "Besides what it lists, it allows all that a member may: those boxes are ticked already. Roles, identity providers, settings, keys and backups stay with administrators.",
  project: "Whoever is in a project sees it: that box is ticked already.",
};

// What a role of this kind allows whatever it lists.
const alwaysIn = (kind, roles) =>
  kind === "project" ? ["project.read"] : roles.find((role) => role.kind === kind && role.name === "member")?.actions || [];

function Kinds({ value, onChange }) {
  return (
    <fieldset className="role-kinds">
      <legend>Where it counts</legend>
      {Object.entries(WHERE).map(([kind, title]) => (
        <label key={kind} className="check">
          <input type="radio" name="kind" value={kind} checked={value === kind} onChange={() => onChange(kind)} />
          {title}
        </label>
      ))}
    </fieldset>
  );
}

function Texts({ role, draft, set, errors }) {
  const input = (name, help) => ({
    id: `role-${name}`,
    className: "input",
    value: draft[name],
    "aria-invalid": Boolean(errors[name]) || undefined,
    "aria-describedby": [help && `role-${name}-help`, errors[name] && `role-${name}-error`].filter(Boolean).join(" ") || undefined,
    onChange: (event) => set({ [name]: event.target.value }),
  });
  return (
    <>
      <Field label="Title" id="role-title" error={errors.title}>
        <input {...input("title")} required maxLength={100} />
      </Field>
      {!role && (
        <Field label="Short name" id="role-name" error={errors.name} help="Stays as it is. Left empty, it is made of the title.">
          <input {...input("name", true)} maxLength={63} spellCheck={false} />
        </Field>
      )}
      <Field label="What is it for?" id="role-description" error={errors.description}>
        <input {...input("description")} maxLength={200} />
      </Field>
    </>
  );
}

function StartFrom({ roles, onPick }) {
  return (
    <div className="field">
      <label htmlFor="role-from">Start from</label>
      <select id="role-from" className="select" defaultValue="" onChange={(event) => onPick(roles.find((role) => role.name === event.target.value))}>
        <option value="">Nothing</option>
        {roles.map((role) => <option key={role.name} value={role.name}>{role.title}</option>)}
      </select>
    </div>
  );
}

// Whoever may not change roles reads the form.
export function Editor({ role, roles, actions, editable, onDone }) {
  const [draft, setDraft] = useState(() => ({
    kind: role?.kind || "project", title: role?.title || "", name: role?.name || "", description: role?.description || "",
    actions: role?.actions || [],
  }));
  const [failure, setFailure] = useState(null);
  const [busy, setBusy] = useState(false);
  const [removing, setRemoving] = useState(false);
  const set = (part) => setDraft((before) => ({ ...before, ...part }));
  const offered = actions.filter((item) => item.delegable && item.kind === draft.kind);
  const always = alwaysIn(draft.kind, roles);
  const errors = failure?.fields || {};
  const at = role && `${AT}/${role.kind}/${encodeURIComponent(role.name)}`;
  const send = (request, text) => {
    setBusy(true);
    setFailure(null);
    request.then(() => onDone(text), (error) => { setFailure(errorsOf(error)); setBusy(false); });
  };
  const save = (event) => {
    event.preventDefault();
    const listed = offered.map((item) => item.action).filter((action) => draft.actions.includes(action) && !always.includes(action));
    const body = { title: draft.title, description: draft.description, actions: listed };
    if (role) send(postJson(at, body, { method: "PATCH" }), `The role ${draft.title} was changed`);
    else send(postJson(AT, { ...body, kind: draft.kind, name: draft.name.trim() || null }), `The role ${draft.title} was made`);
  };
  return (
    <>
      <form className="card" onSubmit={save} aria-label="Role">
        <div className="card-body"><fieldset className="stack fieldset-plain" disabled={!editable}>
          {!role && <Kinds value={draft.kind} onChange={(kind) => set({ kind, actions: [] })} />}
          <Texts role={role} draft={draft} set={set} errors={errors} />
          {!role && <StartFrom key={draft.kind} roles={roles.filter((item) => item.kind === draft.kind)} onPick={(from) => set({ actions: from?.actions || [] })} />}
          <section className="stack tight" aria-labelledby="role-allows">
            <h2 id="role-allows">What it allows</h2>
            <p className="small muted">{HELP[draft.kind]}{role && ` A change counts at once for everybody who holds it${role.users === null ? "" : ` (${role.users})`}.`}</p>
            <ActionChecks actions={offered} value={draft.actions} always={always} onChange={(chosen) => set({ actions: chosen })} />
          </section>
          <Alert text={failure && (errors.actions || (Object.keys(errors).length ? "" : failure.text))} />
          {editable && (
            <div className="row">
              <button type="submit" className="btn primary" disabled={busy}>{busy && <span className="spinner" />}{role ? "Save" : "Make the role"}</button>
              <Link className="btn" to="/admin/roles">Cancel</Link>
              {role && <button type="button" className="btn danger" disabled={busy} onClick={() => setRemoving(true)}>Delete</button>}
            </div>
          )}
        </fieldset></div>
      </form>
      <ConfirmDialog open={removing} title="Delete this role?" action="Delete the role" onClose={() => setRemoving(false)}
        onConfirm={() => { setRemoving(false); send(api(at, { method: "DELETE" }), `The role ${role.title} was deleted`); }}>
        <p>{role?.users ? `It is held ${plural(role.users, "time", "times")}; a role that somebody holds is not deleted.` : "Nobody holds it."}</p>
      </ConfirmDialog>
    </>
  );
}
