"""What an author of a template is told before anybody deploys it: every rule of ours, judged without a cloud. Pure.

`lint` looks at one template, `lint_list` at a list of options that templates share. A rule has one home, here or in one of
the modules beside this one; tests/templates asks for the same findings. docs/authoring.md lists the rules.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from portal.template.errors import TemplateError
from portal.template.lint_manifest import MANIFEST_RULES
from portal.template.lint_module import MODULE_RULES, STRUCTURE_RULES
from portal.template.lint_source import Finding, Level, Source, Spot
from portal.template.lint_tests import TEST_RULES
from portal.template.lists import parse_list

Said = tuple[str, Spot, str, str]
"""(rule, where, what is wrong, what to do)"""
Rule = Callable[[Source], Iterator[Said]]

RULES: dict[str, Level] = {
    "unusable": "error", "bad-name": "error", "left-over": "error", "missing-file": "warning", "misplaced": "warning",
    "format": "error", "backend": "error", "credentials": "error", "provider-pin": "error", "other-provider": "warning",
    "remote-module": "warning", "untyped": "error", "undescribed": "error", "undescribed-attribute": "warning",
    "undeclared": "error", "unused": "error", "order": "warning", "many-required": "warning", "null-default": "warning",
    "secret": "error", "sentence": "warning", "undescribed-output": "error", "secret-output": "error",
    "manifest-gap": "warning", "empty-section": "warning", "many-questions": "warning", "unknown-list": "error",
    "options": "error", "preset": "error", "no-fixture": "warning", "minimal-fixture": "error", "full-fixture": "error",
    "invalid-fixture": "error", "unreadable": "error", "action": "error",
    "untested-rule": "warning", "unexercised": "warning", "option-list": "error",
}  # fmt: skip
"""Every rule and how grave a breach is: with an error people meet something broken, with a warning something unclear."""

LISTS = "_data"


def lint(source: Source) -> list[Finding]:
    """All findings about a template, by file and line. What `terrace:ignore` excuses is left out."""
    rules: tuple[Rule, ...] = STRUCTURE_RULES
    if source.broken is None:
        rules += (*MODULE_RULES, *MANIFEST_RULES, *TEST_RULES)
    said = [*_unusable(source), *(each for rule in rules for each in rule(source))]
    findings = [finding(source.key, *each) for each in said]
    kept = [each for each in findings if each.rule == "unusable" or not source.excused(each)]
    return sorted(kept, key=lambda each: (each.file, each.line, each.rule, each.message))


def finding(template: str, rule: str, where: Spot, message: str, remedy: str) -> Finding:
    """A finding with the level of its rule."""
    return Finding(
        template=template,
        file=where.file,
        line=where.line,
        level=RULES[rule],
        rule=rule,
        message=message,
        remedy=remedy,
    )


def _unusable(source: Source) -> Iterator[Said]:
    if source.broken is not None:
        remedy = "Mend this first: the portal lists the template as broken, and most other rules are not looked at."
        yield "unusable", _where(source, source.broken), f"The portal cannot use it: {source.broken}.", remedy


def _where(source: Source, reason: str) -> Spot:
    """The place that the sentence of a TemplateError names."""
    if match := re.match(r"(\S+), line (\d+):", reason):
        return Spot(match[1], int(match[2]))
    if match := re.match(r"(variable|output|resource) ([\w-]+)", reason):
        return source.block(match[1], match[2])
    if match := re.match(r"manifest\.yaml is not valid YAML at line (\d+)", reason):
        return Spot("manifest.yaml", int(match[1]))
    if match := re.match(r"manifest\.yaml: variables\.([^:]+):", reason):
        return source.manifest("variables", match[1])
    if match := re.match(r"manifest\.yaml: (?:unknown key ')?([\w.]+)", reason):
        return source.manifest(*match[1].split("."))
    return Spot("manifest.yaml" if reason.startswith("manifest.yaml") else "main.tf")


def lint_list(name: str, data: bytes) -> list[Finding]:
    """All findings about a list of options, whose file is `name`."""
    where = Spot(name)
    return [finding(LISTS, "option-list", where, message, remedy) for message, remedy in _list_problems(name, data)]


def _list_problems(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    try:
        found = parse_list(name.removesuffix(".json"), data)
    except TemplateError as error:
        yield f"It cannot be used: {error}.", "Fields that name it take free text until this is mended."
        return
    if "https://" not in found.source:
        yield "Nobody can tell where it comes from.", "Write the address of its origin as `source`."
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", found.as_of):
        yield "Nobody can tell how old it is.", "Write the day on which it was true as `as_of`: 2026-01-31."
    values = [str(option.value) for option in found.options]
    doubles = sorted({value for value in values if values.count(value) > 1})
    if doubles:
        yield f"{', '.join(doubles[:5])}: there more than once.", "Keep one entry of each value."
    if len(values) < 2:
        yield "It offers no choice.", "A list has two options or more."
    if bare := [value for value, label in _labels(data) if not label]:
        yield f"{', '.join(bare[:5])}: without a label.", "Give each option a `label` that says what it is."


def _labels(data: bytes) -> list[tuple[str, Any]]:
    return [(str(option.get("value")), option.get("label")) for option in json.loads(data)["options"]]
