// Inputs for values with parts: tags, pairs, lists, tables, maps, objects, tuples. Each passes its parts on to fields.
import { useEffect, useRef, useState } from "react";
import { Icon } from "../parts";
import { idOf, useForm } from "./context";
import { Field } from "./field";
import { errorWithin, isObject, itemTitle, optionsFor, pathOfKey, siblings } from "./model.mjs";
import { isSimple, Widget } from "./widgets";

const asList = (value) => (Array.isArray(value) ? value : []);
const asMap = (value) => (isObject(value) ? value : {});
const empty = (item) => (item.kind === "object" || item.kind === "map" || item.kind === "key_value" ? {} : item.kind === "tuple" ? item.fields.map(() => null) : ["list", "table", "tags", "multiselect"].includes(item.kind) ? [] : item.kind === "switch" ? false : "");
const atMost = (field, count) => field.constraints.max_items !== null && count >= field.constraints.max_items;

export function Tags({ field, value, onChange, path, disabled, invalid, describedBy, label }) {
  const [text, setText] = useState("");
  const { errors } = useForm();
  const items = asList(value);
  const add = (raw) => {
    const parts = raw.split(/[,\n\t]+/).map((part) => part.trim()).filter(Boolean);
    if (parts.length) onChange([...items, ...parts.filter((part) => !field.constraints.unique || !items.includes(part))]);
    setText("");
  };
  const remove = (index) => onChange(items.filter((_item, other) => other !== index));
  const onKeyDown = (event) => {
    if ((event.key === "Enter" || event.key === ",") && text.trim()) {
      event.preventDefault();
      add(text);
    } else if (event.key === "Enter") {
      event.preventDefault();
    } else if (event.key === "Backspace" && !text && items.length) {
      remove(items.length - 1);
    }
  };
  return (
    <div className={`tags-input ${invalid ? "invalid" : ""} ${disabled ? "disabled" : ""}`}>
      {items.map((item, index) => (
        <span key={`${index}-${item}`} className={errors[`${path}[${index}]`] ? "chip bad" : "chip"}>
          <span className="anywhere">{String(item)}</span>
          {!disabled && (
            <button type="button" aria-label={`Remove ${item}`} onClick={() => remove(index)}>
              <Icon name="x" className="small" />
            </button>
          )}
        </span>
      ))}
      {!disabled && (
        <input
          id={idOf(path)}
          aria-label={label}
          aria-invalid={invalid || undefined}
          aria-describedby={describedBy}
          placeholder={items.length ? "" : field.placeholder || field.item?.placeholder || "Type, then Enter"}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const pasted = event.clipboardData.getData("text");
            if (/[,\n\t]/.test(pasted)) {
              event.preventDefault();
              add(pasted);
            }
          }}
          onBlur={() => add(text)}
        />
      )}
    </div>
  );
}

export function MultiSelect({ field, value, onChange, path, disabled, describedBy, label, self }) {
  const { seen } = useForm();
  const chosen = asList(value).map(String);
  const options = optionsFor({ ...field.item, options: field.item?.options?.length ? field.item.options : field.options }, seen, self);
  const toggle = (option, on) => {
    const wanted = options.map((item) => String(item.value)).filter((item) => (item === option ? on : chosen.includes(item)));
    onChange([...wanted, ...chosen.filter((item) => !options.some((known) => String(known.value) === item))]);
  };
  return (
    <div className="checks" role="group" aria-label={label} aria-describedby={describedBy}>
      {options.map((option, index) => (
        <label key={String(option.value)} className="check" title={option.disabled_reason || undefined}>
          <input
            id={index === 0 ? idOf(path) : undefined}
            type="checkbox"
            checked={chosen.includes(String(option.value))}
            disabled={disabled || Boolean(option.disabled_reason)}
            onChange={(event) => toggle(String(option.value), event.target.checked)}
          />
          <span>
            {option.label}
            {option.description && <span className="help"> {option.description}</span>}
          </span>
        </label>
      ))}
    </div>
  );
}

