import { seconds, sortedRows } from "./store";

const LABEL = { pending: "Waiting", running: "Working", done: "Done", failed: "Failed", stopped: "Stopped" };
const VERB = { create: "create", update: "change", delete: "destroy", replace: "replace" };

function Row({ row, now, problem }) {
  const elapsed = row.status === "running" ? (now - row.startedAt) / 1000 : row.elapsed;
  return (
    <li className={`step step-${row.status}`} data-address={row.address}>
      <span className={`step-dot dot-${row.status}`} aria-hidden="true" />
      <code className="step-address">{row.address}</code>
      <span className="muted step-verb">{VERB[row.action] || row.action}</span>
      <span className="step-id" title={row.id || ""}>{row.id ? <code>{row.id}</code> : null}</span>
      <span className="step-clock">{row.status === "pending" ? "" : seconds(elapsed)}</span>
      <span className="step-status">{LABEL[row.status]}</span>
      {problem && <p className="step-problem">{problem.summary}</p>}
    </li>
  );
}

export function ProgressView({ store, tick, now, total, live }) {
  const rows = sortedRows(store, "apply");
  if (!rows.length) return null;
  const done = rows.filter((row) => row.status === "done").length;
  const all = Math.max(total || 0, rows.length);
  const problems = new Map(store.diagnostics.filter((item) => item.severity === "error" && item.address).map((item) => [item.address, item]));
  return (
    <section className="card" aria-labelledby="progress-title" id="run-progress">
      <div className="card-head">
        <h2 id="progress-title">Progress</h2>
        <span className="muted" id="run-progress-count">{done} of {all}</span>
        <progress className={done === all ? "bar bar-done" : "bar"} value={done} max={all} aria-label={`${done} of ${all} resources`} />
      </div>
      <ul className="steps">{rows.map((row) => <Row key={row.key} row={row} now={now} problem={row.status === "failed" ? problems.get(row.address) : null} />)}</ul>
    </section>
  );
}
