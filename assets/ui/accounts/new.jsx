// A new cloud account, step by step: which cloud, how to sign in, what to do there first, the answers, a test, and it is saved.
import { useEffect, useState } from "react";
import { api, Icon, postJson } from "../parts";
import { Outcome, Told } from "./findings";
import { answers, errorsOf, Failure, Field, Inputs } from "./inputs";

function Choice({ name, checked, onChange, title, badge, text, mark }) {
  return (
    <label className={`choice ${checked ? "on" : ""}`}>
      <input type="radio" name={name} checked={checked} onChange={onChange} />
      <span className="grow">
        <span className="choice-title">
          <span className="choice-name">
            {mark && (
              <svg className={`mark small ${mark}`} aria-hidden="true">
                <use href={`/icons.svg#${mark}`} />
              </svg>
            )}
            {title}
          </span>
          {badge && <span className="badge success">{badge}</span>}
        </span>
        {text && (
          <span className="help">
            <Told short text={text} />
          </span>
        )}
      </span>
    </label>
  );
}

function Step({ number, title, children }) {
  return (
    <section className="card" aria-label={title}>
      <div className="card-head">
        <span className="count">{number}</span>
        <h2>{title}</h2>
      </div>
      <div className="card-body stack">{children}</div>
    </section>
  );
}

function useClouds() {
  const [clouds, setClouds] = useState(null);
  const [failure, setFailure] = useState("");
  useEffect(() => {
    api("/api/v1/clouds").then(
      (found) => setClouds(found.items),
      (error) => setFailure(error.message),
    );
  }, []);
  return { clouds, failure };
}

export function NewAccount() {
  const { clouds, failure } = useClouds();
  if (failure) {
    return (
      <div className="callout danger" role="alert">
        <Icon name="alert-circle" />
        <div>{failure}</div>
      </div>
    );
  }
  if (!clouds) return <div className="skeletons" aria-hidden="true" />;
  return <Guided clouds={clouds} />;
}

function Guided({ clouds }) {
  const [cloudName, setCloudName] = useState("");
  const [methodName, setMethodName] = useState("");
  const [head, setHead] = useState({ name: "", secret_expires_on: "" });
  const [settings, setSettings] = useState({});
  const [credentials, setCredentials] = useState({});
  const [test, setTest] = useState(null);
  const [refusal, setRefusal] = useState(null);
  const [busy, setBusy] = useState("");
  const cloud = clouds.find((item) => item.name === cloudName);
  const method = cloud?.methods.find((item) => item.name === methodName);
  const errors = refusal?.fields || {};
  // What was tested is not what is there any more.
  const fresh = (set) => (name, value) => {
    set((before) => ({ ...before, [name]: value }));
    setTest(null);
    setRefusal(null);
  };
  const chooseCloud = (name) => {
    setCloudName(name);
    setMethodName("");
    setSettings({});
    setCredentials({});
    setTest(null);
    setRefusal(null);
  };
  const chooseMethod = (name) => {
    setMethodName(name);
    setCredentials({});
    setTest(null);
    setRefusal(null);
  };
  const body = () => ({
    cloud: cloudName,
    settings: answers(cloud.settings, settings),
    credentials: { method: methodName, ...answers(method.inputs, credentials) },
  });
  const send = async (what, action) => {
    setBusy(what);
    setRefusal(null);
    try {
      await action();
    } catch (error) {
      setRefusal(errorsOf(error));
    } finally {
      setBusy("");
    }
  };
  const tryOut = () =>
    send("test", async () => {
      setTest(null);
      setTest(await postJson("/api/v1/cloud-accounts/test", body()));
    });
  const save = (event) => {
    event.preventDefault();
    send("save", async () => {
      const more = { name: head.name, ...(head.secret_expires_on ? { secret_expires_on: head.secret_expires_on } : {}) };
      const made = await postJson("/api/v1/cloud-accounts", { ...body(), ...more });
      window.location.assign(`/admin/cloud-accounts/${made.slug}`);
    });
  };
  const shown = method ? [...cloud.settings.map((item) => `settings.${item.name}`), ...method.inputs.map((item) => `credentials.${item.name}`), "name"] : [];
  return (
    <form className="stack loose narrow-form" onSubmit={save}>
      <Step number={1} title="Which cloud">
        <div className="choices" role="radiogroup" aria-label="Cloud">
          {clouds.map((item) => (
            <Choice key={item.name} name="cloud" title={item.title} mark={item.name} checked={item.name === cloudName} onChange={() => chooseCloud(item.name)} />
          ))}
        </div>
      </Step>
      {cloud && (
        <Step number={2} title="How the portal signs in">
          <div className="choices" role="radiogroup" aria-label="Method">
            {cloud.methods.map((item) => (
              <Choice
                key={item.name}
                name="method"
                title={item.title}
                text={item.summary}
                badge={item.secret ? "" : "no secret kept"}
                checked={item.name === methodName}
                onChange={() => chooseMethod(item.name)}
              />
            ))}
          </div>
        </Step>
      )}
      {method?.steps_html && (
        <Step number={3} title={`What to do in ${cloud.title} first`}>
          {/* Made by the server out of our own Markdown, with no HTML of anybody's in it. */}
          <div className="prose" dangerouslySetInnerHTML={{ __html: method.steps_html }} />
        </Step>
      )}
      {method && (
        <Step number={method.steps_html ? 4 : 3} title="The account">
          <Field id="account-name" label="Name" help="How people find it when they deploy." error={errors.name || errors.slug}>
            <input id="account-name" className="input" required maxLength={100} autoComplete="off" value={head.name} onChange={(event) => fresh(setHead)("name", event.target.value)} />
          </Field>
          <Inputs items={cloud.settings} part="settings" values={settings} errors={errors} onChange={fresh(setSettings)} />
          <Inputs items={method.inputs} part="credentials" values={credentials} errors={errors} onChange={fresh(setCredentials)} />
          {method.secret && (
            <Field
              id="account-expiry"
              label="The secret ends on"
              optional
              help="You are warned 30 days, 7 days and a day before. A certificate says so itself."
              error={errors.secret_expires_on}
            >
              <input id="account-expiry" type="date" className="input" value={head.secret_expires_on} onChange={(event) => setHead({ ...head, secret_expires_on: event.target.value })} />
            </Field>
          )}
          <Failure failure={refusal} shown={shown} />
        </Step>
      )}
      <Outcome test={test} />
      {method && (
        <div className="row">
          <button type="button" className="btn" disabled={Boolean(busy)} onClick={tryOut}>
            {busy === "test" ? <span className="spinner" /> : <Icon name="check" />}
            Test
          </button>
          <button type="submit" className="btn primary" disabled={Boolean(busy)}>
            {busy === "save" && <span className="spinner" />}
            Save the account
          </button>
          <span className="small muted">{test ? "" : "Test first: it takes a few seconds and changes nothing."}</span>
        </div>
      )}
    </form>
  );
}
