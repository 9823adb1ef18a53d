import { memo, useEffect, useMemo, useRef, useState } from "react";

const BLOCK = 200; // lines a block: a new line draws one block again, never the whole log
const SHOWN = 5000; // lines in the page at first; earlier ones on request
const ANSI = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007]*(?:\u0007|\u001b\\)/g;

const clean = (text) => (text || "").replace(ANSI, "");

function Line({ line, number }) {
  return (
    <div className={`log-line log-${line.level || "info"}`} id={`L${number}`} data-n={line.n}>
      <a className="log-no" tabIndex={-1} href={`#L${number}`} aria-label={`Link to line ${number}`}>{number}</a>
      <span className="log-text">{clean(line.text)}</span>
    </div>
  );
}

const Block = memo(
  function Block({ lines, first }) {
    return (
      <div className="log-block">
        {lines.map((line, index) => <Line key={line.n} line={line} number={first + index} />)}
      </div>
    );
  },
  (before, after) => before.first === after.first && before.count === after.count,
);

function blocks(lines, from) {
  const out = [];
  for (let at = from - (from % BLOCK); at < lines.length; at += BLOCK) {
    const slice = lines.slice(at, at + BLOCK);
    out.push(<Block key={at} first={at + 1} lines={slice} count={slice.length} />);
  }
  return out;
}

function download(lines, name) {
  const text = lines.map((line) => `${line.at} ${clean(line.text)}`).join("\n") + "\n";
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: `${name}.log` });
  link.click();
  URL.revokeObjectURL(url);
}

export function LogView({ lines, tick, name, live }) {
  const [query, setQuery] = useState("");
  const [level, setLevel] = useState("all");
  const [wrap, setWrap] = useState(true);
  const [follow, setFollow] = useState(true);
  const [all, setAll] = useState(false);
  const box = useRef(null);
  const filtered = useMemo(() => {
    const wanted = query.toLowerCase();
    if (!wanted && level === "all") return null;
    return lines.filter((line) => (level === "all" || line.level === level) && clean(line.text).toLowerCase().includes(wanted));
  }, [query, level, tick]);
  useEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [tick, follow]);
  useEffect(() => {
    const target = /^#L\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
    if (target) {
      setFollow(false);
      target.scrollIntoView({ block: "center" });
      target.classList.add("log-target");
    }
  }, [lines.length > 0]);
  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    setFollow(scrollHeight - scrollTop - clientHeight < 24);
  };
  // One stop for the keys, however many lines there are: Enter goes to the lines' numbers, arrows from one to the next.
  const onKeyDown = (event) => {
    const numbers = [...box.current.querySelectorAll(".log-no")];
    const at = numbers.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const inView = () => numbers.find((number) => number.getBoundingClientRect().top >= box.current.getBoundingClientRect().top);
    const next = at < 0 ? event.key === "Enter" && event.target === box.current && inView() : step && numbers[at + step];
    if (next) {
      event.preventDefault();
      next.focus();
    } else if (at >= 0 && event.key === "Escape") box.current.focus();
  };
  const from = all ? 0 : Math.max(0, lines.length - SHOWN);
  return (
    <section className="card log-card" aria-labelledby="log-title">
      <div className="card-head">
        <h2 id="log-title">Log</h2>
        <span className="muted">{lines.length === 1 ? "1 line" : `${lines.length} lines`}</span>
        <span className="spacer" />
        <input className="input" type="search" placeholder="Search the log" aria-label="Search the log" value={query} onChange={(event) => setQuery(event.target.value)} />
        <select className="select" aria-label="Level" value={level} onChange={(event) => setLevel(event.target.value)}>
          <option value="all">All levels</option><option value="info">Info</option><option value="warn">Warnings</option><option value="error">Errors</option>
        </select>
        <button type="button" className="btn small" aria-pressed={wrap} onClick={() => setWrap(!wrap)}>Wrap</button>
        <button type="button" className="btn small" onClick={() => download(lines, name)} disabled={!lines.length}>Download</button>
      </div>
      <p className="sr-only" id="log-keys">Enter goes to the numbers of its lines, arrow keys from one to the next, Escape back.</p>
      <div ref={box} onScroll={onScroll} onKeyDown={onKeyDown} aria-describedby="log-keys" className={`log ${wrap ? "log-wrap" : ""}`} role="log" aria-live="off" aria-label="Run log" tabIndex={0} id="run-log">
        {from > 0 && !filtered && <button type="button" className="btn small log-earlier" onClick={() => setAll(true)}>Show {from} earlier lines</button>}
        {filtered ? filtered.slice(-SHOWN).map((line) => <Line key={line.n} line={line} number={line.no} />) : blocks(lines, from)}
        {!lines.length && <p className="muted log-empty">{live ? "Terraform has not said anything yet." : "This run has no log."}</p>}
        {filtered && !filtered.length && lines.length > 0 && <p className="muted log-empty">No line matches.</p>}
      </div>
      {!follow && live && <button type="button" className="btn small log-follow" onClick={() => setFollow(true)}>Follow the newest line</button>}
    </section>
  );
}
