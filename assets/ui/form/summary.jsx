// Beside the form: what was changed, what is wrong, and the way on. Above it: presets.
import { memo, useMemo } from "react";
import { WillCreate } from "../preview";
import { QuotaLeft } from "./asked";
import { LEVELS, useForm } from "./context";
import { allFields, changes, describe, incoming, isRequired, isShown, lockOf, outgoing } from "./model.mjs";

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export const Presets = memo(function Presets({ presets, values, form, onChoose }) {
  if (!presets.length) return null;
  const isChosen = (preset) => Object.entries(incoming(form, preset.values).values).every(([name, value]) => same(values[name], value));
  return (
    <div className="presets" role="group" aria-label="Presets">
      {presets.map((preset) => (
        <button key={preset.name} type="button" className="preset" aria-pressed={isChosen(preset)} onClick={() => onChoose(preset)}>
          <strong>{preset.title}</strong>
          {preset.description && <span>{preset.description}</span>}
        </button>
      ))}
    </div>
  );
});

function counts(form, seen) {
  const shown = allFields(form).filter((field) => isShown(field, seen));
  return Object.fromEntries(LEVELS.map((level) => [level, shown.filter((field) => field.level === level).length]));
}

function Notes({ title, kind, notes, titleOf, onGo }) {
  if (!notes.length) return null;
  return (
    <div>
      <div className="tiny faint">{title}</div>
      <ul className={`changed ${kind}`}>
        {notes.slice(0, 6).map(([path, message]) => (
          <li key={path}>
            <button type="button" title={message} onClick={() => onGo(path)}>
              <span className="truncate">{titleOf(path)}</span>
              <span className="truncate value">{message}</span>
            </button>
          </li>
        ))}
        {notes.length > 6 && <li className="tiny faint">and {notes.length - 6} more</li>}
      </ul>
    </div>
  );
}

const LEVEL_TITLES = { basic: "Basic", advanced: "Advanced", expert: "Everything" };

export function Summary({ form, head, data, values, errors, judged, level, barred, onLevel }) {
  const { isTouched, warnings, seen, role, goTo } = useForm();
  const changed = useMemo(() => changes(form, values), [form, values]);
  const sent = useMemo(() => outgoing(form, values).values, [form, values]);
  const titles = new Map(allFields(form).map((field) => [field.name, field]));
  const titleOf = (path) => titles.get(path.match(/^[^.[]*/)[0])?.title || path;
  const wrong = Object.entries(errors).filter(([path]) => isTouched(path));
  const doubts = Object.entries(warnings).filter(([path]) => !errors[path]);
  const asked = (field) => isShown(field, seen) && isRequired(field, seen) && !lockOf(field, role);
  const isEmpty = (field) => !Object.hasOwn(values, field.name) && (field.required || [null, ""].includes(field.default));
  const missing = allFields(form).filter((field) => asked(field) && isEmpty(field));
  const count = useMemo(() => counts(form, seen), [form, seen]);
  const account = data.accounts.find((item) => item.slug === head.cloud_account);
  return (
    <aside aria-label="Summary">
      <div className="card">
        <div className="card-head">
          <h2 className="truncate">{head.name.trim() || "New deployment"}</h2>
          {account?.kind === "sandbox" && <span className="badge warning">Sandbox</span>}
        </div>
        <div className="card-body stack">
          <div>
            <div className="tiny faint" id="level-label">
              Show settings
            </div>
            <div className="segmented levels" role="group" aria-labelledby="level-label">
              {LEVELS.filter((name) => name === "basic" || count[name]).map((name) => (
                <button key={name} type="button" aria-pressed={name === level} onClick={() => onLevel(name)}>
                  {LEVEL_TITLES[name]}
                  {name !== "basic" && <span className="faint num">{count[name]}</span>}
                </button>
              ))}
            </div>
          </div>
          <div>
            <div className="tiny faint">Changed from the defaults</div>
            {changed.length ? (
              <ul className="changed">
                {changed.slice(0, 12).map(({ field, value }) => (
                  <li key={field.name}>
                    <button type="button" onClick={() => goTo(field.path)}>
                      <span className="truncate">{field.title}</span>
                      <span className="truncate value">{describe(field, value)}</span>
                    </button>
                  </li>
                ))}
                {changed.length > 12 && <li className="tiny faint">and {changed.length - 12} more</li>}
              </ul>
            ) : (
              <p className="small muted">Nothing yet</p>
            )}
          </div>
          <WillCreate template={data.detail.key} values={sent} project={barred ? "" : head.project} sandbox={account?.kind === "sandbox"} />
          <QuotaLeft fields={allFields(form)} />
          <Notes title="To look at" kind="problems" notes={wrong} titleOf={titleOf} onGo={goTo} />
          <Notes title="Worth a second look" kind="doubts" notes={doubts} titleOf={titleOf} onGo={goTo} />
        </div>
        <div className="card-foot stack tight">
          <button type="submit" className="btn primary large block">
            Review
          </button>
          <p className="tiny faint" role="status">
            {missing.length
              ? `${missing.length} required ${missing.length === 1 ? "answer" : "answers"} to go`
              : !judged
                ? "Checking …"
                : Object.keys(errors).length
                  ? `${Object.keys(errors).length} to correct`
                  : "Everything is answered"}
          </p>
        </div>
      </div>
    </aside>
  );
}
