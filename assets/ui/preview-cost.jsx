// What would be paid a month for what will be created, before any plan: list prices, as the plan reckons them again.
import { money } from "./money.mjs";

const plural = (count, one, many) => (count === 1 ? `1 ${one}` : `${count} ${many}`);

function amountOf(cost) {
  if (cost.after_monthly === 0) return cost.at_least ? "not known yet" : cost.usage_dependent.length ? "by use alone" : "nothing";
  return `${cost.at_least ? "at least " : ""}${money(cost.after_monthly)} a month`;
}

// One line for each charge, the dearest resource first; the same charge of several instances is one line.
function charges(cost) {
  const lines = new Map();
  for (const resource of cost.resources)
    for (const item of resource.items.filter((one) => one.monthly !== null)) {
      const line = lines.get(item.what) || { what: item.what, times: 0, monthly: 0 };
      lines.set(item.what, { ...line, times: line.times + 1, monthly: line.monthly + item.monthly });
    }
  return [...lines.values()].sort((one, other) => other.monthly - one.monthly);
}

export function PreviewCost({ cost, sandbox = false, open = false }) {
  if (!cost) return null;
  const lines = charges(cost);
  const over = cost.budget_left !== null && cost.after_monthly > cost.budget_left;
  const notes = [
    cost.usage_dependent.length && `${plural(cost.usage_dependent.length, "resource is", "resources are")} charged by use, which is in no sum`,
    cost.unpriced.length && `${plural(cost.unpriced.length, "resource has", "resources have")} a charge without a price here`,
  ].filter(Boolean);
  return (
    <div className="will-cost">
      <div className="row between">
        <span className="tiny faint">Costs</span>
        <strong className="small num" role="status">
          {amountOf(cost)}
        </strong>
      </div>
      {over && (
        <p className="small will-over" role="status">
          The project's budget has {money(Math.max(0, cost.budget_left))} a month left: the plan will be refused.
        </p>
      )}
      {lines.length > 0 && (
        <details open={open}>
          <summary className="small muted">What that is made of</summary>
          <ul tabIndex={0} aria-label="What that is made of">
            {lines.map((line) => (
              <li key={line.what}>
                <span className="anywhere">
                  {line.what}
                  {line.times > 1 && <span className="faint"> × {line.times}</span>}
                </span>
                <span className="num nowrap">{money(line.monthly)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <p className="tiny faint">{[...notes, "List prices, without tax and discounts", ...(sandbox ? ["In the sandbox nothing is charged"] : [])].join(". ")}.</p>
    </div>
  );
}
