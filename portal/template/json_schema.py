"""The variables as JSON Schema 2020-12, for people who write against the API. Pure.

The schema is a help: `validate` is the judge, since a condition can demand what JSON Schema cannot say.
"""

from __future__ import annotations

from typing import Any

from portal.template.constraints import Limits, limits_of
from portal.template.form import variable_field
from portal.template.hcl.types import BOOL, NUMBER, STRING, Collection, ObjectType, TupleType, Type
from portal.template.hcl.values import number_text
from portal.template.lists import Lists
from portal.template.module import Module, Variable
from portal.template.schemas import FieldModel
from portal.template.values import to_json

_NUMERIC_TEXT = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"


def json_schema(module: Module, lists: Lists) -> dict[str, Any]:
    """One object with a property for each variable; unknown ones are refused."""
    fields = {name: variable_field(module, name, lists) for name in module.variables}
    properties = {name: _variable(variable, fields[name]) for name, variable in module.variables.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "required": [name for name, variable in module.variables.items() if variable.required],
        "additionalProperties": False,
    }


def _variable(variable: Variable, field: FieldModel) -> dict[str, Any]:
    schema = _schema(variable.type, field, limits_of(variable), "")
    if variable.nullable or variable.has_default:
        schema = _or_null(schema)
    schema["title"] = field.title
    if variable.description:
        schema["description"] = variable.description
    if field.sensitive:
        schema["writeOnly"] = True
    elif variable.has_default:
        schema["default"] = to_json(variable.default, variable.type)
    if field.deprecated:
        schema["deprecated"] = True
    return schema


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The same, or null; a `default` takes the place of null where the variable does not allow it."""
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        schema["type"] = [*types, "null"]
    return schema


def _schema(kind: Type, field: FieldModel, limits: dict[str, Limits], place: str) -> dict[str, Any]:
    schema = _shape(kind, field, limits, place)
    if enum := _enum(field, kind):
        schema["enum"] = enum
    return {**schema, **_limits(field, limits.get(place, Limits()), kind)}


def _shape(kind: Type, field: FieldModel, limits: dict[str, Limits], place: str) -> dict[str, Any]:
    if kind == NUMBER:
        return {"type": ["number", "string"], "pattern": _NUMERIC_TEXT}
    if kind in (STRING, BOOL):
        return {"type": "string" if kind == STRING else "boolean"}
    if isinstance(kind, Collection) and field.item is not None:
        item = _schema(kind.element, field.item, limits, f"{place}[]")
        return (
            {"type": "object", "additionalProperties": item} if kind.kind == "map" else {"type": "array", "items": item}
        )
    if isinstance(kind, TupleType):
        parts = [
            _schema(inner, model, limits, f"{place}.{model.name}")
            for inner, model in zip(kind.elements, field.fields, strict=True)
        ]
        return {"type": "array", "prefixItems": parts, "minItems": len(parts), "maxItems": len(parts)}
    return _object(kind, field, limits, place) if isinstance(kind, ObjectType) else {}


def _object(kind: ObjectType, field: FieldModel, limits: dict[str, Limits], place: str) -> dict[str, Any]:
    properties = {}
    for model in field.fields:
        inner = _schema(kind.attributes[model.name], model, limits, f"{place}.{model.name}")
        properties[model.name] = {**_or_null(inner), "title": model.title}
    required = [name for name in kind.attributes if name not in kind.optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _enum(field: FieldModel, kind: Type) -> list[Any]:
    """The options, where nothing else is accepted. Numbers are left out: 1 and "1" are both right."""
    if not field.options or field.allow_other or kind not in (STRING, BOOL):
        return []
    return [option.value for option in field.options if option.disabled_reason is None]


def _limits(field: FieldModel, limits: Limits, kind: Type) -> dict[str, Any]:
    known = field.constraints
    found: dict[str, Any] = {"minItems": known.min_items, "maxItems": known.max_items}
    if kind == STRING:
        found = {"minLength": known.min_length, "maxLength": known.max_length}
        found |= _patterns(known.patterns)
    elif isinstance(kind, Collection) and kind.kind == "map":
        found = {"minProperties": known.min_items, "maxProperties": known.max_items}
    elif kind == NUMBER:
        found = {key: _bound(limits, key) for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")}
    return {name: value for name, value in found.items() if value is not None}


def _patterns(patterns: list[str]) -> dict[str, Any]:
    if len(patterns) == 1:
        return {"pattern": patterns[0]}
    return {"allOf": [{"pattern": pattern} for pattern in patterns]} if patterns else {}


def _bound(limits: Limits, keyword: str) -> int | float | None:
    side = "min" if keyword.lower().endswith("minimum") else "max"
    value = limits.numbers.get(side)
    if value is None or (side in limits.exclusive) != keyword.startswith("exclusive"):
        return None
    return int(value) if value == value.to_integral_value() else float(number_text(value))
