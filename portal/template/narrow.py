"""What the rules of a project leave of a template's form, and of the values that somebody sends. Pure.

The form shows what is left; the same rules judge the values, whoever sends them. A rule about a field that the template does not
have says nothing, and no rule fixes or lists values of a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from portal.project import guardrails
from portal.project.guardrails import Guardrail
from portal.project.regions import is_place, region_of
from portal.template.checks import split_path
from portal.template.hcl.convert import MapKey, Path, path_text
from portal.template.hcl.types import STRING, Collection
from portal.template.hcl.values import number_text
from portal.template.manifest import Hint
from portal.template.module import Module
from portal.template.offers import is_missing
from portal.template.rules import holds
from portal.template.schemas import FieldError, FieldModel, FormModel, OptionInfo, PresetModel
from portal.template.sensitive import sensitive_variables
from portal.template.units import decimal, sent
from portal.template.visibility import environment, places, shown_rules

_NO_HINT = Hint()
_PLACE_NAMES: Final = ("location", "region", "zone")
"""Variables of templates without hints that hold a place all the same."""
_TAG_NAMES: Final = ("tags", "labels")
_MOST_NAMED: Final = 6
_MOST_TO_SELECT: Final = 12
NOTHING_LEFT: Final = "The rules of this project leave nothing to choose here. Ask whoever looks after the project."


@dataclass(frozen=True)
class Spot:
    """What the rules say about one place of a template; `allowed` None means everything."""

    allowed: tuple[str, ...] | None = None
    by_region: bool = False
    fixed: Any = None
    is_fixed: bool = False
    required: bool = False
    low: float | None = None
    high: float | None = None
    reason: str = ""

    def permits(self, value: Any) -> bool:
        """Whether this value is among the allowed ones."""
        if self.allowed is None:
            return True
        if self.by_region:
            wanted = {region_of(text) for text in self.allowed}
            return region_of(str(value)) in wanted
        return _text(value) in self.allowed

    @property
    def only(self) -> str | None:
        """The one value that is left, where it can be written as it stands."""
        return self.allowed[0] if self.allowed is not None and len(self.allowed) == 1 and not self.by_region else None


@dataclass(frozen=True)
class Narrowing:
    """The rules of a project as they concern one template."""

    spots: Mapping[str, Spot] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    tag_variables: tuple[str, ...] = ()


def narrowing(module: Module, key: str, rules: Sequence[Guardrail]) -> Narrowing:
    """What these rules, all of which are about the template, mean for its variables."""
    spots: dict[str, Spot] = {}
    secret = sensitive_variables(module)
    for rule in rules:
        for place in _concerned(module, key, rule):
            if split_path(place)[0] not in secret or rule.rule in ("required", "range"):
                spots[place] = _with(spots.get(place, Spot()), rule)
    tags = guardrails.fixed_tags(rules)
    named = tuple(name for name in _TAG_NAMES if name in module.variables and _is_texts(module.variables[name].type))
    return Narrowing(spots, tags, named if tags else ())


def _is_texts(kind: Any) -> bool:
    return isinstance(kind, Collection) and kind.kind == "map" and kind.element == STRING


def _concerned(module: Module, key: str, rule: Guardrail) -> Iterator[str]:
    """The places of the template that a rule is about."""
    hints = module.manifest.variables if module.manifest else {}
    if rule.variable is not None:
        if split_path(rule.variable)[0] in module.variables:
            yield rule.variable
        return
    for place, hint in hints.items():
        source = hint.options_from.kind if hint.options_from else None
        if source is None:
            continue
        if rule.rule == "options" and source == rule.options:
            yield place
        if rule.rule == "places" and is_place(source, key.partition("/")[0]):
            yield place
    if rule.rule == "places":
        yield from (
            name
            for name in _PLACE_NAMES
            if name in module.variables
            and module.variables[name].type == STRING
            and hints.get(name, _NO_HINT).options_from is None
        )


def _with(known: Spot, rule: Guardrail) -> Spot:
    """The spot with one more rule: of two lists what is in both, of two bounds the narrower."""
    reason = " ".join(dict.fromkeys(text for text in (known.reason, rule.reason.strip()) if text))
    if rule.rule == "fixed":
        return Spot(**(_parts(known) | {"fixed": rule.value, "is_fixed": True, "reason": reason}))
    if rule.rule == "required":
        return Spot(**(_parts(known) | {"required": True, "reason": reason}))
    if rule.rule == "range":
        low = max((item for item in (known.low, rule.min) if item is not None), default=None)
        high = min((item for item in (known.high, rule.max) if item is not None), default=None)
        return Spot(**(_parts(known) | {"low": low, "high": high, "reason": reason}))
    other = Spot(tuple(rule.allowed or ()), by_region=rule.rule == "places")
    if known.allowed is None:
        left = other.allowed
    elif known.by_region and not other.by_region:
        left = tuple(text for text in other.allowed or () if known.permits(text))
    else:
        left = tuple(text for text in known.allowed if other.permits(text))
    by_region = other.by_region and (known.allowed is None or known.by_region)
    return Spot(**(_parts(known) | {"allowed": left, "by_region": by_region, "reason": reason}))


def _parts(spot: Spot) -> dict[str, Any]:
    return {name: getattr(spot, name) for name in Spot.__dataclass_fields__}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    number = decimal(value) if isinstance(value, (int, float, Decimal)) else None
    return str(value) if number is None else number_text(number)


# ---- what is sent


def completed(found: Narrowing, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with what the project sets by itself, wherever nothing else was sent: fixed values, the only choice, tags."""
    given = dict(values)
    for place, spot in found.spots.items():
        if split_path(place)[1] or given.get(place) is not None:
            continue
        if spot.is_fixed:
            given[place] = spot.fixed
        elif spot.only is not None:
            given[place] = spot.only
    for name in found.tag_variables:
        own = given.get(name)
        if own is None or isinstance(own, dict):
            given[name] = {**found.tags, **(own or {})}
    return given


