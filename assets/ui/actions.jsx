// What can be done with a deployment's resources beside Terraform: asked for here, carried out as a run of its own.
import { useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { api, ConfirmDialog, Icon, postJson } from "./parts";

export function DeploymentActions({ deploymentId, canAct, changed }) {
  const [items, setItems] = useState([]);
  const [asked, setAsked] = useState(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const navigate = useNavigate();
  useEffect(() => {
    let current = true;
    if (deploymentId) api(`/api/v1/deployments/${deploymentId}/actions`).then((page) => current && setItems(page.items), () => current && setItems([]));
    return () => { current = false; };
  }, [deploymentId, changed]);
  const start = async () => {
    setBusy(true);
    setFailure("");
    try {
      const run = await postJson(`/api/v1/deployments/${deploymentId}/actions`, { action: asked.name, resource: asked.resource });
      navigate(`/runs/${run.id}`);
    } catch (error) {
      setFailure(error.message);
      setBusy(false);
    }
  };
  if (!items.length) return null;
  return (
    <section className="card" aria-labelledby="actions-title" id="deployment-actions">
      <div className="card-head"><h2 id="actions-title">Actions</h2></div>
      <ul className="action-list">
        {items.map((item) => (
          <li key={`${item.name} ${item.resource}`} className="action-item">
            <div>
              <strong>{item.title}</strong> <span className="mono faint anywhere">{item.resource_name || item.resource}</span>
              {/* Made on the server from Markdown in which no HTML is allowed. */}
              {item.help_html && <div className="small muted prose" dangerouslySetInnerHTML={{ __html: item.help_html }} />}
            </div>
            {canAct && <button type="button" className="btn" onClick={() => { setFailure(""); setAsked(item); }} aria-label={`${item.title}: ${item.resource_name || item.resource}`}>{item.title}</button>}
          </li>
        ))}
      </ul>
      <ConfirmDialog open={Boolean(asked)} title={`${asked?.title}?`} action={asked?.title} danger={false} busy={busy} onConfirm={start} onClose={() => setAsked(null)}>
        <p>{asked?.confirm}</p>
        <p className="small muted">Done with <code>{asked?.tool}</code> to <code className="anywhere">{asked?.resource}</code>, by a worker, as a run of this deployment.</p>
        {failure && <div className="callout danger" role="alert"><Icon name="alert-circle" /><p>{failure}</p></div>}
      </ConfirmDialog>
    </section>
  );
}
