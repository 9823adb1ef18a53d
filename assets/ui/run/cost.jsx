import { useState } from "react";
import { money } from "../money.mjs";
import { Icon } from "../parts";

const signed = (amount) => (amount > 0 ? `+${money(amount)}` : amount < 0 ? `−${money(-amount)}` : "no difference");
const number = (amount) => amount.toLocaleString("en-US", { maximumFractionDigits: 2 });
// Unit prices have as many digits as they need: 0.0000026 is not 0.
const unitPrice = (amount) => `$${amount.toLocaleString("en-US", { maximumFractionDigits: 10 })}`;

function Amount({ item }) {
  if (item.monthly !== null) return <td className="num nowrap">{money(item.monthly)}</td>;
  return <td className="nowrap"><span className={`badge ${item.priced ? "" : "warning"}`}>{item.priced ? "by use" : "no price here"}</span></td>;
}

function Item({ item }) {
  const rate = item.price === null ? "" : `${unitPrice(item.price)} per ${item.unit}`;
  return (
    <tr>
      <th scope="row">{item.what}{item.assumption && <div className="muted">{item.assumption}</div>}</th>
      <td className="nowrap muted">{item.quantity === null ? rate : `${number(item.quantity)} × ${rate}`}</td>
      <Amount item={item} />
    </tr>
  );
}

function Resource({ cost, open, onToggle, unpriced }) {
  const id = `cost-${cost.address}`;
  const changed = cost.before !== cost.after;
  return (
    <li className="change">
      <button type="button" className="change-head" aria-expanded={open} aria-controls={id} onClick={onToggle}>
        <code className="change-address">{cost.address}</code>
        {unpriced && <span className="badge warning">not all is priced</span>}
        <span className="change-word num">{changed && cost.before > 0 && <span className="muted">{money(cost.before)} → </span>}{unpriced && !cost.after ? "unknown" : money(cost.after)}</span>
      </button>
      {open && (
        <div id={id} className="change-body">
          {cost.items.length ? (
            <table className="attrs costs">
              <thead><tr><th scope="col">What</th><th scope="col">How much</th><th scope="col">A month</th></tr></thead>
              <tbody>{cost.items.map((item, index) => <Item key={index} item={item} />)}</tbody>
            </table>
          ) : <p className="muted">It is gone afterwards.</p>}
        </div>
      )}
    </li>
  );
}

const plural = (count, one, many) => (count === 1 ? `1 ${one}` : `${count} ${many}`);

function coverage(cost) {
  const [free, used] = [cost.free.length, cost.usage_dependent.length];
  const parts = [];
  if (free) parts.push(plural(free, "resource is free", "resources are free"));
  if (used) parts.push(plural(used, free ? "is charged by use too" : "resource is charged by use too", free ? "are charged by use too" : "resources are charged by use too"));
  return parts.length ? `${parts.join(", ")}${used ? ", which is in no sum" : ""}. ` : "";
}

// The sum can only be too low: whatever has no price here is named.
function Missing({ addresses }) {
  if (!addresses.length) return null;
  return (
    <div className="callout warning" id="run-cost-missing">
      <Icon name="alert" />
      <div>
        <strong>{plural(addresses.length, "resource has a charge", "resources have a charge")} without a price here. It costs more than this.</strong>
        <p>{addresses.slice(0, 12).map((address) => <code key={address} className="anywhere">{address} </code>)}{addresses.length > 12 && ` and ${addresses.length - 12} more`}</p>
      </div>
    </div>
  );
}

export function CostView({ cost, collapsed, sandbox }) {
  const [shut, setShut] = useState(collapsed);
  const [open, setOpen] = useState("");
  const missing = new Set(cost.unpriced);
  return (
    <section className="card" aria-labelledby="cost-title" id="run-cost">
      <div className="card-head">
        <h2 id="cost-title"><button type="button" className="card-toggle" aria-expanded={!shut} onClick={() => setShut(!shut)}>Cost</button></h2>
        <span className="counts" data-after={cost.after_monthly}>
          <span className="muted">{money(cost.before_monthly)} →</span>
          <strong>{missing.size > 0 && "at least "}{money(cost.after_monthly)} a month</strong>
          <span className={cost.delta_monthly > 0 ? "count-change" : cost.delta_monthly < 0 ? "count-add" : "count-none"}>{signed(cost.delta_monthly)}</span>
        </span>
      </div>
      {!shut && <Missing addresses={cost.unpriced} />}
      {!shut && cost.resources.length > 0 && (
        <ul className="changes">
          {cost.resources.map((item) => (
            <Resource key={item.address} cost={item} open={open === item.address} unpriced={missing.has(item.address)} onToggle={() => setOpen(open === item.address ? "" : item.address)} />
          ))}
        </ul>
      )}
      {!shut && (
        <p className="muted card-note">
          {coverage(cost)}List prices in US dollars{/^\d/.test(cost.as_of) && `, the oldest of ${cost.as_of}`}, without tax and discounts, 730 hours a month.{sandbox && " In the sandbox nothing is charged."}
        </p>
      )}
    </section>
  );
}
