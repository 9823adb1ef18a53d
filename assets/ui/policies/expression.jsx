// The editor of an expression: what it is asked of, where, what must be true, what is said when it is not.
import { described, Field } from "./fields";
import { EXAMPLES } from "./model.mjs";

const INPUT = [
  ["change", "address, type, name, module, provider, action (create, update, delete, replace), before, after (its attributes), unknown, sensitive (lists of paths)"],
  ["plan", "changes (a list of such changes), counts (add, change, destroy, replace), warnings (kind, address, text)"],
  ["cost", "null, or before_monthly, after_monthly, delta_monthly (USD), covered, unpriced"],
  ["run", "id, kind, requester, message, auto_apply"],
  ["project", "id, slug, name, production"],
  ["template", "key, version, cloud"],
  ["deployment", "id, name, account, expires_at"],
  ["time", "iso, date, year, month, day, weekday (1 is Monday), hour, minute, all in UTC"],
];

function Code({ id, label, help, error, rows, value, onChange }) {
  return (
    <Field id={id} label={label} help={help} error={error}>
      <textarea {...described(id, help, error)} className="textarea mono" rows={rows} spellCheck={false} autoComplete="off" value={value} onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}

export function ExpressionEditor({ settings, errors, onChange }) {
  const set = (name) => (value) => onChange({ ...settings, [name]: value });
  const each = settings.form === "each";
  return (
    <>
      <div className="field">
        <span className="label" id="asked-of">Asked of</span>
        <div className="segmented wrap" role="group" aria-labelledby="asked-of">
          <button type="button" aria-pressed={each} onClick={() => set("form")("each")}>Each change</button>
          <button type="button" aria-pressed={!each} onClick={() => set("form")("plan")}>The whole plan</button>
        </div>
      </div>
      {each && <Code id="setting-where" label="For each change where" help="`true` asks every change." rows={2} value={settings.where} error={errors["settings.where"]} onChange={set("where")} />}
      <Code id="setting-expression" label="This must be true" rows={5} value={settings.expression} error={errors["settings.expression"]} onChange={set("expression")} />
      <Code id="setting-message" label="Otherwise say" help="`{address}`, `{after.location}` or `{cost.delta_monthly}` stand for what is there." rows={2} value={settings.message} error={errors["settings.message"]} onChange={set("message")} />
      <div className="row">
        <span className="tiny faint">Examples</span>
        {EXAMPLES.map(([title, example]) => <button key={title} type="button" className="tag" onClick={() => onChange(example)}>{title}</button>)}
      </div>
      <details className="policy-input">
        <summary>What an expression can ask about</summary>
        <dl className="props">{INPUT.map(([name, text]) => <div key={name} className="contents"><dt><code>{name}</code></dt><dd>{text}</dd></div>)}</dl>
        <p className="help">CEL: <code>&amp;&amp;</code> <code>||</code> <code>!</code> <code>==</code> <code>in</code> <code>? :</code>, <code>has(change.after.tags)</code>, lists with <code>all</code>, <code>exists</code>, <code>filter</code> and <code>map</code>, texts with <code>contains</code>, <code>startsWith</code>, <code>endsWith</code>, <code>matches</code>, <code>lowerAscii</code>, <code>split</code>, and <code>size</code>. An attribute that a resource does not have is an error, and an error is a failure.</p>
      </details>
    </>
  );
}
