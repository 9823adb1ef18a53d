// The catalogue: every template is here already, so search and filters answer at once. They live in the address.
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { arrange, choose, counted, prepare } from "./catalogue-model.mjs";
import { recentTemplates } from "./form/store.mjs";
import { FilterButtons, FilterSelect, Icon, SearchBox } from "./parts";
import { useScope } from "./scope";

const CLOUDS = [
  { value: "", title: "All clouds" },
  { value: "azure", title: "Azure" },
  { value: "gcp", title: "Google Cloud" },
];
const CLOUD_NAMES = { azure: "Azure", gcp: "Google Cloud" };
const NAMES = ["q", "cloud", "category", "tag"];

function Mark({ cloud }) {
  return (
    <svg className={`mark small ${cloud}`} role="img" aria-label={CLOUD_NAMES[cloud] || cloud}>
      <use href={`/icons.svg#${CLOUD_NAMES[cloud] ? cloud : "other"}`} />
    </svg>
  );
}

// With its required values alone: nothing is said of a template whose cost is not known as a whole.
function Usual({ cost }) {
  if (!cost) return null;
  if (!cost.monthly) return <span>{cost.by_use ? "charged by use" : "free"}</span>;
  return <span title={cost.by_use ? "With its defaults, at list prices; what depends on use comes on top" : "With its defaults, at list prices"}>about ${cost.monthly < 10 ? cost.monthly.toFixed(2) : Math.round(cost.monthly).toLocaleString("en-US")}/month</span>;
}

function Facts({ template, category }) {
  const questions = template.required_questions;
  return (
    <span className="facts">
      {category && template.category && <span>{template.category}</span>}
      {template.duration_minutes ? (
        <span>
          <Icon name="clock" className="small" />
          about {Math.max(1, Math.round(template.duration_minutes))} min
        </span>
      ) : null}
      <Usual cost={template.usual_cost} />
      <span>{questions === 0 ? "no questions" : `${questions} question${questions === 1 ? "" : "s"}`}</span>
    </span>
  );
}

function Tile({ template, level, category }) {
  const Heading = level;
  const { to } = useScope();
  return (
    <li>
      <Link className="tile" to={to(`/templates/${template.key}`)}>
        <span className="tile-head">
          <span className={`glyph ${template.cloud}`}>
            <Icon name={template.glyph} className="large" />
          </span>
          <Heading className="grow">{template.title}</Heading>
          {template.state && template.state !== "published" && <span className={`badge ${template.state === "revoked" ? "danger" : template.state === "deprecated" ? "warning" : ""}`}>{template.state}</span>}
          <Mark cloud={template.cloud} />
        </span>
        <span className="summary">{template.summary}</span>
        <Facts template={template} category={category} />
      </Link>
    </li>
  );
}

function Tiles({ templates, label, level, category }) {
  return (
    <ul className="cards" aria-label={label}>
      {templates.map((template) => (
        <Tile key={template.key} template={template} level={level} category={category} />
      ))}
    </ul>
  );
}

