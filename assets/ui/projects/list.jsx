// The projects that one is in: who is in each, what it uses of its quotas, and the form for a new one.
import { useEffect, useId, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { errorsOf, Failure, Field } from "../accounts/inputs";
import { useMay } from "../may";
import { money } from "../money.mjs";
import { api, FilterButtons, Icon, Modal, PageTurner, postJson } from "../parts";

const STATES = [
  { value: "", title: "Open" },
  { value: "archived", title: "Archived" },
  { value: "all", title: "All" },
];
const ASKED = { "": "&archived=false", archived: "&archived=true", all: "" };
const SOME = 3;

function NewProject({ open, onClose }) {
  const [name, setName] = useState("");
  const [refusal, setRefusal] = useState(null);
  const [busy, setBusy] = useState(false);
  const navigate = useNavigate();
  const id = useId();
  const make = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      const made = await postJson("/api/v1/projects", { name });
      window.dispatchEvent(new Event("terrace:projects"));
      navigate(`/projects/${made.slug}`);
    } catch (error) {
      setRefusal(errorsOf(error));
      setBusy(false);
    }
  };
  const footer = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" form={id} className="btn primary" disabled={busy || !name.trim()}>
        Make the project
      </button>
    </>
  );
  return (
    <Modal open={open} title="New project" onClose={onClose} footer={footer}>
      <form id={id} className="stack" onSubmit={make}>
        <Failure failure={refusal} shown={["name"]} />
        <Field id={`${id}-name`} label="Name" error={refusal?.fields.name} help="Its short name, for addresses and the API, is made of this.">
          <input id={`${id}-name`} data-focus className="input" maxLength={100} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
      </form>
    </Modal>
  );
}

// The first few by name: a project has one or two.
function Owners({ owners }) {
  if (!owners.length) return <span className="badge warning">nobody</span>;
  const more = owners.length - SOME;
  return (
    <>
      {owners.slice(0, SOME).map((address) => (
        <div key={address} className="anywhere">
          {address}
        </div>
      ))}
      {more > 0 && <div className="sub-cell">and {more} more</div>}
    </>
  );
}

function Spend({ item }) {
  const { share, level } = item.meters.find((meter) => meter.name === "budget");
  return (
    <div className={`quota-meter ${level === "full" ? "danger" : level === "warning" ? "warning" : ""}`}>
      <span className="nowrap">
        {money(item.monthly_cost)}
        {item.monthly_budget !== null && <span className="muted"> of {money(item.monthly_budget)}</span>}
      </span>
      {item.unknown_costs > 0 && <span className="sub-cell">and {item.unknown_costs} not known</span>}
      {share !== null && <progress className="bar" aria-label={`Budget of ${item.name}`} max={1} value={Math.min(1, share)} />}
    </div>
  );
}

function Row({ item }) {
  return (
    <tr>
      <td className="full">
        <div className="row">
          <Link className="main-cell anywhere" to={`/projects/${item.slug}`}>
            {item.name}
          </Link>
          {item.archived_at && <span className="badge">Archived</span>}
          {item.production && <span className="badge info">Production</span>}
        </div>
        <div className="sub-cell mono">{item.slug}</div>
      </td>
      <td data-label="You are">
        <span className="badge outline">{item.role}</span>
      </td>
      <td data-label="Owners" className="muted">
        <Owners owners={item.owners} />
      </td>
      <td data-label="Members" className="num">
        <Link to={`/projects/${item.slug}?tab=members`} aria-label={`Members of ${item.name}: ${item.members}`}>
          {item.members}
        </Link>
      </td>
      <td data-label="Deployments" className="num">
        <Link to={`/deployments?project=${item.slug}`} aria-label={`Deployments of ${item.name}: ${item.deployments}`}>
          {item.deployments}
        </Link>
      </td>
      <td data-label="A month" className="num">
        <Spend item={item} />
      </td>
    </tr>
  );
}

function Rows({ items, state }) {
  if (!items.length) {
    return (
      <div className="empty">
        <Icon name="container" />
        <h2>{state === "archived" ? "No project is archived" : "You are in no project yet"}</h2>
        <p>{state === "archived" ? "An archived project is read, and nothing begins in it." : "Ask an administrator, or the owner of one."}</p>
      </div>
    );
  }
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label="Projects">
      <table className="table stacked" aria-label="Projects">
        <thead>
          <tr>
            {["Project", "You are", "Owners", "Members", "Deployments", "A month"].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <Row key={item.id} item={item} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Projects() {
  const [parameters] = useSearchParams();
  const [page, setPage] = useState(null);
  const [failure, setFailure] = useState("");
  const [making, setMaking] = useState(false);
  const makes = useMay()("project.create");
  const state = parameters.get("state") || "";
  const cursor = parameters.get("cursor") || "";
  useEffect(() => {
    let alive = true;
    api(`/api/v1/projects?limit=50${ASKED[state] ?? ""}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`).then(
      (found) => alive && setPage(found),
      (error) => alive && setFailure(error.message),
    );
    return () => {
      alive = false;
    };
  }, [state, cursor]);
  return (
    <>
      <header className="page-head">
        <div className="titles">
          <h1>Projects</h1>
          <div className="sub">Who works together, what they may use, and what is left of it.</div>
        </div>
        {makes && (
          <div className="actions">
            <button type="button" className="btn primary" onClick={() => setMaking(true)}>
              <Icon name="plus" /> New project
            </button>
          </div>
        )}
      </header>
      <div className="toolbar">
        <FilterButtons name="state" label="Which projects" options={STATES} />
      </div>
      {failure && (
        <div className="callout danger" role="alert">
          <Icon name="alert-circle" />
          <div>{failure}</div>
        </div>
      )}
      {!page && !failure && <div className="skeletons" aria-hidden="true"><div className="skeleton" /></div>}
      {page && <Rows items={page.items} state={state} />}
      {page && <PageTurner cursor={page.next_cursor || ""} first={!cursor} />}
      <NewProject open={making} onClose={() => setMaking(false)} />
    </>
  );
}
