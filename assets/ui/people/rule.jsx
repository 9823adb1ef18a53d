// In which roles of the portal a password needs a second step.
import { useEffect, useState } from "react";
import { useMay } from "../may";
import { Icon, api, postJson } from "../parts";

const PATH = "/api/v1/settings/second-step";
const ROLES = [
  ["admin", "Administrators"],
  ["auditor", "Auditors"],
  ["member", "Members"],
  ["viewer", "Viewers"],
];

export function SecondStepRule() {
  const [roles, setRoles] = useState(null);
  const [problem, setProblem] = useState("");
  const may = useMay();
  const manages = may("settings.manage");
  const reads = may("settings.read");
  useEffect(() => {
    if (reads)
      api(PATH)
        .then((rule) => setRoles(rule.roles))
        .catch(() => setRoles(null));
  }, [reads]);
  if (!roles) return null;
  const toggle = async (role) => {
    const wanted = roles.includes(role) ? roles.filter((item) => item !== role) : [...roles, role];
    setProblem("");
    try {
      setRoles((await postJson(PATH, { roles: wanted }, { method: "PUT" })).roles);
    } catch (error) {
      setProblem(error.message);
    }
  };
  return (
    <section className="card">
      <div className="card-head">
        <h2>Second step at sign-in</h2>
      </div>
      <div className="card-body stack">
        {problem && (
          <div className="callout danger" role="alert">
            <Icon name="alert-circle" />
            <div>{problem}</div>
          </div>
        )}
        <fieldset className="ticks" disabled={!manages}>
          <legend>Required of whoever signs in with a password as</legend>
          <div className="row">
            {ROLES.map(([role, title]) => (
              <label key={role} className="row">
                <input type="checkbox" checked={roles.includes(role)} onChange={() => toggle(role)} />
                {title}
              </label>
            ))}
          </div>
        </fieldset>
        <p className="help">
          Whoever has none sets one up before anything else works, in open sessions too.{!manages && " Administrators change this."}
        </p>
      </div>
    </section>
  );
}
