// What every deployment is asked: its name, where it goes, whose it is, how long it lives.
import { memo } from "react";
import { Icon } from "../parts";

const LIVES = [
  ["", "Until it is destroyed"],
  ["8h", "8 hours"],
  ["1d", "1 day"],
  ["7d", "7 days"],
  ["30d", "30 days"],
];

const HOURS = { h: 1, d: 24, w: 168 };

// How many hours `8h`, `30d` or `2w` are; NaN of anything else, which the server judges.
const hoursOf = (text) => Number.parseInt(text, 10) * (HOURS[text.trim().slice(-1).toLowerCase()] ?? Number.NaN);

export function headErrors(head, refusal, rules, barred) {
  const refused = refusal?.fields || {};
  const errors = {};
  for (const name of ["name", "cloud_account", "project", "ttl"]) if (refused[name]) errors[name] = refused[name];
  if (!head.name.trim()) errors.name = "Give the deployment a name.";
  if (barred) errors.project = barred;
  if (rules?.needs_end && !head.ttl) errors.ttl ??= `In this project a deployment needs a lifetime${rules.longest ? `, of at most ${rules.longest}` : ""}.`;
  if (!head.cloud_account) errors.cloud_account = "Choose a cloud account.";
  return errors;
}

function HeadField({ name, label, error, help, required, children }) {
  return (
    <div className={error ? "field bad" : "field"}>
      <label htmlFor={`head-${name}`}>
        {label}
        {required && <span className="req">*</span>}
      </label>
      {children}
      {error && (
        <p className="error" id={`head-${name}-error`}>
          <Icon name="alert-circle" />
          <span>{error}</span>
        </p>
      )}
      {help && <p className="help">{help}</p>}
    </div>
  );
}

// The lifetimes to choose from: what the project allows, and what was chosen before.
function livesOf(head, rules) {
  const fits = ([value]) => (value ? !rules?.longest || !(hoursOf(value) > hoursOf(rules.longest)) : !rules?.needs_end);
  const offered = LIVES.filter(fits);
  if (rules?.longest && !offered.some(([value]) => hoursOf(value) === hoursOf(rules.longest))) offered.push([rules.longest, `${rules.longest} (the longest here)`]);
  if (offered.some(([value]) => value === head.ttl)) return offered;
  return head.ttl ? [...offered, [head.ttl, head.ttl]] : [["", "Choose"], ...offered];
}

export const Head = memo(function Head({ head, data, rules, errors, onChange }) {
  const account = data.accounts.find((item) => item.slug === head.cloud_account || item.id === head.cloud_account);
  const described = (name) => (errors[name] ? { "aria-invalid": true, "aria-describedby": `head-${name}-error` } : {});
  const select = (name, options) => (
    <select id={`head-${name}`} className="select" value={head[name]} onChange={(event) => onChange(name, event.target.value)} {...described(name)}>
      {options.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  );
  return (
    <section className="form-section" aria-label="Deployment">
      <div className="section-body head-grid">
        <HeadField name="name" label="Name of the deployment" required error={errors.name} help="How you and others will find it.">
          <input
            id="head-name"
            className="input"
            autoComplete="off"
            spellCheck={false}
            maxLength={200}
            value={head.name}
            onChange={(event) => onChange("name", event.target.value)}
            {...described("name")}
          />
        </HeadField>
        <HeadField
          name="cloud_account"
          label="Cloud account"
          required
          error={errors.cloud_account}
          help={account?.kind === "sandbox" ? "Sandbox: real Terraform, simulated resources, no cost." : data.accounts.length ? "" : "There is none for this cloud yet. Ask an administrator."}
        >
          {select("cloud_account", data.accounts.map((item) => [item.slug, item.name || item.slug]))}
        </HeadField>
        <HeadField name="project" label="Project" error={errors.project}>
          {select("project", data.projects.map((item) => [item.slug, item.name || item.slug]))}
        </HeadField>
        <HeadField name="ttl" label="Lifetime" error={errors.ttl} help={head.ttl ? "Then it is destroyed by itself." : ""}>
          {select("ttl", livesOf(head, rules))}
        </HeadField>
        <label className="check wide">
          <input type="checkbox" checked={head.auto_apply} onChange={(event) => onChange("auto_apply", event.target.checked)} />
          <span>
            Apply without asking
            <span className="help"> Skips the confirmation after the plan, now and at each change.</span>
          </span>
        </label>
      </div>
    </section>
  );
});
