// Which editor holds a value with parts; and objects and tuples, whose parts are fields again.
import { asList, asMap, withPart } from "./elements";
import { Field } from "./field";
import { List, MapEditor } from "./lists";
import { siblings } from "./model.mjs";
import { Table } from "./table";
import { MultiSelect, Pairs, Tags } from "./tags";
import { Widget } from "./widgets";

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

// Asked for when it is needed: the editors and this module need each other.
const editors = () => ({ tags: Tags, multiselect: MultiSelect, key_value: Pairs, list: List, table: Table, map: MapEditor, tuple: Tuple, object: ObjectParts });

export function Part(props) {
  const Chosen = editors()[props.field.kind] || Widget;
  return <Chosen {...props} />;
}
