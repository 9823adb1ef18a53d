// Inputs for one value. Each gets {field, value, onChange, …}: `value` is what is shown, `onChange(undefined)` unsets.
import { useState } from "react";
import { CopyButton, Icon } from "../parts";
import { Combobox } from "./combobox";
import { idOf, useForm } from "./context";
import { NameHint, Origin, useOptions } from "./asked";
import { isBoolType, isNumberType, madeUp, optionsFor } from "./model.mjs";

function common({ field, path, invalid, describedBy, disabled, required }) {
  return {
    id: idOf(path),
    disabled,
    "aria-invalid": invalid || undefined,
    "aria-describedby": describedBy,
    "aria-required": required || field.required || undefined,
  };
}

// A cleared input means "unset", unless that would bring back a default that is not empty: then it is the empty text.
function cleared(field) {
  const bringsBack = field.has_default && field.default !== null && field.default !== "";
  return bringsBack && !isNumberType(field) ? "" : undefined;
}

const shownText = (value) => (value === null || value === undefined ? "" : String(value));

function Text(props) {
  const { field, value, onChange } = props;
  const mono = field.kind === "cidr" || field.kind === "duration";
  const input = (
    <input
      {...common(props)}
      type="text"
      className={mono ? "input mono" : "input"}
      inputMode={isNumberType(field) ? "decimal" : undefined}
      placeholder={field.placeholder || (field.kind === "cidr" ? "10.0.0.0/16" : undefined)}
      autoComplete="off"
      spellCheck={false}
      value={shownText(value)}
      onChange={(event) => onChange(event.target.value === "" ? cleared(field) : event.target.value)}
    />
  );
  const generator = field.generate && field.generate.kind !== "password" && !props.disabled;
  if (!field.unit && !generator) return input;
  return (
    <div className="with-button">
      {field.unit ? (
        <span className="with-unit">
          {input}
          <span className="unit">{field.unit}</span>
        </span>
      ) : (
        input
      )}
      {generator && (
        <button type="button" className="btn" onClick={() => onChange(madeUp(field.generate))}>
          <Icon name="dice" /> Generate
        </button>
      )}
    </div>
  );
}

function LongText({ masked, ...props }) {
  const { field, value, onChange } = props;
  const text = shownText(value);
  const kind = field.kind === "textarea" ? "textarea" : "textarea mono";
  return (
    <textarea
      {...common(props)}
      className={masked ? `${kind} masked` : kind}
      rows={Math.min(16, Math.max(field.kind === "textarea" ? 3 : 5, text.split("\n").length + 1))}
      spellCheck={!masked && field.kind === "textarea"}
      autoComplete={masked ? "off" : undefined}
      placeholder={field.placeholder || (field.kind === "json" ? "{ }" : undefined)}
      value={text}
      onChange={(event) => onChange(event.target.value === "" ? cleared(field) : event.target.value)}
    />
  );
}

function SecretInput(props) {
  const { field, value, onChange, shown } = props;
  // An input of one line would lose the lines of a key, so several are masked in place.
  if (field.kind === "code" || field.kind === "textarea") return <LongText {...props} masked={!shown} />;
  return (
    <input
      {...common(props)}
      type={shown ? "text" : "password"}
      className="input mono"
      autoComplete="new-password"
      spellCheck={false}
      placeholder={field.placeholder || undefined}
      value={shownText(value)}
      onChange={(event) => onChange(event.target.value === "" ? cleared(field) : event.target.value)}
    />
  );
}

// With `reveal: once` a made-up secret can be read and copied until it is put away; with `never`, not at all.
function Password(props) {
  const { field, value, onChange, disabled } = props;
  const [shown, setShown] = useState(false);
  const [made, setMade] = useState(false);
  const free = !field.reveal;
  const once = field.reveal === "once" && made && shown;
  const change = (next) => {
    setMade(false);
    if (!free) setShown(false);
    onChange(next);
  };
  return (
    <>
      <div className="with-button">
        <SecretInput {...props} shown={shown} onChange={change} />
        {once && <CopyButton text={shownText(value)} label={`Copy ${field.title}`} />}
        {(free || once) && (
          <button type="button" className={free ? "btn icon-only" : "btn"} aria-label={shown ? "Hide" : "Show"} aria-pressed={shown} onClick={() => setShown(!shown)}>
            <Icon name={shown ? "eye-off" : "eye"} />
            {once && "Hide for good"}
          </button>
        )}
        {field.generate && !disabled && !once && (
          <button
            type="button"
            className="btn"
            onClick={() => {
              onChange(madeUp(field.generate));
              setMade(true);
              setShown(field.reveal !== "never");
            }}
          >
            <Icon name="dice" /> Generate
          </button>
        )}
      </div>
      {made && field.reveal && (
        <p className="help" role="status">
          {once ? "Copy it now: it is not shown again." : `A value was made up. It is ${field.reveal === "never" ? "never shown" : "not shown again"}.`}
        </p>
      )}
    </>
  );
}

function Slider(props) {
  const { field, value, onChange } = props;
  const { min, max, step } = field.constraints;
  if (min === null || max === null) return <Text {...props} />;
  const number = value === null || value === undefined || value === "" ? Number(min) : Number(value);
  return (
    <div className="slider">
      <input
        type="range"
        aria-label={`${field.title}, slider`}
        min={min}
        max={max}
        step={step || (field.constraints.integer ? 1 : "any")}
        disabled={props.disabled}
        value={Number.isFinite(number) ? number : Number(min)}
        onChange={(event) => onChange(event.target.value)}
      />
      <Text {...props} />
    </div>
  );
}

