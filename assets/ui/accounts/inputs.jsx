// The questions that an account of a cloud asks. Secrets stay in this component and go to the REST API, nowhere else.
import { useState } from "react";
import { Icon } from "../parts";
import { Told } from "./findings";

export function Field({ id, label, help, error, optional, children }) {
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {optional && <span className="faint"> (optional)</span>}
      </label>
      {children}
      {help && (
        <p className="help" id={`${id}-help`}>
          <Told short text={help} />
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

function read(file, base64) {
  if (!base64) return file.text();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

// What was read is sent and not shown: only the file's name is.
function FileInput({ item, common, onChange }) {
  const [name, setName] = useState("");
  const take = async (event) => {
    const [file] = event.target.files;
    setName(file ? file.name : "");
    onChange(file ? await read(file, item.base64) : "");
  };
  return (
    <>
      <input {...common} type="file" className="input file" onChange={take} />
      {name && <p className="help">{name} is sent when you save, and never shown again.</p>}
    </>
  );
}

function Control({ item, common, value, onChange }) {
  const typed = (event) => onChange(event.target.value);
  if (item.kind === "file") return <FileInput item={item} common={common} onChange={onChange} />;
  if (item.kind === "choice") {
    return (
      <select {...common} className="select" value={value} onChange={typed}>
        {!item.required && <option value="">Not set</option>}
        {item.options.map(([key, label]) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </select>
    );
  }
  if (item.kind === "long_text" || item.kind === "long_secret") {
    const masked = item.kind === "long_secret" ? " masked" : "";
    return <textarea {...common} className={`textarea mono${masked}`} rows={6} spellCheck={false} autoComplete="off" value={value} onChange={typed} />;
  }
  const secret = item.kind === "secret";
  return (
    <input
      {...common}
      type={secret ? "password" : "text"}
      className={secret ? "input mono" : "input"}
      autoComplete={secret ? "new-password" : "off"}
      spellCheck={false}
      placeholder={item.placeholder || undefined}
      value={value}
      onChange={typed}
    />
  );
}

export function Inputs({ items, part, values, errors, onChange }) {
  return items.map((item) => {
    const id = `${part}-${item.name}`;
    const error = errors[`${part}.${item.name}`];
    const common = {
      id,
      required: item.required,
      "aria-invalid": error ? true : undefined,
      "aria-describedby": error ? `${id}-error` : item.help ? `${id}-help` : undefined,
    };
    return (
      <Field key={id} id={id} label={item.title} help={item.help} error={error} optional={!item.required}>
        <Control item={item} common={common} value={values[item.name] || ""} onChange={(next) => onChange(item.name, next)} />
      </Field>
    );
  });
}

// What is sent: no empty answers, and choices that were not touched as they are shown.
export function answers(items, values) {
  const found = {};
  for (const item of items) {
    const chosen = item.kind === "choice" && item.required ? item.options[0]?.[0] : "";
    const value = values[item.name] || chosen || "";
    if (value !== "") found[item.name] = value;
  }
  return found;
}

export function errorsOf(error) {
  const fields = {};
  for (const item of error.problem?.errors || []) fields[item.path] ??= item.message;
  return { text: error.message, fields };
}

// What is wrong as a whole, or with something that has no field here.
export function Failure({ failure, shown }) {
  if (!failure) return null;
  const others = Object.entries(failure.fields).filter(([path]) => !shown.includes(path));
  return (
    <div className="callout danger" role="alert">
      <Icon name="alert-circle" />
      <div>
        <strong>{failure.text}</strong>
        {others.map(([path, message]) => message !== failure.text && <p key={path}>{message}</p>)}
      </div>
    </div>
  );
}
