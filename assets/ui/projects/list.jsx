// The projects that one is in: what they use, and the form for a new one.
import { useEffect, useId, useState } from "react";
import { Link, useNavigate } from "react-router";
import { errorsOf, Failure, Field } from "../accounts/inputs";
import { api, Icon, Modal, postJson } from "../parts";
import { Meters } from "./meters";

async function everything() {
  const [me, projects] = await Promise.all([api("/api/v1/me"), api("/api/v1/projects?limit=200")]);
  const usages = await Promise.all(projects.items.map((item) => api(`/api/v1/projects/${item.id}/usage`).catch(() => null)));
  return { me, items: projects.items.map((item, index) => ({ ...item, usage: usages[index] })) };
}

function NewProject({ open, onClose }) {
  const [name, setName] = useState("");
  const [refusal, setRefusal] = useState(null);
  const [busy, setBusy] = useState(false);
  const navigate = useNavigate();
  const id = useId();
  const make = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      const made = await postJson("/api/v1/projects", { name });
      navigate(`/projects/${made.slug}`);
    } catch (error) {
      setRefusal(errorsOf(error));
      setBusy(false);
    }
  };
  const footer = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" form={id} className="btn primary" disabled={busy || !name.trim()}>
        Make the project
      </button>
    </>
  );
  return (
    <Modal open={open} title="New project" onClose={onClose} footer={footer}>
      <form id={id} className="stack" onSubmit={make}>
        <Failure failure={refusal} shown={["name"]} />
        <Field id={`${id}-name`} label="Name" error={refusal?.fields.name} help="Its short name, for addresses and the API, is made of this.">
          <input id={`${id}-name`} data-focus className="input" maxLength={100} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
      </form>
    </Modal>
  );
}

export function Projects() {
  const [data, setData] = useState(null);
  const [failure, setFailure] = useState("");
  const [making, setMaking] = useState(false);
  useEffect(() => {
    let alive = true;
    everything().then(
      (found) => alive && setData(found),
      (error) => alive && setFailure(error.message),
    );
    return () => {
      alive = false;
    };
  }, []);
  return (
    <>
      <header className="page-head">
        <div className="titles">
          <h1>Projects</h1>
          <div className="sub">Who works together, what they may use, and what is left of it.</div>
        </div>
        {data?.me.role === "admin" && (
          <div className="actions">
            <button type="button" className="btn primary" onClick={() => setMaking(true)}>
              <Icon name="plus" /> New project
            </button>
          </div>
        )}
      </header>
      {failure && (
        <div className="callout danger" role="alert">
          <Icon name="alert-circle" />
          <div>{failure}</div>
        </div>
      )}
      {data && !data.items.length && <p className="muted">You are in no project yet. Ask an administrator or the owner of one.</p>}
      <ul className="cards project-cards" aria-label="Projects">
        {data?.items.map((item) => (
          <li key={item.id}>
            <article className="card">
              <div className="card-head">
                <h2>
                  <Link to={`/projects/${item.slug}`}>{item.name}</Link>
                </h2>
                {item.usage?.archived_at ? <span className="badge">Archived</span> : <span className="badge outline">{item.role}</span>}
                {item.production && <span className="badge info">Production</span>}
              </div>
              <div className="card-body stack tight">
                <span className="tiny faint mono">{item.slug}</span>
                {item.usage && <Meters usage={item.usage} short />}
              </div>
            </article>
          </li>
        ))}
      </ul>
      <NewProject open={making} onClose={() => setMaking(false)} />
    </>
  );
}
