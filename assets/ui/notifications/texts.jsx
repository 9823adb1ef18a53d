// The messages in the administrator's own words, filled with made-up facts while typing.
import { useEffect, useId, useState } from "react";
import { api, Icon, postJson } from "../parts";

const PARTS = { subject: "Subject", text: "Text", html: "HTML of the mail", chat: "Chat" };

export function Texts({ onSaid }) {
  const ids = useId();
  const [texts, setTexts] = useState([]);
  const [event, setEvent] = useState("run.needs_confirmation");
  const [part, setPart] = useState("subject");
  const [source, setSource] = useState("");
  const [preview, setPreview] = useState({ text: "" });
  const text = texts.find((one) => one.event === event && one.part === part);
  const address = `/api/v1/notification-texts/${event}/${part}`;
  useEffect(() => { api("/api/v1/notification-texts").then(setTexts, (error) => setPreview({ failure: error.message })); }, []);
  useEffect(() => { if (text) setSource(text.source); }, [text]);
  useEffect(() => {
    if (!text) return undefined;
    const timer = setTimeout(
      () => postJson(`${address}/preview`, { source }).then((shown) => setPreview({ text: shown.text }), (error) => setPreview({ failure: error.message })),
      300,
    );
    return () => clearTimeout(timer);
  }, [address, source, text]);
  const save = (value) =>
    api(address, {
      method: "PUT",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ source: value }),
    }).then((after) => {
      setTexts((all) => all.map((one) => (one.event === event && one.part === part ? after : one)));
      onSaid(value === null ? "In our words again" : "The text is kept");
    }, (error) => setPreview({ failure: error.message }));
  return (
    <div className="stack">
      <div className="toolbar">
        <select className="select" aria-label="Message" value={event} onChange={(change) => setEvent(change.target.value)}>
          {[...new Set(texts.map((one) => one.event))].map((name) => <option key={name} value={name}>{name}{texts.some((one) => one.event === name && one.updated_by) ? " (own words)" : ""}</option>)}
        </select>
        <div className="segmented wrap" role="group" aria-label="Part">
          {Object.entries(PARTS).map(([key, title]) => <button key={key} type="button" aria-pressed={part === key} onClick={() => setPart(key)}>{title}</button>)}
        </div>
      </div>
      {text && (
        <form className="stack" onSubmit={(submit) => { submit.preventDefault(); save(source); }}>
          <div className="field">
            <label htmlFor={ids}>Template</label>
            <textarea id={ids} className="textarea mono" rows={part === "html" ? 14 : 6} spellCheck={false} value={source} onChange={(change) => setSource(change.target.value)} />
            <p className="help">Facts: {text.facts.map((fact) => `{{ ${fact} }}`).join(", ")}</p>
          </div>
          {preview.failure
            ? <div className="callout danger" role="alert"><Icon name="alert-circle" /><div className="anywhere"><strong>{preview.failure}</strong></div></div>
            : <div className="field"><span className="label">With made-up facts</span><pre className="codeblock wrap" tabIndex={0} role="group" aria-label="Preview">{preview.text}</pre></div>}
          <div className="row">
            <button type="submit" className="btn primary" disabled={Boolean(preview.failure) || source === text.source}>Keep</button>
            {text.updated_by && <button type="button" className="btn" onClick={() => save(null)}>Back to ours</button>}
          </div>
        </form>
      )}
    </div>
  );
}
