// Objects as rows: a list of them, or a map with its keys as the first column. What is deeper than a cell becomes cards.
import { idOf, useForm } from "./context";
import { AddButton, asMap, atMost, isMap, ItemTools, KeyInput, NewKey, useEntries, useList, useNewest, withPart, wordFor } from "./elements";
import { errorWithin, isRequired, isShown, itemTitle, lockOf, notOffered, pathOfKey, siblings } from "./model.mjs";
import { List, MapEditor } from "./lists";
import { MultiSelect, Tags } from "./tags";
import { isSimple, Widget } from "./widgets";

const SEVERAL = { tags: Tags, multiselect: MultiSelect };
const TOO_TALL = ["textarea", "code", "json", "radio", "slider"];

const fitsACell = (column) => column.kind in SEVERAL || (isSimple(column) && !TOO_TALL.includes(column.kind));

function Cell({ column, value, path, self, disabled, label, onChange }) {
  const { errors, warnings, isTouched, seen, role } = useForm();
  if (!isShown(column, seen, self)) return <span className="faint" title="Not for this row">–</span>;
  const lock = lockOf(column, role);
  const error = isTouched(path) ? (column.kind in SEVERAL ? errorWithin(errors, path) : errors[path]) : "";
  const shown = value === undefined ? column.default : value;
  const notice = error ? "" : notOffered(column, shown, seen, self) || (isTouched(path) && errorWithin(warnings, path)) || "";
  const Chosen = SEVERAL[column.kind] || Widget;
  return (
    <>
      <Chosen
        field={{ ...column, unit: null }}
        value={shown}
        onChange={onChange}
        path={path}
        disabled={disabled || Boolean(lock)}
        invalid={Boolean(error)}
        required={isRequired(column, seen, self)}
        self={self}
        label={label}
      />
      {error && <p className="error">{error}</p>}
      {notice && <p className="notice">{notice}</p>}
      {lock && <p className="help">{lock}</p>}
    </>
  );
}

function Head({ columns, keyed, disabled }) {
  return (
    <thead>
      <tr>
        {keyed && <th scope="col">Key</th>}
        {columns.map((column) => (
          <th key={column.name} scope="col">
            {column.title}
            {column.required && <span className="req"> *</span>}
            {column.unit && <span className="faint"> ({column.unit})</span>}
          </th>
        ))}
        {!disabled && (
          <th scope="col">
            <span className="sr-only">Tools</span>
          </th>
        )}
      </tr>
    </thead>
  );
}

function Row({ field, columns, item, place, name, keyCell, tools, disabled, onChange }) {
  const { touch } = useForm();
  const self = siblings(field.item, item);
  return (
    <tr>
      {keyCell}
      {columns.map((column) => {
        const path = `${place}.${column.name}`;
        return (
          <td key={column.name} data-path={path} data-kind={column.kind} data-label={column.required ? `${column.title} *` : column.title} onBlur={() => touch(path)}>
            <Cell
              column={column}
              value={asMap(item)[column.name]}
              path={path}
              self={self}
              disabled={disabled}
              label={`${column.title}, ${name}`}
              onChange={(next) => onChange(withPart(asMap(item), column.name, next))}
            />
          </td>
        );
      })}
      {tools && <td className="shrink">{tools}</td>}
    </tr>
  );
}

// The help that a form would show below each field, once for all rows.
function Meaning({ columns }) {
  const told = columns.filter((column) => column.help_html || column.docs);
  if (!told.length) return null;
  return (
    <details className="columns-help">
      <summary className="link-btn tiny">What the columns mean</summary>
      <dl className="help">
        {told.map((column) => (
          <div key={column.name}>
            <dt>{column.title}</dt>
            <dd>
              {column.help_html && <span dangerouslySetInnerHTML={{ __html: column.help_html }} />}
              {column.docs && (
                <a href={column.docs.url} target="_blank" rel="noopener noreferrer">
                  {column.docs.title}
                </a>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

export function Table(props) {
  const keyed = isMap(props.field);
  const columns = props.field.item?.fields || [];
  if (props.field.item?.kind !== "object" || !columns.every(fitsACell)) return keyed ? <MapEditor {...props} /> : <List {...props} />;
  return keyed ? <MapTable {...props} columns={columns} /> : <ListTable {...props} columns={columns} />;
}

function ListTable({ field, columns, value, onChange, path, disabled, label }) {
  const list = useList(value, onChange, field);
  const host = useNewest(list.items.length);
  const rows = list.items.map((item, index) => {
    // A title of the author's tells rows apart better than a number does.
    const title = itemTitle(field, item, index);
    const name = title === `${field.item.title} ${index + 1}` ? `row ${index + 1}` : title;
    const tools = !disabled && (
      <ItemTools index={index} count={list.items.length} title={name} full={atMost(field, list.items.length)} onMove={list.move} onCopy={list.copy} onRemove={list.remove} />
    );
    return (
      <Row key={list.keys[index]} field={field} columns={columns} item={item} place={`${path}[${index}]`} name={`row ${index + 1}`} tools={tools} disabled={disabled} onChange={(next) => list.change(index, next)} />
    );
  });
  return (
    <Frame host={host} label={label} columns={columns} rows={rows} disabled={disabled}>
      {!disabled && <AddButton id={idOf(path)} field={field} count={list.items.length} words={wordFor(field)} onClick={list.add} />}
    </Frame>
  );
}

function MapTable({ field, columns, value, onChange, path, disabled, label }) {
  const map = useEntries(value, onChange, field);
  const host = useNewest(map.entries.length);
  const rows = map.entries.map(([key, item]) => {
    const tools = !disabled && <ItemTools index={key} title={key} full={atMost(field, map.entries.length)} onCopy={map.copy} onRemove={map.remove} />;
    const keyCell = (
      <td className="key" data-label="Key">
        <KeyInput name={key} has={map.has} label={`Key ${key}`} disabled={disabled} onRename={(next) => map.rename(key, next)} />
      </td>
    );
    return (
      <Row key={map.idFor(key)} field={field} columns={columns} item={item} place={pathOfKey(path, key)} name={key} keyCell={keyCell} tools={tools} disabled={disabled} onChange={(next) => map.change(key, next)} />
    );
  });
  return (
    <Frame host={host} label={label} columns={columns} rows={rows} keyed disabled={disabled}>
      {!disabled && <NewKey id={idOf(path)} field={field} map={map} onAdd={map.add} />}
    </Frame>
  );
}

function Frame({ host, label, columns, rows, keyed, disabled, children }) {
  return (
    <div className="items" role="group" aria-label={label} ref={host}>
      {rows.length > 0 && (
        <table className="grid-table">
          <Head columns={columns} keyed={keyed} disabled={disabled} />
          <tbody>{rows}</tbody>
        </table>
      )}
      {children}
      {disabled && !rows.length && <p className="small faint">None</p>}
      {!disabled && rows.length > 0 && <Meaning columns={columns} />}
    </div>
  );
}
