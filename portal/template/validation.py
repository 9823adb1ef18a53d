"""Are these values good for this template? Types, the template's own rules, the manifest's limits; pure.

Nothing here raises for a bad value. Messages say what to do, and hold no value of a sensitive variable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.template.conditions import variables_in
from portal.template.form import variable_field
from portal.template.hcl import Undecided, parse_expression
from portal.template.hcl.ast import Literal
from portal.template.hcl.convert import Path, convert, path_text
from portal.template.hcl.types import Collection
from portal.template.judge import Judge
from portal.template.lists import Lists
from portal.template.manifest import Hint
from portal.template.module import Module, Validation, Variable
from portal.template.offers import REQUIRED, deprecations, is_missing, offer_problems
from portal.template.overlap import overlaps
from portal.template.rules import compile_rule, holds
from portal.template.schemas import FieldError, FieldModel, ValidationResult
from portal.template.sensitive import sensitive_variables
from portal.template.values import convert_json, from_json, loses_digits, to_json
from portal.template.visibility import environment, shown_rules, visible_values

MAX_ERRORS = 200


def validate(module: Module, values: Mapping[str, Any], lists: Lists) -> ValidationResult:
    """Judge a complete set of values.

    Args:
        module: the template.
        values: JSON values by variable name; a name that is missing is unset.
        lists: the named lists of options.
    """
    known = {name: value for name, value in values.items() if name in module.variables}
    shown = visible_values(module, known)
    run = _Run(module, shown, lists)
    run.unknown_names(values)
    run.types()
    run.required()
    run.rules()
    run.offers()
    run.wanted()
    run.overlapping()
    run.doubts()
    return ValidationResult(
        errors=_errors(run.ordered(run.problems)), warnings=_errors(run.ordered(run.warnings)),
        values=run.normalised, undecided=sorted(run.undecided), sensitive=frozenset(sensitive_variables(module)),
    )  # fmt: skip


def _errors(found: list[tuple[Path, str]]) -> list[FieldError]:
    return [FieldError(path=path_text(path), message=message) for path, message in found]


class _Run:
    """One validation: what was found so far."""

    def __init__(self, module: Module, values: dict[str, Any], lists: Lists) -> None:
        self.module, self.values, self.lists = module, values, lists
        self.normalised: dict[str, Any] = {}
        self.problems: dict[Path, str] = {}
        self.warnings: dict[Path, str] = {}
        self.undecided: set[str] = set()
        self.usable: dict[str, Any] = {}
        self.given_sets: dict[str, Any] = {}

    def problem(self, path: Path, message: str) -> None:
        """Note a problem: the first one at a path is the one to mend."""
        if len(self.problems) < MAX_ERRORS:
            self.problems.setdefault(path, message)

    def warning(self, path: Path, message: str) -> None:
        """Note what deserves a second look, unless something there must be mended anyway."""
        if len(self.warnings) < MAX_ERRORS and path not in self.problems:
            self.warnings.setdefault(path, message)

    def ordered(self, found: dict[Path, str]) -> list[tuple[Path, str]]:
        """What was found, in the order of the variables."""
        order = {name: index for index, name in enumerate(self.module.variables)}
        return sorted(found.items(), key=lambda item: order.get(str(item[0][0]), -1))

    def unknown_names(self, values: Mapping[str, Any]) -> None:
        """A name that the template does not declare is a mistake, never ignored."""
        for name in values.keys() - self.module.variables.keys():
            self.problem((str(name)[:100],), "The template has no variable of this name.")

    def types(self) -> None:
        """Bring each value into its type."""
        for name, variable in self.module.variables.items():
            if name not in self.values or (self.values[name] is None and not variable.nullable):
                if variable.has_default:
                    self.usable[name] = variable.default
                continue
            self._typed(variable, self.values[name])

    def _typed(self, variable: Variable, raw: Any) -> None:
        value, problems = convert_json(raw, variable.type, fill=False, strict=True)
        if not problems and loses_digits(value, variable.type):
            problems = [((), "A number here has more digits than can be kept. Write it as a text in quotes.")]
        for path, message in problems:
            self.problem((variable.name, *path), message)
        if problems:
            return
        filled, _ = convert_json(raw, variable.type, fill=True, strict=True)
        self.usable[variable.name] = filled
        self.normalised[variable.name] = to_json(value, variable.type)
        if isinstance(variable.type, Collection) and variable.type.kind == "set" and raw is not None:
            self.given_sets[variable.name] = convert(from_json(raw), Collection("list", variable.type.element))

    def required(self) -> None:
        """What is needed and missing."""
        for name, variable in self.module.variables.items():
            missing = name not in self.values or (self.values[name] is None and not variable.nullable)
            if missing and variable.required:
                self.problem((name,), REQUIRED)

    @property
    def hints(self) -> dict[str, Hint]:
        """The manifest's hints by path."""
        return self.module.manifest.variables if self.module.manifest else {}

    def wanted(self) -> None:
        """What the manifest's `required_when` asks for, unless the template has said something better about it."""
        seen = environment(self.module, self.values)
        for name in self.hints.keys() & self.module.variables.keys():
            hint = self.hints[name]
            shown = all(holds(rule, seen) for rule in shown_rules(hint))
            wanted = hint.required_when and shown and holds(compile_rule(hint.required_when), seen)
            if wanted and is_missing(seen.get(name)):
                self.problem((name,), REQUIRED)

    def overlapping(self) -> None:
        """Address ranges that must keep apart."""
        for found in overlaps(self.module, environment(self.module, self.values)):
            note = self.problem if found.severity == "error" else self.warning
            note(found.path, found.message)

    def doubts(self) -> None:
        """What is allowed and may be a mistake: checks that only warn, and what is deprecated."""
        judge = Judge(self.module, self.usable, self.given_sets)
        for name in self.module.variables:
            for validation in self._checks(name, "warning"):
                self._rule(judge, self.module.variables[name], validation, self.warning)
        seen = environment(self.module, self.values)
        for name, value in self.normalised.items():
            for path, message in deprecations(self.module, self._model(name), value, seen):
                self.warning((name, *path), message)

    def _model(self, name: str) -> FieldModel:
        return variable_field(self.module, name, self.lists)

    def offers(self) -> None:
        """What the manifest limits: options, bounds, numbers of items, uniqueness."""
        seen = environment(self.module, self.values)
        for name, value in self.normalised.items():
            if self.module.manifest is not None:
                for path, message in offer_problems(self.module, self._model(name), value, seen):
                    self.problem((name, *path), message)

    def rules(self) -> None:
        """The template's validation blocks, and the manifest's checks, over whatever values are usable."""
        judge = Judge(self.module, self.usable, self.given_sets)
        for name in self._by_dependency():
            for validation in self._validations(name):
                self._rule(judge, self.module.variables[name], validation, self.problem)

    def _rule(
        self, judge: Judge, variable: Variable, validation: Validation, note: Callable[[Path, str], None]
    ) -> None:
        """A rule that reads another variable waits, as in Terraform, until that one is good: its verdict would mislead."""
        faulty = {str(path[0]) for path in self.problems} - {variable.name}
        if variable.name not in self.usable or faulty & self._read_by(validation):
            return
        try:
            for path, message in judge.verdict(variable, validation):
                note(path, message)
        except Undecided:
            self.undecided.add(variable.name)

    def _read_by(self, validation: Validation) -> set[str]:
        return variables_in(validation.condition, self.module.locals)

    def _by_dependency(self) -> list[str]:
        """The variables, each after those that its rules read."""
        found: dict[str, None] = {}

        def visit(name: str, above: frozenset[str]) -> None:
            if name in found or name in above or name not in self.module.variables:
                return
            for validation in self._validations(name):
                for other in sorted(self._read_by(validation)):
                    visit(other, above | {name})
            found[name] = None

        for name in self.module.variables:
            visit(name, frozenset())
        return list(found)

    def _validations(self, name: str) -> list[Validation]:
        return [*self.module.variables[name].validations, *self._checks(name, "error")]

    def _checks(self, name: str, severity: str) -> list[Validation]:
        checks = self.hints[name].checks if name in self.hints else []
        return [
            Validation(parse_expression(check.condition), Literal(check.message))
            for check in checks
            if check.severity == severity
        ]
