// What stands before the portal: an invitation, a lost password, the code after the password. The word behind an address's `#` is
// taken out of it at once and sent in bodies only: no history, no log and no other site ever has it.
import { useEffect, useId, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { Failure, Field, PasswordInput, errorsOf } from "../access";
import { Icon, postJson } from "../parts";
import { SecondStep } from "./second-step";

function useWord() {
  const [word, setWord] = useState(null);
  useEffect(() => {
    setWord(window.location.hash.slice(1));
    if (window.location.hash) window.history.replaceState(null, "", window.location.pathname);
    window.sessionStorage.removeItem("token");
  }, []);
  return word;
}

function Notice({ kind, children }) {
  return (
    <div className={`callout ${kind}`} role={kind === "danger" ? "alert" : "status"}>
      <Icon name={kind === "danger" ? "alert-circle" : "check-circle"} />
      <div>{children}</div>
    </div>
  );
}

function Door({ title, children }) {
  return (
    <section className="card">
      <div className="card-head">
        <h1>{title}</h1>
      </div>
      <div className="card-body stack">{children}</div>
    </section>
  );
}

// Looks at the link first: what it offers, or why it is worth nothing.
function useOffer(path, word) {
  const [state, setState] = useState({});
  useEffect(() => {
    if (word === null) return;
    if (!word) {
      setState({ refused: "This link is not whole. Open it as it was sent to you." });
      return;
    }
    postJson(path, { token: word })
      .then((offer) => setState({ offer }))
      .catch((error) => setState({ refused: error.message }));
  }, [word]);
  return state;
}

export function InvitationForm() {
  const word = useWord();
  const { offer, refused } = useOffer("/api/v1/invitations/look", word);
  const [values, setValues] = useState(null);
  const [failure, setFailure] = useState(null);
  const [busy, setBusy] = useState(false);
  const id = useId();
  const name = values?.name ?? offer?.name ?? "";
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await postJson("/api/v1/invitations/accept", { token: word, name, password: values?.password || "" });
      window.location.assign("/");
    } catch (error) {
      setFailure(errorsOf(error));
      setBusy(false);
    }
  };
  if (refused)
    return (
      <Door title="This invitation cannot be used">
        <Notice kind="danger">{refused}</Notice>
        <Link to="/sign-in">Sign in</Link>
      </Door>
    );
  if (!offer) return <Door title="Invitation">…</Door>;
  return (
    <Door title="Welcome to Terrace">
      <p className="muted">
        {offer.invited_by} invites you as {offer.role}
        {offer.projects.length ? `, into ${offer.projects.join(", ")}` : ""}. You will sign in as <strong>{offer.email}</strong>.
      </p>
      <form className="stack" onSubmit={submit}>
        <Failure failure={failure} />
        <input type="hidden" name="username" autoComplete="username" value={offer.email} readOnly />
        <Field label="Your name" id={`${id}-name`} error={failure?.fields.name}>
          <input
            id={`${id}-name`}
            className="input"
            required
            maxLength={200}
            autoComplete="name"
            value={name}
            onChange={(event) => setValues({ ...values, name: event.target.value })}
          />
        </Field>
        <Field label="Choose a password" id={`${id}-password`} help="At least 12 characters." error={failure?.fields.password}>
          <PasswordInput
            id={`${id}-password`}
            value={values?.password || ""}
            onChange={(password) => setValues({ ...values, name, password })}
            autoComplete="new-password"
            invalid={Boolean(failure?.fields.password)}
          />
        </Field>
        <button type="submit" className="btn primary large block" disabled={busy}>
          Accept and sign in
        </button>
      </form>
    </Door>
  );
}

