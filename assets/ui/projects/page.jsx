// One project: what is used of its quotas, who is in it, what it may use, its guardrails, and what was done in it.
import { useCallback, useEffect, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { errorsOf, Failure, Field } from "../accounts/inputs";
import { useMay } from "../may";
import { ProjectChannels } from "../notifications/channels";
import { api, ConfirmDialog, Icon, NotShown, postJson, RelativeTime, Tabs } from "../parts";
import { GuardrailsEditor, RulesView, TemplatesPanel } from "./guardrails";
import { Members } from "./members";
import { Meters } from "./meters";
import { WithoutOwner } from "../owner";
import { useTitle } from "../title";

const patch = (path, body) => api(path, { method: "PATCH", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body) });

async function everything(slug) {
  const base = `/api/v1/projects/${encodeURIComponent(slug)}`;
  const [project, usage, quota, members, roles, rules, templates, mine, accounts] = await Promise.all([
    api(base),
    api(`${base}/usage`),
    api(`${base}/quota`),
    api(`${base}/members`),
    api("/api/v1/roles"),
    api(`${base}/guardrails`),
    api("/api/v1/templates?limit=200"),
    api(`/api/v1/templates?limit=200&project=${encodeURIComponent(slug)}`),
    api("/api/v1/cloud-accounts?limit=200"),
  ]);
  return { base, project, usage, quota, members, roles, rules, templates: templates.items, mine: mine.items, accounts: accounts.items };
}

function Failed({ text }) {
  return (
    <div className="callout danger" role="alert">
      <Icon name="alert-circle" />
      <div>{text}</div>
    </div>
  );
}

const QUOTAS = [
  ["deployments", "Deployments"],
  ["resources", "Resources"],
  ["monthly_budget", "US dollars a month"],
  ["run_limit", "Runs at once"],
];

function QuotaForm({ data, reload }) {
  const { base, quota } = data;
  const [values, setValues] = useState(() => Object.fromEntries(QUOTAS.map(([name]) => [name, quota[name] ?? ""])));
  const [refusal, setRefusal] = useState(null);
  const save = async (event) => {
    event.preventDefault();
    setRefusal(null);
    try {
      await patch(`${base}/quota`, Object.fromEntries(QUOTAS.map(([name]) => [name, values[name] === "" ? null : Number(values[name])])));
      await reload();
    } catch (error) {
      setRefusal(errorsOf(error));
    }
  };
  const usual = (name) => (quota.defaults[name] === null ? "no limit" : quota.defaults[name]);
  return (
    <form className="stack" onSubmit={save}>
      <Failure failure={refusal} shown={QUOTAS.map(([name]) => name)} />
      <div className="guardrail-fields">
        {QUOTAS.map(([name, title]) => (
          <Field key={name} id={`quota-${name}`} label={title} error={refusal?.fields[name]} help={`Empty: as the portal is set, ${usual(name)}.`}>
            <input id={`quota-${name}`} className="input" inputMode="decimal" autoComplete="off" value={values[name]} onChange={(event) => setValues({ ...values, [name]: event.target.value })} />
          </Field>
        ))}
      </div>
      <div>
        <button type="submit" className="btn primary">
          Save the quotas
        </button>
      </div>
    </form>
  );
}

function Card({ title, children, actions }) {
  return (
    <section className="card" aria-label={title}>
      <div className="card-head">
        <h2>{title}</h2>
        {actions}
      </div>
      <div className="card-body">{children}</div>
    </section>
  );
}

function Production({ data, reload }) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const put = async (production) => {
    setBusy(true);
    setFailure("");
    await patch(data.base, { production }).catch((error) => setFailure(error.message));
    await reload();
    setBusy(false);
  };
  return (
    <Card title="Production">
      {failure && <Failed text={failure} />}
      <label className="switch">
        <input type="checkbox" checked={data.project.production} disabled={busy} aria-describedby="production-help" onChange={(event) => put(event.target.checked)} />
        <span>Production project</span>
      </label>
      <p className="help" id="production-help">
        People depend on what is in it. Rules of approval can ask for more there.
      </p>
    </Card>
  );
}

function Overview({ data, reload }) {
  const may = useMay();
  const guards = may("project.guard") && data.project.actions.includes("project.manage");
  return (
    <div className="stack">
      <Card title="Quotas">
        <Meters usage={data.usage} />
      </Card>
      {may("project.limit") && (
        <Card title="Change the quotas">
          <QuotaForm data={data} reload={reload} />
        </Card>
      )}
      {guards && !data.usage.archived_at && <Production data={data} reload={reload} />}
      <WithoutOwner project={data.project.slug} />
      <p className="small">
        <Link to={`/deployments?project=${encodeURIComponent(data.project.slug)}`}>Deployments of this project</Link>
      </p>
    </div>
  );
}

const isOpenTo = (account, project) => !account.scope?.projects || account.scope.projects.some((item) => item === project.id || item === project.slug || item?.id === project.id);

function Accounts({ data }) {
  const opens = useMay()("cloud_account.manage", "settings.read");
  const open = data.accounts.filter((account) => !account.disabled_at && isOpenTo(account, data.project));
  if (!open.length) return <p className="muted">No cloud account is open to this project. An administrator opens one on its page.</p>;
  return (
    <ul className="guardrails">
      {open.map((account) => (
        <li key={account.id}>
          <strong>{opens ? <Link to={`/admin/cloud-accounts/${account.slug}`}>{account.name}</Link> : account.name}</strong>
          <span className="tiny faint mono">
            {account.slug} · {account.cloud} · {account.kind}
          </span>
          {account.scope?.regions && <span className="small">Only in {account.scope.regions.join(", ")}</span>}
          {account.scope?.templates && <span className="small">Only for {account.scope.templates.join(", ")}</span>}
        </li>
      ))}
    </ul>
  );
}

