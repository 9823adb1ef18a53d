// One service account: its role, the projects that it is in, its tokens.
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { api, ConfirmDialog, Flash, Icon, postJson, RelativeTime } from "../parts";
import { Alert, Card, PageHead, Table, Waiting } from "./kit";
import { TokenDialog } from "./token";

async function read(id) {
  const path = encodeURIComponent(id);
  const [account, places, tokens, roles, actions, projects] = await Promise.all([
    api(`/api/v1/service-accounts/${path}`),
    api(`/api/v1/users/${path}`),
    api(`/api/v1/service-accounts/${path}/tokens?limit=200`),
    api("/api/v1/roles"),
    api("/api/v1/roles/actions"),
    api("/api/v1/projects?limit=200"),
  ]);
  return { account, memberships: places.memberships, tokens: tokens.items, roles, actions, projects: projects.items };
}

const scopeOf = (token) =>
  [token.scope === "read" ? "may only read" : "may write", token.project && `in ${token.project}`, token.actions && `only ${token.actions.join(", ")}`]
    .filter(Boolean)
    .join(", ");

function RoleSelect({ id, label, roles, value, onChange }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="select" value={value} onChange={(event) => onChange(event.target.value)}>
        {roles.map((role) => <option key={role.name} value={role.name}>{role.title}</option>)}
      </select>
    </div>
  );
}

function Facts({ account, roles, act }) {
  return (
    <Card title="Account">
      <div className="access-question">
        <RoleSelect id="account-role" label="Role in the portal" roles={roles.filter((role) => role.kind === "organisation")} value={account.role}
          onChange={(role) => act(() => postJson(`/api/v1/service-accounts/${account.id}`, { role }, { method: "PATCH" }), `${account.name} is ${role} now`)} />
      </div>
      <dl className="props">
        <dt>Status</dt>
        <dd>{account.disabled_at ? <span className="badge danger">Shut out</span> : <span className="badge success">Active</span>}</dd>
        <dt>Made</dt>
        <dd><RelativeTime at={account.created_at} /></dd>
        <dt>Last used</dt>
        <dd>{account.last_used_at ? <RelativeTime at={account.last_used_at} /> : "never"}</dd>
      </dl>
    </Card>
  );
}

function Places({ account, memberships, roles, projects, act }) {
  const inside = roles.filter((role) => role.kind === "project");
  const free = projects.filter((item) => !memberships.some((place) => place.project_id === item.id));
  const [project, setProject] = useState("");
  const [role, setRole] = useState("deployer");
  const members = (slug) => `/api/v1/projects/${encodeURIComponent(slug)}/members`;
  const add = (event) => {
    event.preventDefault();
    act(() => postJson(members(project), { user: account.id, role }), `${account.name} is in ${project} now`).then(() => setProject(""));
  };
  return (
    <Card title="Projects" flush>
      {memberships.length > 0 ? (
        <Table label="Projects" heads={["Project", "Role", "Actions"]}>
          {memberships.map((place) => (
            <tr key={place.project_id}>
              <td className="main-cell">{place.name}</td>
              <td>
                <select className="select compact" aria-label={`Role in ${place.name}`} value={place.role}
                  onChange={(event) => act(() => postJson(members(place.project), { user: account.id, role: event.target.value }), `${account.name} is ${event.target.value} in ${place.project} now`)}>
                  {inside.map((item) => <option key={item.name} value={item.name}>{item.title}</option>)}
                </select>
              </td>
              <td className="shrink end">
                <button type="button" className="btn small danger" aria-label={`Take it out of ${place.name}`}
                  onClick={() => act(() => api(`${members(place.project)}/${account.id}`, { method: "DELETE" }), `${account.name} is in ${place.project} no more`)}>
                  Take out
                </button>
              </td>
            </tr>
          ))}
        </Table>
      ) : <div className="card-body"><p className="muted">In no project yet.</p></div>}
      {free.length > 0 && (
        <form className="card-body row add-member" onSubmit={add} aria-label="Into a project">
          <div className="field">
            <label htmlFor="place-project">Project</label>
            <select id="place-project" className="select" required value={project} onChange={(event) => setProject(event.target.value)}>
              <option value="">Choose a project</option>
              {free.map((item) => <option key={item.id} value={item.slug}>{item.name}</option>)}
            </select>
          </div>
          <RoleSelect id="place-role" label="Role there" roles={inside} value={role} onChange={setRole} />
          <button type="submit" className="btn">Add to the project</button>
        </form>
      )}
    </Card>
  );
}

