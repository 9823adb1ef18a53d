// Several values in one field: chips that are typed or chosen, ticks, pairs of key and value.
import { useEffect, useRef, useState } from "react";
import { Icon } from "../parts";
import { Combobox } from "./combobox";
import { idOf, useForm } from "./context";
import { AddButton, asList, asMap } from "./elements";
import { choicesFor, optionsFor, pathOfKey } from "./model.mjs";
import { OptionWords } from "./widgets";

export function Tags({ field, value, onChange, path, disabled, invalid, describedBy, label, self }) {
  const [text, setText] = useState("");
  const { errors, seen, offered } = useForm();
  const items = asList(value);
  const choices = choicesFor(field.item, seen, self, offered);
  const nameOf = (item) => choices.find((choice) => String(choice.value) === String(item))?.label || String(item);
  const add = (raw) => {
    const parts = raw.split(/[,\n\t]+/).map((part) => part.trim()).filter(Boolean);
    if (parts.length) onChange([...items, ...parts.filter((part) => !field.constraints.unique || !items.includes(part))]);
    setText("");
  };
  const remove = (index) => onChange(items.filter((_item, other) => other !== index));
  const onKeyDown = (event) => {
    if ((event.key === "Enter" || event.key === ",") && text.trim()) {
      event.preventDefault();
      add(text);
    } else if (event.key === "Enter") {
      event.preventDefault();
    } else if (event.key === "Backspace" && !text && items.length) {
      remove(items.length - 1);
    }
  };
  const chips = items.map((item, index) => (
    <span key={`${index}-${item}`} className={errors[`${path}[${index}]`] ? "chip bad" : "chip"} title={nameOf(item) === String(item) ? undefined : String(item)}>
      <span className="anywhere">{nameOf(item)}</span>
      {!disabled && (
        <button type="button" aria-label={`Remove ${item}`} onClick={() => remove(index)}>
          <Icon name="x" className="small" />
        </button>
      )}
    </span>
  ));
  if (!disabled && (field.item.options.length || field.item.from_output?.length)) {
    return (
      <div className="tags-list">
        {items.length > 0 && <div className={`tags-input disabled ${invalid ? "invalid" : ""}`}>{chips}</div>}
        <Combobox
          id={idOf(path)}
          label={label}
          value=""
          options={choices.filter((choice) => !items.map(String).includes(String(choice.value)))}
          allowOther={field.item.allow_other}
          placeholder={field.placeholder || field.item.placeholder || "Choose or type, one at a time"}
          invalid={invalid}
          describedBy={describedBy}
          onChange={(chosen) => chosen !== undefined && add(chosen)}
        />
      </div>
    );
  }
  return (
    <div className={`tags-input ${invalid ? "invalid" : ""} ${disabled ? "disabled" : ""}`}>
      {chips}
      {!disabled && (
        <input
          id={idOf(path)}
          aria-label={label}
          aria-invalid={invalid || undefined}
          aria-describedby={describedBy}
          placeholder={items.length ? "" : field.placeholder || field.item?.placeholder || "Type, then Enter"}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const pasted = event.clipboardData.getData("text");
            if (/[,\n\t]/.test(pasted)) {
              event.preventDefault();
              add(pasted);
            }
          }}
          onBlur={() => add(text)}
        />
      )}
    </div>
  );
}

export function MultiSelect({ field, value, onChange, path, disabled, describedBy, label, self }) {
  const { seen } = useForm();
  const chosen = asList(value).map(String);
  const options = optionsFor({ ...field.item, options: field.item?.options?.length ? field.item.options : field.options }, seen, self);
  const toggle = (option, on) => {
    const wanted = options.map((item) => String(item.value)).filter((item) => (item === option ? on : chosen.includes(item)));
    onChange([...wanted, ...chosen.filter((item) => !options.some((known) => String(known.value) === item))]);
  };
  return (
    <div className="checks" role="group" aria-label={label} aria-describedby={describedBy}>
      {options.map((option, index) => (
        <label key={String(option.value)} className="check">
          <input
            id={index === 0 ? idOf(path) : undefined}
            type="checkbox"
            checked={chosen.includes(String(option.value))}
            disabled={disabled || Boolean(option.disabled_reason)}
            onChange={(event) => toggle(String(option.value), event.target.checked)}
          />
          <span>
            {option.label} {option.deprecated && <span className="badge warning">deprecated</span>}
            <OptionWords option={option} />
          </span>
        </label>
      ))}
    </div>
  );
}

// Pairs of a key and a text. Rows are kept here while a key is empty or doubled; only whole ones are part of the value.
export function Pairs({ field, value, onChange, path, disabled, label }) {
  const { errors, setLocal } = useForm();
  const map = asMap(value);
  const [rows, setRows] = useState(() => Object.entries(map));
  const known = useRef(JSON.stringify(map));
  useEffect(() => {
    const now = JSON.stringify(map);
    if (now !== known.current) {
      known.current = now;
      setRows(Object.entries(map));
    }
  });
  const doubled = rows.map(([key]) => key).find((key, index, keys) => key !== "" && keys.indexOf(key) !== index);
  useEffect(() => {
    setLocal(path, doubled === undefined ? null : `The key “${doubled}” is there twice.`);
    return () => setLocal(path, null);
  }, [doubled]);
  const update = (next) => {
    setRows(next);
    const object = Object.fromEntries(next.filter(([key]) => key !== ""));
    known.current = JSON.stringify(object);
    onChange(object);
  };
  const change = (index, pair) => update(rows.map((row, other) => (other === index ? pair : row)));
  return (
    <div className="pairs" role="group" aria-label={label} id={idOf(path)} tabIndex={-1}>
      {rows.map(([key, text], index) => (
        <div key={index} className="pair">
          <input className="input" aria-label={`Key ${index + 1}`} placeholder="key" autoComplete="off" spellCheck={false} disabled={disabled} value={key} onChange={(event) => change(index, [event.target.value, text])} />
          <input
            className="input"
            aria-label={`Value ${index + 1}`}
            aria-invalid={errors[pathOfKey(path, key)] ? true : undefined}
            placeholder="value"
            autoComplete="off"
            spellCheck={false}
            type={field.item?.sensitive ? "password" : "text"}
            disabled={disabled}
            value={text === null || text === undefined ? "" : String(text)}
            onChange={(event) => change(index, [key, event.target.value])}
          />
          {!disabled && (
            <button type="button" className="btn quiet icon-only" aria-label={`Remove pair ${index + 1}`} onClick={() => update(rows.filter((_row, other) => other !== index))}>
              <Icon name="x" />
            </button>
          )}
        </div>
      ))}
      {!disabled && (
        <AddButton field={field} count={rows.length} words="pair" onClick={() => update([...rows, ["", ""]])} />
      )}
      {disabled && !rows.length && <p className="small faint">None</p>}
    </div>
  );
}
