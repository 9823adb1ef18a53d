// The policies of the portal: a list, and the editor for the one that the address names.
import { useEffect, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { useMay } from "../may";
import { api, Flash, Icon, RelativeTime } from "../parts";
import { Editor } from "./editor";
import { LEVEL_TONE, levelTitle, plural } from "./model.mjs";

const judges = (policy) => {
  const projects = policy.every_project ? "every project" : policy.projects.map((project) => project.slug).join(", ");
  const templates = policy.templates.length ? `, ${policy.templates.join(", ")}` : "";
  return `${projects}${templates}${policy.kinds.includes("destroy") ? ", destroys too" : ""}`;
};

function Row({ policy }) {
  return (
    <tr>
      <td className="full"><Link className="main-cell anywhere" to={`/admin/policies?edit=${policy.id}`}>{policy.name}</Link><div className="sub-cell">{policy.rule_title}</div></td>
      <td><span className={`badge ${policy.enabled ? LEVEL_TONE[policy.level] : "outline"}`}>{policy.enabled ? levelTitle(policy.level) : "Off"}</span></td>
      <td data-label="Judges" className="anywhere">{judges(policy)}</td>
      <td data-label="In 30 days" className="nowrap">{policy.judged ? `${plural(policy.failed, "failure", "failures")} of ${policy.judged}` : <span className="faint">nothing judged</span>}</td>
      <td data-label="Last failure" className="muted"><RelativeTime at={policy.last_failed_at || ""} /></td>
      <td data-label="Version" className="num">{policy.version}</td>
    </tr>
  );
}

function List({ policies, manages }) {
  if (!policies.length) {
    return (
      <div className="empty">
        <Icon name="security" />
        <h2>No policies yet</h2>
        <p>A policy looks at every plan before it is applied: regions, tags, public addresses, cost, or whatever you write yourself.</p>
        {manages && <div className="row"><Link className="btn primary" to="/admin/policies?new=1">New policy</Link></div>}
      </div>
    );
  }
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label="Policies">
      <table className="table stacked">
        <thead><tr>{["Policy", "Level", "Judges", "In 30 days", "Last failure", "Version"].map((name) => <th key={name} scope="col">{name}</th>)}</tr></thead>
        <tbody>{policies.map((policy) => <Row key={policy.id} policy={policy} />)}</tbody>
      </table>
    </div>
  );
}

export function Policies() {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const [known, setKnown] = useState(null);
  const [failure, setFailure] = useState("");
  const [note, setNote] = useState({});
  const load = () =>
    Promise.all([api("/api/v1/policies"), api("/api/v1/policies/rules"), api("/api/v1/projects?limit=200")]).then(
      ([policies, rules, projects]) => setKnown({ policies: policies.items, rules: rules.items, projects: projects.items }),
      (error) => setFailure(error.message),
    );
  useEffect(() => { load(); }, []);
  const manages = useMay()("policy.manage");
  const editing = search.get("edit");
  const done = async (text) => {
    await load();
    setNote({ seq: Date.now(), kind: "success", text });
    navigate("/admin/policies");
  };
  const policy = known?.policies.find((item) => item.id === editing);
  const open = known && ((manages && search.get("new")) || policy);
  return (
    <>
      <header className="page-head">
        <div className="titles"><h1>{open ? policy?.name || "New policy" : "Policies"}</h1><div className="sub">{open ? <Link to="/admin/policies">All policies</Link> : "What a plan must meet before it is applied."}</div></div>
        {!open && manages && <div className="actions"><Link className="btn primary" to="/admin/policies?new=1"><Icon name="plus" />New policy</Link></div>}
      </header>
      {failure && <div className="callout danger" role="alert"><Icon name="alert-circle" /><div><strong>{failure}</strong></div></div>}
      {known && editing && !policy && <div className="callout warning" role="alert"><Icon name="alert" /><div><strong>There is no such policy any more.</strong></div></div>}
      {!known && !failure && <div className="skeletons" aria-hidden="true"><div className="skeleton" /><div className="skeleton" /></div>}
      {open ? <Editor key={editing || "new"} policy={policy} rules={known.rules} projects={known.projects} editable={manages} onDone={done} /> : known && <List policies={known.policies} manages={manages} />}
      <Flash note={note} />
    </>
  );
}
