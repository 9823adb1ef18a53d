import { useEffect, useReducer, useRef, useState } from "react";
import { Link } from "react-router";
import { ConfirmDialog, CopyButton, Icon, NotShown, RelativeTime, Sentence } from "../parts";
import { ApprovalPanel } from "../approvals/panel";
import { emptyStore, fold, seconds, since } from "./store";
import { Checks } from "./checks";
import { LogView } from "./log";
import { PlanView } from "./plan";
import { CostView } from "./cost";
import { ProgressView } from "./progress";
import { Result } from "./result";

const STATUS = {
  pending: ["Waiting", ""], plan_queued: ["Plan queued", ""], planning: ["Planning", "info busy"], planned: ["Needs confirmation", "warning"],
  apply_queued: ["Apply queued", ""], applying: ["Applying", "info busy"], applied: ["Applied", "success"], planned_and_finished: ["Finished, nothing to apply", "success"],
  policy_denied: ["Denied by policy", "danger"], discarded: ["Discarded", ""], canceled: ["Canceled", ""], errored: ["Failed", "danger"],
};
// An action has no plan, so its words are others.
const ACTION_STATUS = { apply_queued: ["Queued", ""], applying: ["Running", "info busy"], applied: ["Done", "success"] };
// In the little room of a stage: after ten minutes its seconds say nothing any more.
const brief = (value) => (value >= 600 && value < 3600 ? `${Math.floor(value / 60)} min` : seconds(value));
const blocked = (run) => run.status === "planned" && run.checks?.blocking.length > 0;
const deniedBy = (run) => run.status === "policy_denied" && run.checks?.failed > 0;
const HELD = ["Held by a policy", "warning"];
const asks = (run) => run.status === "planned" && run.approval?.state === "waiting";
const refused = (run) => ["rejected", "expired"].includes(run.approval?.state);
const planWords = (run) => (blocked(run) && HELD) || (asks(run) && ["Needs approval", "warning"]);
const statusWords = (run) => planWords(run) || (run.kind === "action" && ACTION_STATUS[run.status]) || STATUS[run.status] || [run.status, ""];
const KIND = { plan_and_apply: "Deploy", plan_only: "Plan only", destroy: "Destroy", drift: "Drift check" };
const kindWords = (run) => run.action?.title || KIND[run.kind] || run.kind;
const TERMINAL = new Set(["applied", "planned_and_finished", "policy_denied", "discarded", "canceled", "errored"]);

const Badge = ({ run }) => {
  const [text, tone] = statusWords(run);
  return <span className={`badge ${tone}`} id="run-status" data-status={run.status}><span className="dot" aria-hidden="true" />{text}</span>;
};

function useNow(live, offset) {
  const [now, setNow] = useState(() => Date.now() + offset);
  useEffect(() => {
    if (!live) return undefined;
    const timer = setInterval(() => setNow(Date.now() + offset), 1000);
    return () => clearInterval(timer);
  }, [live, offset]);
  return now;
}

// [name, when it began, when it ended, is it going on, did it go wrong]
function stages(run) {
  const ended = run.ended_at;
  if (run.kind === "action") return [
    ...(run.approval ? [["Approval", run.planned_at, run.confirmed_at || ended, run.status === "planned", refused(run)]] : []),
    ["Queued", run.approval ? run.confirmed_at : run.created_at, run.applying_at || (run.confirmed_at && ended), !run.applying_at && !ended && run.status !== "planned"],
    ["Action", run.applying_at, ended, run.status === "applying"],
    ["Done", ended, ended, false],
  ];
  const planEnd = run.planned_at || (run.planning_at && !run.planned_at ? ended : null);
  return [
    ["Queued", run.created_at, run.planning_at || ended, !run.planning_at && !ended],
    ["Plan", run.planning_at, planEnd, run.status === "planning"],
    ...(run.checks ? [["Checks", run.planned_at, run.planned_at, blocked(run), deniedBy(run)]] : []),
    ["Approval", run.planned_at && run.status !== "planned_and_finished" && !blocked(run) && !deniedBy(run) ? run.planned_at : null, run.confirmed_at || ended, run.status === "planned" && !blocked(run), refused(run)],
    ["Apply", run.confirmed_at, run.applying_at || run.confirmed_at ? ended : null, run.status === "apply_queued" || run.status === "applying"],
    ["Done", ended, ended, false],
  ];
}

