// The form's sections: basic questions first, the rest behind one button, nested and collapsed as the manifest says.
import { useState } from "react";
import { Icon } from "../parts";
import { LEVELS, useForm } from "./context";
import { Field } from "./field";
import { errorWithin, isShown } from "./model.mjs";

function useVisible(fields, values) {
  const form = useForm();
  const shown = fields.filter((field) => isShown(field, form.seen));
  const rank = LEVELS.indexOf(form.level);
  const wanted = (field) =>
    form.showAll ||
    LEVELS.indexOf(field.level) <= rank ||
    Object.hasOwn(values, field.name) ||
    (form.isTouched(field.path) && errorWithin(form.errors, field.path));
  return { shown, now: shown.filter(wanted) };
}

function Fields({ fields, values, onChange }) {
  return fields.map((field) => (
    <Field
      key={field.name}
      field={field}
      value={values[field.name]}
      isSet={Object.hasOwn(values, field.name)}
      onChange={(next) => onChange(field.name, next)}
    />
  ));
}

export function Section({ section, sections, values, onChange }) {
  const form = useForm();
  const { shown, now } = useVisible(section.fields, values);
  const [more, setMore] = useState(false);
  const [open, setOpen] = useState(!section.collapsed || form.readOnly);
  const children = sections.filter((other) => other.parent === section.key);
  const bad = section.fields.some((field) => form.isTouched(field.path) && errorWithin(form.errors, field.path));
  const set = section.fields.filter((field) => Object.hasOwn(values, field.name)).length;
  const visible = more ? shown : now;
  const rest = shown.length - now.length;
  if (!shown.length && !children.length) return null;
  if (form.readOnly && !visible.length && !children.length) return null;
  const isOpen = open || (bad && form.showAll);
  return (
    <section className="form-section" id={`section-${section.key}`}>
      <button type="button" className="section-head" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? "chevron-down" : "chevron-right"} />
        <h2>{section.title}</h2>
        {bad && <span className="badge danger">needs attention</span>}
        <span className="faint tiny section-count">
          {isOpen ? "" : `${shown.length} ${shown.length === 1 ? "setting" : "settings"}${set ? `, ${set} set` : ""}`}
        </span>
      </button>
      {isOpen && (
        <div className="section-body">
          {section.help_html && <div className="help" dangerouslySetInnerHTML={{ __html: section.help_html }} />}
          <Fields fields={visible} values={values} onChange={onChange} />
          {!form.readOnly && rest > 0 && (
            <div>
              <button type="button" className="link-btn" aria-expanded={more} onClick={() => setMore(!more)}>
                {more ? "Show fewer settings" : `Show ${rest} more ${rest === 1 ? "setting" : "settings"}`}
              </button>
            </div>
          )}
          {children.map((child) => (
            <Section key={child.key} section={child} sections={sections} values={values} onChange={onChange} />
          ))}
        </div>
      )}
    </section>
  );
}

export function Sections({ form, values, onChange }) {
  const keys = new Set(form.sections.map((section) => section.key));
  const top = form.sections.filter((section) => !section.parent || !keys.has(section.parent));
  return top.map((section) => <Section key={section.key} section={section} sections={form.sections} values={values} onChange={onChange} />);
}