function Group({ group }) {
  return (
    <section className="stack tight" aria-label={group.title}>
      <h2 className="group-title">
        {group.title} <span className="count">{group.templates.length}</span>
      </h2>
      <Tiles templates={group.templates} label={group.title} level="h3" category={group.mixed} />
    </section>
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

function Nothing({ narrowed, project, onClear }) {
  const none = project ? `${project.name} may use none of the templates. An administrator opens some on its page.` : "Put a folder with a Terraform module into templates/, and it appears here.";
  return (
    <div className="empty">
      <Icon name="search" />
      <h2>{narrowed ? "No template fits" : "No templates yet"}</h2>
      <p>
        {narrowed
          ? "Try fewer words, or another cloud, category or tag."
          : none}
      </p>
      {narrowed && (
        <div className="row">
          <button type="button" className="btn" onClick={onClear}>
            Show all templates
          </button>
        </div>
      )}
    </div>
  );
}

// Arrows walk over the cards as they lie on the screen; from the search field, Down enters them and Enter opens the first.
function useArrows(host) {
  return (event) => {
    const tiles = [...host.current.querySelectorAll("a.tile")];
    if (event.target.type === "search") {
      if (event.key === "ArrowDown" && tiles.length) tiles[0].focus();
      else if (event.key === "Enter" && event.target.value && tiles.length) tiles[0].click();
      else return;
      event.preventDefault();
      return;
    }
    const at = tiles.indexOf(document.activeElement);
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = neighbour(tiles, at, event.key);
    if (event.key === "ArrowUp" && !next) host.current.querySelector("input[type=search]").focus();
    else if (!next) return;
    else next.focus();
    event.preventDefault();
  };
}

function neighbour(tiles, at, key) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (step) return tiles[at + step];
  if (key === "Home") return tiles[0];
  if (key === "End") return tiles[tiles.length - 1];
  if (key !== "ArrowDown" && key !== "ArrowUp") return null;
  const here = tiles[at].getBoundingClientRect();
  const down = key === "ArrowDown";
  const beyond = tiles
    .map((tile) => ({ tile, box: tile.getBoundingClientRect() }))
    .filter(({ box }) => (down ? box.top > here.top + 4 : box.top < here.top - 4));
  const row = down ? Math.min(...beyond.map(({ box }) => box.top)) : Math.max(...beyond.map(({ box }) => box.top));
  const inRow = beyond.filter(({ box }) => Math.abs(box.top - row) < 4);
  return inRow.sort((a, b) => Math.abs(a.box.left - here.left) - Math.abs(b.box.left - here.left))[0]?.tile;
}

const narrowing = (all, filter, name, pick) =>
  counted(choose(all, { ...filter, [name]: "" }), pick).map(({ value, count }) => ({ value, title: `${value} (${count})` }));

export function Catalogue({ templates, ready, admin }) {
  const [parameters, setParameters] = useSearchParams();
  const [recent, setRecent] = useState([]);
  const host = useRef(null);
  useEffect(() => setRecent(recentTemplates()), []);
  const typed = Object.fromEntries(NAMES.map((name) => [name, parameters.get(name) || ""]));
  const q = useDeferredValue(typed.q);
  const filter = { ...typed, q };
  const all = useMemo(() => prepare(templates || []), [templates]);
  const shown = choose(all, filter);
  const narrowed = Object.values(filter).some(Boolean);
  const clouds = counted(choose(all, { ...filter, cloud: "" }), (template) => [template.cloud]);
  const countOf = (value) => clouds.find((item) => item.value === value)?.count || 0;
  const onKeyDown = useArrows(host);
  const { slug, project } = useScope();
  const clear = () => setParameters(slug ? { project: slug } : {}, { replace: true });
  return (
    <div className="stack loose" ref={host} onKeyDown={onKeyDown}>
      <div className="stack tight">
        <div className="toolbar" role="search">
          <SearchBox label="Search templates" placeholder="Search by name, tag or resource type" delay={60} />
          <FilterButtons
            name="cloud"
            label="Cloud"
            options={CLOUDS.map((cloud) => ({ ...cloud, title: cloud.value && all.length ? `${cloud.title} ${countOf(cloud.value)}` : cloud.title }))}
          />
          <FilterSelect name="category" label="All categories" options={narrowing(all, filter, "category", (template) => [template.category])} />
          <FilterSelect name="tag" label="All tags" options={narrowing(all, filter, "tag", (template) => template.tags || [])} />
          {narrowed && (
            <button type="button" className="link-btn" onClick={clear}>
              Clear
            </button>
          )}
        </div>
        <p className="small faint" role="status" aria-live="polite">
          {ready ? `${shown.length} ${shown.length === 1 ? "template" : "templates"}` : "Loading templates"}
        </p>
      </div>
      {!ready && !all.length ? <Loading /> : null}
      {narrowed && shown.length > 0 && <Tiles templates={shown} label="Templates" level="h2" category />}
      {!narrowed && arrange(shown, recent).map((group) => <Group key={group.title} group={group} />)}
      {ready && !shown.length && <Nothing narrowed={narrowed} project={project} onClear={clear} />}
      {admin && !narrowed && <Broken templates={(templates || []).filter((template) => template.broken)} />}
    </div>
  );
}
