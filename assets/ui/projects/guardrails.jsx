// Which templates a project may use, and the rules that narrow their forms: read by everybody in it, set by administrators.
import { useEffect, useState } from "react";
import { errorsOf, Failure, Field } from "../accounts/inputs";
import { api, Icon } from "../parts";
import { emptyRule, fieldsOf, RuleEditor, RULES } from "./rule";

const put = (path, body) => api(path, { method: "PUT", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body) });
const words = (rule) =>
  ({
    places: () => `Only in ${rule.allowed.join(", ")}`,
    options: () => `Of ${rule.options} only ${rule.allowed.join(", ")}`,
    values: () => `${rule.variable}: only ${rule.allowed.join(", ")}`,
    fixed: () => `${rule.variable} is ${JSON.stringify(rule.value)}`,
    required: () => `${rule.variable} must be set`,
    range: () => `${rule.variable}${rule.min == null ? "" : ` from ${rule.min}`}${rule.max == null ? "" : ` up to ${rule.max}`}`,
    tags: () => Object.entries(rule.tags).map(([key, text]) => `${key} = ${text}`).join(", "),
    ttl: () => `A lifetime${rule.longest ? ` of at most ${rule.longest}` : ""}`,
  })[rule.rule]();

// What is changed and sent: nothing that this kind of rule does not have. The server names every field of every kind, as null.
function clean(rule) {
  const kept = Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== null && value !== undefined));
  if (rule.rule === "range") for (const name of ["min", "max"]) if (kept[name] !== undefined) kept[name] = Number(kept[name]);
  return kept;
}

export function RulesView({ rules }) {
  if (!rules.guardrails.length) return <p className="muted">Nothing is narrowed: forms offer what their templates offer.</p>;
  return (
    <ul className="guardrails">
      {rules.guardrails.map((rule, index) => (
        <li key={index}>
          <strong>{RULES[rule.rule]}</strong>
          <span className="anywhere">{words(rule)}</span>
          <span className="tiny faint mono">{rule.templates.join(", ")}</span>
          {rule.reason && <span className="small muted">{rule.reason}</span>}
        </li>
      ))}
    </ul>
  );
}

export function GuardrailsEditor({ base, rules, templates, onSaved }) {
  const [found, setFound] = useState(() => rules.guardrails.map(clean));
  const [example, setExample] = useState(templates[0]?.key || "");
  const [detail, setDetail] = useState(null);
  const [refusal, setRefusal] = useState(null);
  const [busy, setBusy] = useState(false);
  const [saved, setSaved] = useState(false);
  useEffect(() => {
    if (!example) return undefined;
    let alive = true;
    api(`/api/v1/templates/${example}`).then((answer) => alive && setDetail(answer), () => alive && setDetail(null));
    return () => {
      alive = false;
    };
  }, [example]);
  const fields = fieldsOf(detail);
  const change = (next) => {
    setSaved(false);
    setFound(next);
  };
  const save = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      const answer = await put(`${base}/guardrails`, { templates: rules.templates, guardrails: found.map(clean) });
      onSaved(answer);
      setSaved(true);
    } catch (error) {
      setRefusal(errorsOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="stack">
      <Failure failure={refusal} shown={[]} />
      <Field id="guardrail-example" label="Offer what this template asks" help="Fields and choices below are proposed from its form. It limits nothing.">
        <select id="guardrail-example" className="select" value={example} onChange={(event) => setExample(event.target.value)}>
          {templates.map((item) => (
            <option key={item.key} value={item.key}>
              {item.title} ({item.key})
            </option>
          ))}
        </select>
      </Field>
      {found.map((rule, index) => (
        <RuleEditor key={index} rule={rule} index={index} fields={fields} errors={refusal?.fields || {}} onChange={(next) => change(found.map((item, other) => (other === index ? next : item)))} onRemove={() => change(found.filter((_item, other) => other !== index))} />
      ))}
      <div className="row">
        <select aria-label="Kind of the new rule" className="select compact" value="" onChange={(event) => event.target.value && change([...found, { rule: event.target.value, templates: ["*"], reason: "", ...emptyRule(event.target.value) }])}>
          <option value="">Add a rule …</option>
          {Object.entries(RULES).map(([key, title]) => (
            <option key={key} value={key}>
              {title}
            </option>
          ))}
        </select>
        <span className="spacer" />
        {saved && (
          <span className="small muted" role="status">
            <Icon name="check" className="small" /> Saved. What exists stays; its next change must comply.
          </span>
        )}
        <button type="button" className="btn primary" disabled={busy} onClick={save}>
          Save the guardrails
        </button>
      </div>
    </div>
  );
}

const patterns = (text) => text.split(/[\s,]+/).filter(Boolean);

export function TemplatesPanel({ base, rules, templates, mine, editable, onSaved }) {
  const [allow, setAllow] = useState((rules.templates.allow || []).join("\n"));
  const [deny, setDeny] = useState(rules.templates.deny.join("\n"));
  const [refusal, setRefusal] = useState(null);
  const save = async () => {
    setRefusal(null);
    try {
      const allowed = patterns(allow);
      onSaved(await put(`${base}/guardrails`, { templates: { allow: allowed.length ? allowed : null, deny: patterns(deny) }, guardrails: rules.guardrails }));
    } catch (error) {
      setRefusal(errorsOf(error));
    }
  };
  const area = (id, label, help, value, set) => (
    <Field id={id} label={label} help={help}>
      <textarea id={id} className="textarea mono" rows={3} spellCheck={false} value={value} onChange={(event) => set(event.target.value)} />
    </Field>
  );
  return (
    <div className="stack">
      <p>
        {mine.length} of {templates.length} templates can be used here.
      </p>
      {editable && (
        <div className="stack">
          <Failure failure={refusal} shown={[]} />
          <div className="guardrail-fields">
            {area("templates-allow", "Only these", "Patterns of keys, one a line: azure/*. Empty: all.", allow, setAllow)}
            {area("templates-deny", "But not these", "Counts more than the others.", deny, setDeny)}
          </div>
          <div>
            <button type="button" className="btn primary" onClick={save}>
              Save the templates
            </button>
          </div>
        </div>
      )}
      <ul className="plain-list small" aria-label="Templates of this project">
        {mine.map((item) => (
          <li key={item.key}>
            {item.title} <span className="mono faint">{item.key}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
