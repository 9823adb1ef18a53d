// The second step of one's own sign-in. Seed and recovery codes come from the REST API and are in no page's state.
import { useEffect, useId, useState } from "react";
import { Failure, Field, PasswordInput, errorsOf } from "../access";
import { CopyButton, Icon, api, postJson } from "../parts";

const PATH = "/api/v1/me/totp";

// A form that asks for the present password, or for a code.
function Ask({ kind, label, action, danger, onSend, onCancel }) {
  const [text, setText] = useState("");
  const [failure, setFailure] = useState(null);
  const [busy, setBusy] = useState(false);
  const id = useId();
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await onSend(text);
    } catch (error) {
      setFailure(errorsOf(error));
      setBusy(false);
    }
  };
  const error = failure?.fields[kind];
  return (
    <form className="stack" onSubmit={submit} style={{ maxWidth: 420 }}>
      <Failure failure={failure} />
      <Field label={label} id={id} error={error}>
        {kind === "password" ? (
          <PasswordInput id={id} value={text} onChange={setText} autoComplete="current-password" invalid={Boolean(error)} autoFocus />
        ) : (
          <input
            id={id}
            className="input mono"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={7}
            required
            autoFocus
            value={text}
            aria-invalid={error ? true : undefined}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className="row">
        <button type="submit" className={danger ? "btn primary danger" : "btn primary"} disabled={busy}>
          {action}
        </button>
        {onCancel && (
          <button type="button" className="btn" onClick={onCancel}>
            Cancel
          </button>
        )}
      </div>
    </form>
  );
}

function Codes({ codes, onDone }) {
  const text = codes.join("\n");
  return (
    <div className="stack">
      <div className="callout success" role="status">
        <Icon name="check-circle" />
        <div>
          <strong>Keep these recovery codes.</strong>
          <p>Each lets you in once without your device. They are shown only now.</p>
        </div>
      </div>
      <pre className="mono" tabIndex={0} aria-label="Recovery codes" data-testid="recovery-codes">
        {text}
      </pre>
      <div className="row">
        <CopyButton text={text} label="Copy the codes" />
        <button type="button" className="btn primary" onClick={onDone}>
          I have kept them
        </button>
      </div>
    </div>
  );
}

function Device({ made, onConfirmed, onCancel }) {
  return (
    <div className="stack">
      <p>Scan this with an authenticator app, or type the key into it. Then give the code that the app shows.</p>
      <img
        className="qr"
        alt="QR code of the key"
        width="220"
        height="220"
        src={`data:image/svg+xml;base64,${window.btoa(made.qr_svg)}`}
      />
      <div className="row">
        <code className="anywhere" data-testid="totp-key">
          {made.secret}
        </code>
        <CopyButton text={made.secret} label="Copy the key" />
      </div>
      <Ask
        kind="code"
        label="Code"
        action="Turn on"
        onSend={async (code) => onConfirmed((await postJson(`${PATH}/confirm`, { code })).codes)}
        onCancel={onCancel}
      />
    </div>
  );
}

function State({ view }) {
  if (!view.enabled)
    return <p className="muted">Off. A code from your phone besides the password keeps whoever learns the password out.</p>;
  return (
    <div className="callout success" role="status">
      <Icon name="check-circle" />
      <div>
        <strong>On.</strong> {view.recovery_codes_left} of 10 recovery codes are left.
        {view.required ? " Your role takes a second step." : ""}
      </div>
    </div>
  );
}

export function SecondStep({ leave }) {
  const [view, setView] = useState(null);
  const [step, setStep] = useState({ name: "" });
  const load = () => api(PATH).then(setView).catch(() => setView({ failed: true }));
  useEffect(() => {
    load();
  }, []);
  const home = () => {
    setStep({ name: "" });
    load();
    if (leave) window.location.assign("/");
  };
  const cancel = () => setStep({ name: "" });
  if (!view) return null;
  if (view.failed) return <p className="muted">This cannot be read now. Reload the page.</p>;
  if (!view.possible) return <p className="muted">You sign in with an identity provider: the second step is theirs.</p>;
  if (step.name === "device")
    return <Device made={step.made} onConfirmed={(codes) => setStep({ name: "codes", codes })} onCancel={cancel} />;
  if (step.name === "codes") return <Codes codes={step.codes} onDone={home} />;
  if (step.name === "enrol")
    return (
      <Ask
        kind="password"
        label="Present password"
        action="Continue"
        onSend={async (password) => setStep({ name: "device", made: await postJson(PATH, { password }) })}
        onCancel={cancel}
      />
    );
  if (step.name === "renew")
    return (
      <Ask
        kind="password"
        label="Present password"
        action="Make new codes"
        onSend={async (password) => setStep({ name: "codes", codes: (await postJson(`${PATH}/recovery-codes`, { password })).codes })}
        onCancel={cancel}
      />
    );
  if (step.name === "remove")
    return (
      <Ask
        kind="password"
        label="Present password"
        action="Turn off"
        danger
        onSend={async (password) => {
          await postJson(`${PATH}/remove`, { password });
          home();
        }}
        onCancel={cancel}
      />
    );
  return (
    <div className="stack">
      <State view={view} />
      <div className="row">
        {!view.enabled && (
          <button type="button" className="btn primary" onClick={() => setStep({ name: "enrol" })}>
            Set up
          </button>
        )}
        {view.enabled && (
          <button type="button" className="btn" onClick={() => setStep({ name: "renew" })}>
            New recovery codes
          </button>
        )}
        {view.enabled && !view.required && (
          <button type="button" className="btn danger" onClick={() => setStep({ name: "remove" })}>
            Turn off
          </button>
        )}
      </div>
    </div>
  );
}
