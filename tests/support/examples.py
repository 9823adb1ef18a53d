"""Something plausible for every parameter and every request, made of what it declares: whoever asks must get past its form."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from portal.auth.schemas import Request

NAMES: Mapping[str, Any] = {
    "email": "new@example.com", "role": "viewer", "user": "max@example.com", "action": "run.read", "slug": None,
    "cloud_account": "sandbox-azure", "project": "shop", "template": "azure/storage-account", "key": "azure/storage-account",
    "title": "New", "name": "new", "reason": "A reason.", "settings": {}, "credentials": {}, "values": {}, "conditions": {},
}  # fmt: skip
"""What no schema tells: names of things that there are, and words that services look at."""
_FORMATS: Mapping[str, str] = {"date-time": "2030-01-01T00:00:00Z", "date": "2030-01-01"}


def of_schema(schema: Mapping[str, Any], defs: Mapping[str, Any], known: Mapping[str, Any], name: str = "") -> Any:
    """The least value that a JSON schema takes."""
    if "$ref" in schema:
        return of_schema(defs[schema["$ref"].rpartition("/")[2]], defs, known, name)
    if name in known and known[name] is not None and "enum" not in schema:
        return known[name]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            chosen = next((item for item in schema[several] if item.get("type") != "null"), {})
            return of_schema(chosen, defs, known, name)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    return _of_type(schema, defs, known)


def _of_type(schema: Mapping[str, Any], defs: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "object":
        wanted = schema.get("required", [])
        return {name: of_schema(schema["properties"][name], defs, known, name) for name in wanted}
    if kind == "array":
        return [of_schema(schema.get("items", {}), defs, known)] * schema.get("minItems", 0)
    if kind in ("integer", "number"):
        return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    return {"boolean": False, "string": "x" * max(1, schema.get("minLength", 1)), "null": None}.get(kind or "", {})


def of_model(model: type[BaseModel], known: Mapping[str, Any]) -> BaseModel:
    """A request of this shape with what it cannot be without."""
    schema = model.model_json_schema(by_alias=True)
    given = of_schema(schema, schema.get("$defs", {}), known)
    if issubclass(model, Request) and "project" in model.model_fields:
        given.setdefault("project", known["project"])
    return model.model_validate(given)


def arguments(function: Callable[..., Any], known: Mapping[str, Any], first: int = 2) -> dict[str, Any]:
    """What the function cannot be called without, beside its first parameters, which say who asks."""
    hints = get_type_hints(function, include_extras=False)
    given = {}
    for name, parameter in list(inspect.signature(function).parameters.items())[first:]:
        if name in known and (parameter.default is parameter.empty or name in known.get("also", ())):
            given[name] = known[name]
        elif parameter.default is parameter.empty:
            given[name] = _of_annotation(hints[name], name, known)
    return given


def _of_annotation(annotation: Any, name: str, known: Mapping[str, Any]) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return of_model(annotation, {**NAMES, **known})
    if name in NAMES:
        return NAMES[name]
    origin = get_origin(annotation) or annotation
    if origin in (str, int, bool, float):
        return {str: "x", int: 1, bool: False, float: 1.0}[origin]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {}
    if isinstance(origin, type) and hasattr(origin, "__iter__"):
        return []
    return next((item for item in get_args(annotation) if isinstance(item, str)), None)


def filled(value: Any, names: Mapping[str, Any]) -> Any:
    """The same with the names of things in it."""
    if isinstance(value, dict):
        return {key: filled(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, names) for item in value]
    return re.sub(r"\{(\w+)\}", lambda match: str(names[match.group(1)]), value) if isinstance(value, str) else value
