// What will be created, before any plan: asked of the server, drawn beside the form and on a template's page.
import { memo, useEffect, useRef, useState } from "react";
import { Icon, postJson } from "./parts";
import { PreviewCost } from "./preview-cost";

const ASK_AFTER = 300;

// The newest answer for these values, in a project when one is chosen; the last one stays while the next is on its way.
export function usePreview(template, values, project = "") {
  const [preview, setPreview] = useState(null);
  const [failed, setFailed] = useState(false);
  const text = JSON.stringify(values);
  const first = useRef(true);
  useEffect(() => {
    let alive = true;
    const ask = () =>
      postJson(`/api/v1/templates/${template}/preview${project ? `?project=${encodeURIComponent(project)}` : ""}`, { values: JSON.parse(text) }).then(
        (answer) => {
          if (!alive) return;
          setPreview(answer);
          setFailed(false);
        },
        () => alive && setFailed(true),
      );
    const timer = setTimeout(ask, first.current ? 0 : ASK_AFTER);
    first.current = false;
    return () => {
      alive = false;
      clearTimeout(timer);
    };
  }, [template, text, project]);
  return { preview, failed };
}

const labelOf = (resource) => {
  const name = resource.address.split(".").pop();
  return name === "this" || name === "main" ? "" : name.replaceAll("_", " ");
};

export function totalWords({ total, exact }) {
  const noun = total === 1 ? "resource" : "resources";
  return exact ? `${total} ${noun}` : `${total} ${noun} or more`;
}

function amountOf({ number, amount }) {
  if (number === null) return amount;
  return number === 1 ? "" : `× ${number}`;
}

function Names({ resource, most }) {
  const { names, number } = resource;
  if (!names.length) return labelOf(resource) ? <span className="will-names">{labelOf(resource)}</span> : null;
  const left = (number || names.length) - Math.min(names.length, most);
  return (
    <span className="will-names">
      {names.slice(0, most).join(", ")}
      {left > 0 ? ` and ${left} more` : ""}
    </span>
  );
}

function Row({ resource, fresh, most, addresses }) {
  return (
    <li className={`will-row ${fresh ? "fresh" : ""} ${resource.number === null ? "unsure" : ""}`}>
      <Icon name={resource.number === null ? "alert-circle" : "plus"} className="small" />
      <span className="will-what">
        <span className="will-title">{resource.title}</span>
        <Names resource={resource} most={most} />
        {addresses && <code className="will-address">{resource.address}</code>}
      </span>
      <span className="num will-amount" title={resource.number === null ? "Only Terraform can tell: the plan will." : undefined}>
        {amountOf(resource)}
      </span>
    </li>
  );
}

// What came since the last answer, for a moment of colour.
function useFresh(resources) {
  const before = useRef(null);
  const now = new Map(resources.map((resource) => [resource.address, resource.number]));
  const fresh = new Set(before.current ? [...now].filter(([address, number]) => before.current.get(address) !== number).map(([address]) => address) : []);
  useEffect(() => {
    before.current = now;
  }, [JSON.stringify([...now])]);
  return fresh;
}

function Absent({ resources }) {
  if (!resources.length) return null;
  return (
    <details className="will-absent">
      <summary className="small muted">Not with these values ({resources.length})</summary>
      <ul tabIndex={0} aria-label="Not with these values">
        {resources.map((resource) => (
          <li key={resource.address}>
            <span>
              {resource.title}
              {labelOf(resource) ? <span className="faint"> {labelOf(resource)}</span> : null}
            </span>
            {resource.why && <span className="why">{resource.why}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}

export function ResourceList({ preview, most = 3, addresses = false }) {
  const there = preview.resources.filter((resource) => resource.present !== false);
  const fresh = useFresh(there);
  return (
    <>
      <ul className="will" tabIndex={0} aria-label="What will be created">
        {there.map((resource) => (
          <Row key={`${resource.address} ${resource.number}`} resource={resource} fresh={fresh.has(resource.address)} most={most} addresses={addresses} />
        ))}
      </ul>
      <Absent resources={preview.resources.filter((resource) => resource.present === false)} />
    </>
  );
}

// In the form's summary.
export const WillCreate = memo(function WillCreate({ template, values, project, sandbox }) {
  const { preview, failed } = usePreview(template, values, project);
  if (!preview) return failed ? null : <div className="skeleton" aria-hidden="true" />;
  return (
    <div className="will-create">
      <div className="row between">
        <span className="tiny faint">Will be created</span>
        <span className="tiny faint num" role="status">
          {totalWords(preview)}
        </span>
      </div>
      <ResourceList preview={preview} most={2} />
      <PreviewCost cost={preview.cost} sandbox={sandbox} />
    </div>
  );
});

// On a template's page: with the defaults, or with one of its presets.
export function TemplatePreview({ template, presets, project }) {
  const [chosen, setChosen] = useState("");
  const values = presets.find((preset) => preset.name === chosen)?.values || {};
  const { preview, failed } = usePreview(template, values, project);
  return (
    <section className="card">
      <div className="card-head">
        <h2>What will be created</h2>
        {preview && (
          <span className="badge" role="status">
            {totalWords(preview)}
          </span>
        )}
      </div>
      <div className="card-body stack tight">
        {presets.length > 0 && (
          <div className="segmented wrap" role="group" aria-label="With which values">
            {[{ name: "", title: "As it comes" }, ...presets].map((preset) => (
              <button key={preset.name} type="button" aria-pressed={preset.name === chosen} onClick={() => setChosen(preset.name)} title={preset.description || undefined}>
                {preset.title}
              </button>
            ))}
          </div>
        )}
        {!preview && !failed && <div className="skeleton" aria-hidden="true" />}
        {failed && !preview && <p className="small muted">It could not be drawn. The plan shows it in any case.</p>}
        {preview && <ResourceList preview={preview} addresses />}
        {preview && <PreviewCost cost={preview.cost} open />}
      </div>
    </section>
  );
}
