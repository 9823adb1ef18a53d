// From the answers to a deployment. Loads the template's form, judges while typing, reviews, sends, and goes to the run.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { deploysIn, Nowhere } from "../deploy-link";
import { useMay } from "../may";
import { every } from "../identity/every.mjs";
import { api, Icon, postJson } from "../parts";
import { FormContext, jump, useByRoot, useTouched } from "./context";
import { Head, headErrors } from "./head";
import { allFields, environment, incoming, outgoing, publicValues, unlockedValues } from "./model.mjs";
import { useOffered } from "./offered";
import { Review } from "./review";
import { Sections } from "./sections";
import { PasteDialog, request, ShareDialog } from "./share";
import { rootOf } from "./slices.mjs";
import { dropDraft, fromQuery, loadDraft, rememberTemplate, saveDraft } from "./store.mjs";
import { Presets, Summary } from "./summary";

const VALIDATE_AFTER = 300;
const SAVE_AFTER = 500;
const NOTHING = {};

async function loadAll(template) {
  const [detail, accounts, projects, me] = await Promise.all([
    api(`/api/v1/templates/${template}`),
    api("/api/v1/cloud-accounts?limit=200"),
    every(api, "/api/v1/projects"),
    api("/api/v1/me"),
  ]);
  const usable = accounts.items.filter((account) => (detail.cloud === "other" || account.cloud === detail.cloud) && !account.disabled_at);
  return { detail, form: detail.ui, accounts: usable, projects: projects.filter(deploysIn), me };
}

function firstState(data, template) {
  const query = fromQuery(window.location.search);
  // The project comes with every address: it alone is where one looks, and no link that fills the form.
  const linked = Object.keys(query.wire).length || Object.keys(query.head).some((name) => name !== "project");
  const isOffered = (slug) => data.projects.some((item) => item.slug === slug);
  const draft = linked ? null : loadDraft(template);
  const blank = {
    name: "",
    cloud_account: data.accounts[0]?.slug || "",
    project: data.projects[0]?.slug || "default",
    ttl: "",
    auto_apply: false,
  };
  const byOffer = (head) => (isOffered(head.project) ? head : { ...head, project: blank.project });
  const known = new Set(allFields(data.form).map((field) => field.name));
  const kept = Object.fromEntries(Object.entries(draft?.values || {}).filter(([name]) => known.has(name)));
  return {
    head: byOffer({ ...blank, ...(draft?.head || {}), ...query.head }),
    values: linked ? incoming(data.form, query.wire).values : kept,
    draftAt: draft?.at || null,
    blank,
  };
}

// The template as the chosen project has it: its guardrails leave less to choose. The very same form while they say nothing.
function useNarrowed(template, project, everywhere) {
  const [found, setFound] = useState({ detail: everywhere, refusal: "" });
  useEffect(() => {
    if (!project) return undefined;
    let alive = true;
    const same = JSON.stringify(everywhere.ui);
    api(`/api/v1/templates/${template}?project=${encodeURIComponent(project)}`).then(
      (detail) => alive && setFound({ detail: JSON.stringify(detail.ui) === same ? { ...detail, ui: everywhere.ui } : detail, refusal: "" }),
      (error) => alive && setFound({ detail: everywhere, refusal: error.status === 404 ? "This project may not use this template. Choose another one." : error.message }),
    );
    return () => {
      alive = false;
    };
  }, [template, project]);
  return found;
}

const byPath = (found) => Object.fromEntries([...found].reverse().map((error) => [error.path, error.message]));

// Asks the server what is wrong, a moment after the last change; only the newest answer counts.
function useJudge(template, form, values, project) {
  const [errors, setErrors] = useState({});
  const [warnings, setWarnings] = useState({});
  const [judged, setJudged] = useState(false);
  const turn = useRef(0);
  const judge = useCallback(async () => {
    const mine = ++turn.current;
    const { values: wire, problems } = outgoing(form, values);
    try {
      const answer = await postJson(`/api/v1/templates/${template}/validate${project ? `?project=${encodeURIComponent(project)}` : ""}`, { values: wire });
      const all = { ...byPath(answer.errors), ...problems };
      if (mine === turn.current) {
        setErrors(all);
        setWarnings(byPath(answer.warnings));
        setJudged(true);
      }
      return all;
    } catch (error) {
      if (mine === turn.current) setErrors(problems);
      throw error;
    }
  }, [template, form, values, project]);
  useEffect(() => {
    setJudged(false);
    const timer = setTimeout(() => judge().catch(() => {}), VALIDATE_AFTER);
    return () => clearTimeout(timer);
  }, [judge]);
  return { errors, warnings, judged, judge, setErrors };
}

// The path of the first error in the order of the form.
function firstWrong(form, errors) {
  const order = new Map(allFields(form).map((field, index) => [field.name, index]));
  const placeOf = (path) => order.get(rootOf(path)) ?? order.size;
  return Object.keys(errors).sort((a, b) => placeOf(a) - placeOf(b))[0];
}

