"""What may not change: values that are fixed once deployed, numbers that only grow, and what a role must leave alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from portal.template.checks import split_path
from portal.template.constraints import type_at
from portal.template.hcl import EvalError
from portal.template.hcl.convert import MapKey, Path, constant, convert, path_text
from portal.template.hcl.types import NUMBER, ObjectType
from portal.template.manifest import Hint
from portal.template.module import Module
from portal.template.schemas import FieldError
from portal.template.values import from_json, to_json
from portal.template.visibility import environment

ABSENT: Final = object()
"""In the place of a value whose list element or map key was not there before."""
FIXED = "This cannot be changed after creation. Deploy anew instead."
GROWS = "This can only grow."
_HOLDERS = {"viewer": "its viewers", "approver": "its approvers", "deployer": "its deployers", "owner": "its owners"}


@dataclass(frozen=True)
class _Pair:
    """A value, and what stood in its place before."""

    path: Path
    old: Any
    new: Any


def change_problems(module: Module, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldError]:
    """What may not change on a deployment that exists: immutable values, and numbers that only grow.

    Args:
        module: the template.
        before: the values of the last apply.
        after: those that are wanted now.
    """
    found = []
    for place, hint, pair in _pairs(module, before, after):
        if hint.immutable_after_create and pair.old is not ABSENT and pair.old != pair.new:
            found.append(_error(place, pair, FIXED))
        elif hint.monotonic and pair.old is not ABSENT and _shrinks(pair.old, pair.new):
            found.append(_error(place, pair, GROWS))
    return found


def role_problems(
    module: Module, before: Mapping[str, Any], after: Mapping[str, Any], role: str | None
) -> list[FieldError]:
    """What somebody of this role wants to set although the manifest keeps it for other roles.

    Args:
        module: the template.
        before: the values of the deployment, none for a new one.
        after: those that are wanted now.
        role: what they are in the project.
    """
    found = []
    for place, hint, pair in _pairs(module, before, after):
        old = _default(module, place) if pair.old is ABSENT else pair.old
        if hint.roles and role not in hint.roles and pair.new != old:
            found.append(_error(place, pair, role_sentence(hint.roles)))
    return found


def role_sentence(roles: list[Any]) -> str:
    """Why a field is locked."""
    return f"In this project only {' and '.join(_HOLDERS[role] for role in roles)} may set this."


def _error(place: str, pair: _Pair, message: str) -> FieldError:
    return FieldError(path=path_text((split_path(place)[0], *pair.path)), message=message)


def _pairs(module: Module, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Hint, _Pair]]:
    """Every value that a hint guards, with its counterpart, in the order of the variables."""
    hints = module.manifest.variables if module.manifest else {}
    guarded = {p: h for p, h in hints.items() if h.immutable_after_create or h.monotonic or h.roles}
    if not guarded:
        return
    order = {name: index for index, name in enumerate(module.variables)}
    old, new = environment(module, before), environment(module, after)
    for place, hint in sorted(guarded.items(), key=lambda item: order[split_path(item[0])[0]]):
        name, rest = split_path(place)
        found = [_Pair((), old[name], new[name])]
        walked = name
        for step in re.findall(r"\[\]|\.[^.\[]+", rest):
            unique = hints[walked].unique_by if walked in hints else None
            found = [inner for pair in found for inner in _step(pair, step, unique)]
            walked += step
        yield from ((place, hint, pair) for pair in found)


def _step(pair: _Pair, step: str, unique: list[str] | None) -> Iterator[_Pair]:
    if step != "[]":
        yield from _attribute(pair, step[1:])
    elif isinstance(pair.new, dict):
        old = pair.old if isinstance(pair.old, dict) else {}
        yield from (_Pair((*pair.path, MapKey(key)), old.get(key, ABSENT), new) for key, new in pair.new.items())
    elif isinstance(pair.new, list):
        old = _counterparts(pair.old if isinstance(pair.old, list) else [], pair.new, unique)
        yield from (_Pair((*pair.path, index), old[index], new) for index, new in enumerate(pair.new))


def _attribute(pair: _Pair, key: str) -> Iterator[_Pair]:
    if isinstance(pair.new, dict) and key in pair.new:
        old = pair.old.get(key, ABSENT) if isinstance(pair.old, dict) else ABSENT
        yield _Pair((*pair.path, key), old, pair.new[key])
    elif isinstance(pair.new, list) and key.isdecimal() and int(key) < len(pair.new):
        known = isinstance(pair.old, list) and int(key) < len(pair.old)
        yield _Pair((*pair.path, int(key)), pair.old[int(key)] if known else ABSENT, pair.new[int(key)])


def _counterparts(old: list[Any], new: list[Any], unique: list[str] | None) -> list[Any]:
    """For each element the one that it was: that of the same `unique_by`, else an equal one, else that of its index.

    So that an element which only moves is not taken for one that changed.
    """
    if unique:
        known = {_marker(item, unique): item for item in old}
        return [known.get(_marker(item, unique), ABSENT) for item in new]
    return [
        item if item in old else old[index] if index < len(old) and old[index] not in new else ABSENT
        for index, item in enumerate(new)
    ]


def _marker(item: Any, unique: list[str]) -> str:
    return repr([item.get(name) for name in unique] if isinstance(item, dict) else item)


def _default(module: Module, place: str) -> Any:
    """What an attribute of a new element is when nobody sets it."""
    name, rest = split_path(place)
    above, _, attribute = rest.rpartition(".")
    parent = type_at(module.variables[name].type, above)
    optional = parent.optional.get(attribute) if isinstance(parent, ObjectType) else None
    if not isinstance(parent, ObjectType) or optional is None:
        return ABSENT
    kind = parent.attributes[attribute]
    value = None if optional.default is None else convert(constant(optional.default), kind)
    return to_json(value, kind)


def _shrinks(before: Any, after: Any) -> bool:
    try:
        numbers = [convert(from_json(value), NUMBER) for value in (before, after)]
    except EvalError:
        return False
    first, second = numbers
    return isinstance(first, Decimal) and (second is None or second < first)