def guard_problems(module: Module, found: Narrowing, values: Mapping[str, Any]) -> list[FieldError]:
    """Where values, defaults counted in, are not what the project allows, in the order of the variables."""
    hints, seen = (module.manifest.variables if module.manifest else {}), environment(module, values)
    errors: list[tuple[Path, str]] = []
    for place, spot in found.spots.items():
        name, rest = split_path(place)
        if not all(holds(rule, seen) for rule in shown_rules(hints.get(name, _NO_HINT))):
            continue
        for path, value in places(seen.get(name), rest):
            problem = _problem(spot, hints.get(place, _NO_HINT), value)
            if problem:
                errors.append(((name, *path), f"{problem} {spot.reason}".strip()))
    errors += _tag_problems(found, seen)
    order = {name: index for index, name in enumerate(module.variables)}
    errors.sort(key=lambda item: order.get(str(item[0][0]), -1))
    return [FieldError(path=path_text(path), message=message) for path, message in errors]


def _tag_problems(found: Narrowing, seen: Mapping[str, Any]) -> list[tuple[Path, str]]:
    return [
        ((name, MapKey(tag)), f"This project sets the tag {tag} to {text}.")
        for name in found.tag_variables
        for tag, text in found.tags.items()
        if (seen.get(name) or {}).get(tag) != text
    ]


def _problem(spot: Spot, hint: Hint, value: Any) -> str | None:
    if spot.is_fixed and not _same(spot.fixed, value):
        return f"This project sets this to {_shown(spot.fixed)}."
    if spot.required and is_missing(value):
        return "This project asks for a value here."
    if spot.allowed is not None and not spot.allowed:
        return NOTHING_LEFT
    if value not in (None, "") and not isinstance(value, (list, dict)) and not spot.permits(value):
        return f"In this project, choose {choices(spot.allowed or ())}."
    return _bound_problem(spot, hint, value)


def _bound_problem(spot: Spot, hint: Hint, value: Any) -> str | None:
    number = decimal(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else None
    if number is None:
        return None
    unit = f" {hint.unit}" if hint.unit else ""
    low, high = (sent(_plain(limit), hint.scale) if limit is not None else None for limit in (spot.low, spot.high))
    if low is not None and number < low:
        return f"In this project, enter at least {_plain(spot.low)}{unit}."
    if high is not None and number > high:
        return f"In this project, enter at most {_plain(spot.high)}{unit}."
    return None


def _plain(number: float | None) -> str:
    if number is None:
        return ""
    return str(int(number)) if number.is_integer() else number_text(Decimal(repr(number)))


def _same(fixed: Any, value: Any) -> bool:
    if isinstance(fixed, (list, dict)) or isinstance(value, (list, dict)):
        return fixed == value
    return value is not None and _text(fixed) == _text(value)


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, (list, dict)) else _text(value)


def choices(allowed: Sequence[str]) -> str:
    """In words; of many only the first."""
    if len(allowed) > _MOST_NAMED:
        return f"one of {', '.join(allowed[:_MOST_NAMED])} and {len(allowed) - _MOST_NAMED} more"
    return allowed[0] if len(allowed) == 1 else f"{', '.join(allowed[:-1])} or {allowed[-1]}"


# ---- what is shown


def narrow_form(module: Module, found: Narrowing, form: FormModel) -> FormModel:
    """The form with what is left; what the project sets is locked and says why."""
    sections = [
        section.model_copy(update={"fields": [_field(found, model) for model in section.fields]})
        for section in form.sections
    ]
    presets = [_preset(module, found, preset) for preset in form.presets]
    return form.model_copy(update={"sections": sections, "presets": presets})


def _preset(module: Module, found: Narrowing, preset: PresetModel) -> PresetModel:
    """Without the values that the project does not allow: they would only be refused."""
    problems = guard_problems(module, found, completed(found, preset.values))
    refused = {re.split(r"[.\[]", problem.path)[0] for problem in problems}
    locked = {place for place, spot in found.spots.items() if spot.is_fixed}
    kept = {name: value for name, value in preset.values.items() if name not in refused | locked}
    return preset.model_copy(update={"values": kept})


