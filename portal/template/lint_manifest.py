"""Rules about a template's manifest: what people are told and asked, and the sample values. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from portal.template.constraints import Limits, limits_of
from portal.template.form import build_form
from portal.template.hcl import EvalError, Undecided
from portal.template.hcl.functions.patterns import compile_pattern
from portal.template.hcl.values import number_text
from portal.template.lint_source import Source, Spot
from portal.template.lists import LIVE, option_value
from portal.template.manifest import Fixtures, Hint, InvalidFixture, Manifest, Option
from portal.template.module import Module
from portal.template.schemas import FieldError
from portal.template.validation import validate

Said = tuple[str, Spot, str, str]
MOST_QUESTIONS = 14
TOLD = {
    "duration_minutes": "Say how long a first apply usually takes.",
    "docs": "Link to the cloud's own documentation.",
    "required_apis": "List what must be switched on in the account.",
    "required_roles": "List the rights that the account needs.",
    "next_steps": "Say what to do with it once it is there.",
    "presets": "Offer one for trying out and one for production.",
}


def _parts(source: Source) -> tuple[Module, Manifest | None]:
    assert source.module is not None, "rules about a manifest wait for a module that can be read"  # noqa: S101
    return source.module, source.module.manifest


def told(source: Source) -> Iterator[Said]:
    """What people want to know before they deploy."""
    module, manifest = _parts(source)
    if manifest is None:
        return
    for name, remedy in TOLD.items():
        if not getattr(manifest, name):
            yield "manifest-gap", source.manifest(name), f"The manifest has no {name}.", remedy
    for name in module.variables:
        hint = manifest.variables.get(name)
        missing = [part for part in ("title", "section") if hint is None or not getattr(hint, part)]
        if missing and (manifest.sections or "title" in missing):
            remedy = f"Write variables.{name}: {{{', '.join(f'{part}: …' for part in missing)}}}."
            yield (
                "manifest-gap",
                source.manifest("variables", name),
                f"{name} has no {' and no '.join(missing)}.",
                remedy,
            )


def asked(source: Source) -> Iterator[Said]:
    """Few questions come first, and every section has some."""
    module, manifest = _parts(source)
    if manifest is None:
        return
    form = build_form(module, source.lists)
    basic = [field.name for section in form.sections for field in section.fields if field.level == "basic"]
    if len(basic) > MOST_QUESTIONS:
        message = f"{len(basic)} questions are basic: nobody answers so many at once."
        remedy = f"Give all but {MOST_QUESTIONS} the level advanced or expert."
        yield "many-questions", source.manifest("variables"), message, remedy
    parents = {section.parent for section in manifest.sections}
    for index, section in enumerate(manifest.sections):
        if section.key not in parents and not any(hint.section == section.key for hint in manifest.variables.values()):
            remedy = "Put a variable into it, or delete it."
            yield "empty-section", source.manifest("sections", index), f"The section {section.key} is empty.", remedy


def options(source: Source) -> Iterator[Said]:
    """Lists exist, and what is offered is what the variable's own rules take."""
    module, manifest = _parts(source)
    for path, hint in (manifest.variables if manifest else {}).items():
        where = source.manifest("variables", path)
        if hint.options_from and hint.options_from.kind not in {*source.lists, *LIVE}:
            remedy = "Take one that is there: ls templates/_data, or write this one; docs/templates.md says how."
            yield "unknown-list", where, f"There is no list {hint.options_from.kind}.", remedy
        name = re.split(r"[.\[]", path, maxsplit=1)[0]
        limits = limits_of(module.variables[name]).get(path.removeprefix(name))
        if limits and hint.options:
            yield from _offered(path, hint, limits, where)


def _offered(path: str, hint: Hint, limits: Limits, where: Spot) -> Iterator[Said]:
    offered = [_text(option.value if isinstance(option, Option) else option) for option in hint.options or []]
    allowed = None if limits.options is None else [_text(value) for value in limits.options]
    refused = [value for value in offered if (allowed is not None and value not in allowed) or _mismatch(value, limits)]
    if refused:
        remedy = "Delete it from the options, or allow it in the variable's validation."
        yield "options", where, f"{path} offers {', '.join(refused)}, which its own rule refuses.", remedy
    missing = [] if allowed is None or hint.allow_other else [value for value in allowed if value not in offered]
    if missing:
        remedy = "Add it to the options, with `disabled` and the reason if nobody should choose it."
        yield "options", where, f"{path} does not offer {', '.join(missing)}, which its rule allows.", remedy


def _text(value: Any) -> str:
    plain = option_value(value) if not hasattr(value, "as_tuple") else number_text(value)
    return {True: "true", False: "false"}[plain] if isinstance(plain, bool) else str(plain)


def _mismatch(value: str, limits: Limits) -> bool:
    try:
        return any(not compile_pattern(pattern).search(value) for pattern in limits.patterns)
    except (EvalError, Undecided):
        return False