function Tokens({ account, tokens, act, onNew }) {
  const make = !account.disabled_at && <button type="button" className="btn small primary" onClick={onNew}><Icon name="plus" className="small" />New token</button>;
  return (
    <Card title="Tokens" actions={make} flush={tokens.length > 0}>
      {tokens.length === 0 ? <p className="muted">It has none.</p> : (
        <Table label="Tokens" heads={["Name", "What it may", "Expires", "Last used", "Actions"]}>
          {tokens.map((token) => (
            <tr key={token.id}>
              <td className="main-cell anywhere">{token.name} <code>{token.prefix}…</code></td>
              <td data-label="What it may" className="muted anywhere">{scopeOf(token)}</td>
              <td data-label="Expires" className="muted">{token.expires_at ? <RelativeTime at={token.expires_at} /> : "never"}</td>
              <td data-label="Last used" className="muted">{token.last_used_at ? <RelativeTime at={token.last_used_at} /> : "never"}</td>
              <td className="shrink end">
                <button type="button" className="btn small danger" aria-label={`Revoke the token ${token.name}`}
                  onClick={() => act(() => api(`/api/v1/tokens/${token.id}`, { method: "DELETE" }), `The token ${token.name} works no more`)}>
                  Revoke
                </button>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}

// An administrator's token reaches every project, anybody else's those that they are in.
const reached = (known) =>
  known.account.role === "admin" ? known.projects : known.memberships.map((place) => ({ slug: place.project, name: place.name }));

export function Account({ id }) {
  const [known, setKnown] = useState(null);
  const [failure, setFailure] = useState("");
  const [note, setNote] = useState({});
  const [asking, setAsking] = useState(false);
  const [making, setMaking] = useState(false);
  const load = () => read(id).then(setKnown, (error) => setFailure(error.message));
  useEffect(() => { load(); }, [id]);
  const act = async (work, text) => {
    setFailure("");
    try {
      await work();
      setNote({ seq: Date.now(), kind: "success", text });
    } catch (error) {
      setFailure(error.message);
    }
    await load();
  };
  const disable = (disabled, text) => act(() => postJson(`/api/v1/service-accounts/${id}`, { disabled }, { method: "PATCH" }), text);
  const all = <Link to="/admin/service-accounts">All service accounts</Link>;
  if (!known) return <><PageHead title="Service account" sub={all} /><Alert text={failure} />{!failure && <Waiting />}</>;
  const { account } = known;
  return (
    <div className="stack loose">
      <PageHead title={account.name} sub={<><div className="mono">{account.address}</div>{all}</>}>
        <Link className="btn" to={`/admin/access?user=${encodeURIComponent(account.address)}`}>What may it do?</Link>
        {account.disabled_at
          ? <button type="button" className="btn" onClick={() => disable(false, `${account.name} may work again`)}>Let in</button>
          : <button type="button" className="btn danger" onClick={() => setAsking(true)}>Shut out</button>}
      </PageHead>
      <Alert text={failure} />
      <Facts account={account} roles={known.roles} act={act} />
      <Places {...known} act={act} />
      <Tokens {...known} act={act} onNew={() => setMaking(true)} />
      <TokenDialog account={account} projects={reached(known)} actions={known.actions} open={making} onClose={() => setMaking(false)} onDone={load} />
      <ConfirmDialog open={asking} title="Shut this account out?" action="Shut out" onClose={() => setAsking(false)}
        onConfirm={() => { setAsking(false); disable(true, `${account.name} is shut out`); }}>
        <p>Its tokens end at once and for good. What was deployed by it stays.</p>
      </ConfirmDialog>
      <Flash note={note} />
    </div>
  );
}
