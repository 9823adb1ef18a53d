// A new channel, or changes to one. Where it leads goes to the server and never comes back.
import { useEffect, useId, useState } from "react";
import { api, Icon, Modal } from "../parts";

export const KINDS = {
  webhook: { title: "Signed webhook", label: "Address", hint: "https://… Messages are signed; the key is shown once." },
  slack: { title: "Slack", label: "Address of the incoming webhook", hint: "https://hooks.slack.com/services/…" },
  teams: { title: "Microsoft Teams", label: "Address of the workflow", hint: "Of “Post to a channel when a webhook request is received”." },
  mail: { title: "Mail", label: "Addresses", hint: "Separated by commas." },
  apprise: { title: "Another service", label: "Address in apprise's form", hint: "discord://, gchat://, opsgenie://, pagerduty://, pover://, tgram:// or wxteams://" },
};
const USUAL = ["run.errored", "run.policy_denied", "approval.requested"];

function Field({ label, help, error, children }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {help && <p className="help">{help}</p>}
      {error && <p className="error" role="alert"><Icon name="alert-circle" />{error}</p>}
    </div>
  );
}

function Events({ names, chosen, onChange, error }) {
  return (
    <fieldset className="field note-events">
      <legend className="label">Events</legend>
      <div className="choices">
        {names.map((name) => (
          <label key={name} className="check">
            <input type="checkbox" checked={chosen.includes(name)} onChange={(event) => onChange(event.target.checked ? [...chosen, name] : chosen.filter((one) => one !== name))} />
            <span className="anywhere">{name}</span>
          </label>
        ))}
      </div>
      {error && <p className="error" role="alert"><Icon name="alert-circle" />{error}</p>}
    </fieldset>
  );
}

const body = ({ name, kind, events, place, project }, isNew) => {
  const target = place.trim() ? (kind === "mail" ? { addresses: place.split(",").map((one) => one.trim()).filter(Boolean) } : { url: place.trim() }) : {};
  return JSON.stringify({ name, events, ...target, ...(isNew ? { kind, ...(project ? { project } : {}) } : {}) });
};

// The names of the events that a channel can have: owners of a project may not read the portal's texts, but know their own wishes.
const eventsOf = (project) =>
  project
    ? api("/api/v1/me/notification-preferences").then((found) => found.events.filter((one) => one.of_project).map((one) => one.event))
    : api("/api/v1/notification-texts").then((texts) => [...new Set(texts.map((text) => text.event))].filter((name) => name.includes(".")));

export function ChannelDialog({ channel, project, onClose, onDone }) {
  const isNew = !channel.id;
  const form = useId();
  const [values, setValues] = useState({ name: channel.name || "", kind: channel.kind || "webhook", events: channel.events || USUAL, place: "", project: project || "" });
  const [names, setNames] = useState([]);
  const [projects, setProjects] = useState([]);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const set = (key) => (value) => setValues((before) => ({ ...before, [key]: value }));
  useEffect(() => {
    eventsOf(project || channel.project).then(setNames, () => {});
    if (isNew && !project) api("/api/v1/projects?limit=200&archived=false").then((page) => setProjects(page.items), () => {});
  }, [isNew, project]);
  const errorOf = (path) => problem?.errors?.find((error) => error.path === path || error.path?.startsWith(`${path}[`))?.message;
  const save = (event) => {
    event.preventDefault();
    setBusy(true);
    api(isNew ? "/api/v1/notification-channels" : `/api/v1/notification-channels/${channel.id}`, {
      method: isNew ? "POST" : "PATCH",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: body(values, isNew),
    }).then(onDone, (error) => setProblem({ text: error.message, ...error.problem })).finally(() => setBusy(false));
  };
  const kind = KINDS[values.kind];
  const footer = (
    <>
      <button type="button" className="btn" onClick={onClose}>Cancel</button>
      <button type="submit" form={form} className="btn primary" disabled={busy}>{busy && <span className="spinner" />}{isNew ? "Make the channel" : "Keep"}</button>
    </>
  );
  return (
    <Modal open wide title={isNew ? "New channel" : `Change ${channel.name}`} onClose={onClose} footer={footer}>
      <form id={form} className="stack" onSubmit={save}>
        {problem && <div className="callout danger" role="alert"><Icon name="alert-circle" /><div><strong>{problem.text}</strong></div></div>}
        <Field label="Name" error={errorOf("name")}>{(id) => <input id={id} className="input" required maxLength={100} value={values.name} onChange={(event) => set("name")(event.target.value)} />}</Field>
        {isNew && (
          <Field label="Kind">{(id) => (
            <select id={id} className="select" value={values.kind} onChange={(event) => set("kind")(event.target.value)}>
              {Object.entries(KINDS).map(([key, one]) => <option key={key} value={key}>{one.title}</option>)}
            </select>
          )}</Field>
        )}
        {isNew && !project && (
          <Field label="Of" help="A project's channel gets the events of that project only.">{(id) => (
            <select id={id} className="select" value={values.project} onChange={(event) => set("project")(event.target.value)}>
              <option value="">The whole portal</option>
              {projects.map((project) => <option key={project.id} value={project.slug}>{project.name}</option>)}
            </select>
          )}</Field>
        )}
        <Field label={kind.label} help={isNew ? kind.hint : `Now ${channel.shown}. Left empty it stays.`} error={errorOf("url") || errorOf("addresses")}>
          {(id) => <input id={id} className="input mono" required={isNew} autoComplete="off" spellCheck={false} value={values.place} onChange={(event) => set("place")(event.target.value)} />}
        </Field>
        <Events names={names} chosen={values.events} onChange={set("events")} error={errorOf("events")} />
      </form>
    </Modal>
  );
}
