"""Does a manifest fit its module? Every hint must be about something that exists, and every rule must be readable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.template.constraints import limits_of, type_at
from portal.template.errors import TemplateError
from portal.template.hcl import parse_expression
from portal.template.hcl.convert import path_text
from portal.template.hcl.types import ANY, BOOL, NUMBER, STRING, Collection, ObjectType, Primitive, TupleType, Type
from portal.template.manifest import Hint, Manifest, NameCheck, QuotaCheck
from portal.template.module import Module, Variable
from portal.template.rules import compile_rule, references
from portal.template.units import decimal
from portal.template.values import convert_json

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SOURCES = {"user.name", "user.email", "project.slug", "deployment.name", "random"}
_TEXTS = {"text", "textarea", "password", "code", "json", "cidr", "duration"}
_CHOICES = {"select", "radio", "combobox"}


def check_manifest(module: Module) -> None:
    """Raises TemplateError for the first thing in the manifest that does not fit the module."""
    if module.manifest is None:
        return
    try:
        for check in (_sections, _hints, _presets, _fixtures):
            check(module, module.manifest)
    except TemplateError as error:
        raise TemplateError(f"manifest.yaml: {error}") from None


def _sections(_module: Module, manifest: Manifest) -> None:
    known: set[str] = set()
    for section in manifest.sections:
        if section.key in known:
            raise TemplateError(f"the section {section.key} is there twice")
        if section.parent is not None and section.parent not in known:
            raise TemplateError(f"the parent of section {section.key} must be a section before it")
        known.add(section.key)


def split_path(path: str) -> tuple[str, str]:
    """`disks[].size` → (`disks`, `[].size`)."""
    match = re.match(r"[^.\[]+", path)
    name = match.group() if match else path
    return name, path[len(name) :]


def _hints(module: Module, manifest: Manifest) -> None:
    sections = {section.key for section in manifest.sections}
    for path, hint in manifest.variables.items():
        try:
            kind = _hinted_type(module, path)
            _hint(module, path, hint, kind, sections)
        except TemplateError as error:
            raise TemplateError(f"variables.{path}: {error}") from None


def _hinted_type(module: Module, path: str) -> Type:
    name, place = split_path(path)
    if name not in module.variables:
        raise TemplateError(f"there is no variable {name}")
    kind = type_at(module.variables[name].type, place)
    if kind is None:
        raise TemplateError(f"the type of {name} has no such attribute or element")
    return kind


def _hint(module: Module, path: str, hint: Hint, kind: Type, sections: set[str]) -> None:
    name, place = split_path(path)
    if hint.section is not None and (place or hint.section not in sections):
        raise TemplateError("section must be a section's key, and only variables have one")
    if hint.widget is not None and hint.widget not in widgets_for(kind):
        raise TemplateError(f"the widget {hint.widget} does not fit the type {kind}")
    if hint.monotonic and kind != NUMBER:
        raise TemplateError("only a number can be monotonic")
    _rules(module, hint, module.variables[name], place)
    _placeholders(module, hint.default_from)
    _checks(module, hint, kind, place)
    _units(module, hint, kind, path)
    _people(module, hint, path)
    if hint.from_output and kind not in (STRING, NUMBER, BOOL):
        raise TemplateError("from_output fills one value; for a list, give it to the element: name[]")
    if hint.replaced_by is not None:
        _hinted_type(module, hint.replaced_by)


def _checks(module: Module, hint: Hint, kind: Type, place: str) -> None:
    """Conditions are read here; ranges are texts, or lists and maps of them."""
    if hint.checks and place:
        raise TemplateError("checks belong to a variable: write one over all elements with alltrue([for … ])")
    for check in hint.checks:
        parse_expression(check.condition)
    if isinstance(hint.check, NameCheck) and kind != STRING:
        raise TemplateError("name_available is about one text; for a list, give it to the element: name[]")
    if hint.check is None or isinstance(hint.check, (NameCheck, QuotaCheck)):
        return
    others = [] if isinstance(hint.check, str) else hint.check.against
    if not all(_holds_texts(found) for found in (kind, *(_hinted_type(module, other) for other in others))):
        raise TemplateError("cidr_overlap is about texts, and lists and maps of texts")


def _holds_texts(kind: Type) -> bool:
    return kind == STRING or (isinstance(kind, Collection) and kind.element == STRING)


def _units(module: Module, hint: Hint, kind: Type, path: str) -> None:
    if hint.scale is None:
        return
    name, place = split_path(path)
    known = limits_of(module.variables[name]).get(place)
    if kind != NUMBER or hint.options or hint.options_from or (known and known.options):
        raise TemplateError("scale goes with a number that is typed or slid, not chosen from options")
    if not (factor := decimal(hint.scale)) or factor <= 0:
        raise TemplateError("scale must be a number above 0")


def _people(module: Module, hint: Hint, path: str) -> None:
    """What is kept for some must be optional for the others; only a secret can be kept from being looked at."""
    name, place = split_path(path)
    variable = module.variables[name]
    if hint.reveal and not (variable.sensitive or variable.ephemeral or hint.sensitive):
        raise TemplateError("reveal is about secrets: mark it sensitive")
    above, _, attribute = place.rpartition(".")
    parent = type_at(variable.type, above)
    optional = isinstance(parent, ObjectType) and attribute in parent.optional if place else variable.has_default
    if hint.roles and not optional:
        raise TemplateError("roles need something to fall back to: a default, or an optional attribute")


def widgets_for(kind: Type) -> set[str]:
    """The widgets that can hold a value of a type."""
    if kind == NUMBER:
        return {"number", "slider", *_CHOICES}
    if kind == BOOL:
        return {"switch", *_CHOICES}
    if kind in (STRING, ANY):
        return _TEXTS | _CHOICES
    if isinstance(kind, Collection) and kind.kind != "map":
        simple = {"tags", "multiselect"} if isinstance(kind.element, Primitive) and kind.element != ANY else set()
        return {"list", "json", *simple, *({"table"} if isinstance(kind.element, ObjectType) else ())}
    if isinstance(kind, Collection):
        simple = {"key_value"} if isinstance(kind.element, Primitive) else set()
        return {"map", "json", *simple, *({"table"} if isinstance(kind.element, ObjectType) else ())}
    return {"json", "object"} if isinstance(kind, ObjectType) else {"json"}


def _rules(module: Module, hint: Hint, variable: Variable, place: str) -> None:
    if (hint.visible_when or hint.enabled_when) and variable.required and not place:
        raise TemplateError("a required variable cannot be hidden or disabled: give it a default")
    for source in rule_sources(hint):
        for path in references(compile_rule(source)):
            _referable(module, path)


def _referable(module: Module, path: list[str]) -> None:
    kind: Type | None = module.variables[path[0]].type if path and path[0] in module.variables else None
    for step in path[1:]:
        kind = type_at(kind, f".{step}") if isinstance(kind, (ObjectType, TupleType)) else kind
    if kind is None:
        raise TemplateError(f"there is no var.{'.'.join(path)}")


def rule_sources(hint: Hint) -> Iterator[str]:
    """All rules of a hint, as written."""
    yield from (rule for rule in (hint.visible_when, hint.enabled_when, hint.required_when) if rule)
    yield from (
        option.when for option in hint.options or [] if not isinstance(option, (str, int, float, bool)) and option.when
    )
    if hint.options_from:
        yield from hint.options_from.parameters.values()
    if isinstance(hint.check, QuotaCheck):
        yield from hint.check.parameters.values()


def _placeholders(module: Module, default_from: str | None) -> None:
    for source in _PLACEHOLDER.findall(default_from or ""):
        if source not in _SOURCES and source.removeprefix("var.") not in module.variables:
            raise TemplateError(f"default_from does not know {{{source}}}")


def _presets(module: Module, manifest: Manifest) -> None:
    names = [preset.name for preset in manifest.presets]
    if len(set(names)) != len(names):
        raise TemplateError("two presets have the same name")
    for preset in manifest.presets:
        for name, value in preset.values.items():
            if name not in module.variables:
                raise TemplateError(f"preset {preset.name}: there is no variable {name}")
            _, problems = convert_json(value, module.variables[name].type, fill=True, strict=True)
            if problems:
                where = path_text((name, *problems[0][0]))
                raise TemplateError(f"preset {preset.name}: {where}: {problems[0][1]}")


def _fixtures(module: Module, manifest: Manifest) -> None:
    if manifest.fixtures is None:
        return
    full = [manifest.fixtures.full] if manifest.fixtures.full else []
    for fixture in (manifest.fixtures.minimal, *full):
        unknown = fixture.values.keys() - module.variables.keys()
        if unknown:
            raise TemplateError(f"fixtures: there is no variable {min(unknown)}")