function StageBar({ run, now }) {
  const bad = run.status === "errored" || run.status === "policy_denied";
  return (
    <ol className="stages" aria-label="Stages" style={{ "--stages": stages(run).length }}>
      {stages(run).map(([name, from, until, busy, wrong]) => {
        const state = busy ? "busy" : from ? (wrong || (name === "Done" && bad) ? "bad" : "done") : "todo";
        return (
          <li key={name} className={`stage stage-${state}`} aria-current={busy ? "step" : undefined}>
            <span className="stage-name">{name}</span>
            <span className="stage-time">{name === "Done" || !from ? "" : brief(since(from, until, now))}</span>
          </li>
        );
      })}
    </ol>
  );
}

const LABEL = { confirm: "Confirm and apply", discard: "Discard", cancel: "Cancel run", force_cancel: "Kill Terraform", retry: "Try again", override_policy: "Override the policy" };
const label = (run, name) =>
  name !== "retry" ? LABEL[name] || name : run.stale ? "Plan again" : run.error?.interrupted ? "Start the recovery run" : LABEL.retry;

const DISCARD = { title: "Discard this plan?", action: "Discard", text: "Nothing changes in the cloud. You can start a new run at any time." };
const CANCEL_ACTION = { title: "Cancel this action?", action: "Cancel run", text: "The command is interrupted. The cloud may carry on with what it was told." };
const CANCEL = { title: "Cancel this run?", action: "Cancel run", text: "Terraform is asked to stop. What it has made so far stays in the state." };

const KILL = { title: "Kill this run's Terraform?", action: "Kill it", text: "It was asked to stop and may still be saving its state. What is being made at this moment may then exist without being in the state." };

function override(run) {
  const names = run.checks?.blocking.map((name) => `“${name}”`).join(", ");
  return { title: "Let this plan pass?", action: "Override", text: `The plan does not meet ${names}. With your reason it can be applied all the same; a policy that is mandatory stays in the way.` };
}

// The actions that take a reason: what is asked, and who reads it.
const REASON = {
  force_cancel: ["Why must it be killed?", "For the run's log and the audit trail."],
  override_policy: ["Why may it be applied all the same?", "Kept with the run, and in the audit trail."],
};

function question(asking, plan, run) {
  if (asking === "override_policy") return override(run);
  if (asking === "cancel" && run.kind === "action") return CANCEL_ACTION;
  if (asking !== "confirm") return { discard: DISCARD, cancel: CANCEL, force_cancel: KILL }[asking];
  const { destroy, replace } = plan.counts;
  const gone = destroy - replace;
  const parts = [gone > 0 && `${gone} ${gone === 1 ? "resource is" : "resources are"} destroyed for good`, replace > 0 && `${replace} ${replace === 1 ? "is" : "are"} destroyed and created again`];
  return { title: "Apply a plan that destroys?", action: "Apply", text: `${parts.filter(Boolean).join(", ")}. The data in them is lost.` };
}

