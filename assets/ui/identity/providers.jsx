// Identity providers, for administrators. It talks to the REST API by itself: no client secret passes through a page's state.
import { useEffect, useId, useState } from "react";
import { errorsOf, Failure } from "../accounts/inputs";
import { useMay } from "../may";
import { api, ConfirmDialog, CopyButton, Icon, Modal, postJson, RelativeTime } from "../parts";
import { every } from "./every.mjs";
import { FormField, fromForm, Rules, toForm } from "./rules";
import { PasswordSwitch } from "./switch";

export function IdentityProviders() {
  const [rows, setRows] = useState(null);
  const [kinds, setKinds] = useState([]);
  const [projects, setProjects] = useState([]);
  const [roles, setRoles] = useState({ organisation: [], project: [] });
  const [failure, setFailure] = useState("");
  const [edited, setEdited] = useState(null);
  const [asked, setAsked] = useState(null);
  const [tests, setTests] = useState({});
  const manages = useMay()("identity.manage");
  const read = () => api("/api/v1/identity-providers").then(setRows, (error) => setFailure(error.message));
  useEffect(() => {
    read();
    api("/api/v1/identity-providers/kinds").then(setKinds, (error) => setFailure(error.message));
    every(api, "/api/v1/projects").then(setProjects, () => {});
    api("/api/v1/identity-providers/roles").then(setRoles, (error) => setFailure(error.message));
  }, []);
  const attempt = async (action) => {
    setFailure("");
    try {
      await action();
      await read();
    } catch (error) {
      setFailure(error.message);
    }
  };
  const test = async (row) => {
    setTests((before) => ({ ...before, [row.slug]: "busy" }));
    try {
      const found = await postJson(`/api/v1/identity-providers/${row.slug}/test`, {});
      setTests((before) => ({ ...before, [row.slug]: found }));
    } catch (error) {
      setTests((before) => ({ ...before, [row.slug]: null }));
      setFailure(error.message);
    }
  };
  const toggle = (row) => attempt(() => patch(row.slug, { enabled: !row.enabled }));
  const remove = () => {
    const { slug } = asked;
    setAsked(null);
    return attempt(() => api(`/api/v1/identity-providers/${slug}`, { method: "DELETE" }));
  };
  if (!rows && !failure) return <div className="skeletons" aria-hidden="true" />;
  return (
    <div className="stack loose">
      {failure && (
        <div className="callout danger" role="alert">
          <Icon name="alert-circle" />
          <div>{failure}</div>
        </div>
      )}
      <div className="row between">
        <h2>Providers</h2>
        {manages && (
          <button type="button" className="btn primary" disabled={!kinds.length} onClick={() => setEdited({})}>
            <Icon name="plus" />
            New provider
          </button>
        )}
      </div>
      {rows && !rows.length && (
        <div className="empty">
          <Icon name="users" />
          <p className="main-cell">No identity provider yet</p>
          <p className="muted">With one, people sign in with the account that they have already.</p>
        </div>
      )}
      {rows?.map((row) => (
        <ProviderCard
          key={row.id}
          row={row}
          manages={manages}
          test={tests[row.slug]}
          onTest={() => test(row)}
          onEdit={() => setEdited(row)}
          onToggle={() => toggle(row)}
          onRemove={() => setAsked(row)}
        />
      ))}
      {rows && <PasswordSwitch manages={manages} />}
      <Editor
        key={edited?.id || (edited ? "new" : "none")}
        row={edited}
        kinds={kinds}
        projects={projects}
        roles={roles}
        onClose={() => setEdited(null)}
        onDone={() => {
          setEdited(null);
          read();
        }}
      />
      <ConfirmDialog open={Boolean(asked)} title="Remove this provider?" typed={asked?.slug} action="Remove" onConfirm={remove} onClose={() => setAsked(null)}>
        <p>
          Nobody signs in by {asked?.title} any more, its sessions end, and what its groups gave is taken back. {asked?.people || "No"}{" "}
          {asked?.people === 1 ? "account stays" : "accounts stay"}, without this way in.
        </p>
      </ConfirmDialog>
    </div>
  );
}

