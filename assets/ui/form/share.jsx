// Taking a form's values elsewhere and back: tfvars.json, curl, the command line, a link. Secrets never go along.
import { useState } from "react";
import { copyText, Icon, Modal } from "../parts";
import { incoming, outgoing, publicValues } from "./model.mjs";

const quote = (text) => `'${String(text).replaceAll("'", `'\\''`)}'`;
const pretty = (value) => JSON.stringify(value, null, 2);

export function request(template, head, values) {
  return {
    name: head.name,
    template,
    cloud_account: head.cloud_account,
    project: head.project,
    values,
    auto_apply: head.auto_apply,
    ...(head.ttl ? { ttl: head.ttl } : {}),
  };
}

const WAYS = {
  tfvars: {
    title: "terraform.tfvars.json",
    make: (_template, _head, values) => pretty(values),
  },
  curl: {
    title: "curl",
    make: (template, head, values) =>
      [
        `curl -sS ${window.location.origin}/api/v1/deployments`,
        `  -H "Authorization: Bearer $TERRACE_TOKEN"`,
        `  -H "Content-Type: application/json"`,
        `  -d ${quote(pretty(request(template, head, values)))}`,
      ].join(" \\\n"),
  },
  cli: {
    title: "Command line",
    make: (template, head, values) =>
      [
        `terrace deploy create ${template}`,
        `  --name ${quote(head.name)}`,
        `  --cloud-account ${quote(head.cloud_account)}`,
        `  --project ${quote(head.project)}`,
        ...(head.ttl ? [`  --ttl ${quote(head.ttl)}`] : []),
        ...(head.auto_apply ? ["  --yes"] : []),
        `  --values - <<'EOF'\n${pretty(values)}\nEOF`,
      ].join(" \\\n"),
  },
  link: {
    title: "Link to this form",
    make: (template, { auto_apply: _, ...head }, values) => {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(head)) if (value && value !== "default") query.set(name, String(value));
      for (const [name, value] of Object.entries(values)) query.set(`var.${name}`, JSON.stringify(value));
      return `${window.location.origin}/templates/${template}/deploy?${query}`;
    },
  },
};

export function ShareDialog({ open, onClose, template, form, head, values }) {
  const [way, setWay] = useState("tfvars");
  const [done, setDone] = useState("");
  if (!open) return null;
  const shared = publicValues(form, values);
  const text = WAYS[way].make(template, head, outgoing(form, shared).values);
  const hidden = Object.keys(values).length - Object.keys(shared).length;
  const footer = (
    <button type="button" className="btn primary" onClick={() => copyText(text).then(() => setDone(way))}>
      <Icon name={done === way ? "check" : "copy"} /> {done === way ? "Copied" : "Copy"}
    </button>
  );
  return (
    <Modal open wide title="Use these values elsewhere" onClose={onClose} footer={footer}>
      <div className="segmented" role="group" aria-label="Form of the copy" style={{ alignSelf: "flex-start" }}>
        {Object.entries(WAYS).map(([key, entry]) => (
          <button key={key} type="button" aria-pressed={key === way} onClick={() => setWay(key)}>
            {entry.title}
          </button>
        ))}
      </div>
      <pre className={way === "link" ? "codeblock wrap" : "codeblock"} tabIndex={0} aria-label={WAYS[way].title}>
        {text}
      </pre>
      {hidden > 0 && <p className="small muted">Secret values are left out: {hidden} here. Add them where you use this.</p>}
    </Modal>
  );
}

export function PasteDialog({ open, onClose, form, onPaste }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const take = () => {
    let wire = null;
    try {
      wire = JSON.parse(text);
    } catch {
      setProblem("This is not JSON.");
      return;
    }
    if (wire === null || typeof wire !== "object" || Array.isArray(wire)) {
      setProblem("A terraform.tfvars.json is an object: { \"name\": … }.");
      return;
    }
    const { values, unknown } = incoming(form, wire);
    if (unknown.length) {
      setProblem(`This template has no variable named ${unknown.slice(0, 5).join(", ")}.`);
      return;
    }
    setProblem("");
    setText("");
    onPaste(values);
  };
  const footer = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="button" className="btn primary" disabled={!text.trim()} onClick={take}>
        Fill the form
      </button>
    </>
  );
  return (
    <Modal open={open} wide title="Paste terraform.tfvars.json" onClose={onClose} footer={footer}>
      <textarea
        className="textarea mono"
        rows={12}
        aria-label="terraform.tfvars.json"
        aria-invalid={problem ? true : undefined}
        spellCheck={false}
        placeholder={'{\n  "name": "example"\n}'}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {problem && (
        <p className="error" role="alert">
          {problem}
        </p>
      )}
      <p className="small muted">Values here replace those in the form; what is not here stays as it is.</p>
    </Modal>
  );
}
