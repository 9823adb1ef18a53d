// Who has to agree to a plan, who did, and the buttons of whoever may say something now.
import { useId, useState } from "react";
import { Icon, postJson, RelativeTime } from "../parts";

const STATE = {
  waiting: ["Waiting", "warning"], approved: ["Approved", "success"], rejected: ["Rejected", "danger"],
  expired: ["Expired", ""], superseded: ["Another plan", ""], closed: ["Closed", ""],
};
const SAID = { approve: ["Approved", "success"], reject: ["Rejected", "danger"] };

export const ApprovalBadge = ({ state }) => {
  const [text, tone] = STATE[state] || [state, ""];
  return <span className={`badge ${tone}`} data-approval={state}><span className="dot" aria-hidden="true" />{text}</span>;
};

function Requirement({ item }) {
  return (
    <li className="approval-need">
      <Icon name={item.missing ? "clock" : "check-circle"} className={item.missing ? "" : "good"} />
      <div>
        <span className="strong">{item.label}</span> <span className="muted num">{Math.min(item.given, item.number)} of {item.number}</span>
        <div className="tiny muted">Because {item.reasons.join(", and ")} ({item.rules.join(", ")})</div>
      </div>
    </li>
  );
}

function Decision({ item }) {
  const [word, tone] = SAID[item.decision];
  return (
    <li className={`approval-said ${item.counts ? "" : "void"}`}>
      <div className="row"><span className={`badge ${item.counts ? tone : "outline"}`}>{word}</span><span className="strong anywhere">{item.who}</span><span className="tiny muted"><RelativeTime at={item.decided_at} /></span></div>
      {item.reason && <p className="anywhere">{item.reason}</p>}
      {item.note && <p className="tiny muted">{item.note}</p>}
    </li>
  );
}

function Form({ approval, onDone }) {
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState("");
  const [failure, setFailure] = useState("");
  const id = useId();
  const say = (decision) => {
    if (decision === "reject" && !reason.trim()) {
      setFailure("Say why, so that whoever asked knows what to change.");
      return;
    }
    setBusy(decision);
    setFailure("");
    postJson(`/api/v1/runs/${approval.run_id}/approval`, { decision, reason, plan: approval.plan })
      .then((run) => { setReason(""); onDone?.(run); }, (error) => setFailure(error.message))
      .finally(() => setBusy(""));
  };
  return (
    <div className="approval-form stack tight">
      {approval.can_decide && (
        <div className="field">
          <label htmlFor={id}>Reason <span className="muted">(needed to reject)</span></label>
          <textarea id={id} className="input" rows={2} maxLength={1000} value={reason} aria-describedby={failure ? `${id}-error` : undefined} onChange={(event) => setReason(event.target.value)} />
        </div>
      )}
      {failure && <p className="error" role="alert" id={`${id}-error`}>{failure}</p>}
      <div className="row">
        {approval.can_decide && <button type="button" id="approve" className="btn primary" disabled={Boolean(busy)} onClick={() => say("approve")}>{busy === "approve" && <span className="spinner" />}Approve</button>}
        {approval.can_decide && <button type="button" id="reject" className="btn danger" disabled={Boolean(busy)} onClick={() => say("reject")}>Reject</button>}
        {approval.can_withdraw && <button type="button" id="withdraw" className="btn" disabled={Boolean(busy)} onClick={() => say("withdraw")}>Take back what I said</button>}
      </div>
    </div>
  );
}

function Former({ former }) {
  return (
    <details className="approval-former small">
      <summary>{former.length === 1 ? "Another plan of this run was asked about before" : `${former.length} other plans of this run were asked about before`}</summary>
      {former.map((item) => (
        <div key={item.plan + item.requested_at}>
          <p className="muted">Plan <code>{item.plan.slice(0, 12)}</code>, <RelativeTime at={item.requested_at} /></p>
          <ul className="approval-list stack tight">{item.decisions.map((said) => <Decision key={said.id} item={said} />)}</ul>
        </div>
      ))}
    </details>
  );
}

export function ApprovalPanel({ approval, action, open, onDone }) {
  if (!approval) return null;
  const acts = approval.can_decide || approval.can_withdraw;
  const asks = open && approval.state === "waiting";
  return (
    <section className="card" aria-labelledby="approval-title" id="run-approval" data-state={approval.state}>
      <div className="card-head"><h2 id="approval-title">Approval</h2><ApprovalBadge state={approval.state} /><span className="spacer" /><span className="tiny muted">{action ? "action" : "plan"} <code title={approval.plan}>{approval.plan.slice(0, 12)}</code></span></div>
      <div className="card-body stack">
        {asks && <p>Asked for by <span className="strong anywhere">{approval.requested_by}</span> <RelativeTime at={approval.requested_at} />. Without an answer it is discarded <RelativeTime at={approval.expires_at} />.</p>}
        <ul className="approval-list stack tight">{approval.requirements.map((item, index) => <Requirement key={index} item={item} />)}</ul>
        {approval.decisions.length > 0 && <ul className="approval-list stack tight" aria-label="Decisions">{approval.decisions.map((item) => <Decision key={item.id} item={item} />)}</ul>}
        {open && acts && <Form key={approval.plan} approval={approval} onDone={onDone} />}
        {open && !approval.can_decide && approval.why_not && <p className="small muted" id="approval-why-not">{approval.why_not}</p>}
        {approval.former.length > 0 && <Former former={approval.former} />}
      </div>
    </section>
  );
}