// Pairs of a key and a text. Rows are kept here while a key is empty or doubled; only whole ones are part of the value.
export function Pairs({ field, value, onChange, path, disabled, label }) {
  const { errors, setLocal } = useForm();
  const map = asMap(value);
  const [rows, setRows] = useState(() => Object.entries(map));
  const known = useRef(JSON.stringify(map));
  useEffect(() => {
    const now = JSON.stringify(map);
    if (now !== known.current) {
      known.current = now;
      setRows(Object.entries(map));
    }
  });
  const doubled = rows.map(([key]) => key).find((key, index, keys) => key !== "" && keys.indexOf(key) !== index);
  useEffect(() => {
    setLocal(path, doubled === undefined ? null : `The key “${doubled}” is there twice.`);
    return () => setLocal(path, null);
  }, [doubled]);
  const update = (next) => {
    setRows(next);
    const object = Object.fromEntries(next.filter(([key]) => key !== ""));
    known.current = JSON.stringify(object);
    onChange(object);
  };
  const change = (index, pair) => update(rows.map((row, other) => (other === index ? pair : row)));
  return (
    <div className="pairs" role="group" aria-label={label} id={idOf(path)} tabIndex={-1}>
      {rows.map(([key, text], index) => (
        <div key={index} className="pair">
          <input className="input" aria-label={`Key ${index + 1}`} placeholder="key" autoComplete="off" spellCheck={false} disabled={disabled} value={key} onChange={(event) => change(index, [event.target.value, text])} />
          <input
            className="input"
            aria-label={`Value ${index + 1}`}
            aria-invalid={errors[pathOfKey(path, key)] ? true : undefined}
            placeholder="value"
            autoComplete="off"
            spellCheck={false}
            type={field.item?.sensitive ? "password" : "text"}
            disabled={disabled}
            value={text === null || text === undefined ? "" : String(text)}
            onChange={(event) => change(index, [key, event.target.value])}
          />
          {!disabled && (
            <button type="button" className="btn quiet icon-only" aria-label={`Remove pair ${index + 1}`} onClick={() => update(rows.filter((_row, other) => other !== index))}>
              <Icon name="x" />
            </button>
          )}
        </div>
      ))}
      {!disabled && (
        <AddButton field={field} count={rows.length} words="pair" onClick={() => update([...rows, ["", ""]])} />
      )}
      {disabled && !rows.length && <p className="small faint">None</p>}
    </div>
  );
}

function AddButton({ field, count, words, onClick, id }) {
  const full = atMost(field, count);
  return (
    <div>
      <button type="button" id={id} className="btn small" disabled={full} onClick={onClick} title={full ? `At most ${field.constraints.max_items}` : undefined}>
        <Icon name="plus" className="small" /> Add {words}
      </button>
    </div>
  );
}

const wordFor = (field) => (field.item.title || "item").toLowerCase();

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

function ItemTools({ index, count, title, onMove, onRemove }) {
  return (
    <span className="tools">
      <button type="button" className="btn quiet icon-only small" aria-label={`Move ${title} up`} disabled={index === 0} onClick={() => onMove(index, index - 1)}>
        <Icon name="up" className="small" />
      </button>
      <button type="button" className="btn quiet icon-only small" aria-label={`Move ${title} down`} disabled={index === count - 1} onClick={() => onMove(index, index + 1)}>
        <Icon name="down" className="small" />
      </button>
      <button type="button" className="btn quiet icon-only small" aria-label={`Remove ${title}`} onClick={() => onRemove(index)}>
        <Icon name="trash" className="small" />
      </button>
    </span>
  );
}

function useList(value, onChange, field) {
  const items = asList(value);
  const [keys, setKeys, fresh] = useKeys(items.length);
  return {
    items,
    keys,
    add: () => {
      setKeys([...keys, fresh()]);
      onChange([...items, empty(field.item)]);
    },
    change: (index, item) => onChange(items.map((other, place) => (place === index ? item : other))),
    remove: (index) => {
      setKeys(keys.filter((_key, place) => place !== index));
      onChange(items.filter((_item, place) => place !== index));
    },
    move: (from, to) => {
      setKeys(moved(keys, from, to));
      onChange(moved(items, from, to));
    },
  };
}

function useNewest(path, count) {
  const before = useRef(count);
  const host = useRef(null);
  useEffect(() => {
    if (count === before.current + 1) {
      const places = host.current?.querySelectorAll(":scope > .item, :scope > .plain-item, :scope > * > tbody > tr");
      places?.[places.length - 1]?.querySelector("input, select, textarea")?.focus();
    }
    before.current = count;
  }, [count]);
  return host;
}

