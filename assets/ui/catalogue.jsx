// The catalogue: every template is here already, so search and filters answer at once. They live in the address.
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { recentTemplates } from "./form/store.mjs";
import { FilterButtons, FilterSelect, Icon, SearchBox } from "./parts";

const CLOUDS = [
  { value: "", title: "All clouds" },
  { value: "azure", title: "Azure" },
  { value: "gcp", title: "Google Cloud" },
];
const CLOUD_NAMES = { azure: "Azure", gcp: "Google Cloud" };
const GLYPHS = ["storage", "compute", "network", "database", "container", "security", "message", "monitor", "globe", "key", "code"];
const BY_CATEGORY = { analytics: "monitor", messaging: "message", web: "globe", containers: "container", networking: "network", identity: "key", monitoring: "monitor", databases: "database" };

export function glyphOf(template) {
  if (GLYPHS.includes(template.icon)) return template.icon;
  const category = (template.category || "").toLowerCase();
  return GLYPHS.includes(category) ? category : BY_CATEGORY[category] || "layers";
}

function words(template) {
  const { title, summary, category, key, tags, resource_types: types } = template;
  return [title, summary, category, key, ...(tags || []), ...(types || [])].join(" ").toLowerCase();
}

function choose(templates, { q, cloud, category, tag }) {
  const wanted = q.toLowerCase().split(/\s+/).filter(Boolean);
  return templates.filter(
    (template) =>
      !template.broken &&
      (!cloud || template.cloud === cloud) &&
      (!category || template.category === category) &&
      (!tag || template.tags.includes(tag)) &&
      wanted.every((word) => template.words.includes(word)),
  );
}

function Facts({ template }) {
  const questions = template.required_questions;
  return (
    <div className="facts">
      <span>{CLOUD_NAMES[template.cloud] || template.cloud}</span>
      {template.category && <span>{template.category}</span>}
      {template.duration_minutes ? (
        <span>
          <Icon name="clock" className="small" />
          about {template.duration_minutes < 1 ? "1" : Math.round(template.duration_minutes)} min
        </span>
      ) : null}
      <span>{questions === 0 ? "no questions" : `${questions} question${questions === 1 ? "" : "s"}`}</span>
    </div>
  );
}

function Tile({ template }) {
  return (
    <li>
      <Link className="tile" to={`/templates/${template.key}`}>
        <span className="tile-head">
          <span className={`glyph ${template.cloud}`}>
            <Icon name={glyphOf(template)} />
          </span>
          <h2 className="grow truncate">{template.title}</h2>
          <svg className={`mark small ${template.cloud}`} role="img" aria-label={CLOUD_NAMES[template.cloud] || template.cloud}>
            <use href={`/icons.svg#${CLOUD_NAMES[template.cloud] ? template.cloud : "other"}`} />
          </svg>
        </span>
        <span className="summary">{template.summary}</span>
        <Facts template={template} />
      </Link>
    </li>
  );
}

function Broken({ templates }) {
  if (!templates.length) return null;
  return (
    <section className="stack tight" aria-label="Templates that cannot be used">
      {templates.map((template) => (
        <div key={template.key} className="callout warning" role="note">
          <Icon name="alert" />
          <div>
            <strong>{template.key} cannot be used</strong>
            {template.broken}
          </div>
        </div>
      ))}
    </section>
  );
}

function options(templates, pick) {
  const values = new Set(templates.filter((template) => !template.broken).flatMap(pick));
  return [...values].filter(Boolean).sort().map((value) => ({ value, title: value }));
}

function Loading() {
  return (
    <div className="skeletons" aria-hidden="true">
      <div className="cards">
        {Array.from({ length: 8 }, (_, index) => (
          <div key={index} className="skeleton card-size" />
        ))}
      </div>
    </div>
  );
}

export function Catalogue({ templates, ready, admin }) {
  const [parameters, setParameters] = useSearchParams();
  const [recent, setRecent] = useState([]);
  useEffect(() => setRecent(recentTemplates()), []);
  const filter = Object.fromEntries(["q", "cloud", "category", "tag"].map((name) => [name, parameters.get(name) || ""]));
  const prepared = useMemo(() => {
    const rank = (template) => {
      const index = recent.indexOf(template.key);
      return index < 0 ? recent.length : index;
    };
    const all = (templates || []).map((template) => ({ ...template, words: words(template) }));
    return all.sort((a, b) => rank(a) - rank(b) || a.title.localeCompare(b.title) || a.key.localeCompare(b.key));
  }, [templates, recent]);
  const q = useDeferredValue(filter.q);
  const shown = choose(prepared, { ...filter, q });
  const narrowed = Object.values(filter).some(Boolean);
  return (
    <div className="stack">
      <div className="toolbar" role="search">
        <SearchBox label="Search templates" placeholder="Search by name, tag or resource type" delay={60} />
        <FilterButtons name="cloud" label="Cloud" options={CLOUDS} />
        <FilterSelect name="category" label="All categories" options={options(prepared, (template) => [template.category])} />
        <FilterSelect name="tag" label="All tags" options={options(prepared, (template) => template.tags || [])} />
        {narrowed && (
          <button type="button" className="link-btn" onClick={() => setParameters({}, { replace: true })}>
            Clear
          </button>
        )}
      </div>
      <p className="small faint" role="status" aria-live="polite">
        {ready ? `${shown.length} ${shown.length === 1 ? "template" : "templates"}` : "Loading templates"}
      </p>
      {!ready && !prepared.length ? <Loading /> : null}
      {shown.length > 0 && (
        <ul className="cards" aria-label="Templates">
          {shown.map((template) => (
            <Tile key={template.key} template={template} />
          ))}
        </ul>
      )}
      {ready && !shown.length && (
        <div className="empty">
          <Icon name="search" />
          <h2>{narrowed ? "No template fits" : "No templates yet"}</h2>
          <p>
            {narrowed
              ? "Try fewer words, or another cloud or category."
              : "Put a folder with a Terraform module into templates/, and it appears here."}
          </p>
        </div>
      )}
      {admin && !narrowed && <Broken templates={prepared.filter((template) => template.broken)} />}
    </div>
  );
}
