// A deployment's values in the form of the template version that it is pinned to, to look at.
import { useEffect, useMemo, useState } from "react";
import { api, Icon } from "../parts";
import { FormContext } from "./context";
import { environment, incoming } from "./model.mjs";
import { Sections } from "./sections";

const ignore = () => {};

async function load(deploymentId) {
  const [deployment, form] = await Promise.all([api(`/api/v1/deployments/${deploymentId}`), api(`/api/v1/deployments/${deploymentId}/form`)]);
  return { deployment, form };
}

export function ValuesView({ deploymentId }) {
  const [data, setData] = useState(null);
  const [failure, setFailure] = useState("");
  const [all, setAll] = useState(false);
  useEffect(() => {
    let alive = true;
    load(deploymentId).then(
      (loaded) => alive && setData(loaded),
      (error) => alive && setFailure(error.message),
    );
    return () => {
      alive = false;
    };
  }, [deploymentId]);
  if (failure) {
    return (
      <div className="callout danger" role="alert">
        <Icon name="alert-circle" />
        <div>{failure}</div>
      </div>
    );
  }
  if (!data) return <div className="skeletons"><div className="skeleton" /><div className="skeleton" /></div>;
  return <Values data={data} all={all} onAll={setAll} />;
}

function Values({ data, all, onAll }) {
  const { deployment, form } = data;
  const values = useMemo(() => {
    const found = incoming(form, deployment.values).values;
    for (const name of deployment.sensitive || []) {
      if ((deployment.secrets_set || []).includes(name)) found[name] = "••••••••";
      else delete found[name];
    }
    return found;
  }, [data]);
  const context = {
    seen: useMemo(() => environment(form, values), [form, values]),
    errors: {},
    warnings: {},
    role: null,
    offered: null,
    target: null,
    goTo: () => {},
    isTouched: () => false,
    touch: () => {},
    setLocal: () => {},
    concerning: () => [],
    level: all ? "expert" : "basic",
    showAll: all,
    readOnly: true,
    hints: {},
  };
  return (
    <FormContext.Provider value={context}>
      <div className="row between">
        <p className="small muted">The values of the present version. Settings that were not changed have their defaults.</p>
        <label className="check small roomy">
          <input type="checkbox" checked={all} onChange={(event) => onAll(event.target.checked)} />
          Show every setting
        </label>
      </div>
      <div className="stack loose read-only">
        <Sections form={form} values={values} onChange={ignore} />
      </div>
    </FormContext.Provider>
  );
}