def _field(found: Narrowing, model: FieldModel) -> FieldModel:
    inner: dict[str, Any] = {"fields": [_field(found, item) for item in model.fields]}
    if model.item is not None:
        inner["item"] = _field(found, model.item)
    if model.path in found.tag_variables:
        inner["fixed_items"] = dict(found.tags)
    spot = found.spots.get(model.path)
    return model.model_copy(update=inner | (_changes(spot, model) if spot else {}))


def _changes(spot: Spot, model: FieldModel) -> dict[str, Any]:
    top = "." not in model.path and "[" not in model.path
    if spot.is_fixed:
        locked = f"This project sets this. {spot.reason}".strip()
        return {
            "locked": locked,
            **({"default": _wire(spot.fixed), "has_default": True, "required": False} if top else {}),
        }
    changes: dict[str, Any] = {"guard": spot.reason or None}
    if spot.required:
        changes["required"] = True
    if spot.allowed is not None:
        changes |= _offered(spot, model, top=top)
    if spot.low is not None or spot.high is not None:
        changes["constraints"] = _bounds(spot, model)
    return changes


def _wire(value: Any) -> Any:
    return _text(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _offered(spot: Spot, model: FieldModel, *, top: bool) -> dict[str, Any]:
    known = [option for option in model.options if spot.permits(option.value)]
    options = known or _made(spot, model)
    changes: dict[str, Any] = {"options": options, "allow_other": False}
    if not model.options and model.kind != "switch":
        changes["kind"] = "select" if len(options) <= _MOST_TO_SELECT else "combobox"
    if not options:
        return changes | {"locked": NOTHING_LEFT}
    if top and len(options) == 1 and spot.only is not None:
        return changes | {"default": options[0].value, "has_default": True, "required": False, "locked": _only(spot)}
    if model.has_default and model.default is not None and not spot.permits(model.default):
        changes |= {"default": None, "has_default": False, "required": True}
    return changes


def _only(spot: Spot) -> str:
    return f"This is the only choice in this project. {spot.reason}".strip()


def _made(spot: Spot, model: FieldModel) -> list[OptionInfo]:
    """Options where there were none; where the template has its own, and none of them is allowed, nothing is left."""
    if model.options and not model.allow_other:
        return []
    return [OptionInfo(value=text, label=text) for text in spot.allowed or ()]


def _bounds(spot: Spot, model: FieldModel) -> Any:
    low, high = decimal(model.constraints.min), decimal(model.constraints.max)
    update: dict[str, Any] = {"messages": dict(model.constraints.messages)}
    if spot.low is not None and (low is None or Decimal(repr(spot.low)) > low):
        update |= {"min": _plain(spot.low), "exclusive_min": False}
        update["messages"]["min"] = f"In this project, enter at least {_plain(spot.low)}."
    if spot.high is not None and (high is None or Decimal(repr(spot.high)) < high):
        update |= {"max": _plain(spot.high), "exclusive_max": False}
        update["messages"]["max"] = f"In this project, enter at most {_plain(spot.high)}."
    return model.constraints.model_copy(update=update)


def narrow_schema(module: Module, found: Narrowing, form: FormModel, schema: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a narrowed form: what is allowed as `enum`, what is fixed as `const`."""
    models = {model.path: model for section in form.sections for top in section.fields for model in _walk(top)}
    made = {**schema, "properties": {name: dict(part) for name, part in schema.get("properties", {}).items()}}
    for place, spot in found.spots.items():
        name, rest = split_path(place)
        model = models.get(place)
        if rest or name not in made["properties"] or model is None:
            continue
        made["properties"][name] |= _schema_changes(module, spot, model, name)
    required = [model.name for section in form.sections for model in section.fields if model.required]
    order = {name: index for index, name in enumerate(module.variables)}
    made["required"] = sorted({*required, *schema.get("required", [])} - _set_by_project(found), key=lambda n: order[n])
    return made


def _set_by_project(found: Narrowing) -> set[str]:
    return {place for place, spot in found.spots.items() if spot.is_fixed or spot.only is not None}


def _schema_changes(module: Module, spot: Spot, model: FieldModel, name: str) -> dict[str, Any]:
    if spot.is_fixed:
        return {"const": spot.fixed}
    changes: dict[str, Any] = {}
    if spot.allowed is not None and module.variables[name].type == STRING:
        changes["enum"] = [option.value for option in model.options]
    if spot.low is not None and model.scale is None:
        changes["minimum"] = spot.low
    if spot.high is not None and model.scale is None:
        changes["maximum"] = spot.high
    return changes


def _walk(model: FieldModel) -> Iterator[FieldModel]:
    yield model
    for inner in [*model.fields, *([model.item] if model.item else [])]:
        yield from _walk(inner)
