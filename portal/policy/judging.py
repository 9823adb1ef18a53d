"""Policies on a plan: what each says, and what that means for the run. Pure but for the process that evaluates expressions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final, cast

import structlog
from pydantic import ValidationError

from portal.kit.errors import FieldProblem, Invalid
from portal.policy import expressions
from portal.policy.expressions import Expression
from portal.policy.rules import RULES, Settings
from portal.policy.schemas import EXPRESSION, Judgement, PolicyProblem
from portal.policy.subject import Change, Subject

log = structlog.get_logger(__name__)
MOST_PROBLEMS: Final = 200
_CUT: Final = "It has more attributes than are kept, so nobody can say whether it meets this policy."


@dataclass(frozen=True, slots=True)
class Question:
    """A rule with its settings, as they are kept."""

    rule: str
    settings: dict[str, Any]


def settings_of(rule: str, settings: dict[str, Any]) -> Settings:
    """The settings, checked; Invalid with a sentence for each field that cannot be used."""
    if rule != EXPRESSION and rule not in RULES:
        text = f"There is no rule {rule[:40]!r}; there are {', '.join([*RULES, EXPRESSION])}."
        raise Invalid(text, [FieldProblem("rule", text)])
    model = Expression if rule == EXPRESSION else RULES[rule].settings
    try:
        found = model.model_validate(settings)
    except ValidationError as error:
        raise Invalid("Some settings of the rule cannot be used.", _field_problems(error)) from None
    if isinstance(found, Expression):
        expressions.check(found)
    return cast(Settings, found)


def _field_problems(error: ValidationError) -> list[FieldProblem]:
    return [
        FieldProblem(".".join(["settings", *map(str, item["loc"])]), item["msg"].removeprefix("Value error, "))
        for item in error.errors(include_url=False, include_input=False, include_context=False)
    ]


def asks_at_apply(question: Question) -> bool:
    """Whether the answer depends on when it is asked, so that it counts at the apply and not before."""
    if question.rule in RULES:
        return RULES[question.rule].at_apply
    try:
        return expressions.uses_time(Expression.model_validate(question.settings))
    except Exception:
        return False


def applies(policy: Any, *, project_id: str, template: str, kind: str) -> bool:
    """Whether the policy (a row) judges plans of such a run."""
    in_project = not policy.projects or project_id in policy.projects
    of_template = not policy.templates or any(fnmatchcase(template, pattern) for pattern in policy.templates)
    return bool(policy.enabled and in_project and of_template and kind in policy.kinds)


def judge(asked: Subject, questions: Sequence[Question]) -> list[Judgement]:
    """What each says, in order. A rule that breaks has not been passed, and breaks nothing else."""
    written = [index for index, question in enumerate(questions) if question.rule == EXPRESSION]
    found: dict[int, Judgement] = {}
    usable: list[tuple[int, Expression]] = []
    for index in written:
        try:
            usable.append((index, Expression.model_validate(questions[index].settings)))
        except ValidationError:
            found[index] = _broken()
    answers = expressions.judge(asked, [settings for _, settings in usable])
    found |= {index: _with_cut(asked, answer) for (index, _), answer in zip(usable, answers, strict=True)}
    return [found[index] if index in found else _by_rule(asked, question) for index, question in enumerate(questions)]


def _by_rule(asked: Subject, question: Question) -> Judgement:
    try:
        rule = RULES[question.rule]
        problems = list(rule.judge(asked, rule.settings.model_validate(question.settings)))
    except Exception as error:
        log.warning("policy_rule_failed", rule=question.rule, error=type(error).__name__, exc_info=True)
        return _broken()
    answer = Judgement(not problems, problems)
    return _with_cut(asked, answer) if rule.reads_attributes else answer


def _broken() -> Judgement:
    return Judgement(passed=False, error="It cannot be judged: its rule does not work. Tell an administrator.")


def _with_cut(asked: Subject, answer: Judgement) -> Judgement:
    """Of a resource whose attributes are not all there, nobody can say that it is fine."""
    cut = [PolicyProblem(address=change.address, message=_CUT) for change in _cut_off(asked.changes)]
    if not cut:
        return answer
    return Judgement(passed=False, problems=[*answer.problems, *cut], error=answer.error, count=answer.count + len(cut))


def _cut_off(changes: Iterable[Change]) -> Iterable[Change]:
    return (change for change in changes if change.cut and change.stays)
