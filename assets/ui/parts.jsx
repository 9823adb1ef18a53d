// Small parts shared by the local components, and those that pages use directly.
import { useEffect, useId, useRef, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";

export function Icon({ name, className = "" }) {
  return (
    <svg className={`icon ${className}`} aria-hidden="true">
      <use href={`/icons.svg#${name}`} />
    </svg>
  );
}

// A sentence in which `something` is what one types.
export function Sentence({ text }) {
  return (text || "").split("`").map((part, index) => (index % 2 ? <code key={index}>{part}</code> : part));
}

// One request to our own API. An answer that is no success becomes an Error with the problem's own sentence.
export async function api(path, options = {}) {
  const answer = await fetch(path, { credentials: "same-origin", headers: { Accept: "application/json" }, ...options });
  const body = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (answer.status === 401 && !path.endsWith("/sign-out")) {
    window.location.assign(`/sign-in?next=${encodeURIComponent(window.location.pathname + window.location.search)}`);
  }
  if (!answer.ok) {
    const error = new Error(body?.detail || body?.title || `The server answered ${answer.status}.`);
    error.status = answer.status;
    error.problem = body || {};
    throw error;
  }
  return body;
}

export function postJson(path, body, options = {}) {
  return api(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...options,
  });
}

// Where the focus was before a dialog opened. It goes back there also when one dialog led to the next, or went without being shut.
let before = null;

function giveBack() {
  if (document.querySelector("dialog[open]")) return;
  const active = document.activeElement;
  const lost = !active || active === document.body || active.closest("dialog");
  if (lost && before?.isConnected) before.focus();
  before = null;
}

// A native dialog: focus stays inside, Escape closes, what is behind is inert.
export function Modal({ open, title, onClose, wide, footer, children }) {
  const dialog = useRef(null);
  const label = useId();
  useEffect(() => {
    const element = dialog.current;
    if (open && !element.open) {
      // Nothing has the focus when a dialog that led to this one has just gone with its button: it goes back where that one's would.
      const active = document.activeElement;
      if (active && active !== document.body && !active.closest("dialog")) before = active;
      element.showModal();
      element.querySelector("[data-focus], form input, form select, form textarea")?.focus();
    }
    if (!open && element.open) element.close();
  }, [open]);
  useEffect(() => giveBack, []);
  return (
    <dialog
      ref={dialog}
      className={wide ? "dialog wide" : "dialog"}
      aria-labelledby={label}
      onClose={() => {
        giveBack();
        if (open) onClose?.();
      }}
      onPointerDown={(event) => event.target === dialog.current && dialog.current.close()}
    >
      {open && (
        <>
          <div className="dialog-head">
            <h2 id={label}>{title}</h2>
            <button type="button" className="btn quiet icon-only small" aria-label="Close" onClick={() => dialog.current.close()}>
              <Icon name="x" />
            </button>
          </div>
          <div className="dialog-body">{children}</div>
          {footer && <div className="dialog-foot">{footer}</div>}
        </>
      )}
    </dialog>
  );
}

// A page of one thing that cannot be shown: why not, and where else to go.
export function NotShown({ title, text, back, to }) {
  return (
    <div className="empty" role="alert">
      <Icon name="alert-circle" />
      <h1>{title}</h1>
      <p>{text}</p>
      <Link className="btn" to={to}>
        {back}
      </Link>
    </div>
  );
}

// Asks before something that cannot be taken back. With `typed`, the name has to be typed first.
export function ConfirmDialog({ open, title, typed, action, busy, danger = true, onConfirm, onClose, children }) {
  const [text, setText] = useState("");
  useEffect(() => {
    if (open) setText("");
  }, [open]);
  const ready = !busy && (!typed || text === typed);
  const id = useId();
  const footer = (
    <>
      <button type="button" className="btn" onClick={() => onClose?.()}>
        Cancel
      </button>
      <button type="submit" form={id} className={danger ? "btn primary danger" : "btn primary"} disabled={!ready}>
        {busy && <span className="spinner" />}
        {action}
      </button>
    </>
  );
  return (
    <Modal open={open} title={title} onClose={onClose} footer={footer}>
      <form
        id={id}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onConfirm?.();
        }}
      >
        {children}
        {typed && (
          <div className="field">
            <label htmlFor={`${id}-name`}>
              <span>
                Type <code>{typed}</code> to confirm
              </span>
            </label>
            <input
              id={`${id}-name`}
              data-focus
              className="input"
              autoComplete="off"
              spellCheck={false}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </div>
        )}
      </form>
    </Modal>
  );
}

