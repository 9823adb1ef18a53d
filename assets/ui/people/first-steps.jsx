// What the first administrator does after the first start: a short list above the catalogue, until it is done or put away.
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { Icon, api } from "../parts";

const PATH = "/api/v1/settings/first-steps";
const STEPS = [
  ["own_password", "Choose a password of your own", "/account?tab=password"],
  ["sandbox", "Deploy something to the sandbox", "/templates/azure/storage-account/deploy"],
  ["cloud_account", "Add a cloud account", "/admin/cloud-accounts/new"],
];

export function FirstSteps({ admin }) {
  const [steps, setSteps] = useState(null);
  useEffect(() => {
    if (admin) api(PATH).then(setSteps).catch(() => setSteps(null));
  }, [admin]);
  if (!steps?.shown) return null;
  const dismiss = () => {
    setSteps(null);
    api(PATH, { method: "DELETE" }).catch(() => {});
  };
  return (
    <section className="card first-steps" aria-labelledby="first-steps">
      <div className="card-head">
        <h2 id="first-steps">First steps</h2>
        <button type="button" className="btn quiet icon-only" aria-label="Put the first steps away" onClick={dismiss}>
          <Icon name="x" />
        </button>
      </div>
      <ol className="card-body">
        {STEPS.map(([key, title, href]) => (
          <li key={key}>
            <Icon name={steps[key] ? "check-circle" : "chevron-right"} />
            {steps[key] ? (
              <span className="muted">
                {title} <span className="sr-only">(done)</span>
              </span>
            ) : (
              <Link to={href}>{title}</Link>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
