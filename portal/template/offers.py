"""The manifest's own limits, enforced on the server: options, bounds, items, what is required; what is deprecated. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.template.hcl.convert import MapKey, Path
from portal.template.manifest import Hint
from portal.template.module import Module
from portal.template.rules import evaluate_rule, holds
from portal.template.schemas import FieldModel, OptionInfo
from portal.template.units import decimal, sent

REQUIRED = "This is required."
OLD_OPTION = "This option is deprecated. Choose another one."
_NO_HINT = Hint()
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class _Spot:
    """One value within a variable: its field, its hint, and its siblings."""

    path: Path
    model: FieldModel
    hint: Hint
    value: Any
    this: Mapping[str, Any]


def offer_problems(module: Module, model: FieldModel, value: Any, seen: Mapping[str, Any]) -> list[tuple[Path, str]]:
    """What in a JSON value is not offered; paths are within the variable.

    Args:
        module: the template, with a manifest.
        model: the field of the variable.
        value: its normalised value.
        seen: all values with defaults, for rules.
    """
    hints = module.manifest.variables if module.manifest else {}
    return [found for spot in _spots(hints, model, value) for found in _problems(spot, seen)]


def deprecations(module: Module, model: FieldModel, value: Any, seen: Mapping[str, Any]) -> list[tuple[Path, str]]:
    """What in a JSON value should be said otherwise by now: fields and options that are deprecated."""
    hints = module.manifest.variables if module.manifest else {}
    return [
        (spot.path, text)
        for spot in _spots(hints, model, value)
        if (text := _field_is_old(spot) or _option_is_old(spot))
    ]


def _spots(
    hints: Mapping[str, Hint], model: FieldModel, value: Any, path: Path = (), this: Mapping[str, Any] = _NOTHING
) -> Iterator[_Spot]:
    if value is None:
        return
    yield _Spot(path, model, hints.get(model.path, _NO_HINT), value, this)
    for step, inner, item, siblings in _inner(model, value):
        yield from _spots(hints, inner, item, (*path, step), siblings)


def _problems(spot: _Spot, seen: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    hint, value = spot.hint, spot.value
    own = _option_problem(spot, seen) or _bound_problem(hint, value) or _items_problem(hint, value)
    if own:
        yield spot.path, own
    for step, text in (*_repeated(hint, value), *_wanted(spot, seen)):
        yield (*spot.path, step), text


def is_missing(value: Any) -> bool:
    """Whether there is nothing where something is required."""
    return value in (None, "", [], {})


def _wanted(spot: _Spot, seen: Mapping[str, Any]) -> Iterator[tuple[str | int, str]]:
    """Attributes that `required_when` asks for."""
    if not isinstance(spot.value, dict) or spot.model.item is not None:
        return
    this = _siblings(spot.model, spot.value)
    for field in spot.model.fields:
        shown = holds(field.visible_when, seen, this) and holds(field.enabled_when, seen, this)
        if field.required_when and shown and is_missing(this[field.name]) and holds(field.required_when, seen, this):
            yield field.name, REQUIRED


def _inner(model: FieldModel, value: Any) -> Iterator[tuple[str | int, FieldModel, Any, Mapping[str, Any]]]:
    if model.item is not None and isinstance(value, list):
        yield from ((index, model.item, item, _NOTHING) for index, item in enumerate(value))
    elif model.item is not None and isinstance(value, dict):
        yield from ((MapKey(key), model.item, item, _NOTHING) for key, item in value.items())
    elif isinstance(value, dict):
        this = _siblings(model, value)
        yield from ((field.name, field, value[field.name], this) for field in model.fields if field.name in value)
    elif isinstance(value, list):
        yield from ((int(field.name), field, item, _NOTHING) for field, item in zip(model.fields, value, strict=False))


def _siblings(model: FieldModel, value: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: field.default for field in model.fields} | dict(value)


def _option_problem(spot: _Spot, seen: Mapping[str, Any]) -> str | None:
    """Options of the manifest bind everyone, unless it says that others are accepted."""
    hint, model = spot.hint, spot.model
    listed = hint.options or (hint.options_from and model.options)
    if not listed or model.allow_other:
        return None
    option = _option(spot)
    if option is None:
        return "Choose one of the options offered."
    if option.disabled_reason:
        return option.disabled_reason
    offered = _offered(model, option, seen, spot.this)
    return None if offered else "This option is not available with the other values chosen."


def _option(spot: _Spot) -> OptionInfo | None:
    if isinstance(spot.value, (list, dict)):
        return None
    return next((option for option in spot.model.options if _same(option.value, spot.value)), None)


def _field_is_old(spot: _Spot) -> str | None:
    model = spot.model
    if not (model.deprecated or model.replaced_by) or _same(model.default, spot.value):
        return None
    return _old_sentence(model.deprecated, model.replaced_by.title if model.replaced_by else None)


def _option_is_old(spot: _Spot) -> str | None:
    option = _option(spot)
    if option is None or not option.deprecated:
        return None
    other = next((item.label for item in spot.model.options if item.value == option.replaced_by), option.replaced_by)
    return _old_sentence(option.deprecated_reason, other) if other or option.deprecated_reason else OLD_OPTION


def _old_sentence(reason: str | None, instead: Any) -> str:
    text = reason or "This is deprecated."
    return f"{text if text.endswith(('.', '!', '?')) else text + '.'} Use {instead} instead." if instead else text


def _offered(model: FieldModel, option: OptionInfo, seen: Mapping[str, Any], this: Mapping[str, Any]) -> bool:
    if not holds(option.when, seen, this):
        return False
    parameters = model.options_from.parameters if model.options_from else {}
    return all(
        name not in option.depends or _fits(evaluate_rule(rule, seen, this), option.depends[name])
        for name, rule in parameters.items()
    )


def _fits(wanted: Any, allowed: list[str]) -> bool:
    """Whether a parameter, or each element of one that is a list, is unset or allowed; as the browser has it."""
    if isinstance(wanted, list):
        return all(_fits(item, allowed) for item in wanted)
    text = str(wanted).lower() if isinstance(wanted, bool) else str(wanted)
    return wanted is None or wanted == "" or text in allowed


def _same(option: Any, value: Any) -> bool:
    if isinstance(option, bool) or isinstance(value, bool):
        return option is value or str(option).lower() == str(value).lower()
    if isinstance(value, (int, float)) or isinstance(option, (int, float)):
        return decimal(option) == decimal(value)
    return option == value


def _bound_problem(hint: Hint, value: Any) -> str | None:
    """Limits of the manifest are in the unit that is shown."""
    number = decimal(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else None
    low, high, step = (sent(limit, hint.scale) for limit in (hint.min, hint.max, hint.step))
    unit = f" {hint.unit}" if hint.unit else ""
    if number is None:
        return None
    if low is not None and number < low:
        return f"Enter at least {hint.min}{unit}."
    if high is not None and number > high:
        return f"Enter at most {hint.max}{unit}."
    if step and (number - (low or 0)) % step:
        many = f"a multiple of {hint.step}{unit}" if not low else ""
        return f"Enter {many}." if many else f"Go from {hint.min} in steps of {hint.step}{unit}."
    return None


def _items_problem(hint: Hint, value: Any) -> str | None:
    if not isinstance(value, (list, dict)):
        return None
    if hint.min_items is not None and len(value) < hint.min_items:
        return f"Add at least {hint.min_items}."
    if hint.max_items is not None and len(value) > hint.max_items:
        return f"At most {hint.max_items} are possible."
    return None


def _repeated(hint: Hint, value: Any) -> Iterator[tuple[str | int, str]]:
    """Elements that have the same values in the attributes of `unique_by`."""
    if not hint.unique_by or not isinstance(value, (list, dict)):
        return
    seen: set[str] = set()
    steps = enumerate(value) if isinstance(value, list) else ((MapKey(key), item) for key, item in value.items())
    for step, item in steps:
        marker = json.dumps(
            [item.get(name) for name in hint.unique_by] if isinstance(item, dict) else item, sort_keys=True
        )
        if marker in seen:
            yield step, f"Another one has the same {' and '.join(hint.unique_by)}."
        seen.add(marker)
