// What the policies said of a plan: each with the resources that it is about.
import { levelTitle, plural } from "../policies/model.mjs";

const TONE = { advisory: "info", override: "warning", mandatory: "danger" };

export const looks = (result) =>
  result.passed ? ["Passed", "success"] : result.overridden_at ? ["Overridden", "warning"] : [result.level === "advisory" ? "Advice" : "Failed", TONE[result.level]];

// {address: [{policy, message, tone}]}: what stands beside a resource.
export function byAddress(plan) {
  const found = {};
  for (const result of plan?.policy || []) {
    if (result.passed) continue;
    for (const item of result.problems) {
      if (item.address) (found[item.address] ||= []).push({ policy: result.policy_name, message: item.message, tone: looks(result)[1] });
    }
  }
  return found;
}

// The loudest of the looks, for one badge that stands for all of them.
export const worst = (items) => ["danger", "warning", "info"].find((tone) => items.some((item) => item.tone === tone)) || "";

function Result({ result }) {
  const [word, tone] = looks(result);
  const more = result.problem_count - result.problems.length;
  return (
    <li className="check-result" data-policy={result.policy_name}>
      <div className="row">
        <span className={`badge ${tone}`}>{word}</span>
        <span className="strong anywhere">{result.policy_name}</span>
        <span className="tiny faint">{levelTitle(result.level)}, version {result.policy_version}</span>
      </div>
      {!result.passed && (
        <ul className="plain policy-problems">
          {result.error && <li>{result.error}</li>}
          {result.problems.map((item, index) => <li key={index}>{item.address && <code className="anywhere">{item.address}</code>} {item.message}</li>)}
          {more > 0 && <li className="faint">and {more} more</li>}
        </ul>
      )}
      {result.overridden_at && <p className="small">Overridden by {result.overridden_by}: {result.override_reason}</p>}
    </li>
  );
}

export function Checks({ plan }) {
  const results = plan?.policy || [];
  if (!results.length) return null;
  const failed = results.filter((result) => !result.passed);
  const passed = results.filter((result) => result.passed);
  return (
    <section className="card" aria-labelledby="checks-title" id="run-checks">
      <div className="card-head"><h2 id="checks-title">Checks</h2><span className="small muted">{failed.length ? `${plural(failed.length, "policy", "policies")} not met, ` : ""}{plural(passed.length, "policy", "policies")} met</span></div>
      {failed.length > 0 && <ul className="plain">{failed.map((result) => <Result key={result.policy_id} result={result} />)}</ul>}
      {passed.length > 0 && (
        <details open={!failed.length}>
          <summary className="check-result muted">{plural(passed.length, "policy", "policies")} met</summary>
          <ul className="plain">{passed.map((result) => <Result key={result.policy_id} result={result} />)}</ul>
        </details>
      )}
    </section>
  );
}
