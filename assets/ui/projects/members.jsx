// Who is in a project, and as what: a built-in role, or one that administrators made.
import { useState } from "react";
import { errorsOf, Failure } from "../accounts/inputs";
import { api, postJson, RelativeTime } from "../parts";

const ORDER = ["owner", "approver", "deployer", "viewer"];

// What each role is called: the built-in ones first, the one that may do most on top. A member's role is among them always.
function titlesOf({ roles, members }) {
  const usable = roles.filter((role) => role.kind === "project");
  const named = Object.fromEntries(usable.map((role) => [role.name, role.title]));
  const others = [...usable.map((role) => role.name), ...members.map((member) => member.role)];
  return Object.fromEntries([...new Set([...ORDER, ...others])].map((name) => [name, named[name] || name]));
}

export function Members({ data, reload }) {
  const { base, members, project } = data;
  const manages = project.actions.includes("project.manage") && !data.usage.archived_at;
  const titles = titlesOf(data);
  const [user, setUser] = useState("");
  const [role, setRole] = useState("deployer");
  const [refusal, setRefusal] = useState(null);
  const doing = async (work) => {
    setRefusal(null);
    try {
      await work();
      setUser("");
    } catch (error) {
      setRefusal(errorsOf(error));
    }
    await reload();
  };
  const choice = (label, value, onChange, id) => (
    <select id={id} className="select compact" aria-label={id ? undefined : label} value={value} onChange={(event) => onChange(event.target.value)}>
      {Object.entries(titles).map(([name, title]) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </select>
  );
  return (
    <div className="stack">
      <Failure failure={refusal} shown={[]} />
      <div className="table-wrap" tabIndex={0} role="region" aria-label="Members">
        <table className="table stacked">
          <thead>
            <tr>
              <th scope="col">Person</th>
              <th scope="col">Role</th>
              <th scope="col">Since</th>
              {manages && (
                <th scope="col">
                  <span className="sr-only">Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {members.map((member) => (
              <tr key={member.user_id}>
                <td className="full">
                  <span className="main-cell anywhere">{member.email}</span>
                  <div className="sub-cell">{member.name}</div>
                </td>
                <td>{manages ? choice(`Role of ${member.email}`, member.role, (next) => doing(() => postJson(`${base}/members`, { user: member.user_id, role: next }))) : titles[member.role]}</td>
                <td data-label="Since" className="muted">
                  <RelativeTime at={member.created_at} />
                </td>
                {manages && (
                  <td className="shrink end">
                    <button type="button" className="btn small danger" aria-label={`Remove ${member.email}`} onClick={() => doing(() => api(`${base}/members/${member.user_id}`, { method: "DELETE" }))}>
                      Remove
                    </button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {manages && (
        <form
          className="row add-member"
          onSubmit={(event) => {
            event.preventDefault();
            doing(() => postJson(`${base}/members`, { user: user.trim(), role }));
          }}
        >
          <div className="field">
            <label htmlFor="member-user">Add a person, by e-mail</label>
            <input id="member-user" className="input" type="email" autoComplete="off" value={user} onChange={(event) => setUser(event.target.value)} />
          </div>
          <div className="field">
            <label htmlFor="member-role">As</label>
            {choice("", role, setRole, "member-role")}
          </div>
          <button type="submit" className="btn primary" disabled={!user.trim()}>
            Add
          </button>
        </form>
      )}
    </div>
  );
}