export async function copyText(text) {
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export function CopyButton({ text, label = "Copy" }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), 1600);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <button
      type="button"
      className={done ? "copy done" : "copy"}
      aria-label={done ? "Copied" : label}
      title={done ? "Copied" : label}
      onClick={(event) => {
        event.preventDefault();
        event.stopPropagation();
        copyText(text).then(() => setDone(true));
      }}
    >
      <Icon name={done ? "check" : "copy"} className="small" />
    </button>
  );
}

const STEPS = [
  ["year", 31536000],
  ["month", 2592000],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

export function relative(at, now) {
  const seconds = Math.round((at - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 45) return seconds > 0 ? "in a moment" : "just now";
  const [unit, length] = STEPS.find(([, length]) => size >= length * 0.95) || STEPS[STEPS.length - 1];
  const count = Math.max(1, Math.round(size / length));
  const words = `${count} ${unit === "minute" ? "min" : unit}${count > 1 && unit !== "minute" ? "s" : ""}`;
  return seconds > 0 ? `in ${words}` : `${words} ago`;
}

// "3 min ago", the exact time on hover; keeps itself current.
export function RelativeTime({ at, ...rest }) {
  const [now, setNow] = useState(null);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 20000);
    return () => clearInterval(timer);
  }, []);
  const moment = at ? new Date(at) : null;
  if (!moment || Number.isNaN(moment.getTime())) return <span className="faint">–</span>;
  const exact = now === null ? at : moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
  return (
    <time dateTime={at} title={exact} className="nowrap" {...rest}>
      {now === null ? "" : relative(moment.getTime(), now)}
    </time>
  );
}

// Shows {seq, kind, text, goto} from the server once: a toast, or a full page load. What somebody points at or has the focus stays.
export function Flash({ note }) {
  const [toasts, setToasts] = useState([]);
  const [held, setHeld] = useState(false);
  const last = useRef(0);
  useEffect(() => {
    if (!note?.seq || note.seq === last.current) return undefined;
    last.current = note.seq;
    if (note.goto) window.location.assign(note.goto);
    if (!note.text) return undefined;
    setToasts((all) => [...all.slice(-3), note]);
    return undefined;
  }, [note]);
  useEffect(() => {
    if (!toasts.length) setHeld(false); // what is gone tells nobody that it has lost the pointer
    if (held || !toasts.length) return undefined;
    const timer = setTimeout(() => setToasts([]), 6000);
    return () => clearTimeout(timer);
  }, [toasts, held]);
  const hold = { onMouseEnter: () => setHeld(true), onMouseLeave: () => setHeld(false), onFocus: () => setHeld(true), onBlur: () => setHeld(false) };
  return (
    <div className="toasts" role="status" aria-live="polite" {...hold}>
      {toasts.map((toast) => (
        <div key={toast.seq} className={`toast ${toast.kind || ""}`}>
          <Icon name={toast.kind === "danger" ? "alert-circle" : "check-circle"} />
          <span className="anywhere">{toast.text}</span>
          <button type="button" aria-label="Dismiss" onClick={() => setToasts((all) => all.filter((item) => item !== toast))}>
            <Icon name="x" className="small" />
          </button>
        </div>
      ))}
    </div>
  );
}

// A search field or select whose value is a parameter of the address: shareable, and kept by back and forward.
function useParameter(name) {
  const [parameters, setParameters] = useSearchParams();
  const value = parameters.get(name) || "";
  const change = (next) =>
    setParameters(
      (before) => {
        const after = new URLSearchParams(before);
        after.delete("cursor");
        if (next) after.set(name, next);
        else after.delete(name);
        return after;
      },
      { replace: true, preventScrollReset: true },
    );
  return [value, change];
}