function Switch(props) {
  const { value, onChange, label } = props;
  return (
    <label className="switch">
      <input
        {...common(props)}
        type="checkbox"
        role="switch"
        aria-label={label}
        checked={value === true}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className="small muted">{value === true ? "On" : "Off"}</span>
    </label>
  );
}

const typed = (field, text) => (isBoolType(field) ? text === "true" : text);

function grouped(options) {
  const groups = new Map();
  for (const option of options) {
    const name = option.group || "";
    groups.set(name, [...(groups.get(name) || []), option]);
  }
  return [...groups.entries()];
}

function OptionItem({ option }) {
  const extra = [option.price, option.deprecated ? "deprecated" : "", option.disabled_reason?.replace(/\.$/, "")].filter(Boolean).join(", ");
  return (
    <option value={String(option.value)} disabled={Boolean(option.disabled_reason)}>
      {extra ? `${option.label} (${extra})` : option.label}
    </option>
  );
}

const nameOf = (field, value) => field.options.find((option) => String(option.value) === value)?.label || value;

function Select(props) {
  const { field, value, onChange, self } = props;
  const { options, origin } = useOptions(field, self);
  const current = value === null || value === undefined ? "" : String(value);
  const chosen = options.find((option) => String(option.value) === current);
  const nothing = field.required || props.required ? "Choose" : field.default === null && !field.sensitive ? "Not set" : "";
  return (
    <>
      <select
        {...common(props)}
        className="select"
        value={current}
        onChange={(event) => onChange(event.target.value === "" ? undefined : typed(field, event.target.value))}
      >
        {(nothing || !current) && <option value="">{nothing || "Choose"}</option>}
        {current && !chosen && <option value={current}>{nameOf(field, current)} (not offered)</option>}
        {grouped(options).map(([group, items]) =>
          group ? (
            <optgroup key={group} label={group}>
              {items.map((option) => (
                <OptionItem key={String(option.value)} option={option} />
              ))}
            </optgroup>
          ) : (
            items.map((option) => <OptionItem key={String(option.value)} option={option} />)
          ),
        )}
      </select>
      {chosen?.description && <p className="help">{chosen.description}</p>}
      <Origin text={origin} />
    </>
  );
}

// What else there is to know about an option, below its name.
export function OptionWords({ option }) {
  return (
    <>
      {option.description && <span className="help">{option.description}</span>}
      {option.disabled_reason && <span className="help">{option.disabled_reason}</span>}
    </>
  );
}

function Radio(props) {
  const { field, value, onChange, self, path, disabled, describedBy, label } = props;
  const { seen } = useForm();
  const options = optionsFor(field, seen, self);
  return (
    <div className="choices" role="radiogroup" aria-label={label} aria-describedby={describedBy}>
      {options.map((option, index) => {
        const checked = String(option.value) === String(value);
        const off = Boolean(option.disabled_reason);
        return (
          <label key={String(option.value)} className={`choice ${checked ? "on" : ""} ${off ? "off" : ""}`}>
            <input
              id={index === 0 ? idOf(path) : undefined}
              type="radio"
              name={idOf(path)}
              checked={checked}
              disabled={disabled || off}
              onChange={() => onChange(typed(field, String(option.value)))}
            />
            <span className="grow">
              <span className="choice-title">
                <span className="choice-name">
                  {option.icon && <Icon name={option.icon} className="small" />}
                  {option.label}
                  {option.deprecated && <span className="badge warning">deprecated</span>}
                </span>
                {option.price && <span className="faint">{option.price}</span>}
              </span>
              <OptionWords option={option} />
            </span>
          </label>
        );
      })}
    </div>
  );
}

function Proposals(props) {
  const { field, value, onChange, self, path, invalid, describedBy, disabled, label, required } = props;
  const { options, origin } = useOptions(field, self, true);
  const chosen = options.find((option) => String(option.value) === String(value));
  return (
    <>
      <Combobox
        id={idOf(path)}
        required={required || field.required}
        label={label}
        value={value}
        options={options}
        allowOther={field.allow_other}
        placeholder={field.placeholder}
        onChange={onChange}
        disabled={disabled}
        invalid={invalid}
        describedBy={describedBy}
      />
      {chosen?.output && <p className="help mono anywhere">{String(value)}</p>}
      {(chosen?.description || chosen?.price) && <p className="help">{[chosen.description, chosen.price].filter(Boolean).join(" · ")}</p>}
      <Origin text={origin} />
    </>
  );
}

const WIDGETS = {
  text: Text,
  cidr: Text,
  duration: Text,
  number: Text,
  textarea: LongText,
  code: LongText,
  json: LongText,
  password: Password,
  slider: Slider,
  switch: Switch,
  select: Select,
  radio: Radio,
  combobox: Proposals,
};

// A switch that may be left alone is a choice of three.
const THREE = [
  { value: true, label: "On" },
  { value: false, label: "Off" },
];
const isThreeWay = (field) => field.kind === "switch" && !field.required && field.default === null && !field.sensitive;

export const isSimple = (field) => field.kind in WIDGETS;

export function Widget(props) {
  const { field } = props;
  const secret = (field.sensitive || field.ephemeral) && ["text", "textarea", "code", "password"].includes(field.kind);
  if (isThreeWay(field)) return <Select {...props} field={{ ...field, options: THREE }} />;
  const Chosen = secret ? Password : WIDGETS[field.kind] || LongText;
  if (!field.name_check) return <Chosen {...props} />;
  return (
    <>
      <Chosen {...props} />
      <NameHint field={field} value={props.value} invalid={props.invalid} />
    </>
  );
}
