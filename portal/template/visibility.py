"""What a form shows, and so what is sent: values of hidden and disabled fields are left out, whoever sends them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from portal.template.hcl.convert import MapKey
from portal.template.hcl.types import ANY, Collection, ObjectType, Type
from portal.template.manifest import Hint
from portal.template.module import Module, Variable
from portal.template.rules import compile_rule, holds
from portal.template.schemas import Rule
from portal.template.values import convert_json, to_json

MAX_ROUNDS = 20


def environment(module: Module, values: Mapping[str, Any]) -> dict[str, Any]:
    """What rules see: each variable's value with the defaults filled in, as JSON; None when it is unusable."""
    return {name: _seen(variable, values) for name, variable in module.variables.items()}


def _seen(variable: Variable, values: Mapping[str, Any]) -> Any:
    given = values.get(variable.name)
    if variable.name not in values or (given is None and not variable.nullable):
        return to_json(variable.default, variable.type)
    value, problems = convert_json(given, variable.type, fill=True, strict=False)
    return None if problems else to_json(value, variable.type)


def shown_rules(hint: Hint) -> list[Rule]:
    """The rules that must hold for a field to take a value."""
    return [compile_rule(source) for source in (hint.visible_when, hint.enabled_when) if source]


def visible_values(module: Module, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without those of hidden or disabled fields, at every depth.

    A hidden variable counts as unset for the rules of others, so this goes on until nothing changes.
    """
    hints = module.manifest.variables if module.manifest else {}
    rules = {name: shown_rules(hint) for name, hint in hints.items()}
    tops = {path: found for path, found in rules.items() if found and path in module.variables}
    kept, seen = dict(values), environment(module, values)
    for _ in range(MAX_ROUNDS if tops else 0):
        shown = {name: value for name, value in values.items() if all(holds(rule, seen) for rule in tops.get(name, []))}
        if shown.keys() == kept.keys():
            break
        kept, seen = shown, environment(module, shown)
    nested = {path: found for path, found in rules.items() if found and path not in module.variables}
    return _without_nested(module, kept, nested, seen) if nested else kept


def _without_nested(
    module: Module, values: dict[str, Any], rules: dict[str, list[Rule]], seen: dict[str, Any]
) -> dict[str, Any]:
    def hidden(place: str, this: Mapping[str, Any]) -> bool:
        return not all(holds(rule, seen, this) for rule in rules.get(place, []))

    return {
        name: _prune(value, name, module.variables[name].type if name in module.variables else ANY, hidden)
        for name, value in values.items()
    }


def _prune(value: Any, place: str, kind: Type, hidden: Callable[[str, Mapping[str, Any]], bool]) -> Any:
    """A copy of a JSON value without its hidden attributes."""
    if isinstance(kind, ObjectType) and isinstance(value, dict):
        this = _filled(value, kind)
        kept = {key: item for key, item in value.items() if not hidden(f"{place}.{key}", this)}
        return {
            key: _prune(item, f"{place}.{key}", kind.attributes.get(key, ANY), hidden) for key, item in kept.items()
        }
    if isinstance(kind, Collection) and isinstance(value, list):
        return [_prune(item, f"{place}[]", kind.element, hidden) for item in value]
    if isinstance(kind, Collection) and isinstance(value, dict):
        return {key: _prune(item, f"{place}[]", kind.element, hidden) for key, item in value.items()}
    return value


def _filled(value: dict[str, Any], kind: Type) -> Mapping[str, Any]:
    found, problems = convert_json(value, kind, fill=True, strict=False)
    return value if problems else to_json(found, kind)


def places(value: Any, place: str) -> list[tuple[tuple[str | int, ...], Any]]:
    """Every (path, value) in a JSON value that a hint path such as `[].size` stands for."""
    found: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    for step in re.findall(r"\[\]|\.[^.\[]+", place):
        found = [((*path, key), item) for path, inner in found for key, item in _step(inner, step)]
    return found


def _step(value: Any, step: str) -> list[tuple[str | int, Any]]:
    if step != "[]":
        key = step[1:]
        if isinstance(value, list):
            return [(int(key), value[int(key)])] if key.isdecimal() and int(key) < len(value) else []
        return [(key, value[key])] if isinstance(value, dict) and key in value else []
    if isinstance(value, list):
        return list(enumerate(value))
    return [(MapKey(key), item) for key, item in value.items()] if isinstance(value, dict) else []