function Actions({ run, plan, act, busy }) {
  const [asking, setAsking] = useState(null);
  const [reason, setReason] = useState("");
  const loses = (plan?.counts?.destroy || 0) > 0;
  const press = (name) => (name === "retry" || (name === "confirm" && !loses) ? act(name) : setAsking(name));
  const ask = asking && question(asking, plan, run);
  return (
    <div className="actions">
      {run.actions.map((name) => (
        <button key={name} type="button" id={`run-${name}`} disabled={busy} onClick={() => press(name)}
          className={`btn ${name === "confirm" ? (loses ? "primary danger" : "primary") : ""}`}>{busy && name === "confirm" && <span className="spinner" />}{label(run, name)}</button>
      ))}
      <ConfirmDialog open={Boolean(asking)} title={ask?.title} action={ask?.action} typed={asking === "confirm" ? run.deployment_name : ""} danger={asking !== "discard" && asking !== "override_policy"}
        onConfirm={() => { setAsking(null); act(asking, reason); }} onClose={() => setAsking(null)}>
        <p>{ask?.text}</p>
        {REASON[asking] && (
          <div className="field">
            <label htmlFor="run-reason">{REASON[asking][0]}</label>
            <input id="run-reason" className="input" required minLength={3} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
            <p className="help">{REASON[asking][1]}</p>
          </div>
        )}
      </ConfirmDialog>
    </div>
  );
}

function Waits({ queue }) {
  return (
    <div className="callout info" id="run-queue" data-code={queue.code}>
      <Icon name="info" />
      <div><strong>{queue.position ? `Position ${queue.position}. ` : ""}{queue.reason}</strong>{queue.help && <p><Sentence text={queue.help} /></p>}</div>
    </div>
  );
}

function Diagnostic({ item }) {
  const bad = item.severity === "error";
  const place = item.range ? `${item.range.filename}, line ${item.range.start?.line}` : "";
  const original = [item.detail, place].filter(Boolean).join("\n");
  return (
    <li className={`callout ${bad ? "danger" : "warning"} diagnostic`}>
      <Icon name={bad ? "alert-circle" : "alert"} />
      <div role={bad ? "alert" : undefined}>
        <strong>{item.summary}</strong>
        {item.address && <p>At <code>{item.address}</code></p>}
        {item.explanation && <p>{item.explanation}</p>}
        {item.next_step && <p className="strong">{item.next_step}</p>}
        {original && <pre className="original" tabIndex={0}>{original}</pre>}
      </div>
    </li>
  );
}

