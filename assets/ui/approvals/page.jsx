// What waits to be approved: the list, and one page a request with everything that a decision takes.
import { useEffect, useRef, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { ValuesView } from "../form/values-view";
import { money } from "../money.mjs";
import { api, Flash, Icon, NotShown, RelativeTime } from "../parts";
import { Checks } from "../run/checks";
import { CostView } from "../run/cost";
import { Counts, PlanView } from "../run/plan";
import { ApprovalBadge, ApprovalPanel } from "./panel";

const KIND = { plan_and_apply: "Deploy", destroy: "Destroy" };
const kindWords = (run) => run.action?.title || KIND[run.kind] || run.kind;

function Cost({ run }) {
  if (run.monthly_cost === null || run.monthly_cost === undefined) return <span className="faint">not known</span>;
  const more = run.cost_delta || 0;
  return <span className="num">{money(run.monthly_cost)}{more !== 0 && <span className="muted"> ({more > 0 ? "+" : "−"}{money(Math.abs(more))})</span>}</span>;
}

function Row({ run }) {
  return (
    <tr data-run={run.id}>
      <td className="full"><Link className="main-cell anywhere" to={`/approvals/${run.id}`}>{kindWords(run)} {run.deployment_name}</Link><div className="sub-cell">{run.template_title} in {run.project.slug}</div></td>
      <td data-label="Changes" className="anywhere">{run.action ? <code>{run.action.address}</code> : <Counts counts={run.counts} />}</td>
      <td data-label="A month"><Cost run={run} /></td>
      <td data-label="Waits for" className="anywhere">{run.approval.waits_for || "nobody"}</td>
      <td data-label="Asked for by" className="muted anywhere">{run.approval.requested_by}</td>
      <td data-label="Asked" className="muted"><RelativeTime at={run.approval.requested_at} /></td>
    </tr>
  );
}

export function Approvals({ items, ready, mine, more }) {
  if (!ready) return <div className="skeletons" aria-hidden="true"><div className="skeleton" /><div className="skeleton" /></div>;
  if (!items.length) {
    return (
      <div className="empty" id="approvals-empty">
        <Icon name="check-circle" />
        <h2>{mine ? "Nothing waits for you" : "Nothing waits to be approved"}</h2>
        <p>{mine ? "Plans and actions that you may approve appear here as soon as somebody asks." : "Plans and actions that somebody has to agree to appear here."}</p>
      </div>
    );
  }
  return (
    <>
      <div className="table-wrap" tabIndex={0} role="region" aria-label="Approvals">
        <table className="table stacked approvals-table">
          <thead><tr>{["Request", "Changes", "A month", "Waits for", "Asked for by", "Asked"].map((name) => <th key={name} scope="col">{name}</th>)}</tr></thead>
          <tbody>{items.map((run) => <Row key={run.id} run={run} />)}</tbody>
        </table>
      </div>
      {more && <p className="small muted">There are more; decide on these first.</p>}
    </>
  );
}

// A link out of a message: the server says where it leads this person, and nothing is decided by following it.
export function OpenLink() {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const [failure, setFailure] = useState("");
  const link = search.get("link");
  const asked = useRef("");
  useEffect(() => {
    if (!link || asked.current === link) return;
    asked.current = link;
    api(`/api/v1/approvals/links/${encodeURIComponent(link)}`).then(
      (found) => navigate(`/approvals/${found.run_id}`, { replace: true }),
      (error) => setFailure(error.message),
    );
  }, [link]);
  if (!failure) return null;
  return <div className="callout warning" role="alert" id="link-problem"><Icon name="alert" /><div><strong>{failure}</strong></div></div>;
}

function Facts({ run }) {
  return (
    <dl className="props">
      <dt>Asked for by</dt><dd className="anywhere">{run.created_by}, <RelativeTime at={run.created_at} /></dd>
      {run.message && <><dt>Message</dt><dd className="anywhere">{run.message}</dd></>}
      <dt>Template</dt><dd>{run.template_title} {run.template_version}</dd>
      <dt>Project</dt><dd>{run.project.slug}</dd>
      <dt>Cloud account</dt><dd>{run.cloud_account.slug}</dd>
      {!run.action && <><dt>A month</dt><dd><Cost run={run} /></dd></>}
    </dl>
  );
}

// Exactly what a worker would carry out: each argument by itself, as no shell would ever see it.
function Action({ action }) {
  return (
    <section className="card" aria-labelledby="action-title" id="approval-action">
      <div className="card-head"><h2 id="action-title">{action.title}</h2></div>
      <div className="card-body stack">
        <dl className="props">
          <dt>Resource</dt><dd className="anywhere"><code>{action.address}</code></dd>
          <dt>Command</dt><dd className="anywhere"><code>{[action.tool, ...action.arguments].join(" ")}</code></dd>
          {action.result && <><dt>Leaves a secret</dt><dd>{action.result}</dd></>}
        </dl>
        <p className="small muted">What is approved is this command with these arguments, and no other.</p>
      </div>
    </section>
  );
}

export function ApprovalPage({ run, plan, problem }) {
  const [note, setNote] = useState({});
  if (problem?.text && !run?.id) return <NotShown {...problem} back="What waits for me" to="/approvals" />;
  if (!run?.id) return <div className="skeletons" aria-busy="true" aria-label="Loading the request"><div className="skeleton" /><div className="skeleton card-size" /></div>;
  const open = run.status === "planned" || run.status === "apply_queued";
  const done = (after) => setNote({ seq: Date.now(), kind: "success", text: after.status === "discarded" ? "Rejected" : after.status === "apply_queued" ? "Approved. It is being applied." : "Kept what you said" });
  return (
    <>
      <header className="page-head">
        <div className="titles"><h1>{kindWords(run)} <Link to={`/deployments/${run.deployment_id}`}>{run.deployment_name}</Link></h1><p className="sub">{run.approval ? <ApprovalBadge state={run.approval.state} /> : "Nobody has to approve this."} <Link to={`/runs/${run.id}`}>The run</Link></p></div>
      </header>
      {run.stale && <div className="callout warning" role="alert"><Icon name="alert" /><div><strong>This plan is out of date</strong><p>{run.stale} It can no longer be applied, so there is nothing to approve.</p></div></div>}
      <div className="approval-page">
        <div className="stack">
          {run.action && <Action action={run.action} />}
          {plan?.counts && <PlanView key={run.approval?.plan} plan={plan} collapsed={false} />}
          <Checks plan={plan} />
          {plan?.cost && <CostView cost={plan.cost} sandbox={run.sandbox} collapsed={false} />}
          <section className="card" aria-labelledby="values-title"><div className="card-head"><h2 id="values-title">Values</h2></div><div className="card-body"><ValuesView deploymentId={run.deployment_id} /></div></section>
        </div>
        <div className="stack approval-aside">
          <ApprovalPanel approval={run.approval} action={run.action} open={open} onDone={done} />
          <section className="card" aria-labelledby="request-title"><div className="card-head"><h2 id="request-title">Request</h2></div><div className="card-body"><Facts run={run} /></div></section>
        </div>
      </div>
      <Flash note={note} />
    </>
  );
}
