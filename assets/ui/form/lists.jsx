// Lists and maps, element by element, as deep as they go.
import { useState } from "react";
import { Icon } from "../parts";
import { ObjectParts, Part } from "./collections";
import { idOf, useForm } from "./context";
import { AddButton, atMost, empty, ItemTools, KeyInput, NewKey, useEntries, useList, useNewest, wordFor } from "./elements";
import { errorWithin, itemTitle, pathOfKey } from "./model.mjs";
import { isSimple, Widget } from "./widgets";

export function List(props) {
  const { field, value, onChange, path, disabled, label } = props;
  const { errors, isTouched } = useForm();
  const list = useList(value, onChange, field);
  const [closed, setClosed] = useState({});
  const full = atMost(field, list.items.length);
  const host = useNewest(list.items.length);
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
              {!disabled && <ItemTools index={index} count={list.items.length} title={title} full={full} onMove={list.move} onCopy={list.copy} onRemove={list.remove} />}
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
  const { errors, isTouched, touch } = useForm();
  return (
    <div className="items" role="group" aria-label={label} ref={host}>
      {list.items.map((item, index) => {
        const place = `${path}[${index}]`;
        const title = `${field.item.title} ${index + 1}`;
        const error = isTouched(place) ? errors[place] : "";
        return (
          <div key={list.keys[index]} className="plain-item" data-path={place} onBlur={() => touch(place)}>
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

export function MapEditor({ field, value, onChange, path, disabled, label }) {
  const { errors, isTouched } = useForm();
  const map = useEntries(value, onChange, field);
  const [closed, setClosed] = useState({});
  const host = useNewest(map.entries.length);
  const pattern = field.item_title || field.item.item_title;
  return (
    <div className="items" role="group" aria-label={label} ref={host}>
      {map.entries.map(([key, item]) => {
        const place = pathOfKey(path, key);
        const bad = isTouched(place) && errorWithin(errors, place);
        const id = map.idFor(key);
        const open = !closed[id];
        return (
          <div key={id} className={bad ? "item bad" : "item"}>
            <div className="item-head">
              <button type="button" className="btn quiet icon-only small" aria-expanded={open} aria-label={`${open ? "Fold" : "Unfold"} ${key}`} onClick={() => setClosed({ ...closed, [id]: open })}>
                <Icon name={open ? "chevron-down" : "chevron-right"} className="small" />
              </button>
              <span className="item-title">
                {disabled ? <code>{key}</code> : <KeyInput name={key} has={map.has} label={`Key ${key}`} onRename={(next) => map.rename(key, next)} />}
                {pattern && <span className="truncate muted">{itemTitle(field, item, 0, key)}</span>}
              </span>
              {!disabled && <ItemTools index={key} title={key} full={atMost(field, map.entries.length)} onCopy={map.copy} onRemove={map.remove} />}
            </div>
            {open && (
              <div className="item-body">
                <Inner field={field.item} value={item} onChange={(next) => map.change(key, next === undefined ? empty(field.item) : next)} path={place} disabled={disabled} />
              </div>
            )}
          </div>
        );
      })}
      {!disabled && <NewKey id={idOf(path)} field={field} map={map} onAdd={map.add} />}
      {disabled && !map.entries.length && <p className="small faint">None</p>}
    </div>
  );
}
