// One user, for administrators: what they are, hold and own, and what can be ended. It talks to the REST API by itself.
import { useEffect, useState } from "react";
import { Link, useLocation } from "react-router";
import { ShownDialog, ShownOnce } from "../access";
import { HandOver, useHandOver } from "../owner";
import { ConfirmDialog, Icon, NotShown, RelativeTime, api, postJson } from "../parts";
import { Table } from "../roles/kit";
import { useTitle } from "../title";

const words = (count, one, many) => `${count} ${count === 1 ? one : many}`;

function Fact({ name, children }) {
  return (
    <div className="stat">
      <dt>{name}</dt>
      <dd className="text">{children}</dd>
    </div>
  );
}

function Card({ title, actions, children, flush }) {
  return (
    <section className="card">
      <div className="card-head">
        <h2>{title}</h2>
        {actions}
      </div>
      {flush ? children : <div className="card-body stack">{children}</div>}
    </section>
  );
}

function status(user) {
  if (user.disabled_at) return <span className="badge danger">Shut out</span>;
  if (user.locked_until) return <span className="badge warning">Locked</span>;
  if (user.must_change_password) return <span className="badge warning">First password</span>;
  return <span className="badge success">Active</span>;
}

function Sessions({ items, manages, onEnd, onEndAll }) {
  const all = manages && items.length > 0 && (
    <button type="button" className="btn small danger" onClick={onEndAll}>
      End all sessions
    </button>
  );
  return (
    <Card title="Sessions" actions={all} flush={items.length > 0}>
      {items.length === 0 ? (
        <p className="muted">No browser is signed in.</p>
      ) : (
        <Table label="Sessions" heads={["Browser", "Address", "Last seen", ...(manages ? ["Actions"] : [])]}>
          {items.map((item) => (
            <tr key={item.id}>
              <td className="main-cell">
                {item.device} {item.current && <span className="badge info">This one</span>}
              </td>
              <td className="mono muted">{item.ip}</td>
              <td className="muted">
                <RelativeTime at={item.last_seen_at} />
              </td>
              {manages && (
                <td className="shrink end">
                  <button type="button" className="btn small" aria-label={`End the session on ${item.device}`} onClick={() => onEnd(item)}>
                    End
                  </button>
                </td>
              )}
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}

function Tokens({ items, manages, onRevoke, onRevokeAll }) {
  const all = manages && items.length > 0 && (
    <button type="button" className="btn small danger" onClick={onRevokeAll}>
      Revoke all tokens
    </button>
  );
  return (
    <Card title="API tokens" actions={all} flush={items.length > 0}>
      {items.length === 0 ? (
        <p className="muted">No token is good.</p>
      ) : (
        <Table label="API tokens" heads={["Name", "Scope", "Expires", "Last used", ...(manages ? ["Actions"] : [])]}>
          {items.map((item) => (
            <tr key={item.id}>
              <td className="main-cell anywhere">
                {item.name} <code>{item.prefix}…</code>
              </td>
              <td className="muted">{item.scope}</td>
              <td className="muted">{item.expires_at ? <RelativeTime at={item.expires_at} /> : "never"}</td>
              <td className="muted">{item.last_used_at ? <RelativeTime at={item.last_used_at} /> : "never"}</td>
              {manages && (
                <td className="shrink end">
                  <button type="button" className="btn small" aria-label={`Revoke the token ${item.name}`} onClick={() => onRevoke(item)}>
                    Revoke
                  </button>
                </td>
              )}
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}

function Places({ user, manages, onSaid, onDone }) {
  const owned = Object.fromEntries(user.owned.map((item) => [item.project, item.deployments]));
  const rows = [...user.memberships, ...user.owned.filter((item) => !user.memberships.some((place) => place.project === item.project))];
  const total = user.owned.reduce((sum, item) => sum + item.deployments, 0);
  return (
    <Card title="Projects and deployments" flush={rows.length > 0}>
      {rows.length === 0 ? (
        <p className="muted">In no project, and owns nothing.</p>
      ) : (
        <>
          <Table label="Projects" heads={["Project", "Role", "Owns"]}>
            {rows.map((item) => (
              <tr key={item.project_id}>
                <td className="main-cell">{item.name || item.project}</td>
                <td className="muted">{item.role || "no member"}</td>
                <td className="muted">{words(owned[item.project] || 0, "deployment", "deployments")}</td>
              </tr>
            ))}
          </Table>
          {total > 0 && (
            <div className="card-body row">
              <Link to={`/deployments?q=${encodeURIComponent(user.email)}`}>All {words(total, "deployment", "deployments")} of theirs</Link>
              {manages && <HandOver user={user} onSaid={onSaid} onDone={onDone} />}
            </div>
          )}
        </>
      )}
    </Card>
  );
}

function SignIn({ user, manages, act, onReset }) {
  return (
    <Card title="Signing in">
      {user.locked_until && (
        <div className="callout warning" role="status">
          <Icon name="lock" />
          <div>
            <strong>Locked after {words(user.failures, "wrong password", "wrong passwords")}.</strong> It ends by itself{" "}
            <RelativeTime at={user.locked_until} />.{" "}
            {manages && (
              <button type="button" className="btn small" onClick={() => act("lock", "The lock is lifted")}>
                Lift the lock
              </button>
            )}
          </div>
        </div>
      )}
      <dl className="stats">
        <Fact name="Password">{user.has_password ? "yes" : "none"}</Fact>
        <Fact name="Second step">
          {user.second_step ? `on, ${user.recovery_codes_left} recovery codes left` : user.second_step_required ? "missing, the role takes one" : "off"}
        </Fact>
        <Fact name="Identity providers">{user.identities.map((item) => `${item.provider} (${item.subject})`).join(", ") || "none"}</Fact>
      </dl>
      {manages && (
        <div className="row">
          {!user.disabled_at && (
            <button type="button" className="btn" onClick={onReset}>
              Reset link
            </button>
          )}
          {user.second_step && (
            <button type="button" className="btn danger" onClick={() => act("totp", "The second step is gone: the next sign-in takes the password alone")}>
              Reset the second step
            </button>
          )}
        </div>
      )}
    </Card>
  );
}

function Disable({ user, open, onClose, onConfirm }) {
  const { total: owned, to, give, field } = useHandOver(user);
  return (
    <ConfirmDialog open={open} title="Shut this user out?" action="Shut out" onClose={onClose} onConfirm={() => onConfirm(to ? give : null)}>
      <ul className="plain">
        <li>{words(user.sessions, "session ends", "sessions end")} at once; open pages stop within seconds.</li>
        <li>{words(user.tokens, "API token works", "API tokens work")} no more, for good.</li>
        <li>{owned ? `${words(owned, "deployment stays as it is", "deployments stay as they are")}, and can be managed by the project.` : "They own no deployment."}</li>
        <li>Runs that they started go on.</li>
      </ul>
      {owned > 0 && field("Give what they own to (leave empty to do it later)", "")}
    </ConfirmDialog>
  );
}

async function read(id) {
  const path = `/api/v1/users/${encodeURIComponent(id)}`;
  const [user, sessions, tokens] = await Promise.all([api(path), api(`${path}/sessions`), api(`${path}/tokens`)]);
  return { user, sessions, tokens };
}

export function UserPage() {
  const id = decodeURIComponent(useLocation().pathname.replace(/\/$/, "").split("/").pop());
  const [found, setFound] = useState(null);
  const [problem, setProblem] = useState("");
  const [said, setSaid] = useState("");
  const [link, setLink] = useState(null);
  const [asking, setAsking] = useState(false);
  const load = () =>
    read(id)
      .then(setFound)
      .catch((error) => setProblem(error.message));
  useEffect(() => {
    load();
  }, [id]);
  useTitle(found && (found.user.name || found.user.email));
  const path = `/api/v1/users/${encodeURIComponent(id)}`;
  const done = async (work, text) => {
    setProblem("");
    setSaid("");
    try {
      const found = await work();
      setSaid(typeof found === "string" ? found : text);
    } catch (error) {
      setProblem(error.message);
    }
    load();
  };
  const act = (part, text) => done(() => api(`${path}/${part}`, { method: "DELETE" }), text);
  const change = (body, text) => done(() => postJson(path, body, { method: "PATCH" }), text);
  // First nobody may sign in, then what they own goes over: when that fails, it is said, and can be done again.
  const shutOut = (give) =>
    done(async () => {
      await postJson(path, { disabled: true }, { method: "PATCH" });
      return give ? `They are shut out, and ${await give()}` : null;
    }, "They are shut out");
  const notices = (
    <>
      {problem && (
        <div className="callout danger" role="alert">
          <Icon name="alert-circle" />
          <div>{problem}</div>
        </div>
      )}
      <div role="status" aria-live="polite">
        {said && (
          <div className="callout success">
            <Icon name="check-circle" />
            <div className="anywhere">{said}.</div>
          </div>
        )}
      </div>
    </>
  );
  if (!found && problem) return <NotShown title="This person cannot be shown" text={problem} back="All users" to="/admin/users" />;
  if (!found) return notices;
  const { user, sessions, tokens } = found;
  const manages = user.allowed.includes("change");
  return (
    <div className="stack loose">
      <header className="page-head">
        <div className="titles">
          <h1 className="anywhere">{user.name || user.email}</h1>
          <div className="sub anywhere">{user.email}</div>
        </div>
        <div className="actions">
          {!manages ? null : user.disabled_at ? (
            <button type="button" className="btn" onClick={() => change({ disabled: false }, "They may sign in again")}>
              Let in
            </button>
          ) : (
            <button type="button" className="btn danger" onClick={() => setAsking(true)}>
              Shut out
            </button>
          )}
        </div>
      </header>
      {notices}
      <dl className="stats">
        <Fact name="Status">{status(user)}</Fact>
        <Fact name="Role">{user.role}</Fact>
        <Fact name="Last seen">{user.last_seen_at ? <RelativeTime at={user.last_seen_at} /> : "never"}</Fact>
        <Fact name="Since">
          <RelativeTime at={user.created_at} />
        </Fact>
      </dl>
      <SignIn user={user} manages={manages} act={act} onReset={() => done(async () => setLink(await postJson(`${path}/reset`, {})), "")} />
      <Places user={user} manages={manages} onSaid={(text) => done(async () => {}, text)} onDone={load} />
      <Sessions
        items={sessions}
        manages={manages}
        onEnd={(item) => act(`sessions/${item.id}`, "The session has ended")}
        onEndAll={() => act("sessions", "Every session has ended")}
      />
      <Tokens
        items={tokens}
        manages={user.allowed.includes("end_tokens")}
        onRevoke={(item) => done(() => api(`/api/v1/tokens/${item.id}`, { method: "DELETE" }), `The token ${item.name} works no more`)}
        onRevokeAll={() => act("tokens", "No token works any more")}
      />
      <Disable
        user={user}
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={(give) => {
          setAsking(false);
          shutOut(give);
        }}
      />
      <ShownDialog open={Boolean(link)} title="Reset link" onClose={() => setLink(null)}>
        {link && (
          <ShownOnce label="Link" secret={link.link}>
            {link.mailed ? `A mail is on its way to ${link.email}.` : `Hand this link to ${link.email}.`} It is good once and for an hour, and shown
            only now.
          </ShownOnce>
        )}
      </ShownDialog>
    </div>
  );
}