export function List(props) {
  const { field, value, onChange, path, disabled, label } = props;
  const { errors, isTouched } = useForm();
  const list = useList(value, onChange, field);
  const [closed, setClosed] = useState({});
  const host = useNewest(path, list.items.length);
  if (isSimple(field.item)) return <PlainList {...props} list={list} host={host} />;
  return (
    <div className="items" role="group" aria-label={label} ref={host} tabIndex={-1} id={list.items.length ? idOf(path) : undefined}>
      {list.items.map((item, index) => {
        const title = itemTitle(field, item, index);
        const place = `${path}[${index}]`;
        const bad = isTouched(place) && errorWithin(errors, place);
        const open = !closed[list.keys[index]];
        return (
          <div key={list.keys[index]} className={bad ? "item bad" : "item"}>
            <div className="item-head">
              <button type="button" className="item-title" aria-expanded={open} onClick={() => setClosed({ ...closed, [list.keys[index]]: open })}>
                <Icon name={open ? "chevron-down" : "chevron-right"} className="small" />
                <span className="truncate">{title}</span>
              </button>
              {!disabled && <ItemTools index={index} count={list.items.length} title={title} onMove={list.move} onRemove={list.remove} />}
            </div>
            {open && (
              <div className="item-body">
                <Inner field={field.item} value={item} onChange={(next) => list.change(index, next === undefined ? empty(field.item) : next)} path={place} disabled={disabled} />
              </div>
            )}
          </div>
        );
      })}
      {!disabled && <AddButton id={list.items.length ? undefined : idOf(path)} field={field} count={list.items.length} words={wordFor(field)} onClick={list.add} />}
      {disabled && !list.items.length && <p className="small faint">None</p>}
    </div>
  );
}

function PlainList({ field, path, disabled, label, list, host }) {
  const { errors, isTouched } = useForm();
  return (
    <div className="items" role="group" aria-label={label} ref={host}>
      {list.items.map((item, index) => {
        const place = `${path}[${index}]`;
        const title = `${field.item.title} ${index + 1}`;
        const error = isTouched(place) ? errors[place] : "";
        return (
          <div key={list.keys[index]} className="plain-item" data-path={place}>
            <div className="grow">
              <Widget field={field.item} value={item} onChange={(next) => list.change(index, next ?? "")} path={place} disabled={disabled} invalid={Boolean(error)} label={title} />
              {error && <p className="error">{error}</p>}
            </div>
            {!disabled && <ItemTools index={index} count={list.items.length} title={title} onMove={list.move} onRemove={list.remove} />}
          </div>
        );
      })}
      {!disabled && <AddButton id={list.items.length ? undefined : idOf(path)} field={field} count={list.items.length} words={wordFor(field)} onClick={list.add} />}
      {disabled && !list.items.length && <p className="small faint">None</p>}
    </div>
  );
}

// The value of one item: the parts of an object directly, everything else as its own widget.
function Inner({ field, value, onChange, path, disabled }) {
  if (field.kind === "object") return <ObjectParts field={field} value={value} onChange={onChange} path={path} disabled={disabled} />;
  return <Part field={field} value={value} onChange={onChange} path={path} disabled={disabled} label={field.title} />;
}