function Outputs({ outputs }) {
  if (!outputs?.length) return null;
  return (
    <section className="card" aria-labelledby="outputs-title" id="run-outputs">
      <div className="card-head"><h2 id="outputs-title">Outputs</h2></div>
      <dl className="outputs">
        {outputs.map((output) => (
          <div key={output.name} className="output">
            <dt><code>{output.name}</code>{output.description && <span className="muted">{output.description}</span>}</dt>
            <dd>{output.sensitive ? <span className="muted">Sensitive. Reveal it on the deployment's page.</span> : <span className="copyable"><code className="anywhere">{output.text}</code><CopyButton text={output.text} label={`Copy ${output.name}`} /></span>}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

// Made on the server from Markdown in which no HTML is allowed.
function NextSteps({ html }) {
  return (
    <section className="card" aria-labelledby="next-title" id="run-next">
      <div className="card-head"><h2 id="next-title">Next steps</h2></div>
      <div className="card-body prose" dangerouslySetInnerHTML={{ __html: html }} />
    </section>
  );
}

function Head({ run, now, plan, act, busy }) {
  return (
    <header className="page-head run-head">
      <div className="titles">
        <h1>{kindWords(run)} <Link to={`/deployments/${run.deployment_id}`}>{run.deployment_name}</Link></h1>
        <p className="sub">{run.template_title} {run.template_version} on {run.cloud_account.name || run.cloud_account.slug}, by {run.created_by}, <RelativeTime at={run.created_at} /></p>
      </div>
      <div className="actions">
        <Badge run={run} /><span className="clock num muted" id="run-clock">{seconds(since(run.created_at, run.ended_at, now))}</span>
        <Actions run={run} plan={plan} act={act} busy={busy} />
      </div>
    </header>
  );
}

export function RunPage({ run, plan, outputs, nextSteps, chunk, problem, onAct, onForce, onOverride, onGap }) {
  const store = useRef(emptyStore());
  const shown = useRef(null);
  const [tick, again] = useReducer((count) => count + 1, 0);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (!chunk?.run) return;
    if (shown.current !== chunk.run) {
      shown.current = chunk.run;
      store.current = emptyStore();
    }
    fold(store.current, chunk);
    if (store.current.gap) onGap(store.current.last);
    again();
  }, [chunk]);
  useEffect(() => { setBusy(false); }, [run, problem]);
  const live = Boolean(run?.id) && !TERMINAL.has(run.status);
  const now = useNow(live, store.current.clockOffset);
  const act = (name, reason) => {
    setBusy(true);
    if (name === "force_cancel") onForce(reason);
    else if (name === "override_policy") onOverride(reason);
    else onAct(name);
  };
  if (problem?.code === "not_found" && !run?.id) return <NotShown {...problem} back="All runs" to="/runs" />;
  if (!run?.id) return <div className="skeletons" aria-busy="true" aria-label="Loading the run"><div className="skeleton" /><div className="skeleton card-size" /></div>;
  const errors = store.current.diagnostics.filter((item) => item.severity === "error");
  const warnings = store.current.diagnostics.filter((item) => item.severity !== "error");
  const explained = run.error && !errors.some((item) => item.summary === run.error.summary);
  return (
    <div className="run" data-last={store.current.last}>
      <Head run={run} now={now} plan={plan} act={act} busy={busy} />
      <p className="sr-only" role="status">{statusWords(run)[0]}</p>
      <StageBar run={run} now={now} />
      {problem?.text && <div className="callout danger" role="alert" id="run-problem"><Icon name="alert-circle" /><div><strong>{problem.title}</strong><p>{problem.text}</p></div></div>}
      {live && run.cancel_requested_at && <div className="callout warning" id="run-stopping"><Icon name="alert" /><div><strong>Stopping.</strong><p>{run.kind === "action" ? "The command was asked to end." : "Terraform was asked to end and saves its state first."}</p></div></div>}
      {run.queue && !run.actions.includes("confirm") && <Waits queue={run.queue} />}
      {run.approval && <ApprovalPanel approval={run.approval} action={run.action} open={!TERMINAL.has(run.status)} />}
      {run.stale && <div className="callout warning" role="alert" id="run-stale"><Icon name="alert" /><div><strong>This plan is out of date</strong><p>{run.stale} It can no longer be applied: plan again to see what is to be done now.</p></div></div>}
      {explained && <ul className="plain stack tight"><Diagnostic item={{ severity: "error", ...run.error }} /></ul>}
      {errors.length > 0 && <ul className="plain stack tight">{errors.map((item) => <Diagnostic key={item.n} item={item} />)}</ul>}
      {run.action && <p className="muted" id="run-action">On <code className="anywhere">{run.action.address}</code></p>}
      {run.has_result && <Result run={run} />}
      {run.status === "applied" && <Outputs outputs={outputs} />}
      {run.status === "applied" && nextSteps && <NextSteps html={nextSteps} />}
      {run.kind !== "action" && <ProgressView store={store.current} tick={tick} now={now} total={run.total_operations} live={live} />}
      <Checks plan={plan} />
      {plan?.counts && <PlanView key={run.status === "planned" ? "open" : "shut"} plan={plan} collapsed={run.status !== "planned" && run.status !== "planned_and_finished"} />}
      {plan?.cost && <CostView key={run.status === "planned" ? "cost-open" : "cost-shut"} cost={plan.cost} sandbox={run.sandbox} collapsed={run.status !== "planned" && run.status !== "planned_and_finished"} />}
      {warnings.length > 0 && (
        <details className="card run-warnings">
          <summary>{warnings.length === 1 ? "1 warning" : `${warnings.length} warnings`} from Terraform</summary>
          <ul className="plain stack tight">{warnings.map((item) => <Diagnostic key={item.n} item={item} />)}</ul>
        </details>
      )}
      <LogView lines={store.current.logs} tick={tick} name={run.id} live={live} />
    </div>
  );
}
