// One field: its label, its input, what it means, what is wrong with it, and the way back to the default.
import { useState } from "react";
import { Icon } from "../parts";
import { Part } from "./collections";
import { idOf, useForm } from "./context";
import { defaultOf, describe, errorAt, errorWithin, isObject, isRequired, isShown, lockOf, notOffered, suggestion } from "./model.mjs";
import { isSimple } from "./widgets";

const WHOLE = ["tags", "multiselect", "key_value", "json", "code"];
// Their parts are left one by one: a new element is not wrong before somebody was in it.
const COMPOSITE = ["list", "table", "map", "object", "tuple"];
const TEXTS = ["text", "textarea", "code", "cidr", "duration"];
// An object that is null by default is something to switch on.
const isOptionalObject = (field) => field.kind === "object" && !field.required && (field.default === null || field.default === undefined) && !field.sensitive;

function bounds(field) {
  const { min, max, min_items: least, max_items: most } = field.constraints;
  const unit = field.unit ? ` ${field.unit}` : "";
  if (min !== null && max !== null) return `${min} to ${max}${unit}`;
  if (min !== null) return `At least ${min}${unit}`;
  if (max !== null) return `At most ${max}${unit}`;
  if (least) return `At least ${least}`;
  return most ? `At most ${most}` : "";
}

function FieldMenu({ field, value, isSet, onChange }) {
  const actions = [];
  if (isSet && !field.required) {
    const fallback = field.sensitive ? "" : describe(field, defaultOf(field));
    actions.push([`Use the default${fallback && fallback !== "null" ? ` (${fallback.slice(0, 40)})` : ""}`, undefined]);
  }
  if (field.nullable && !(isSet && value === null)) actions.push(["Set to null", null]);
  if (TEXTS.includes(field.kind) && field.type === "string" && !field.options.length && field.nullable && value !== "") actions.push(["Set to the empty text", ""]);
  if (!actions.length) return null;
  if (actions.length === 1) {
    return (
      <button type="button" className="field-action" onClick={() => onChange(actions[0][1])}>
        {actions[0][0]}
      </button>
    );
  }
  return (
    <details className="field-menu" onToggle={(event) => event.currentTarget.open && event.currentTarget.querySelector("button")?.focus()}>
      <summary aria-label={`More for ${field.title}`}>
        <Icon name="dots" className="small" />
      </summary>
      <div
        className="popover"
        onClick={(event) => event.currentTarget.closest("details").removeAttribute("open")}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && event.currentTarget.closest("details").removeAttribute("open")}
      >
        {actions.map(([words, next]) => (
          <button key={words} type="button" className="item" onClick={() => onChange(next)}>
            {words}
          </button>
        ))}
      </div>
    </details>
  );
}

function Label({ field, path, required, children }) {
  const group = !isSimple(field) || ["radio"].includes(field.kind);
  const words = (
    <>
      {field.title}
      {required && (
        <span className="req" title="Required">
          *
        </span>
      )}
      {field.sensitive && <Icon name="lock" className="small" />}
      {field.immutable && <span className="badge outline">fixed after creation</span>}
      {field.cost_driver && (
        <span className="badge outline" title={field.cost_driver.assumption || undefined}>
          drives the price
        </span>
      )}
      {(field.deprecated || field.replaced_by) && <span className="badge warning">deprecated</span>}
    </>
  );
  return (
    <div className="label-row">
      {group ? <span className="label">{words}</span> : <label className="label" htmlFor={idOf(path)}>{words}</label>}
      <span className="label-tools">{children}</span>
    </div>
  );
}

function Deprecated({ field }) {
  const { goTo } = useForm();
  const instead = field.replaced_by;
  return (
    <p>
      {field.deprecated || "This is deprecated."}
      {instead && " Use "}
      {instead &&
        (instead.path.includes("[]") ? (
          instead.title
        ) : (
          <button type="button" className="link-btn tiny" onClick={() => goTo(instead.path)}>
            {instead.title}
          </button>
        ))}
      {instead && " instead."}
    </p>
  );
}

function Help({ field, id }) {
  const limits = bounds(field);
  const assumed = field.cost_driver?.assumption ? `Price for ${field.cost_driver.assumption}` : "";
  const isOld = field.deprecated || field.replaced_by;
  if (!field.help_html && !limits && !assumed && !field.docs && !isOld) return null;
  const words = [limits, assumed].filter(Boolean).join(" · ");
  return (
    <div className="help" id={id}>
      {isOld && <Deprecated field={field} />}
      {field.help_html && <div dangerouslySetInnerHTML={{ __html: field.help_html }} />}
      {(words || field.docs) && (
        <p>
          {words}
          {words && field.docs ? " · " : ""}
          {field.docs && (
            <a href={field.docs.url} target="_blank" rel="noopener noreferrer">
              {field.docs.title}
            </a>
          )}
        </p>
      )}
    </div>
  );
}

