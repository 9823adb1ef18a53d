// One guardrail: what it is about, and what it leaves, chosen from what a template of the project really asks.
import { useId } from "react";
import { Field } from "../accounts/inputs";
import { Icon } from "../parts";

export const RULES = {
  places: "Places",
  options: "Sizes and other lists",
  values: "One field's choices",
  fixed: "A fixed value",
  required: "A required field",
  range: "A number's bounds",
  tags: "Tags that are always set",
  ttl: "A lifetime",
};
const PLACES = /-(locations|regions|zones)$/;

function walk(field, found = []) {
  found.push(field);
  if (field.item) walk(field.item, found);
  field.fields.forEach((inner) => walk(inner, found));
  return found;
}

// Every field of a template's form, those inside of others too.
export const fieldsOf = (detail) => (detail?.ui?.sections || []).flatMap((section) => section.fields.flatMap((field) => walk(field)));

// What a new rule has to begin with.
export const emptyRule = (rule) =>
  ({
    places: { allowed: [] },
    options: { options: "", allowed: [] },
    values: { variable: "", allowed: [] },
    fixed: { variable: "", value: "" },
    required: { variable: "" },
    range: { variable: "", min: null, max: null },
    tags: { tags: {} },
    ttl: { required: true, longest: "30d" },
  })[rule];

const lines = (text) => text.split(/[\n,]+/).map((part) => part.trim()).filter(Boolean);

function Allowed({ id, value, offers, error, onChange }) {
  const toggle = (option) => onChange(value.includes(option) ? value.filter((item) => item !== option) : [...value, option]);
  return (
    <Field id={id} label="Allowed" error={error} help="One a line.">
      <textarea id={id} className="textarea mono" rows={Math.min(8, Math.max(2, value.length + 1))} spellCheck={false} defaultValue={value.join("\n")} key={value.join("\n")} onBlur={(event) => onChange(lines(event.target.value))} />
      {offers.length > 0 && (
        <div className="offers" role="group" aria-label="What the template offers">
          {offers.map((option) => (
            <button key={String(option.value)} type="button" className="tag" aria-pressed={value.includes(String(option.value))} onClick={() => toggle(String(option.value))}>
              {value.includes(String(option.value)) && <Icon name="check" className="small" />}
              {option.label}
            </button>
          ))}
        </div>
      )}
    </Field>
  );
}

function Variable({ id, rule, fields, error, onChange }) {
  const usable = fields.filter((field) => field.path && (rule.rule !== "fixed" || !/[.[]/.test(field.path)) && !(field.sensitive && rule.rule !== "required"));
  return (
    <Field id={id} label="Field" error={error} help="The variable of the template, or one inside of it: pools[].size.">
      <input id={id} className="input mono" list={`${id}-list`} autoComplete="off" spellCheck={false} value={rule.variable} onChange={(event) => onChange({ variable: event.target.value })} />
      <datalist id={`${id}-list`}>
        {usable.map((field) => (
          <option key={field.path} value={field.path}>
            {field.title}
          </option>
        ))}
      </datalist>
    </Field>
  );
}

const typedAs = (field, text) => {
  if (!field) return text;
  if (field.type === "bool") return text === "true";
  if (field.type === "number" && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  return text;
};

const pairsText = (tags) => Object.entries(tags || {}).map(([key, text]) => `${key} = ${text}`).join("\n");
const pairsOf = (text) => Object.fromEntries(text.split("\n").map((line) => line.split("=")).filter(([key, value]) => key.trim() && value?.trim()).map(([key, ...rest]) => [key.trim(), rest.join("=").trim()]));

export function RuleEditor({ rule, index, fields, errors, onChange, onRemove }) {
  const id = useId();
  const error = (name) => errors[`guardrails.${index}.${name}`] || errors[`guardrails[${index}].${name}`];
  const change = (part) => onChange({ ...rule, ...part });
  const listed = [...new Set(fields.map((field) => field.options_from?.kind).filter(Boolean))];
  const offersOf = {
    places: () => fields.find((field) => PLACES.test(field.options_from?.kind || ""))?.options,
    options: () => fields.find((field) => field.options_from?.kind === rule.options)?.options,
    values: () => fields.find((field) => field.path === rule.variable)?.options,
  };
  const offers = (offersOf[rule.rule]?.() || []).slice(0, 80);
  const field = fields.find((item) => item.path === rule.variable);
  const whole = errors[`guardrails.${index}`] || errors[`guardrails[${index}]`];
  return (
    <fieldset className="guardrail">
      <legend>{RULES[rule.rule]}</legend>
      {whole && (
        <p className="error" role="alert">
          {whole}
        </p>
      )}
      <div className="guardrail-fields">
        {rule.rule === "options" && (
          <Field id={`${id}-list`} label="List" error={error("options")}>
            <input id={`${id}-list`} className="input mono" list={`${id}-lists`} autoComplete="off" value={rule.options} onChange={(event) => change({ options: event.target.value })} />
            <datalist id={`${id}-lists`}>
              {listed.map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          </Field>
        )}
        {"variable" in rule && <Variable id={`${id}-variable`} rule={rule} fields={fields} error={error("variable")} onChange={change} />}
        {"allowed" in rule && <Allowed id={`${id}-allowed`} value={rule.allowed} offers={offers} error={error("allowed")} onChange={(allowed) => change({ allowed })} />}
        {rule.rule === "fixed" && (
          <Field id={`${id}-value`} label="Value" error={error("value")}>
            <input id={`${id}-value`} className="input" autoComplete="off" value={String(rule.value ?? "")} onChange={(event) => change({ value: typedAs(field, event.target.value) })} />
          </Field>
        )}
        {rule.rule === "range" &&
          ["min", "max"].map((name) => (
            <Field key={name} id={`${id}-${name}`} label={name === "min" ? "At least" : "At most"} error={error(name)}>
              <input id={`${id}-${name}`} className="input" inputMode="decimal" value={rule[name] ?? ""} onChange={(event) => change({ [name]: event.target.value === "" ? null : event.target.value })} />
            </Field>
          ))}
        {rule.rule === "tags" && (
          <Field id={`${id}-tags`} label="Tags" error={error("tags")} help="One a line: cost_center = 4711">
            <textarea id={`${id}-tags`} className="textarea mono" rows={3} spellCheck={false} defaultValue={pairsText(rule.tags)} onBlur={(event) => change({ tags: pairsOf(event.target.value) })} />
          </Field>
        )}
        {rule.rule === "ttl" && (
          <Field id={`${id}-longest`} label="At most" error={error("longest")} help="12h, 30d or 2w. Every deployment needs a lifetime then.">
            <input id={`${id}-longest`} className="input" value={rule.longest ?? ""} onChange={(event) => change({ longest: event.target.value || null })} />
          </Field>
        )}
        <Field id={`${id}-templates`} label="Templates" error={error("templates.0")} help="Patterns of keys: * or azure/*.">
          <input id={`${id}-templates`} className="input mono" spellCheck={false} value={rule.templates.join(", ")} onChange={(event) => change({ templates: event.target.value.split(",").map((part) => part.trim()) })} />
        </Field>
        <Field id={`${id}-reason`} label="Why" optional help="Whoever fills in the form reads it.">
          <input id={`${id}-reason`} className="input" maxLength={300} value={rule.reason} onChange={(event) => change({ reason: event.target.value })} />
        </Field>
      </div>
      <div>
        <button type="button" className="btn small danger" aria-label={`Remove the rule ${RULES[rule.rule]}`} onClick={onRemove}>
          <Icon name="trash" className="small" /> Remove
        </button>
      </div>
    </fieldset>
  );
}
