// A text field with a list of proposals: filtered while typing, moved through with the arrow keys.
import { useEffect, useRef, useState } from "react";
import { Icon } from "../parts";

const MOST = 200;

function fitting(options, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return options.slice(0, MOST);
  const fits = (option) => {
    const all = `${option.value} ${option.label} ${option.description || ""} ${option.group || ""}`.toLowerCase();
    return words.every((word) => all.includes(word));
  };
  return options.filter(fits).slice(0, MOST);
}

const labelOf = (options, value) => options.find((option) => String(option.value) === String(value))?.label;

// Which proposal Enter takes: one that is just what was typed, else one that begins so. Where other text is accepted, what
// only has these letters somewhere is not taken for what was meant.
function likely(options, text, allowOther) {
  const typed = text.trim().toLowerCase();
  const found = fitting(options, text).map((option) => [String(option.value).toLowerCase(), option.label.toLowerCase()]);
  const exact = found.findIndex((words) => words.includes(typed));
  if (exact >= 0 || !allowOther) return Math.max(exact, 0);
  return typed ? found.findIndex((words) => words.some((word) => word.startsWith(typed))) : -1;
}

function nothingFits(allowOther, text) {
  if (!allowOther) return "Nothing fits";
  return text ? `Use “${text}”: press Enter` : "Nothing to choose from yet. Type a value.";
}

// Beside the name: what it costs or means, else the value itself, of a long one its end.
function hintOf(option) {
  const value = String(option.value);
  if (option.price || option.description) return option.price || option.description;
  if (option.label === value) return option.group;
  return value.length > 36 ? `…${value.slice(-35)}` : value;
}

export function Combobox({ id, value, options, allowOther, placeholder, onChange, onBlur, disabled, invalid, describedBy, label, required }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState(null);
  const [at, setAt] = useState(-1);
  const list = useRef(null);
  const current = value === null || value === undefined ? "" : String(value);
  const shown = open ? fitting(options, text ?? "") : [];
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView?.({ block: "nearest" });
  }, [at, open]);
  const choose = (option) => {
    if (option.disabled_reason) return;
    setText(null);
    setOpen(false);
    onChange(String(option.value));
  };
  const close = () => {
    if (text !== null) {
      const exact = options.find((option) => [String(option.value), option.label].some((word) => word.toLowerCase() === text.trim().toLowerCase()));
      if (exact && !exact.disabled_reason) onChange(String(exact.value));
      else if (allowOther || text === "") onChange(text.trim() === "" ? undefined : text.trim());
    }
    setText(null);
    setOpen(false);
    onBlur?.();
  };
  const onKeyDown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setOpen(true);
      setAt((before) => (shown.length ? (before + step + shown.length) % shown.length : -1));
    } else if (event.key === "Enter" && open && shown[at]) {
      event.preventDefault();
      choose(shown[at]);
    } else if (event.key === "Enter" && text !== null) {
      event.preventDefault();
      close();
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      setText(null);
      setOpen(false);
    }
  };
  const display = text ?? (current && (labelOf(options, current) || current));
  return (
    <div className="combobox">
      <input
        id={id}
        className="input"
        role="combobox"
        aria-label={label}
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open && shown[at] ? `${id}-${at}` : undefined}
        aria-invalid={invalid || undefined}
        aria-describedby={describedBy}
        aria-required={required || undefined}
        autoComplete="off"
        spellCheck={false}
        disabled={disabled}
        placeholder={placeholder || (allowOther ? "Choose or type" : "Choose")}
        value={display}
        onFocus={(event) => event.target.select()}
        onClick={() => setOpen(true)}
        onChange={(event) => {
          setText(event.target.value);
          setOpen(true);
          setAt(likely(options, event.target.value, allowOther));
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      <Icon name="chevron-down" />
      {open && (
        <ul className="options" id={`${id}-list`} role="listbox" aria-label={label} ref={list} onPointerDown={(event) => event.preventDefault()}>
          {shown.map((option, index) => (
            <li
              key={String(option.value)}
              id={`${id}-${index}`}
              role="option"
              aria-selected={String(option.value) === current}
              aria-disabled={option.disabled_reason ? true : undefined}
              className={index === at ? "at" : undefined}
              title={option.disabled_reason || undefined}
              onClick={() => choose(option)}
            >
              <span className="grow">
                {option.label}
                {option.deprecated && <span className="faint"> (deprecated)</span>}
                {option.disabled_reason && <span className="why">{option.disabled_reason}</span>}
              </span>
              <span className="hint">{hintOf(option)}</span>
            </li>
          ))}
          {!shown.length && <li className="none">{nothingFits(allowOther, text)}</li>}
        </ul>
      )}
    </div>
  );
}
