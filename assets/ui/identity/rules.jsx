// Who may come in by a provider, and as what: the part of its form that is the same for every kind.
import { useId } from "react";
import { Icon } from "../parts";

const pairs = (items) => items.map((item) => [item.name, item.title]);

export function FormField({ label, help, error, optional, children }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {optional && <span className="faint"> (optional)</span>}
      </label>
      {children({ id, "aria-invalid": error ? true : undefined, "aria-describedby": error ? `${id}-error` : help ? `${id}-help` : undefined })}
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

function Check({ checked, onChange, label, help }) {
  const id = useId();
  return (
    <div className="field check-field">
      <label className="check">
        <input type="checkbox" checked={checked} aria-describedby={help ? id : undefined} onChange={(event) => onChange(event.target.checked)} />
        <span>{label}</span>
      </label>
      {help && (
        <p className="help" id={id}>
          {help}
        </p>
      )}
    </div>
  );
}

function Options({ items, value }) {
  const known = items.some(([key]) => key === value) || !value ? items : [...items, [value, value]];
  return known.map(([key, title]) => (
    <option key={key} value={key}>
      {title}
    </option>
  ));
}

const words = (text) => text.split(/[\s,]+/).filter(Boolean);

export function Rules({ kind, value, roles, projects, onChange }) {
  const set = (name, next) => onChange({ ...value, [name]: next });
  const portal = pairs(roles.organisation);
  return (
    <>
      <FormField label="Role at the first sign-in" help="What somebody is in the portal whom no group gives another role.">
        {(common) => (
          <select {...common} className="select" value={value.default_role} onChange={(event) => set("default_role", event.target.value)}>
            <Options items={portal} value={value.default_role} />
          </select>
        )}
      </FormField>
      <FormField label="E-mail domains" optional help="Only addresses of these may come in, such as example.com. Subdomains are others. Empty: any.">
        {(common) => (
          <input {...common} className="input" autoComplete="off" value={value.domains} onChange={(event) => set("domains", event.target.value)} />
        )}
      </FormField>
      {kind === "github" && (
        <FormField label="Organisations" optional help="Only members of one of these may come in. Empty: anybody with a GitHub account.">
          {(common) => (
            <input {...common} className="input" autoComplete="off" value={value.organisations} onChange={(event) => set("organisations", event.target.value)} />
          )}
        </FormField>
      )}
      <Check
        checked={value.create_accounts}
        onChange={(next) => set("create_accounts", next)}
        label="Make an account at the first sign-in"
        help="Otherwise only people who were invited, or have an account, come in."
      />
      <Check
        checked={value.link_by_email}
        onChange={(next) => set("link_by_email", next)}
        label="Take over an account with the same verified address"
        help="Only where you trust the provider with every address that people here have."
      />
      <Check
        checked={value.trust_email}
        onChange={(next) => set("trust_email", next)}
        label="Addresses count as verified although the provider does not say so"
        help="Only where nobody can choose their own address at the provider, guests included."
      />
      {kind !== "google" && <Groups kind={kind} value={value} portal={portal} roles={roles} projects={projects} set={set} />}
    </>
  );
}

function Groups({ kind, value, portal, roles, projects, set }) {
  const change = (index, next) => set("groups", value.groups.map((rule, at) => (at === index ? next : rule)));
  const project = pairs(roles.project);
  return (
    <fieldset className="stack tight fieldset-plain">
      <legend>Roles by group</legend>
      <p className="help">
        {kind === "github" ? "A group is an organisation, or organisation/team. " : kind === "entra" ? "A group is its object ID. " : ""}
        Written exactly as the provider writes it. Of several rules for one role the first that fits counts. What a group gave goes when
        somebody leaves it, at their next sign-in.
      </p>
      {value.groups.map((rule, index) => (
        <GroupRule
          key={index}
          number={index + 1}
          rule={rule}
          portal={portal}
          project={project}
          projects={projects}
          onChange={(next) => change(index, next)}
          onRemove={() => set("groups", value.groups.filter((_, at) => at !== index))}
        />
      ))}
      <div>
        <button type="button" className="btn small" onClick={() => set("groups", [...value.groups, { group: "", role: "member" }])}>
          <Icon name="plus" />
          Add a group
        </button>
      </div>
    </fieldset>
  );
}

function GroupRule({ number, rule, portal, project, projects, onChange, onRemove }) {
  const where = rule.project || "";
  const move = (slug) => onChange(slug ? { group: rule.group, project: slug, project_role: rule.project_role || "deployer" } : { group: rule.group, role: "member" });
  return (
    <div className="group-rule">
      <input className="input" required aria-label={`Group ${number}`} placeholder="Group" autoComplete="off" value={rule.group} onChange={(event) => onChange({ ...rule, group: event.target.value })} />
      <select className="select" aria-label={`Where group ${number} counts`} value={where} onChange={(event) => move(event.target.value)}>
        <option value="">In the portal</option>
        <Options items={projects.map((item) => [item.slug, `Project ${item.name}`])} value={where} />
      </select>
      {where ? (
        <select className="select" aria-label={`Role of group ${number}`} value={rule.project_role} onChange={(event) => onChange({ ...rule, project_role: event.target.value })}>
          <Options items={project} value={rule.project_role} />
        </select>
      ) : (
        <select className="select" aria-label={`Role of group ${number}`} value={rule.role} onChange={(event) => onChange({ ...rule, role: event.target.value })}>
          <Options items={portal} value={rule.role} />
        </select>
      )}
      <button type="button" className="btn icon-only" aria-label={`Remove group ${number}`} onClick={onRemove}>
        <Icon name="trash" />
      </button>
    </div>
  );
}

// From the API's words to the form's, and back.
export function toForm(rules) {
  return {
    ...rules,
    domains: rules.allowed_domains.join(", "),
    organisations: rules.allowed_organisations.join(", "),
    groups: rules.groups.map((rule) => (rule.project ? { group: rule.group, project: rule.project, project_role: rule.project_role } : { group: rule.group, role: rule.role })),
  };
}

export function fromForm({ domains, organisations, ...rules }) {
  return { ...rules, allowed_domains: words(domains), allowed_organisations: words(organisations) };
}
