// Forms with a password or a token in them. They talk to the REST API by themselves: no secret is ever part of a page's state.
import { useEffect, useId, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { PROVIDER_ERRORS, ProviderButtons, useProviders } from "./identity/sign-in";
import { useGives } from "./may";
import { CopyButton, Icon, Modal, postJson } from "./parts";

const SIGN_IN_ERRORS = {
  ...PROVIDER_ERRORS,
  credentials: "E-mail or password is wrong. After many wrong passwords an account is closed for a while.",
  again: "The second step was not finished in time. Begin again with your password.",
  throttled: "Too many attempts. Wait a minute, then try again.",
  ended: "Your session has ended. Sign in again.",
};

export function Field({ label, error, help, children, id }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {help && (
        <p className="help" id={`${id}-help`}>
          {help}
        </p>
      )}
      {error && (
        <p className="error" id={`${id}-error`} role="alert">
          <Icon name="alert-circle" />
          {error}
        </p>
      )}
    </div>
  );
}

export function PasswordInput({ id, name, value, onChange, autoComplete, invalid, autoFocus }) {
  const [shown, setShown] = useState(false);
  return (
    <div className="with-button">
      <input
        id={id}
        name={name}
        className="input"
        type={shown ? "text" : "password"}
        autoComplete={autoComplete}
        required
        autoFocus={autoFocus}
        aria-invalid={invalid || undefined}
        aria-describedby={invalid ? `${id}-error` : undefined}
        {...(onChange ? { value, onChange: (event) => onChange(event.target.value) } : {})}
      />
      <button
        type="button"
        className="btn icon-only"
        aria-label={shown ? "Hide the password" : "Show the password"}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
      >
        <Icon name={shown ? "eye-off" : "eye"} />
      </button>
    </div>
  );
}

// A native form: it works while the websocket is still on its way, and password managers know it.
export function SignInForm() {
  const [parameters] = useSearchParams();
  const [busy, setBusy] = useState(false);
  const [ready, setReady] = useState(false);
  const { providers, password } = useProviders();
  useEffect(() => {
    setReady(true);
    // Reflex ties its state to this word; a new session begins with a new one.
    window.sessionStorage.removeItem("token");
  }, []);
  const error = ready ? parameters.get("error") : null;
  return (
    <form method="post" action="/api/v1/auth/sign-in" className="card" onSubmit={() => setBusy(true)}>
      <h1 className="sr-only">Sign in</h1>
      <div className="card-body stack">
        {error && (
          <div className="callout danger" role="alert">
            <Icon name="alert-circle" />
            <div>{SIGN_IN_ERRORS[error] || SIGN_IN_ERRORS.credentials}</div>
          </div>
        )}
        <ProviderButtons providers={providers} wanted={(ready && parameters.get("next")) || "/"} />
        {providers.length > 0 && <div className="or">{password ? "or with a password" : "only for administrators, when no provider works"}</div>}
        <input type="hidden" name="next" value={(ready && parameters.get("next")) || "/"} />
        <Field label="E-mail" id="email">
          <input id="email" name="email" type="email" className="input" autoComplete="username" required autoFocus={!providers.length} />
        </Field>
        <Field label="Password" id="password">
          <PasswordInput id="password" name="password" autoComplete="current-password" />
        </Field>
        <button type="submit" className={`btn large block ${password ? "primary" : ""}`} disabled={busy}>
          {busy && <span className="spinner" />}
          Sign in
        </button>
        <Link to="/forgotten" className="tiny">
          Forgot your password?
        </Link>
      </div>
    </form>
  );
}

export function errorsOf(error) {
  const fields = {};
  for (const item of error.problem?.errors || []) fields[item.path] ??= item.message;
  return { text: error.message, fields };
}

export function Failure({ failure }) {
  if (!failure || Object.keys(failure.fields).length) return null;
  return (
    <div className="callout danger" role="alert">
      <Icon name="alert-circle" />
      <div>{failure.text}</div>
    </div>
  );
}

export function PasswordForm({ leave }) {
  const [values, setValues] = useState({ current: "", next: "", again: "" });
  const [failure, setFailure] = useState(null);
  const [state, setState] = useState("");
  const id = useId();
  const set = (name) => (value) => setValues((before) => ({ ...before, [name]: value }));
  const submit = async (event) => {
    event.preventDefault();
    if (values.next !== values.again) {
      setFailure({ text: "", fields: { again: "The two new passwords differ." } });
      return;
    }
    setState("busy");
    try {
      await postJson("/api/v1/me/password", { current_password: values.current, new_password: values.next });
      setFailure(null);
      setState("done");
      setValues({ current: "", next: "", again: "" });
      if (leave) window.location.assign("/");
    } catch (error) {
      setFailure(errorsOf(error));
      setState("");
    }
  };
  const rows = [
    ["current", "Present password", "current-password", "current_password", ""],
    ["next", "New password", "new-password", "new_password", "At least 12 characters."],
    ["again", "New password again", "new-password", "again", ""],
  ];
  return (
    <form className="stack" onSubmit={submit} style={{ maxWidth: 420 }}>
      <Failure failure={failure} />
      {state === "done" && !leave && (
        <div className="callout success" role="status">
          <Icon name="check-circle" />
          <div>The password was changed. Your other sessions have ended.</div>
        </div>
      )}
      {rows.map(([name, label, autoComplete, path, help]) => (
        <Field key={name} label={label} id={`${id}-${name}`} error={failure?.fields[path]} help={help}>
          <PasswordInput
            id={`${id}-${name}`}
            value={values[name]}
            onChange={set(name)}
            autoComplete={autoComplete}
            invalid={Boolean(failure?.fields[path])}
            autoFocus={Boolean(leave) && name === "current"}
          />
        </Field>
      ))}
      <div>
        <button type="submit" className="btn primary" disabled={state === "busy"}>
          Change password
        </button>
      </div>
    </form>
  );
}

