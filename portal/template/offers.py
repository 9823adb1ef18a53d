"""The manifest's own limits, enforced on the server: options, bounds, numbers of items, uniqueness. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.template.hcl.convert import MapKey, Path
from portal.template.manifest import Hint
from portal.template.module import Module
from portal.template.rules import evaluate_rule, holds
from portal.template.schemas import FieldModel, OptionInfo

_NOTHING: Mapping[str, Any] = {}


def offer_problems(module: Module, model: FieldModel, value: Any, seen: Mapping[str, Any]) -> list[tuple[Path, str]]:
    """What in a JSON value is not offered; paths are within the variable.

    Args:
        module: the template, with a manifest.
        model: the field of the variable.
        value: its normalised value.
        seen: all values with defaults, for rules.
    """
    hints = module.manifest.variables if module.manifest else {}
    return list(_problems(hints, model, value, seen, _NOTHING))


def _problems(
    hints: Mapping[str, Hint], model: FieldModel, value: Any, seen: Mapping[str, Any], this: Mapping[str, Any]
) -> Iterator[tuple[Path, str]]:
    if value is None:
        return
    hint = hints.get(model.path, Hint())
    own = _option_problem(hint, model, value, seen, this) or _bound_problem(hint, value) or _items_problem(hint, value)
    if own:
        yield (), own
    yield from _repeated(hint, value)
    for step, inner, item, siblings in _inner(model, value):
        for path, message in _problems(hints, inner, item, seen, siblings):
            yield (step, *path), message


def _inner(model: FieldModel, value: Any) -> Iterator[tuple[str | int, FieldModel, Any, Mapping[str, Any]]]:
    if model.item is not None and isinstance(value, list):
        yield from ((index, model.item, item, _NOTHING) for index, item in enumerate(value))
    elif model.item is not None and isinstance(value, dict):
        yield from ((MapKey(key), model.item, item, _NOTHING) for key, item in value.items())
    elif isinstance(value, dict):
        defaults = {field.name: field.default for field in model.fields}
        yield from (
            (field.name, field, value[field.name], defaults | value) for field in model.fields if field.name in value
        )
    elif isinstance(value, list):
        yield from ((int(field.name), field, item, _NOTHING) for field, item in zip(model.fields, value, strict=False))


def _option_problem(
    hint: Hint, model: FieldModel, value: Any, seen: Mapping[str, Any], this: Mapping[str, Any]
) -> str | None:
    """Options of the manifest bind everyone, unless it says that others are accepted."""
    listed = hint.options or (hint.options_from and model.options)
    if not listed or model.allow_other:
        return None
    option = next((option for option in model.options if _same(option.value, value)), None)
    if option is None:
        return "Choose one of the options offered."
    if option.disabled_reason:
        return option.disabled_reason
    return None if _offered(model, option, seen, this) else "This option is not available with the other values chosen."


def _offered(model: FieldModel, option: OptionInfo, seen: Mapping[str, Any], this: Mapping[str, Any]) -> bool:
    if not holds(option.when, seen, this):
        return False
    parameters = model.options_from.parameters if model.options_from else {}
    for name, rule in parameters.items():
        wanted = evaluate_rule(rule, seen, this)
        if name in option.depends and wanted is not None and str(wanted) not in option.depends[name]:
            return False
    return True


def _same(option: Any, value: Any) -> bool:
    if isinstance(option, bool) or isinstance(value, bool):
        return option is value or str(option).lower() == str(value).lower()
    if isinstance(value, (int, float)) or isinstance(option, (int, float)):
        return _decimal(option) == _decimal(value)
    return option == value


def _decimal(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _bound_problem(hint: Hint, value: Any) -> str | None:
    number = _decimal(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else None
    low, high, step = (None if limit is None else _decimal(limit) for limit in (hint.min, hint.max, hint.step))
    if number is None:
        return None
    if low is not None and number < low:
        return f"Enter at least {hint.min}."
    if high is not None and number > high:
        return f"Enter at most {hint.max}."
    if step and (number - (low or 0)) % step:
        return f"Enter a multiple of {hint.step}." if not low else f"Go from {hint.min} in steps of {hint.step}."
    return None


def _items_problem(hint: Hint, value: Any) -> str | None:
    if not isinstance(value, (list, dict)):
        return None
    if hint.min_items is not None and len(value) < hint.min_items:
        return f"Add at least {hint.min_items}."
    if hint.max_items is not None and len(value) > hint.max_items:
        return f"At most {hint.max_items} are possible."
    return None


def _repeated(hint: Hint, value: Any) -> Iterator[tuple[Path, str]]:
    """Elements that have the same values in the attributes of `unique_by`."""
    if not hint.unique_by or not isinstance(value, list):
        return
    seen: set[str] = set()
    for index, item in enumerate(value):
        marker = json.dumps(
            [item.get(name) for name in hint.unique_by] if isinstance(item, dict) else item, sort_keys=True
        )
        if marker in seen:
            yield (index,), f"Another one has the same {' and '.join(hint.unique_by)}."
        seen.add(marker)
