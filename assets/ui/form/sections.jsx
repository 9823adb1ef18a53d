// The form's sections: basic questions first, the rest behind one button, nested and collapsed as the manifest says. Many
// sections have an outline, and can be gone through one at a time.
import { memo, useCallback, useEffect, useState } from "react";
import { Icon } from "../parts";
import { FormContext, LEVELS, useForm, useSlice } from "./context";
import { Field } from "./field";
import { errorWithin, isRequired, isShown } from "./model.mjs";
import { rootOf } from "./slices.mjs";
import { rememberSteps, wantsSteps } from "./store.mjs";

const isStill = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

const MANY = 5;
const StillField = memo(Field);

function useVisible(fields, values) {
  const form = useForm();
  const shown = fields.filter((field) => isShown(field, form.seen));
  const rank = LEVELS.indexOf(form.level);
  const wanted = (field) =>
    form.showAll ||
    LEVELS.indexOf(field.level) <= rank ||
    Object.hasOwn(values, field.name) ||
    (!form.readOnly && isRequired(field, form.seen)) ||
    (form.isTouched(field.path) && errorWithin(form.errors, field.path));
  return { shown, now: shown.filter(wanted) };
}

// A variable's field with its own slice of the form: it renders again only when that, or its value, has changed.
function OwnField({ field, values, onChange }) {
  const slice = useSlice(field);
  const change = useCallback((next) => onChange(field.name, next), [onChange, field]);
  return (
    <FormContext.Provider value={slice}>
      <StillField field={field} value={values[field.name]} isSet={Object.hasOwn(values, field.name)} onChange={change} />
    </FormContext.Provider>
  );
}

function Fields({ fields, values, onChange }) {
  return fields.map((field) => <OwnField key={field.name} field={field} values={values} onChange={onChange} />);
}

// All fields of a section and of those inside it.
function fieldsWithin(section, sections) {
  return [...section.fields, ...sections.filter((other) => other.parent === section.key).flatMap((child) => fieldsWithin(child, sections))];
}

const needsAttention = (fields, form) => fields.some((field) => form.isTouched(field.path) && errorWithin(form.errors, field.path));

export function Section({ section, sections, values, onChange, alone }) {
  const form = useForm();
  const { shown, now } = useVisible(section.fields, values);
  const [more, setMore] = useState(false);
  const [open, setOpen] = useState(!section.collapsed || form.readOnly);
  const children = sections.filter((other) => other.parent === section.key);
  const bad = needsAttention(section.fields, form);
  const set = section.fields.filter((field) => Object.hasOwn(values, field.name)).length;
  const visible = more ? shown : now;
  const rest = shown.length - now.length;
  useEffect(() => {
    const name = form.target && rootOf(form.target.path);
    if (!name || !fieldsWithin(section, sections).some((field) => field.name === name)) return;
    setOpen(true);
    if (shown.some((field) => field.name === name) && !now.some((field) => field.name === name)) setMore(true);
  }, [form.target]);
  if (!shown.length && !children.length) return null;
  if (form.readOnly && !visible.length && !children.length) return null;
  const isOpen = alone || open || (bad && form.showAll);
  return (
    <section className="form-section" id={`section-${section.key}`}>
      <button type="button" className="section-head" aria-expanded={isOpen} disabled={alone} onClick={() => setOpen(!isOpen)}>
        {!alone && <Icon name={isOpen ? "chevron-down" : "chevron-right"} />}
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

// What a step shows of how far one is: what is missing first, then what was set.
function stateOf(fields, values, form) {
  if (needsAttention(fields, form)) return { kind: "bad", words: "needs attention" };
  const missing = fields.filter((field) => isShown(field, form.seen) && isRequired(field, form.seen) && !Object.hasOwn(values, field.name)).length;
  if (missing) return { kind: "open", words: `${missing} to answer` };
  const set = fields.filter((field) => Object.hasOwn(values, field.name)).length;
  return set ? { kind: "set", words: `${set} set` } : { kind: "", words: "" };
}

function Outline({ steps, sections, values, at, onGo, onMode }) {
  const form = useForm();
  return (
    <nav className="form-outline" aria-label="Sections of the form">
      <ol>
        {steps.map((section, index) => {
          const state = stateOf(fieldsWithin(section, sections), values, form);
          return (
            <li key={section.key}>
              <button type="button" aria-current={index === at ? "step" : undefined} className={state.kind} onClick={() => onGo(index)}>
                <span className="number">{state.kind === "set" ? <Icon name="check" className="small" /> : index + 1}</span>
                <span>{section.title}</span>
                {state.words && <span className="sr-only">, {state.words}</span>}
              </button>
            </li>
          );
        })}
      </ol>
      <button type="button" className="link-btn tiny mode" onClick={onMode}>
        {at === null ? "Step by step" : "All on one page"}
      </button>
    </nav>
  );
}

function StepButtons({ steps, at, onGo }) {
  return (
    <div className="step-buttons">
      <button type="button" className="btn" disabled={at === 0} onClick={() => onGo(at - 1)}>
        <Icon name="chevron-left" /> Back
      </button>
      {at < steps.length - 1 && (
        <button type="button" className="btn primary" onClick={() => onGo(at + 1)}>
          {steps[at + 1].title} <Icon name="chevron-right" />
        </button>
      )}
    </div>
  );
}

export function Sections({ form, values, onChange }) {
  const { seen, target, readOnly } = useForm();
  const [stepped, setStepped] = useState(wantsSteps);
  const [step, setStep] = useState(0);
  const keys = new Set(form.sections.map((section) => section.key));
  const top = form.sections.filter((section) => !section.parent || !keys.has(section.parent));
  const steps = top.filter((section) => fieldsWithin(section, form.sections).some((field) => isShown(field, seen)));
  const many = !readOnly && steps.length >= MANY;
  const at = many && stepped ? Math.min(step, steps.length - 1) : null;
  useEffect(() => {
    const found = target ? steps.findIndex((section) => fieldsWithin(section, form.sections).some((field) => field.name === rootOf(target.path))) : -1;
    if (found >= 0) setStep(found);
  }, [target]);
  const go = (index) => {
    setStep(index);
    if (at === null) document.getElementById(`section-${steps[index].key}`)?.scrollIntoView({ block: "start", behavior: isStill() ? "auto" : "smooth" });
    else document.querySelector(".form-outline")?.scrollIntoView({ block: "nearest" });
  };
  const change = () => {
    setStepped(!stepped);
    rememberSteps(!stepped);
  };
  const shown = at === null ? top : [steps[at]];
  return (
    <>
      {many && <Outline steps={steps} sections={form.sections} values={values} at={at} onGo={go} onMode={change} />}
      {shown.map((section) => (
        <Section key={section.key} section={section} sections={form.sections} values={values} onChange={onChange} alone={at !== null} />
      ))}
      {at !== null && <StepButtons steps={steps} at={at} onGo={go} />}
    </>
  );
}
