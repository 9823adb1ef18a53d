// Ctrl-K: jump to any page, template or deployment, or switch to a project.
import { useEffect, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { Icon, api } from "./parts";

const MOST = 12;

function useEntries(pages, switches) {
  const [found, setFound] = useState([]);
  useEffect(() => {
    let alive = true;
    const load = async (path, entry) => {
      const page = await api(path).catch(() => ({ items: [] }));
      if (alive) setFound((all) => [...all, ...page.items.filter((item) => !item.broken).map(entry)]);
    };
    load("/api/v1/templates", (item) => ({
      title: item.title,
      hint: `${item.cloud} template`,
      icon: "grid",
      words: `${item.key} ${item.tags.join(" ")}`,
      href: `/templates/${item.key}`,
    }));
    load("/api/v1/deployments?limit=100", (item) => ({
      title: item.name,
      hint: "deployment",
      icon: "layers",
      words: `${item.id} ${item.template_key || ""}`,
      href: `/deployments/${item.id}`,
    }));
    return () => {
      alive = false;
    };
  }, []);
  return useMemo(
    () => [
      ...pages.map((page) => ({ title: page.title, hint: "page", icon: page.icon, words: "", href: page.href })),
      { title: "Account and API tokens", hint: "page", icon: "key", words: "password session", href: "/account" },
      ...switches,
      ...found,
    ],
    [pages, switches, found],
  );
}

// Every word has to occur; a title that begins with the first word comes first.
function matches(entries, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = entries.filter((entry) => {
    const all = `${entry.title} ${entry.hint} ${entry.words}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  const rank = (entry) => (words.length && entry.title.toLowerCase().startsWith(words[0]) ? 0 : 1);
  return fitting.sort((a, b) => rank(a) - rank(b)).slice(0, MOST);
}

export function CommandPalette({ pages, switches, scope, onClose }) {
  const dialog = useRef(null);
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const entries = useEntries(pages, switches);
  const shown = matches(entries, text);
  useEffect(() => {
    dialog.current.showModal();
  }, []);
  const go = (entry) => {
    dialog.current.close();
    if (entry?.act) entry.act();
    else if (entry) navigate(scope.to(entry.href));
  };
  const onKeyDown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setAt((before) => (before + step + shown.length) % Math.max(1, shown.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(shown[at]);
    }
  };
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Find anything"
      onClose={onClose}
      onPointerDown={(event) => event.target === dialog.current && dialog.current.close()}
    >
      <input
        autoFocus
        role="combobox"
        aria-label="Find anything"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={shown[at] ? `palette-${at}` : undefined}
        placeholder="Template, deployment or page"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id="palette-list" role="listbox" aria-label="Found">
        {shown.map((entry, index) => (
          <li
            key={entry.href || entry.title}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === at}
            onPointerMove={() => setAt(index)}
            onClick={() => go(entry)}
          >
            <Icon name={entry.icon} />
            <span className="truncate">{entry.title}</span>
            <span className="hint">{entry.hint}</span>
          </li>
        ))}
      </ul>
      {!shown.length && <p className="none">Nothing fits “{text}”.</p>}
    </dialog>
  );
}