export function ShownOnce({ label, secret, children }) {
  return (
    <div className="stack">
      <div className="callout success" role="status">
        <Icon name="check-circle" />
        <div>{children}</div>
      </div>
      <Field label={label} id="shown-once">
        <div className="with-button">
          <input id="shown-once" className="input mono" readOnly value={secret} onFocus={(event) => event.target.select()} />
          <CopyButton text={secret} />
        </div>
      </Field>
    </div>
  );
}

const Done = ({ onClose }) => (
  <button type="button" className="btn primary" onClick={onClose}>
    Done
  </button>
);

// A dialog with a secret that came from somewhere else, this once.
export function ShownDialog({ open, title, onClose, children }) {
  return (
    <Modal open={open} title={title} onClose={onClose} footer={<Done onClose={onClose} />}>
      {children}
    </Modal>
  );
}

// A dialog that sends a form and then shows, this once, the secret that came back. `children` draws the fields with the errors of
// each, `shown` what came back; whoever opens it begins anew by `onOpen`.
export function SendDialog({ open, title, action, wide, ready = true, onOpen, send, shown, onClose, onDone, children }) {
  const [failure, setFailure] = useState(null);
  const [made, setMade] = useState(null);
  const [busy, setBusy] = useState(false);
  const id = useId();
  useEffect(() => {
    setFailure(null);
    setMade(null);
    if (open) onOpen?.();
  }, [open]);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      setMade(await send());
      setFailure(null);
      onDone?.();
    } catch (error) {
      setFailure(errorsOf(error));
    } finally {
      setBusy(false);
    }
  };
  const footer = made ? (
    <Done onClose={onClose} />
  ) : (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" form={id} className="btn primary" disabled={busy || !ready}>
        {action}
      </button>
    </>
  );
  return (
    <Modal open={open} title={title} wide={wide} onClose={onClose} footer={footer}>
      {made ? (
        shown(made)
      ) : (
        <form id={id} className="stack" onSubmit={submit}>
          <Failure failure={failure} />
          {children(failure?.fields || {}, id)}
        </form>
      )}
    </Modal>
  );
}

function Control({ field, id, value, invalid, onChange }) {
  const common = { id, value, onChange: (event) => onChange(event.target.value) };
  if (!field.options) return <input {...common} className="input" type={field.type || "text"} required={field.required} autoComplete="off" aria-invalid={invalid || undefined} />;
  return (
    <select {...common} className="select">
      {field.options.map(([key, text]) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </select>
  );
}

// The same with plain fields {name, label, help, type, required, options, initial}.
function CreateDialog({ fields, send, secretOf, secretLabel, told, ...rest }) {
  const [values, setValues] = useState({});
  return (
    <SendDialog
      {...rest}
      onOpen={() => setValues(Object.fromEntries(fields.map((field) => [field.name, field.initial || ""])))}
      send={() => send(values)}
      shown={(made) => (
        <ShownOnce label={secretLabel} secret={secretOf(made)}>
          {told(made)}
        </ShownOnce>
      )}
    >
      {(errors, id) =>
        fields.map((field) => (
          <Field key={field.name} label={field.label} id={`${id}-${field.name}`} help={field.help} error={errors[field.name]}>
            <Control field={field} id={`${id}-${field.name}`} value={values[field.name] || ""} invalid={Boolean(errors[field.name])} onChange={(value) => setValues({ ...values, [field.name]: value })} />
          </Field>
        ))
      }
    </SendDialog>
  );
}

export const ROLES = [
  ["member", "Member: deploys in own projects"],
  ["viewer", "Viewer: looks, changes nothing"],
  ["auditor", "Auditor: reads everything, changes nothing"],
  ["admin", "Administrator: everything"],
];

export function NewUserDialog({ open, onClose, onDone }) {
  const gives = useGives();
  return (
    <CreateDialog
      open={open}
      title="New user"
      action="Create user"
      fields={[
        { name: "email", label: "E-mail", type: "email", required: true },
        { name: "name", label: "Name" },
        { name: "role", label: "Role", options: ROLES.filter(([role]) => gives.includes(role)), initial: "member" },
      ]}
      send={(values) => postJson("/api/v1/users", values)}
      secretLabel="First password"
      secretOf={(made) => made.generated_password || ""}
      told={(made) => `${made.email} can sign in with this password and must then choose another. It is shown only now.`}
      onClose={onClose}
      onDone={onDone}
    />
  );
}

export function NewTokenDialog({ open, onClose, onDone }) {
  return (
    <CreateDialog
      open={open}
      title="New API token"
      action="Create token"
      fields={[
        { name: "name", label: "What is it for?", required: true, help: "A name by which you will recognise it." },
        {
          name: "scope",
          label: "What may it do?",
          options: [
            ["write", "Everything that you may do"],
            ["read", "Only read"],
          ],
          initial: "write",
        },
        {
          name: "expires_in_days",
          label: "Expires after",
          options: [
            ["7", "7 days"],
            ["30", "30 days"],
            ["90", "90 days"],
            ["365", "A year"],
          ],
          initial: "90",
        },
      ]}
      send={(values) => postJson("/api/v1/tokens", { ...values, expires_in_days: Number(values.expires_in_days) })}
      secretLabel="Token"
      secretOf={(made) => made.token}
      told={() => "Copy the token now. It is shown only this once; the portal keeps no copy."}
      onClose={onClose}
      onDone={onDone}
    />
  );
}
