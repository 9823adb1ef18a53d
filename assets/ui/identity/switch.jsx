// The switch for passwords: off, they are for the named administrators only.
import { useEffect, useState } from "react";
import { api, Icon } from "../parts";
import { every } from "./every.mjs";

const POLICY = "/api/v1/sign-in-policy";

export function PasswordSwitch({ manages }) {
  const [policy, setPolicy] = useState(null);
  const [admins, setAdmins] = useState([]);
  const [named, setNamed] = useState([]);
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const show = (found) => {
    setPolicy(found);
    setNamed(found.break_glass.map((item) => item.email));
  };
  useEffect(() => {
    api(POLICY).then(show, (error) => setFailure(error.message));
    every(api, "/api/v1/users").then(
      (users) => setAdmins(users.filter((user) => user.role === "admin" && !user.disabled_at).map((user) => user.email)),
      () => {},
    );
  }, []);
  const put = async (off) => {
    setBusy(true);
    setFailure("");
    try {
      show(
        await api(POLICY, {
          method: "PUT",
          headers: { "Content-Type": "application/json", Accept: "application/json" },
          body: JSON.stringify({ local_off: off, break_glass: named }),
        }),
      );
    } catch (error) {
      setFailure(error.message);
    } finally {
      setBusy(false);
    }
  };
  const tick = (email) => setNamed((before) => (before.includes(email) ? before.filter((item) => item !== email) : [...before, email]));
  const listed = [...new Set([...admins, ...named])];
  return (
    <section className="card" aria-label="Passwords">
      <div className="card-head">
        <h2>Passwords</h2>
        {policy && <span className={policy.local_off ? "badge warning" : "badge success"}>{policy.local_off ? "Off" : "On"}</span>}
      </div>
      <div className="card-body stack">
        <p className="muted">
          Switched off, everybody signs in by a provider. Only the administrators named here may still use their password, for the day on
          which no provider works; each time is noted in the audit trail. From the machine, <code>terrace identity passwords-on</code>{" "}
          switches them on again.
        </p>
        <fieldset className="stack tight fieldset-plain" disabled={!manages}>
          <legend>Who may still use a password</legend>
          {listed.map((email) => (
            <label key={email} className="check">
              <input type="checkbox" checked={named.includes(email)} onChange={() => tick(email)} />
              <span>{email}</span>
            </label>
          ))}
        </fieldset>
        {failure && (
          <div className="callout danger" role="alert">
            <Icon name="alert-circle" />
            <div>{failure}</div>
          </div>
        )}
        {manages && (
          <div className="row">
            {policy?.local_off ? (
              <>
                <button type="button" className="btn primary" disabled={busy} onClick={() => put(false)}>
                  Switch passwords on
                </button>
                <button type="button" className="btn" disabled={busy || !named.length} onClick={() => put(true)}>
                  Save who may use one
                </button>
              </>
            ) : (
              <button type="button" className="btn danger" disabled={busy || !named.length} onClick={() => put(true)}>
                {busy && <span className="spinner" />}
                Switch passwords off
              </button>
            )}
          </div>
        )}
      </div>
    </section>
  );
}
