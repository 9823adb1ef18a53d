// Tries the draft against past plans, and shows for each which resources fail.
import { useState } from "react";
import { Link } from "react-router";
import { Icon, postJson, RelativeTime } from "../parts";
import { plural } from "./model.mjs";

export function Problems({ problems, count, error }) {
  const more = count - problems.length;
  return (
    <ul className="plain policy-problems">
      {error && <li>{error}</li>}
      {problems.map((item, index) => <li key={index}>{item.address && <code className="anywhere">{item.address}</code>} {item.message}</li>)}
      {more > 0 && <li className="faint">and {more} more</li>}
    </ul>
  );
}

function Tried({ run }) {
  return (
    <li className="policy-tried">
      <div className="row between">
        <span className="row">
          <span className={`badge ${run.passed ? "success" : "danger"}`}>{run.passed ? "Passes" : "Fails"}</span>
          <Link to={`/runs/${run.run_id}`} className="anywhere">{run.deployment_name}</Link>
        </span>
        <span className="tiny faint">{run.project.slug}, <RelativeTime at={run.created_at} /></span>
      </div>
      {!run.passed && <Problems problems={run.problems} count={run.problem_count} error={run.error} />}
    </li>
  );
}

export function Tester({ draft, body, onErrors }) {
  const [limit, setLimit] = useState("20");
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState(null);
  const [failure, setFailure] = useState("");
  const test = async () => {
    setBusy(true);
    setFailure("");
    onErrors({});
    try {
      const { rule, settings, templates, kinds } = body();
      setFound(await postJson("/api/v1/policies/test", { rule, settings, templates, kinds, limit: Number(limit) }));
    } catch (error) {
      setFound(null);
      setFailure(error.message);
      onErrors(Object.fromEntries((error.problem?.errors || []).map((item) => [item.path, item.message])));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card" aria-labelledby="tester-title">
      <div className="card-head"><h2 id="tester-title">Try it</h2></div>
      <div className="card-body stack tight">
        <p className="small muted">What it would have said of plans that were made already. Nothing is kept.</p>
        <div className="row">
          <label htmlFor="test-limit" className="small">The newest</label>
          <select id="test-limit" className="select compact" value={limit} onChange={(event) => setLimit(event.target.value)}>{["10", "20", "50"].map((item) => <option key={item}>{item}</option>)}</select>
          <button type="button" className="btn small" id="policy-test" disabled={busy || !draft.rule} onClick={test}>{busy ? <span className="spinner" /> : <Icon name="play" />}Test</button>
        </div>
        <div role="status" aria-live="polite">
          {failure && <p className="small danger-text">{failure}</p>}
          {found && <p className="small strong" id="policy-tested">{found.runs.length ? `${plural(found.failed, "plan fails", "plans fail")}, ${plural(found.passed, "passes", "pass")}.` : "There is no such plan yet."} {!found.complete && "Time ran out before all were looked at."}</p>}
        </div>
        {found && <ul className="plain stack tight">{found.runs.map((run) => <Tried key={run.run_id} run={run} />)}</ul>}
      </div>
    </section>
  );
}