// What is worth a second look at a field, and hinders nobody.
export function noticeOf(field, form, { path, value, isSet, self }) {
  const gone = notOffered(field, value, form.seen, self);
  if (gone) return gone;
  const warning = WHOLE.includes(field.kind) ? errorWithin(form.warnings, path) : form.warnings[path];
  const known = field.deprecated || field.replaced_by;
  return warning && !known && (isSet || form.isTouched(path)) ? warning : "";
}

export function Field({ field, path = field.path, value, isSet, self, disabled, onChange }) {
  const form = useForm();
  const [local, setLocal] = useState(0);
  if (!isShown(field, form.seen, self)) return null;
  const lock = lockOf(field, form.role);
  const readOnly = disabled || form.readOnly || Boolean(lock);
  const required = isRequired(field, form.seen, self);
  const touched = form.isTouched(path);
  const error = touched ? (WHOLE.includes(field.kind) ? errorWithin(form.errors, path) : errorAt(form.errors, path)) : "";
  const id = idOf(path);
  const offered = !isSet && !readOnly ? suggestion(field.default_from, form.hints) : "";
  const change = (next) => {
    if (next === undefined || next === null) setLocal(local + 1);
    onChange(next);
  };
  const shown = isSet ? value : defaultOf(field);
  const notice = error || form.readOnly ? "" : noticeOf(field, form, { path, value: shown, isSet, self });
  const describedBy = [error && `${id}-error`, notice && `${id}-notice`, lock && `${id}-lock`, `${id}-help`].filter(Boolean).join(" ");
  return (
    <div className={`field ${error ? "bad" : ""}`} data-path={path} data-kind={field.kind} onBlur={() => COMPOSITE.includes(field.kind) || form.touch(path)}>
      <Label field={field} path={path} required={required}>
        {!readOnly && <FieldMenu field={field} value={shown} isSet={isSet} onChange={change} />}
      </Label>
      <FixedItems items={field.fixed_items} />
      {value === null && isSet && field.nullable ? (
        <div className="row">
          <span className="tag mono">null</span>
          {!readOnly && (
            <button type="button" id={id} className="link-btn" onClick={() => change(undefined)}>
              Enter a value
            </button>
          )}
        </div>
      ) : isOptionalObject(field) ? (
        <OptionalObject field={field} value={shown} isSet={isSet && value !== null} path={path} disabled={readOnly} onChange={onChange} />
      ) : (
        <Part key={local} field={field} value={shown} path={path} self={self} disabled={readOnly} invalid={Boolean(error)} required={required} describedBy={describedBy} label={field.title} onChange={onChange} />
      )}
      {error && (
        <p className="error" id={`${id}-error`}>
          <Icon name="alert-circle" />
          <span>{error}</span>
        </p>
      )}
      {notice && (
        <p className="notice" id={`${id}-notice`} role="status">
          <Icon name="alert" />
          <span>{notice}</span>
        </p>
      )}
      {lock && !form.readOnly && (
        <p className="help locked" id={`${id}-lock`}>
          <Icon name="lock" className="small" />
          <span>{lock}</span>
        </p>
      )}
      {offered && (
        <p className="help">
          Suggested:{" "}
          <button type="button" className="link-btn tiny" onClick={() => onChange(offered)}>
            {offered}
          </button>
        </p>
      )}
      {field.guard && !lock && (
        <p className="help locked">
          <Icon name="lock" className="small" />
          <span>{field.guard}</span>
        </p>
      )}
      <Help field={field} id={`${id}-help`} />
    </div>
  );
}

// What the project sets by itself, beside what is entered here.
function FixedItems({ items }) {
  const pairs = Object.entries(items || {});
  if (!pairs.length) return null;
  return (
    <ul className="fixed-items" aria-label="Set by the project">
      {pairs.map(([key, text]) => (
        <li key={key} className="tag mono anywhere">
          <Icon name="lock" className="small" /> {key} = {text}
        </li>
      ))}
    </ul>
  );
}

function OptionalObject({ field, value, isSet, path, disabled, onChange }) {
  return (
    <>
      <label className="switch">
        <input
          id={idOf(path)}
          type="checkbox"
          role="switch"
          aria-label={field.title}
          checked={isSet}
          disabled={disabled}
          onChange={(event) => onChange(event.target.checked ? {} : undefined)}
        />
        <span className="small muted">{isSet ? "On" : "Off"}</span>
      </label>
      {isSet && <Part field={field} value={isObject(value) ? value : {}} path={path} disabled={disabled} onChange={(next) => onChange(next ?? {})} label={field.title} />}
    </>
  );
}
