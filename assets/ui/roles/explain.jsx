// May somebody do this, and why. The question is in the address, so that an answer can be sent around.
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import { Field } from "../access";
import { api, Icon } from "../parts";
import { Alert, Card, families, PageHead, Waiting, WHERE } from "./kit";

const WORDS = ["user", "action", "project", "token"];
const questionOf = (search) => Object.fromEntries(WORDS.map((word) => [word, search.get(word) || ""]).filter(([, value]) => value));

async function choices() {
  const [actions, projects, people, programs] = await Promise.all([
    api("/api/v1/roles/actions"),
    api("/api/v1/projects?limit=200"),
    // Whoever may ask here need not see people or programs: their addresses can be typed.
    ...["/api/v1/users?limit=200", "/api/v1/service-accounts?limit=200"].map((path) => api(path).catch(() => ({ items: [] }))),
  ]);
  const who = [...people.items.map((item) => [item.email, item.name]), ...programs.items.map((item) => [item.address, item.name])];
  return { actions, projects: projects.items, who };
}

function ActionSelect({ actions, value, onChange }) {
  return (
    <select id="access-action" className="select" required value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">Choose an action</option>
      {Object.entries(WHERE).flatMap(([kind, where]) =>
        families(actions.filter((item) => item.kind === kind)).map((family) => (
          <optgroup key={`${kind} ${family.name}`} label={`${where}: ${family.title}`}>
            {family.items.map((item) => <option key={item.action} value={item.action}>{item.says} ({item.action})</option>)}
          </optgroup>
        )),
      )}
    </select>
  );
}

function Question({ known, asked, onAsk }) {
  const [draft, setDraft] = useState({ user: asked.user || "", action: asked.action || "", project: asked.project || "" });
  const set = (part) => setDraft((before) => ({ ...before, ...part }));
  const inside = known.actions.find((item) => item.action === draft.action)?.kind === "project";
  const ask = (event) => {
    event.preventDefault();
    onAsk({ ...draft, user: draft.user.trim() });
  };
  return (
    <form className="card" onSubmit={ask} aria-label="Question">
      <div className="card-body stack">
        <div className="access-question">
          <Field label="Who" id="access-user">
            <input id="access-user" className="input" list="access-people" required maxLength={254} autoComplete="off" spellCheck={false}
              placeholder="E-mail address" value={draft.user} onChange={(event) => set({ user: event.target.value })} />
            <datalist id="access-people">{known.who.map(([address, name]) => <option key={address} value={address}>{name}</option>)}</datalist>
          </Field>
          <Field label="May do what" id="access-action">
            <ActionSelect actions={known.actions} value={draft.action} onChange={(action) => set({ action })} />
          </Field>
          <Field label="In which project" id="access-project">
            <select id="access-project" className="select" required={inside} value={draft.project} onChange={(event) => set({ project: event.target.value })}>
              <option value="">{inside ? "Choose a project" : "None"}</option>
              {known.projects.map((item) => <option key={item.id} value={item.slug}>{item.name}</option>)}
            </select>
          </Field>
        </div>
        <div><button type="submit" className="btn primary">Ask</button></div>
      </div>
    </form>
  );
}

function Steps({ steps }) {
  return (
    <ol className="access-steps">
      {steps.map((step, index) => (
        <li key={index}>
          <span className={step.ok ? "good" : "bad"}><Icon name={step.ok ? "check-circle" : "alert-circle"} /></span>
          <div>
            <div className="strong">{step.title}<span className="sr-only">: {step.ok ? "yes" : "no"}</span></div>
            <div className="muted anywhere">{step.text}</div>
          </div>
        </li>
      ))}
    </ol>
  );
}

function Answer({ found }) {
  const where = found.project ? ` in ${found.project}` : "";
  const by = found.token ? `, by the token ${found.token}` : "";
  return (
    <div className="stack loose" id="access-answer">
      <div className={`callout ${found.allowed ? "success" : "danger"}`} role="status">
        <Icon name={found.allowed ? "check-circle" : "alert-circle"} />
        <div className="anywhere">
          <strong>{found.user_email} {found.allowed ? "may" : "may not"} do this{where}{by}.</strong>
          <div>{found.says} (<span className="mono">{found.action}</span>){found.note && `. ${found.note}`}</div>
        </div>
      </div>
      <Card title="Why"><Steps steps={found.steps} /></Card>
      <Card title="Who could change that">
        <dl className="props">
          <dt>Roles that allow it</dt>
          <dd>{found.granted_by_roles.join(", ") || "none"}</dd>
          <dt>Who could give one</dt>
          <dd>{found.can_grant.join(", ") || "nobody"}</dd>
        </dl>
      </Card>
    </div>
  );
}

export function AccessPage() {
  const [search, setSearch] = useSearchParams();
  const [known, setKnown] = useState(null);
  const [found, setFound] = useState(null);
  const [failure, setFailure] = useState("");
  const asked = questionOf(search);
  const query = new URLSearchParams(asked).toString();
  const complete = Boolean(asked.user && asked.action);
  useEffect(() => { choices().then(setKnown, (error) => setFailure(error.message)); }, []);
  useEffect(() => {
    let alive = true;
    setFound(null);
    setFailure("");
    if (complete) api(`/api/v1/access?${query}`).then((answer) => alive && setFound(answer), (error) => alive && setFailure(error.message));
    return () => { alive = false; };
  }, [query]);
  const ask = (draft) => setSearch(Object.fromEntries(Object.entries(draft).filter(([, value]) => value)));
  return (
    <div className="stack loose">
      <PageHead title="Access" sub="Who may do what, and why. The address of an answer can be sent to whoever asked." />
      {known ? <Question key={query} known={known} asked={asked} onAsk={ask} /> : !failure && <Waiting />}
      <Alert text={failure} />
      {found && <Answer found={found} />}
    </div>
  );
}
