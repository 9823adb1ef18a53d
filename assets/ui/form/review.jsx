// The last look before anything is made: what differs from the defaults, where it goes, what happens next.
import { Icon } from "../parts";
import { allFields, changes, describe } from "./model.mjs";

function Row({ change }) {
  const { field, value, fallback } = change;
  const long = typeof value === "object" && value !== null && !field.sensitive;
  return (
    <tr>
      <td className="main-cell">{field.title}</td>
      <td className="anywhere">{long ? <details><summary>{describe(field, value)}</summary><pre className="codeblock" tabIndex={0}>{JSON.stringify(value, null, 2)}</pre></details> : describe(field, value)}</td>
      <td className="faint anywhere">{field.required || field.sensitive ? "" : describe(field, fallback)}</td>
    </tr>
  );
}

function Doubts({ form, warnings }) {
  const notes = Object.entries(warnings);
  const titleOf = (path) => allFields(form).find((field) => field.name === path.match(/^[^.[]*/)[0])?.title || path;
  if (!notes.length) return null;
  return (
    <div className="callout warning" role="note">
      <Icon name="alert" />
      <div>
        <strong>Worth a second look</strong>
        <ul>
          {notes.map(([path, message]) => (
            <li key={path}>
              {titleOf(path)}: {message}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

export function Review({ data, template, head, values, warnings, sending, onBack, onSend }) {
  const { form, detail } = data;
  const changed = changes(form, values);
  const account = data.accounts.find((item) => item.slug === head.cloud_account);
  const project = data.projects.find((item) => item.slug === head.project);
  return (
    <div className="stack loose">
      <header className="page-head">
        <div className="titles">
          <h1>Review {head.name}</h1>
          <div className="sub">
            {head.auto_apply ? "The plan is made and applied at once." : "A plan is made first. Nothing changes until you confirm it."}
          </div>
        </div>
        <div className="actions">
          <button type="button" className="btn" disabled={sending} onClick={onBack}>
            <Icon name="chevron-left" /> Back
          </button>
          <button type="button" className="btn primary" disabled={sending} onClick={onSend} autoFocus>
            {sending && <span className="spinner" />}
            Create and plan
          </button>
        </div>
      </header>
      <dl className="stats">
        <div className="stat">
          <dt>Template</dt>
          <dd className="text">
            {detail.title} {detail.version}
          </dd>
        </div>
        <div className="stat">
          <dt>Cloud account</dt>
          <dd className="text">{account?.name || head.cloud_account}</dd>
        </div>
        <div className="stat">
          <dt>Project</dt>
          <dd className="text">{project?.name || head.project}</dd>
        </div>
        <div className="stat">
          <dt>Lifetime</dt>
          <dd className="text">{head.ttl || "until destroyed"}</dd>
        </div>
      </dl>
      <Doubts form={form} warnings={warnings} />
      <section className="card">
        <div className="card-head">
          <h2>What differs from the defaults</h2>
          <span className="count">{changed.length}</span>
        </div>
        <div className="table-wrap">
          <table className="table" aria-label="Changed values">
            <thead>
              <tr>
                <th scope="col">Setting</th>
                <th scope="col">Value</th>
                <th scope="col">Default</th>
              </tr>
            </thead>
            <tbody>
              {changed.map((change) => (
                <Row key={change.field.name} change={change} />
              ))}
            </tbody>
          </table>
        </div>
      </section>
      {account?.kind === "sandbox" && (
        <div className="callout warning" role="note">
          <Icon name="flask" />
          <div>This goes to the sandbox: real Terraform, simulated resources. Nothing will exist in a cloud or cost anything.</div>
        </div>
      )}
      <p className="sr-only">{template}</p>
    </div>
  );
}