function patch(slug, body) {
  return api(`/api/v1/identity-providers/${slug}`, {
    method: "PATCH",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
}

function Copied({ label, text }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="with-button">
        <input id={id} className="input mono" readOnly value={text} onFocus={(event) => event.target.select()} />
        <CopyButton text={text} />
      </div>
    </div>
  );
}

function ProviderCard({ row, manages, test, onTest, onEdit, onToggle, onRemove }) {
  const own = row.source === "portal";
  return (
    <section className="card" aria-label={row.title}>
      <div className="card-head">
        <h3>{row.title}</h3>
        <span className={row.enabled ? "badge success" : "badge"}>{row.enabled ? "On" : "Off"}</span>
        {!own && <span className="badge outline">from the environment</span>}
      </div>
      <div className="card-body stack">
        <p className="small muted anywhere">
          {row.issuer} · {row.people} {row.people === 1 ? "person" : "people"}
          {row.last_sign_in_at && (
            <>
              {" · last sign-in "}
              <RelativeTime at={row.last_sign_in_at} />
            </>
          )}
          {row.rules.groups.length > 0 && ` · ${row.rules.groups.length} ${row.rules.groups.length === 1 ? "group" : "groups"}`}
        </p>
        <Copied label="Redirect URI" text={row.redirect_uri} />
        {test && test !== "busy" && <Checks test={test} />}
        {manages && (
          <div className="row">
            <button type="button" className="btn" disabled={test === "busy"} onClick={onTest}>
              {test === "busy" ? <span className="spinner" /> : <Icon name="check" />}
              Test
            </button>
            <button type="button" className="btn" onClick={onEdit}>
              Change
            </button>
            {own && (
              <>
                <button type="button" className="btn" onClick={onToggle}>
                  {row.enabled ? "Switch off" : "Switch on"}
                </button>
                <button type="button" className="btn danger" onClick={onRemove}>
                  Remove
                </button>
              </>
            )}
          </div>
        )}
      </div>
    </section>
  );
}

function Checks({ test }) {
  return (
    <div className={`callout ${test.ok ? "success" : "danger"}`} role="status">
      <Icon name={test.ok ? "check-circle" : "alert-circle"} />
      <div>
        <strong>{test.ok ? "People can sign in" : "A sign-in would not work"}</strong>
        <ul>
          {test.checks.map((item) => (
            <li key={item.name}>
              {item.name}: {item.detail}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

const slugOf = (title) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 63);

// One form for a new provider and for one that there is; of the latter its kind and address stay.
function Editor({ row, kinds, projects, roles, onClose, onDone }) {
  const isNew = Boolean(row) && !row.id;
  const [kindName, setKindName] = useState(row?.kind || "");
  const kind = kinds.find((item) => item.kind === kindName);
  const [values, setValues] = useState({ title: row?.title || "", client_id: row?.client_id || "" });
  const [rules, setRules] = useState(row?.rules ? toForm(row.rules) : null);
  const [failure, setFailure] = useState(null);
  const [busy, setBusy] = useState(false);
  const form = useId();
  const errors = failure?.fields || {};
  const set = (name) => (event) => setValues((before) => ({ ...before, [name]: event.target.value }));
  const choose = (event) => {
    const next = kinds.find((item) => item.kind === event.target.value);
    setKindName(event.target.value);
    setRules(next ? toForm(next.rules) : null);
    setValues((before) => ({ ...before, title: next && next.kind !== "oidc" ? next.title : "" }));
    setFailure(null);
  };
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      const sent = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
      if (isNew) await postJson("/api/v1/identity-providers", { kind: kindName, slug: slugOf(values.title), ...sent, rules: fromForm(rules) });
      else await patch(row.slug, { ...(row.source === "portal" ? sent : { title: values.title }), rules: fromForm(rules) });
      onDone();
    } catch (error) {
      setFailure(errorsOf(error));
    } finally {
      setBusy(false);
    }
  };
  const footer = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" form={form} className="btn primary" disabled={busy || !kind}>
        {busy && <span className="spinner" />}
        {isNew ? "Add the provider" : "Save"}
      </button>
    </>
  );
  const asksFor = kind ? kind.fields.filter((item) => isNew || item.name === "client_id" || item.name === "client_secret") : [];
  const redirect = isNew && kind ? kind.redirect_uri.replace("{slug}", slugOf(values.title) || "…") : row?.redirect_uri || "";
  return (
    <Modal open={Boolean(row)} title={isNew ? "New identity provider" : `Change ${row?.title || ""}`} onClose={onClose} footer={footer} wide>
      <form id={form} className="stack" onSubmit={submit}>
        {isNew && (
          <FormField label="Which provider">
            {(common) => (
              <select {...common} className="select" required value={kindName} onChange={choose}>
                <option value="">Choose one</option>
                {kinds.map((item) => (
                  <option key={item.kind} value={item.kind}>
                    {item.title}
                  </option>
                ))}
              </select>
            )}
          </FormField>
        )}
        {kind && rules && (
          <>
            <FormField label="Title" help={`People read “Sign in with ${values.title || "…"}”.`} error={errors.title || errors.slug}>
              {(common) => <input {...common} className="input" required maxLength={60} autoComplete="off" value={values.title} onChange={set("title")} />}
            </FormField>
            <Copied label="Redirect URI" text={redirect} />
            {isNew && (
              <details open>
                <summary>What to do at {kind.title} first</summary>
                <ol className="guide">
                  {kind.guide.map((step) => (
                    <li key={step}>{step.replace("{redirect_uri}", redirect)}</li>
                  ))}
                </ol>
              </details>
            )}
            {(isNew || row.source === "portal") &&
              asksFor.map((item) => (
                <FormField
                  key={item.name}
                  label={item.label}
                  help={item.secret && !isNew ? "Leave it empty to keep the present one. It is never shown." : item.help}
                  error={errors[item.name]}
                  optional={!item.required}
                >
                  {(common) => (
                    <input
                      {...common}
                      className={item.secret ? "input mono" : "input"}
                      type={item.secret ? "password" : "text"}
                      autoComplete={item.secret ? "new-password" : "off"}
                      spellCheck={false}
                      placeholder={item.placeholder || undefined}
                      required={item.required && (isNew || !item.secret)}
                      value={values[item.name] || ""}
                      onChange={set(item.name)}
                    />
                  )}
                </FormField>
              ))}
            <Rules kind={kind.kind} value={rules} roles={roles} projects={projects} onChange={setRules} />
          </>
        )}
        <Failure failure={failure} shown={["title", "slug", ...asksFor.map((item) => item.name)]} />
      </form>
    </Modal>
  );
}
