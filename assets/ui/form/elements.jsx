// What editors of lists and maps have in common: adding, moving, copying and removing elements, and naming their keys.
import { useEffect, useRef, useState } from "react";
import { Icon } from "../parts";
import { isObject } from "./model.mjs";

export const asList = (value) => (Array.isArray(value) ? value : []);
export const asMap = (value) => (isObject(value) ? value : {});
export const atMost = (field, count) => field.constraints.max_items !== null && count >= field.constraints.max_items;
// The title of an element inside a sentence: "API" and "NAT rule" keep their capitals.
export const wordFor = (field) => (field.item.title || "item").replace(/^[A-Z](?=[a-z]|$)/, (first) => first.toLowerCase());
export const isMap = (field) => field.type.startsWith("map");

const MAPS = ["object", "map", "key_value"];
const LISTS = ["list", "tags", "multiselect"];

// A new element of a list or map.
export function empty(item) {
  if (MAPS.includes(item.kind) || (item.kind === "table" && isMap(item))) return {};
  if (item.kind === "tuple") return item.fields.map(() => null);
  if (LISTS.includes(item.kind) || item.kind === "table") return [];
  return item.kind === "switch" ? false : "";
}

export function withPart(object, name, value) {
  const copy = { ...object };
  if (value === undefined) delete copy[name];
  else copy[name] = value;
  return copy;
}

export function AddButton({ field, count, words, onClick, id }) {
  const full = atMost(field, count);
  return (
    <div>
      <button type="button" id={id} className="btn small" disabled={full} onClick={onClick} title={full ? `At most ${field.constraints.max_items}` : undefined}>
        <Icon name="plus" className="small" /> Add {words}
      </button>
    </div>
  );
}


// Keys for React that follow an item when it moves.
function useKeys(count) {
  const next = useRef(0);
  const [keys, setKeys] = useState([]);
  const usable = keys.length === count ? keys : Array.from({ length: count }, (_, index) => keys[index] ?? `k${next.current++}`);
  useEffect(() => {
    if (usable !== keys) setKeys(usable);
  });
  return [usable, setKeys, () => `k${next.current++}`];
}

function moved(list, from, to) {
  const copy = [...list];
  copy.splice(to, 0, ...copy.splice(from, 1));
  return copy;
}

export function useList(value, onChange, field) {
  const items = asList(value);
  const [keys, setKeys, fresh] = useKeys(items.length);
  const insert = (index, item) => {
    setKeys(keys.toSpliced(index, 0, fresh()));
    onChange(items.toSpliced(index, 0, item));
  };
  return {
    items,
    keys,
    add: () => insert(items.length, empty(field.item)),
    copy: (index) => insert(index + 1, structuredClone(items[index])),
    change: (index, item) => onChange(items.map((other, place) => (place === index ? item : other))),
    remove: (index) => {
      setKeys(keys.toSpliced(index, 1));
      onChange(items.toSpliced(index, 1));
    },
    move: (from, to) => {
      setKeys(moved(keys, from, to));
      onChange(moved(items, from, to));
    },
  };
}

// The entries of a map, with keys for React that outlive a change of name.
export function useEntries(value, onChange, field) {
  const map = asMap(value);
  const ids = useRef(new Map());
  const next = useRef(0);
  const entries = Object.entries(map);
  const idFor = (key) => {
    if (!ids.current.has(key)) ids.current.set(key, `k${next.current++}`);
    return ids.current.get(key);
  };
  const free = (key) => {
    for (let number = 2; ; number++) if (!Object.hasOwn(map, `${key}-${number}`)) return `${key}-${number}`;
  };
  return {
    entries,
    idFor,
    has: (key) => Object.hasOwn(map, key),
    add: (key) => onChange({ ...map, [key]: empty(field.item) }),
    change: (key, item) => onChange({ ...map, [key]: item }),
    copy: (key) => onChange(Object.fromEntries(entries.flatMap((entry) => (entry[0] === key ? [entry, [free(key), structuredClone(entry[1])]] : [entry])))),
    remove: (key) => onChange(Object.fromEntries(entries.filter(([other]) => other !== key))),
    rename: (from, to) => {
      ids.current.set(to, idFor(from));
      ids.current.delete(from);
      onChange(Object.fromEntries(entries.map(([key, item]) => [key === from ? to : key, item])));
    },
  };
}

export function useNewest(count) {
  const before = useRef(count);
  const host = useRef(null);
  useEffect(() => {
    if (count === before.current + 1) {
      const places = host.current?.querySelectorAll(":scope > .item, :scope > .plain-item, :scope > * > tbody > tr");
      places?.[places.length - 1]?.querySelector("td:not(.key) input, td:not(.key) select, .item-body input, .item-body select, .item-body textarea, .grow input, .grow select")?.focus();
    }
    before.current = count;
  }, [count]);
  return host;
}

export function ItemTools({ index, count, title, full, onMove, onCopy, onRemove }) {
  const tool = (icon, label, disabled, onClick) => (
    <button type="button" className="btn quiet icon-only small" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      <Icon name={icon} className="small" />
    </button>
  );
  return (
    <span className="tools">
      {onMove && tool("up", `Move ${title} up`, index === 0, () => onMove(index, index - 1))}
      {onMove && tool("down", `Move ${title} down`, index === count - 1, () => onMove(index, index + 1))}
      {onCopy && tool("copy", `Duplicate ${title}`, full, () => onCopy(index))}
      {tool("trash", `Remove ${title}`, false, () => onRemove(index))}
    </span>
  );
}

// The key of an element, changed when the field is left: a key that is taken, or none, is told and not kept.
export function KeyInput({ name, has, label, disabled, onRename }) {
  const [text, setText] = useState(name);
  useEffect(() => setText(name), [name]);
  const taken = text !== name && has(text);
  const leave = () => {
    if (text === name) return;
    if (text === "" || taken) setText(name);
    else onRename(text);
  };
  return (
    <>
      <input
        className="input mono key-input"
        aria-label={label}
        aria-invalid={taken || text === "" || undefined}
        autoComplete="off"
        spellCheck={false}
        disabled={disabled}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={leave}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            leave();
          } else if (event.key === "Escape") setText(name);
        }}
      />
      {taken && <p className="error">This key is there already.</p>}
    </>
  );
}

export function NewKey({ id, field, map, onAdd }) {
  const [name, setName] = useState("");
  const taken = name !== "" && map.has(name);
  const add = () => {
    if (!name || taken) return;
    onAdd(name);
    setName("");
  };
  return (
    <>
      <div className="with-button add-key">
        <input
          id={id}
          className="input"
          aria-label={`Name of a new ${wordFor(field)}`}
          placeholder={`Name of a new ${wordFor(field)}`}
          autoComplete="off"
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              add();
            }
          }}
        />
        <button type="button" className="btn" disabled={!name || taken || atMost(field, map.entries.length)} onClick={add}>
          <Icon name="plus" className="small" /> Add
        </button>
      </div>
      {taken && <p className="error">This key is there already.</p>}
    </>
  );
}
