// The fields of a rule's settings, drawn from the JSON Schema that the rule itself brings.
import { Icon } from "../parts";
import { lines } from "./model.mjs";

export function Field({ id, label, help, error, required, children }) {
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {required && <span className="req" aria-hidden="true">*</span>}
      </label>
      {children}
      {help && <p className="help" id={`${id}-help`}><Told text={help} /></p>}
      <FieldError id={id} error={error} />
    </div>
  );
}

export function FieldError({ id, error }) {
  if (!error) return null;
  return <p className="error" id={`${id}-error`} role="alert"><Icon name="alert-circle" />{error}</p>;
}

// Text with `code` in it.
export function Told({ text }) {
  return text.split("`").map((part, index) => (index % 2 ? <code key={index}>{part}</code> : part));
}

export const described = (id, help, error) => ({
  id,
  "aria-invalid": Boolean(error),
  "aria-describedby": [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ") || undefined,
});

export function Lines({ id, label, help, error, required, value, onChange }) {
  return (
    <Field id={id} label={label} help={help} error={error} required={required}>
      <textarea {...described(id, help, error)} className="textarea mono" rows={Math.max(2, Math.min(6, value.length + 1))} spellCheck={false}
        defaultValue={value.join("\n")} onChange={(event) => onChange(lines(event.target.value))} />
    </Field>
  );
}

export function Checks({ legend, options, value, onChange, error, id }) {
  const toggle = (key) => onChange(options.map(([name]) => name).filter((name) => (name === key) !== value.includes(name)));
  return (
    <fieldset className="field">
      <legend className="label">{legend}</legend>
      <div className="checks">
        {options.map(([key, title]) => (
          <label key={key} className="check"><input type="checkbox" checked={value.includes(key)} onChange={() => toggle(key)} /><span>{title}</span></label>
        ))}
      </div>
      <FieldError id={id} error={error} />
    </fieldset>
  );
}

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

function Setting({ id, field, required, value, error, onChange }) {
  const common = { id, label: field.title, help: field.description, error, required };
  if (field.type === "array" && field.items?.enum) return <Checks id={id} legend={field.title} error={error} value={value} onChange={onChange} options={field.items.enum.map((item) => [item, capital(item)])} />;
  if (field.type === "array") return <Lines {...common} value={value} onChange={onChange} />;
  if (field.type === "boolean") {
    return (
      <div className="field">
        <label className="switch"><input id={id} type="checkbox" checked={value} onChange={(event) => onChange(event.target.checked)} /><span>{field.title}</span></label>
        {field.description && <p className="help"><Told text={field.description} /></p>}
      </div>
    );
  }
  if (field.enum) {
    return (
      <Field {...common}>
        <select {...described(id, field.description, error)} className="select" value={value} onChange={(event) => onChange(event.target.value)}>
          {field.enum.map((item) => <option key={item} value={item}>{capital(item)}</option>)}
        </select>
      </Field>
    );
  }
  const number = field.type === "integer" || field.type === "number";
  return (
    <Field {...common}>
      <input {...described(id, field.description, error)} className={number ? "input num" : "input mono"} inputMode={number ? "decimal" : undefined} autoComplete="off" spellCheck={false}
        value={value} onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}

export function Settings({ form, settings, errors, onChange }) {
  return Object.entries(form.properties || {}).map(([name, field]) => (
    <Setting key={name} id={`setting-${name}`} field={field} required={form.required?.includes(name)} value={settings[name]}
      error={Object.entries(errors).find(([path]) => path === `settings.${name}` || path.startsWith(`settings.${name}.`))?.[1]}
      onChange={(value) => onChange({ ...settings, [name]: value })} />
  ));
}