function Activity({ base }) {
  const [items, setItems] = useState(null);
  const [failure, setFailure] = useState("");
  useEffect(() => {
    let alive = true;
    api(`${base}/activity?limit=100`).then(
      (page) => alive && setItems(page.items),
      (error) => alive && setFailure(error.message),
    );
    return () => {
      alive = false;
    };
  }, [base]);
  if (failure) return <Failed text={failure} />;
  return (
    <ul className="guardrails">
      {(items || []).map((item) => (
        <li key={item.n}>
          <strong className="mono small">{item.action}</strong>
          <span className="small anywhere">{item.actor}</span>
          <span className="tiny faint">
            <RelativeTime at={item.at} />
          </span>
          <span className="tiny muted anywhere">{item.about}</span>
        </li>
      ))}
    </ul>
  );
}

function Head({ data, reload }) {
  const may = useMay();
  const { base, project, usage } = data;
  const [asked, setAsked] = useState(false);
  const [name, setName] = useState(null);
  const [failure, setFailure] = useState("");
  const manages = project.actions.includes("project.manage") && !usage.archived_at;
  const reopens = usage.archived_at && may("project.create");
  const doing = async (work) => {
    setFailure("");
    try {
      await work();
    } catch (error) {
      setFailure(error.message);
    }
    setAsked(false);
    setName(null);
    window.dispatchEvent(new Event("terrace:projects"));
    await reload();
  };
  return (
    <>
      <header className="page-head">
        <div className="titles">
          <h1>{project.name}</h1>
          <div className="sub">
            <span className="mono">{project.slug}</span> · you are {project.role}
            {project.production && (
              <>
                {" "}
                <span className="badge warning">Production</span>
              </>
            )}
            {usage.archived_at && (
              <>
                {" "}
                <span className="badge">Archived</span>
              </>
            )}
          </div>
        </div>
        {(manages || reopens) && (
          <div className="actions">
            {manages && (
              <button type="button" className="btn" onClick={() => setName(name === null ? project.name : null)}>
                Rename
              </button>
            )}
            {manages && project.slug !== "default" && (
              <button type="button" className="btn danger" onClick={() => setAsked(true)}>
                Archive
              </button>
            )}
            {reopens && (
              <button type="button" className="btn" onClick={() => doing(() => postJson(`${base}/reopen`, {}))}>
                Open again
              </button>
            )}
          </div>
        )}
      </header>
      {failure && <Failed text={failure} />}
      {name !== null && (
        <form
          className="row add-member"
          onSubmit={(event) => {
            event.preventDefault();
            doing(() => patch(base, { name }));
          }}
        >
          <div className="field">
            <label htmlFor="project-name">Name</label>
            <input id="project-name" className="input" maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
          </div>
          <button type="submit" className="btn primary" disabled={!name.trim()}>
            Save
          </button>
        </form>
      )}
      {usage.warnings.map((text) => (
        <div key={text} className="callout warning" role="status">
          <Icon name="alert" />
          <div>{text}</div>
        </div>
      ))}
      <ConfirmDialog open={asked} title="Archive this project?" action="Archive" onConfirm={() => doing(() => postJson(`${base}/archive`, {}))} onClose={() => setAsked(false)}>
        <p>Nothing begins in it any more; what was done stays to be read. It must have no deployment left.</p>
      </ConfirmDialog>
    </>
  );
}

function panels(data, setData, reload, may) {
  const editable = may("project.guard") && !data.usage.archived_at;
  const saved = () => reload();
  return {
    overview: ["Overview", () => <Overview data={data} reload={reload} />],
    members: ["Members", () => <Members data={data} reload={reload} />],
    accounts: ["Cloud accounts", () => <Accounts data={data} />],
    templates: ["Templates", () => <TemplatesPanel key={JSON.stringify(data.rules.templates)} {...data} editable={editable} onSaved={saved} />],
    guardrails: [
      "Guardrails",
      () => (editable ? <GuardrailsEditor base={data.base} rules={data.rules} templates={data.mine} onSaved={(rules) => setData((before) => ({ ...before, rules }))} /> : <RulesView rules={data.rules} />),
    ],
    ...(data.project.actions.includes("project.manage") && {
      notifications: ["Notifications", () => <ProjectChannels project={data.project.slug} closed={Boolean(data.usage.archived_at)} />],
      activity: ["Activity", () => <Activity base={data.base} />],
    }),
  };
}

export function ProjectPage() {
  const { project: slug } = useParams();
  const [parameters, setParameters] = useSearchParams();
  const [data, setData] = useState(null);
  const [failure, setFailure] = useState("");
  const may = useMay();
  const reload = useCallback(
    () =>
      everything(slug).then(
        (found) => setData(found),
        (error) => setFailure(error.message),
      ),
    [slug],
  );
  useEffect(() => {
    setData(null);
    setFailure("");
    if (slug) reload();
  }, [slug]);
  useTitle(data?.project.name);
  if (failure && !data) return <NotShown title="This project cannot be shown" text={failure} back="All projects" to="/projects" />;
  if (!data) return <div className="skeletons" aria-hidden="true"><div className="skeleton" /></div>;
  const found = panels(data, setData, reload, may);
  const tab = found[parameters.get("tab")] ? parameters.get("tab") : "overview";
  const [, show] = found[tab];
  return (
    <div className="stack">
      <Head data={data} reload={reload} />
      <Tabs label="About the project" tabs={Object.entries(found).map(([key, [title]]) => ({ key, title }))} value={tab} onChange={(key) => setParameters({ tab: key }, { replace: true })} />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
        {show()}
      </div>
    </div>
  );
}