export function ResetForm() {
  const word = useWord();
  const { offer, refused } = useOffer("/api/v1/auth/reset/look", word);
  const [password, setPassword] = useState("");
  const [failure, setFailure] = useState(null);
  const [state, setState] = useState("");
  const id = useId();
  const submit = async (event) => {
    event.preventDefault();
    setState("busy");
    try {
      await postJson("/api/v1/auth/reset", { token: word, password });
      setState("done");
    } catch (error) {
      setFailure(errorsOf(error));
      setState("");
    }
  };
  if (refused)
    return (
      <Door title="This link cannot be used">
        <Notice kind="danger">{refused}</Notice>
        <Link to="/forgotten">Ask for a new one</Link>
      </Door>
    );
  if (state === "done")
    return (
      <Door title="Your password is set">
        <Notice kind="success">Every session that was open has ended.</Notice>
        <Link className="btn primary block" to="/sign-in">
          Sign in
        </Link>
      </Door>
    );
  if (!offer) return <Door title="New password">…</Door>;
  return (
    <Door title="Set a new password">
      <p className="muted">
        For <strong>{offer.email}</strong>. Every session that is open ends.
      </p>
      <form className="stack" onSubmit={submit}>
        <Failure failure={failure} />
        <input type="hidden" name="username" autoComplete="username" value={offer.email} readOnly />
        <Field label="New password" id={`${id}-password`} help="At least 12 characters." error={failure?.fields.password}>
          <PasswordInput
            id={`${id}-password`}
            value={password}
            onChange={setPassword}
            autoComplete="new-password"
            invalid={Boolean(failure?.fields.password)}
            autoFocus
          />
        </Field>
        <button type="submit" className="btn primary large block" disabled={state === "busy"}>
          Set password
        </button>
      </form>
    </Door>
  );
}

export function ForgottenForm() {
  const [email, setEmail] = useState("");
  const [said, setSaid] = useState(null);
  const [failure, setFailure] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    try {
      setSaid(await postJson("/api/v1/auth/forgotten", { email }));
      setFailure(null);
    } catch (error) {
      setFailure(errorsOf(error));
    }
  };
  return (
    <Door title="Forgot your password?">
      {said ? (
        <Notice kind="success">
          {said.mail
            ? "If there is an account with this address, a mail with a link is on its way. The link is good for an hour."
            : "This portal sends no mail. Ask an administrator for a link with which you set a new password."}
        </Notice>
      ) : (
        <form className="stack" onSubmit={submit}>
          <Failure failure={failure} />
          <Field label="E-mail" id="email" error={failure?.fields.email}>
            <input
              id="email"
              type="email"
              className="input"
              required
              autoFocus
              autoComplete="username"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          </Field>
          <button type="submit" className="btn primary large block">
            Send a link
          </button>
        </form>
      )}
      <Link to="/sign-in">Back to signing in</Link>
    </Door>
  );
}

const CODE_ERRORS = { code: "This is not the code of now. Wait for the next one, or use a recovery code." };

// A native form, as that of the password before it.
export function CodeForm() {
  const [parameters] = useSearchParams();
  const [ready, setReady] = useState(false);
  useEffect(() => setReady(true), []);
  const error = ready && CODE_ERRORS[parameters.get("error")];
  return (
    <Door title="One more step">
      <p className="muted">The code that your authenticator app shows now, or one of your recovery codes.</p>
      <form method="post" action="/api/v1/auth/second-step" className="stack">
        {error && <Notice kind="danger">{error}</Notice>}
        <input type="hidden" name="next" value={(ready && parameters.get("next")) || "/"} />
        <Field label="Code" id="code">
          <input id="code" name="code" className="input mono" autoComplete="one-time-code" required autoFocus maxLength={40} />
        </Field>
        <button type="submit" className="btn primary large block">
          Sign in
        </button>
      </form>
      <Link to="/sign-in">Begin again</Link>
    </Door>
  );
}

// For whoever's role takes a second step and who has none.
export function SecondStepDoor() {
  return (
    <Door title="Set up a second step">
      <p className="muted">Your role takes one at sign-in. Nothing else works until it is set up.</p>
      <SecondStep leave />
    </Door>
  );
}
