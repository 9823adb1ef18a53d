// What the pages of roles, access and service accounts share.
import { Icon } from "../parts";

export const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;
export const WHERE = { organisation: "In the portal", project: "In a project" };
const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

// Actions by what they are done to, which is their name before the dot, in the order of the table.
export function families(actions) {
  const found = new Map();
  for (const item of actions) {
    const family = item.action.split(".")[0];
    found.set(family, [...(found.get(family) || []), item]);
  }
  return [...found].map(([name, items]) => ({ name, title: capital(name.replaceAll("_", " ")), items }));
}

export function PageHead({ title, sub, children }) {
  return (
    <header className="page-head">
      <div className="titles">
        <h1 className="anywhere">{title}</h1>
        <div className="sub anywhere">{sub}</div>
      </div>
      {children && <div className="actions">{children}</div>}
    </header>
  );
}

export function Alert({ text, kind = "danger" }) {
  if (!text) return null;
  return (
    <div className={`callout ${kind}`} role="alert">
      <Icon name="alert-circle" />
      <div className="anywhere">{text}</div>
    </div>
  );
}

export function Waiting() {
  return (
    <div className="skeletons" aria-hidden="true">
      <div className="skeleton" />
      <div className="skeleton" />
    </div>
  );
}

export function Card({ title, actions, children, flush }) {
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

export function Table({ label, heads, children }) {
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label={label}>
      <table className="table stacked" aria-label={label}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head === "Actions" ? <span className="sr-only">Actions</span> : head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

// A box to tick for each action. Those in `always` are allowed anyway, so their boxes are ticked and stay so.
export function ActionChecks({ actions, value, onChange, always = [] }) {
  const toggle = (action) => onChange(value.includes(action) ? value.filter((item) => item !== action) : [...value, action]);
  return (
    <div className="role-families">
      {families(actions).map((family) => (
        <fieldset key={family.name} className="role-family">
          <legend>{family.title}</legend>
          {family.items.map((item) => (
            <label key={item.action} className="check">
              <input
                type="checkbox"
                value={item.action}
                checked={always.includes(item.action) || value.includes(item.action)}
                disabled={always.includes(item.action)}
                onChange={() => toggle(item.action)}
              />
              <span>
                {item.says}
                <span className="role-action">{item.action}</span>
              </span>
            </label>
          ))}
        </fieldset>
      ))}
    </div>
  );
}