// Goes to a field once it is on the page: sections open, and steps change, in answer to `target`.
function useTarget() {
  const [target, setTarget] = useState(null);
  useEffect(() => {
    if (!target) return undefined;
    let left = 30;
    let frame = 0;
    const look = () => {
      if (left-- > 0 && !(left < 28 && jump(target.path))) frame = requestAnimationFrame(look);
    };
    frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [target]);
  return [target, useCallback((path) => setTarget({ path }), [])];
}

// An error that appears while the pointer is down would move what is being clicked away from under it: it waits.
function useTouch(setTouched) {
  const pending = useRef(null);
  useEffect(() => {
    const down = () => {
      pending.current ??= new Set();
    };
    const up = () => {
      const paths = pending.current;
      pending.current = null;
      if (paths?.size) setTimeout(() => setTouched((before) => new Set([...before, ...paths])), 0);
    };
    document.addEventListener("pointerdown", down, true);
    document.addEventListener("pointerup", up, true);
    document.addEventListener("pointercancel", up, true);
    return () => {
      document.removeEventListener("pointerdown", down, true);
      document.removeEventListener("pointerup", up, true);
      document.removeEventListener("pointercancel", up, true);
    };
  }, []);
  return useCallback((path) => {
    if (pending.current) pending.current.add(path);
    else setTouched((before) => (before.has(path) ? before : new Set(before).add(path)));
  }, []);
}

// The page's State may still name the template that this tab showed before: the address is right at once.
const isAddressed = (template) => !/\/deploy\/?$/.test(window.location.pathname) || window.location.pathname.includes(`/templates/${template}/`);

export function DeployForm({ template }) {
  const may = useMay();
  const [data, setData] = useState(null);
  const [failure, setFailure] = useState("");
  useEffect(() => {
    if (!isAddressed(template)) return undefined;
    let alive = true;
    setData(null);
    setFailure("");
    loadAll(template).then(
      (loaded) => alive && setData(loaded),
      (error) => alive && setFailure(error.message),
    );
    return () => {
      alive = false;
    };
  }, [template]);
  if (failure) {
    return (
      <div className="callout danger" role="alert">
        <Icon name="alert-circle" />
        <div>
          <strong>The form could not be loaded</strong>
          {failure}
        </div>
      </div>
    );
  }
  if (!data || data.detail.key !== template || !isAddressed(template)) {
    return (
      <div className="skeletons" aria-hidden="true">
        {Array.from({ length: 6 }, (_, index) => (
          <div key={index} className="skeleton" />
        ))}
      </div>
    );
  }
  if (!data.projects.length || !may("cloud_account.use")) return <Nowhere />;
  return <Form key={template} template={template} data={data} />;
}

function Form({ template, data }) {
  const first = useMemo(() => firstState(data, template), []);
  const [head, setHead] = useState(first.head);
  const [values, setValues] = useState(first.values);
  const [draftAt, setDraftAt] = useState(first.draftAt);
  const [touched, setTouched] = useState(() => new Set());
  const [local, setLocalErrors] = useState({});
  const [attempted, setAttempted] = useState(false);
  const [level, setLevel] = useState("basic");
  const [step, setStep] = useState("form");
  const [dialog, setDialog] = useState("");
  const [sending, setSending] = useState(false);
  const [refusal, setRefusal] = useState(null);
  const project = data.projects.find((item) => item.slug === head.project);
  const { detail, refusal: barred } = useNarrowed(template, project?.slug, data.detail);
  const form = detail.ui;
  const account = data.accounts.find((item) => item.slug === head.cloud_account);
  const role = project?.role || null;
  const mine = useMemo(() => unlockedValues(form, values, role), [form, values, role]);
  const offered = useOffered(form, project?.slug, account?.kind === "sandbox");
  const [target, goTo] = useTarget();
  const { errors: judgedErrors, warnings, judged, judge, setErrors } = useJudge(template, form, mine, barred ? "" : project?.slug);
  const errors = useMemo(() => ({ ...judgedErrors, ...local }), [judgedErrors, local]);
  const [places, isTouched] = useTouched(touched, attempted);
  const wrongHead = headErrors(head, refusal, detail.project, barred);
  const focusWanted = useRef(false);

  useEffect(() => {
    const timer = setTimeout(() => saveDraft(template, { head, values: publicValues(form, values) }), SAVE_AFTER);
    return () => clearTimeout(timer);
  }, [head, values]);
  useEffect(() => {
    if (!focusWanted.current) return;
    focusWanted.current = false;
    const [wrong] = Object.keys(wrongHead);
    if (wrong) document.getElementById(`head-${wrong}`)?.focus();
    else if (Object.keys(errors).length) goTo(firstWrong(form, errors));
  });

  const touch = useTouch(setTouched);
  const setLocal = useCallback((path, message) => {
    setLocalErrors((before) => {
      if ((before[path] || null) === message) return before;
      const { [path]: _gone, ...rest } = before;
      return message ? { ...rest, [path]: message } : rest;
    });
  }, []);
  const change = useCallback((name, next) => {
    setValues((before) => {
      const { [name]: _gone, ...rest } = before;
      return next === undefined ? rest : { ...before, [name]: next };
    });
  }, []);
  const changeHead = useCallback((name, value) => {
    setRefusal(null);
    setHead((before) => ({ ...before, [name]: value }));
  }, []);
  const filledIn = useRef(new Map());
  const seen = useMemo(() => environment(form, mine, filledIn.current), [form, mine]);
  const random = useMemo(() => Math.random().toString(36).slice(2, 8).padEnd(6, "x"), []);
  const hints = useMemo(
    () => ({
      "user.name": data.me.name,
      "user.email": data.me.email,
      "project.slug": project?.slug,
      "deployment.name": head.name,
      random,
      ...Object.fromEntries(Object.entries(mine).map(([name, value]) => [`var.${name}`, value])),
    }),
    [project?.slug, head.name, mine],
  );
  const [wrongOf, doubtsOf] = [useByRoot(errors), useByRoot(warnings)];
  const context = useMemo(
    () => ({
      seen,
      errors,
      warnings,
      role,
      account: account || null,
      offered,
      target,
      goTo,
      isTouched,
      touch,
      setLocal,
      concerning: (name) => [wrongOf[name], doubtsOf[name], places[name], attempted],
      level,
      showAll: attempted && Object.keys(errors).length > 0,
      readOnly: false,
      hints,
    }),
    [seen, errors, warnings, role, account, offered, target, isTouched, wrongOf, doubtsOf, places, attempted, level, hints],
  );

  const toReview = async () => {
    setAttempted(true);
    setRefusal(null);
    let found = {};
    try {
      found = { ...(await judge()), ...local };
    } catch (error) {
      setRefusal({ text: error.message, fields: {} });
      return;
    }
    if (Object.keys(found).length || Object.keys(headErrors(head, null, detail.project, barred)).length) {
      focusWanted.current = true;
      setErrors((before) => ({ ...before }));
      return;
    }
    setStep("review");
    window.scrollTo({ top: 0 });
  };
  const send = async () => {
    setSending(true);
    try {
      const made = await postJson("/api/v1/deployments", request(template, head, outgoing(form, mine).values));
      dropDraft(template);
      rememberTemplate(template);
      window.location.assign(`/runs/${made.run.id}`);
    } catch (error) {
      setSending(false);
      takeRefusal(error);
    }
  };
  // The server names what is wrong with a variable `values.<path>`, and everything else by its own name.
  const takeRefusal = (error) => {
    const head = {};
    const variables = {};
    for (const { path, message } of error.problem?.errors || []) {
      if (path.startsWith("values.")) variables[path.slice(7)] ??= message;
      else head[path] ??= message;
    }
    setRefusal({ text: error.message, fields: head, others: Object.keys(variables).length });
    setErrors((before) => ({ ...before, ...variables }));
    setStep("form");
    focusWanted.current = true;
  };
  const startOver = () => {
    dropDraft(template);
    setHead(first.blank);
    setValues({});
    setTouched(new Set());
    setAttempted(false);
    setDraftAt(null);
  };
  const lay = (more) => setValues((before) => ({ ...before, ...more }));
  const choose = useCallback((preset) => lay(incoming(form, preset.values).values), [form]);

  if (step === "review") {
    return <Review data={{ ...data, form, detail }} template={template} head={head} values={mine} warnings={warnings} sending={sending} onBack={() => setStep("form")} onSend={send} />;
  }
  return (
    <FormContext.Provider value={context}>
      <header className="page-head">
        <div className="titles">
          <h1>Deploy {detail.title}</h1>
          <div className="sub">{detail.summary}</div>
        </div>
        <div className="actions">
          <button type="button" className="btn" onClick={() => setDialog("paste")}>
            Paste tfvars
          </button>
          <button type="button" className="btn" onClick={() => setDialog("share")}>
            <Icon name="copy" /> Copy as
          </button>
        </div>
      </header>
      {draftAt && (
        <div className="callout info" role="status">
          <Icon name="info" />
          <div>
            Your draft is back, without its secrets.{" "}
            <button type="button" className="link-btn" onClick={startOver}>
              Start over
            </button>
          </div>
        </div>
      )}
      {refusal && !Object.keys(refusal.fields).length && !refusal.others && (
        <div className="callout danger" role="alert">
          <Icon name="alert-circle" />
          <div>{refusal.text}</div>
        </div>
      )}
      <form
        className="split deploy"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          toReview();
        }}
      >
        <div className="stack loose">
          <Presets presets={form.presets} values={values} form={form} onChoose={choose} />
          <Head head={head} data={data} rules={detail.project} errors={attempted || refusal || barred ? wrongHead : NOTHING} onChange={changeHead} />
          <Sections form={form} values={mine} onChange={change} />
        </div>
        <Summary form={form} head={head} data={data} values={mine} errors={errors} judged={judged} level={level} barred={barred} onLevel={setLevel} />
      </form>
      <ShareDialog open={dialog === "share"} onClose={() => setDialog("")} template={template} form={form} head={head} values={mine} />
      <PasteDialog
        open={dialog === "paste"}
        onClose={() => setDialog("")}
        form={form}
        onPaste={(found) => {
          lay(found);
          setDialog("");
        }}
      />
    </FormContext.Provider>
  );
}
