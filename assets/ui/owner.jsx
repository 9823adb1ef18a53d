// Whose a deployment is, and giving it to somebody else: one of them, all of a person's, and what nobody owns any more.
import { useEffect, useId, useState } from "react";
import { Link } from "react-router";
import { api, ConfirmDialog, Icon, postJson } from "./parts";

const words = (count) => `${count} ${count === 1 ? "deployment" : "deployments"}`;

// An e-mail address, with those of `people` to choose from.
function Person({ label, help, people, value, onChange, failure }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} className="input" data-focus type="email" autoComplete="off" spellCheck={false} list={`${id}-list`} value={value} onChange={(event) => onChange(event.target.value)} aria-describedby={failure ? `${id}-help ${id}-error` : `${id}-help`} aria-invalid={Boolean(failure)} />
      <datalist id={`${id}-list`}>{people.map((email) => <option key={email} value={email} />)}</datalist>
      <p className="help" id={`${id}-help`}>{help}</p>
      {failure && <p className="error" role="alert" id={`${id}-error`}>{failure}</p>}
    </div>
  );
}

export function DeploymentOwner({ deploymentId, project, owner, here, canTransfer, onDone }) {
  const [asked, setAsked] = useState(false);
  const [people, setPeople] = useState([]);
  const [to, setTo] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const open = () => {
    setTo("");
    setFailure("");
    setAsked(true);
    api(`/api/v1/projects/${encodeURIComponent(project)}/members`).then((found) => setPeople((found.items || found).map((item) => item.email).filter((email) => email !== owner)), () => setPeople([]));
  };
  const give = async () => {
    setBusy(true);
    setFailure("");
    try {
      await postJson(`/api/v1/deployments/${encodeURIComponent(deploymentId)}/owner`, { owner: to.trim() });
      setAsked(false);
      onDone?.();
    } catch (error) {
      setFailure(error.problem?.errors?.[0]?.message || error.message);
    }
    setBusy(false);
  };
  const button = canTransfer && <button type="button" className="btn small" id="give-deployment" onClick={open}>Give it to somebody else</button>;
  if (!deploymentId) return null;
  return (
    <>
      {here ? (
        button && <div className="row" id="deployment-owner"><span className="small muted anywhere">It belongs to {owner}.</span>{button}</div>
      ) : (
        <div className="callout warning" role="status" id="deployment-owner">
          <Icon name="alert" />
          <div className="stack tight">
            <strong>{owner ? "Its owner is not there any more" : "Nobody owns it"}</strong>
            <p className="anywhere">{owner && `${owner} was shut out or left the project. `}What would be said to its owner is said to the owners of the project.</p>
            {button && <div>{button}</div>}
          </div>
        </div>
      )}
      <ConfirmDialog open={asked} title="Give it to somebody else" action="Give" danger={false} busy={busy || !to.trim()} onConfirm={give} onClose={() => setAsked(false)}>
        <Person label="New owner" help="The e-mail address of somebody who may deploy in this project. Both of you are told." people={people} value={to} onChange={setTo} failure={failure} />
      </ConfirmDialog>
    </>
  );
}

// Of a project: what belongs to nobody who is still there. Nothing is shown while there is nothing.
export function WithoutOwner({ project }) {
  const [page, setPage] = useState(null);
  useEffect(() => {
    let current = true;
    api(`/api/v1/deployments?owner=none&limit=50&project=${encodeURIComponent(project)}`).then((found) => current && setPage(found), () => current && setPage(null));
    return () => { current = false; };
  }, [project]);
  if (!page?.items.length) return null;
  return (
    <section className="card" aria-labelledby="without-owner-title" id="without-owner">
      <div className="card-head"><h2 id="without-owner-title">Deployments without an owner</h2></div>
      <div className="card-body stack">
        <p className="small muted">Their owner was shut out or left the project. They go on as they are; give each to somebody on its page.</p>
        <ul className="guardrails">
          {page.items.map((item) => (
            <li key={item.id}><Link className="strong anywhere" to={`/deployments/${item.id}`}>{item.name}</Link><span className="small muted anywhere">{item.template.title}{item.owner && `, was ${item.owner.email}'s`}</span></li>
          ))}
        </ul>
        {page.next_cursor && <p className="small muted">There are more than these.</p>}
      </div>
    </section>
  );
}

// Of a user: everything that they own goes to one person. Also what the dialog asks that shuts them out.
export function useHandOver(user, onDone) {
  const [to, setTo] = useState("");
  const [people, setPeople] = useState([]);
  const total = user.owned.reduce((sum, item) => sum + item.deployments, 0);
  useEffect(() => {
    if (total) api("/api/v1/users?limit=200&status=active").then((page) => setPeople(page.items.map((item) => item.email).filter((email) => email !== user.email)), () => setPeople([]));
  }, [user.id, total]);
  const give = async () => {
    const done = await postJson(`/api/v1/users/${encodeURIComponent(user.id)}/deployments/owner`, { to: to.trim() });
    const kept = done.kept.length ? `. ${words(done.kept.length)} stayed, because they may not deploy in its project: ${done.kept.map((item) => `${item.name} (${item.project})`).join(", ")}` : "";
    onDone?.();
    return `${words(done.moved)} now belong${done.moved === 1 ? "s" : ""} to ${to.trim()}${kept}`;
  };
  const field = (label, failure) => <Person label={label} help="The e-mail address of somebody who may deploy in the same projects." people={people} value={to} onChange={setTo} failure={failure} />;
  return { total, to: to.trim(), give, field, words: words(total) };
}

export function HandOver({ user, onSaid, onDone }) {
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const { total, to, give, field, words: amount } = useHandOver(user, onDone);
  if (!total) return null;
  const confirm = async () => {
    setBusy(true);
    setFailure("");
    try {
      const said = await give();
      setAsked(false);
      onSaid(said);
    } catch (error) {
      setFailure(error.problem?.errors?.[0]?.message || error.message);
    }
    setBusy(false);
  };
  return (
    <>
      <button type="button" className="btn small" id="hand-over" onClick={() => setAsked(true)}>Give them to somebody else</button>
      <ConfirmDialog open={asked} title={`Give ${amount} to somebody else`} action="Give" danger={false} busy={busy || !to} onConfirm={confirm} onClose={() => setAsked(false)}>
        {field("New owner", failure)}
      </ConfirmDialog>
    </>
  );
}