export function Table(props) {
  const { field, value, onChange, path, disabled, label } = props;
  const { errors, isTouched, seen } = useForm();
  const list = useList(value, onChange, field);
  const host = useNewest(path, list.items.length);
  const columns = field.item?.fields || [];
  const isFlat = field.item?.kind === "object" && columns.every((column) => isSimple(column) && !["textarea", "code", "json", "radio"].includes(column.kind));
  if (!isFlat) return <List {...props} />;
  return (
    <div className="items" role="group" aria-label={label} ref={host}>
      {list.items.length > 0 && (
        <table className="grid-table">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.name} scope="col">
                  {column.title}
                  {column.required && <span className="req"> *</span>}
                  {column.unit && <span className="faint"> ({column.unit})</span>}
                </th>
              ))}
              {!disabled && <th scope="col"><span className="sr-only">Tools</span></th>}
            </tr>
          </thead>
          <tbody>
            {list.items.map((item, index) => (
              <tr key={list.keys[index]}>
                {columns.map((column) => {
                  const place = `${path}[${index}].${column.name}`;
                  const own = asMap(item)[column.name];
                  const error = isTouched(place) ? errors[place] : "";
                  return (
                    <td key={column.name} data-path={place} data-label={column.title}>
                      <Widget
                        field={{ ...column, unit: null }}
                        value={own === undefined ? column.default : own}
                        onChange={(next) => list.change(index, withPart(asMap(item), column.name, next))}
                        path={place}
                        disabled={disabled}
                        invalid={Boolean(error)}
                        self={siblings(field.item, item)}
                        label={`${column.title}, row ${index + 1}`}
                        seen={seen}
                      />
                      {error && <p className="error">{error}</p>}
                    </td>
                  );
                })}
                {!disabled && (
                  <td className="shrink">
                    <ItemTools index={index} count={list.items.length} title={`row ${index + 1}`} onMove={list.move} onRemove={list.remove} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {!disabled && <AddButton id={idOf(path)} field={field} count={list.items.length} words={wordFor(field)} onClick={list.add} />}
      {disabled && !list.items.length && <p className="small faint">None</p>}
    </div>
  );
}

export function MapEditor({ field, value, onChange, path, disabled, label }) {
  const { errors, isTouched } = useForm();
  const [name, setName] = useState("");
  const map = asMap(value);
  const taken = name !== "" && Object.hasOwn(map, name);
  const add = () => {
    if (!name || taken) return;
    onChange({ ...map, [name]: empty(field.item) });
    setName("");
  };
  const remove = (key) => onChange(Object.fromEntries(Object.entries(map).filter(([other]) => other !== key)));
  return (
    <div className="items" role="group" aria-label={label}>
      {Object.entries(map).map(([key, item]) => {
        const place = pathOfKey(path, key);
        const bad = isTouched(place) && errorWithin(errors, place);
        return (
          <div key={key} className={bad ? "item bad" : "item"}>
            <div className="item-head">
              <span className="item-title">
                <code>{key}</code>
                {(field.item_title || field.item.item_title) && <span className="truncate muted">{itemTitle(field, item, 0, key)}</span>}
              </span>
              {!disabled && (
                <button type="button" className="btn quiet icon-only small" aria-label={`Remove ${key}`} onClick={() => remove(key)}>
                  <Icon name="trash" className="small" />
                </button>
              )}
            </div>
            <div className="item-body">
              <Inner field={field.item} value={item} onChange={(next) => onChange({ ...map, [key]: next === undefined ? empty(field.item) : next })} path={place} disabled={disabled} />
            </div>
          </div>
        );
      })}
      {!disabled && (
        <div className="with-button add-key">
          <input
            id={idOf(path)}
            className="input"
            aria-label={`Key of a new ${wordFor(field)}`}
            placeholder={`Key of a new ${wordFor(field)}`}
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
          <button type="button" className="btn" disabled={!name || taken || atMost(field, Object.keys(map).length)} onClick={add}>
            <Icon name="plus" className="small" /> Add
          </button>
        </div>
      )}
      {taken && <p className="error">This key is there already.</p>}
      {disabled && !Object.keys(map).length && <p className="small faint">None</p>}
    </div>
  );
}

function withPart(object, name, value) {
  const copy = { ...object };
  if (value === undefined) delete copy[name];
  else copy[name] = value;
  return copy;
}

export function ObjectParts({ field, value, onChange, path, disabled }) {
  const base = asMap(value);
  const self = siblings(field, base);
  return (
    <div className="parts">
      {field.fields.map((inner) => (
        <Field
          key={inner.name}
          field={inner}
          path={`${path}.${inner.name}`}
          value={base[inner.name]}
          isSet={Object.hasOwn(base, inner.name)}
          self={self}
          disabled={disabled}
          onChange={(next) => onChange(withPart(base, inner.name, next))}
        />
      ))}
    </div>
  );
}

export function Tuple({ field, value, onChange, path, disabled }) {
  const items = field.fields.map((_inner, index) => asList(value)[index] ?? null);
  return (
    <div className="parts tuple">
      {field.fields.map((inner, index) => (
        <Field
          key={inner.name}
          field={{ ...inner, title: `${index + 1}. ${inner.type}` }}
          path={`${path}[${index}]`}
          value={items[index] === null ? undefined : items[index]}
          isSet={items[index] !== null}
          disabled={disabled}
          onChange={(next) => onChange(items.map((item, other) => (other === index ? (next ?? null) : item)))}
        />
      ))}
    </div>
  );
}

const COLLECTIONS = { tags: Tags, multiselect: MultiSelect, key_value: Pairs, list: List, table: Table, map: MapEditor, tuple: Tuple, object: ObjectParts };

export function Part(props) {
  const Chosen = COLLECTIONS[props.field.kind] || Widget;
  return <Chosen {...props} />;
}