def presets(source: Source) -> Iterator[Said]:
    """The form takes every preset."""
    module, manifest = _parts(source)
    minimal = manifest.fixtures.minimal.values if manifest and manifest.fixtures else None
    for index, preset in enumerate(manifest.presets if manifest and minimal is not None else ()):
        where = source.manifest("presets", index)
        for error in _errors(source, module, {**(minimal or {}), **preset.values}):
            yield (
                "preset",
                where,
                f"The form refuses the preset {preset.name}: {_said(error)}",
                "Mend the preset's values.",
            )


def _errors(source: Source, module: Module, values: Mapping[str, Any]) -> list[FieldError]:
    return validate(module, values, source.lists).errors


def _said(error: FieldError) -> str:
    return f"{error.path or 'values'}: {error.message}"


def actions(source: Source) -> Iterator[Said]:
    """An action is about something that the template makes, in the tool of its cloud, and has a name of its own."""
    module, manifest = _parts(source)
    made = {resource.type for resource in module.resources}
    seen: set[str] = set()
    for index, action in enumerate(manifest.actions if manifest else ()):
        where = source.manifest("actions", index)
        foreign = sorted(set(action.types) - made)
        if foreign:
            remedy = "Name the types of resources in the template's own files."
            yield (
                "action",
                where,
                f"{action.name} is about {', '.join(foreign)}, which the template does not make.",
                remedy,
            )
        if action.tool != _TOOLS.get(source.cloud, action.tool):
            yield (
                "action",
                where,
                f"{action.name} takes {action.tool}, which is another cloud's.",
                "Use the cloud's own tool.",
            )
        if action.name in seen:
            yield "action", where, f"There are two actions called {action.name}.", "Give each a name of its own."
        seen.add(action.name)


_TOOLS = {"azure": "az", "gcp": "gcloud"}


def fixtures(source: Source) -> Iterator[Said]:
    """There are sample values of each kind, and the form judges them as promised."""
    module, manifest = _parts(source)
    found = manifest.fixtures if manifest else None
    if found is None:
        if manifest is not None:
            remedy = "Write fixtures: minimal (required values only), full (every feature) and some invalid ones."
            yield "no-fixture", source.manifest(), "There are no sample values to try the template with.", remedy
        return
    yield from _minimal(source, module, found)
    yield from _full(source, module, found)
    if not found.invalid:
        remedy = "Write one for each rule that people will break: values, path, and part of the sentence expected."
        yield "no-fixture", source.manifest("fixtures"), "No fixture shows what is refused.", remedy
    for index, fixture in enumerate(found.invalid):
        yield from _invalid(source, module, index, fixture)


def _minimal(source: Source, module: Module, found: Fixtures) -> Iterator[Said]:
    where, values = source.manifest("fixtures", "minimal"), found.minimal.values
    required = {name for name, variable in module.variables.items() if variable.required}
    if extra := sorted(values.keys() - required):
        remedy = "Delete it there: minimal shows that required values alone are enough."
        yield "minimal-fixture", where, f"The fixture minimal sets {', '.join(extra)}, which nobody must.", remedy
    for error in _errors(source, module, values):
        yield (
            "minimal-fixture",
            where,
            f"The form refuses the fixture minimal: {_said(error)}",
            "Mend the value, or the rule.",
        )


def _full(source: Source, module: Module, found: Fixtures) -> Iterator[Said]:
    where = source.manifest("fixtures", "full")
    if found.full is None:
        remedy = "Write fixtures.full with every feature that goes together: it is planned before anybody relies on it."
        yield "no-fixture", where, "There is no fixture full.", remedy
        return
    for error in _errors(source, module, found.full.values):
        yield (
            "full-fixture",
            where,
            f"The form refuses the fixture full: {_said(error)}",
            "Mend the value, or the rule.",
        )


def _invalid(source: Source, module: Module, index: int, fixture: InvalidFixture) -> Iterator[Said]:
    where = source.manifest("fixtures", "invalid", index)
    errors = _errors(source, module, fixture.values)
    if any(fixture.message in error.message and _within(error.path, fixture.path) for error in errors):
        return
    promised = f"invalid[{index}] promises {fixture.message!r}" + (f" at {fixture.path}" if fixture.path else "")
    said = "; ".join(map(_said, errors)) or "nothing: it takes the values"
    remedy = "Mend the values, the path or the promised sentence, or write the validation that is missing."
    yield "invalid-fixture", where, f"{promised}, and the form says {said}.", remedy


def _within(path: str, wanted: str | None) -> bool:
    """Whether an error stands at the promised field or in it."""
    return wanted is None or path == wanted or path.startswith((f"{wanted}.", f"{wanted}["))


MANIFEST_RULES = (told, asked, options, presets, actions, fixtures)