export function SearchBox({ name = "q", label, placeholder, onChange, delay = 150 }) {
  const [value, change] = useParameter(name);
  const [text, setText] = useState(value);
  const sent = useRef(value);
  // What was sent to the address and is not in it yet: when it arrives, somebody may have typed on already.
  const underway = useRef([]);
  useEffect(() => {
    const arrived = underway.current.indexOf(value);
    if (arrived >= 0) {
      underway.current.splice(0, arrived + 1);
    } else if (value !== sent.current) {
      underway.current = [];
      sent.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    if (text === sent.current) return undefined;
    const timer = setTimeout(() => {
      sent.current = text;
      underway.current.push(text);
      change(text);
      onChange?.(name, text);
    }, delay);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div className="searchbox">
      <Icon name="search" />
      <input
        type="search"
        className="input"
        aria-label={label}
        placeholder={placeholder || label}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
      />
      <kbd aria-hidden="true">/</kbd>
    </div>
  );
}

export function FilterSelect({ name, label, options, onChange }) {
  const [value, change] = useParameter(name);
  return (
    <select
      className="select"
      aria-label={label}
      value={value}
      onChange={(event) => {
        change(event.target.value);
        onChange?.(name, event.target.value);
      }}
    >
      <option value="">{label}</option>
      {(options || []).map((option) => (
        <option key={option.value} value={option.value}>
          {option.title}
        </option>
      ))}
    </select>
  );
}

export function FilterButtons({ name, label, options, onChange }) {
  const [value, change] = useParameter(name);
  return (
    <div className="segmented wrap" role="group" aria-label={label}>
      {(options || []).map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={value === option.value}
          onClick={() => {
            change(option.value);
            onChange?.(name, option.value);
          }}
        >
          {option.title}
        </button>
      ))}
    </div>
  );
}

// Tabs by the address's hash-free parameter `tab`; arrow keys move between them. The chosen one is in sight, however narrow the row.
export function Tabs({ tabs, value, label, onChange }) {
  const host = useRef(null);
  useEffect(() => {
    const row = host.current;
    const chosen = row.querySelector("[aria-selected=true]");
    // Not scrollIntoView: it would move the page as well.
    if (chosen) row.scrollLeft = chosen.offsetLeft - (row.clientWidth - chosen.offsetWidth) / 2;
  }, [value, tabs.length]);
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const index = (tabs.findIndex((tab) => tab.key === value) + step + tabs.length) % tabs.length;
    onChange?.(tabs[index].key);
    host.current.querySelectorAll("[role=tab]")[index].focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={label} ref={host} onKeyDown={move}>
      {tabs.map((tab) => (
        <button
          key={tab.key}
          type="button"
          role="tab"
          id={`tab-${tab.key}`}
          aria-controls={`panel-${tab.key}`}
          aria-selected={tab.key === value}
          tabIndex={tab.key === value ? 0 : -1}
          onClick={() => onChange?.(tab.key)}
        >
          {tab.title}
          {tab.count ? <span className="count">{tab.count}</span> : null}
        </button>
      ))}
    </div>
  );
}

// Goes to the next page of a list, keeping the rest of the address.
export function PageTurner({ cursor, first, onTurn }) {
  const [parameters, setParameters] = useSearchParams();
  const navigate = useNavigate();
  if (!cursor && first) return null;
  const next = () => {
    setParameters((before) => {
      const after = new URLSearchParams(before);
      after.set("cursor", cursor);
      return after;
    });
    onTurn?.(cursor);
  };
  return (
    <nav className="row between" aria-label="Pages of this list">
      <button type="button" className="btn small" disabled={first} onClick={() => navigate(-1)}>
        <Icon name="chevron-left" className="small" /> Newer
      </button>
      <button type="button" className="btn small" disabled={!cursor} onClick={next}>
        Older <Icon name="chevron-right" className="small" />
      </button>
    </nav>
  );
}
