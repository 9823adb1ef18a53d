"""Policies that administrators write: an expression in CEL about a whole plan, or about each of its changes.

Checked when they are saved (names, fields, types, size), evaluated in another process with a deadline. What cannot be evaluated
has not passed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from portal.kit.errors import FieldProblem, Invalid
from portal.policy import checker, evaluator, subject, syntax
from portal.policy.evaluator import SECONDS, TOTAL_SECONDS, Evaluator, Overrun
from portal.policy.rules.base import Settings
from portal.policy.schemas import Judgement, Problem
from portal.policy.subject import Subject

_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_PATH: Final = re.compile(r"[a-z_]+(\.\w+|\[\d+\])*")
_LONGEST_VALUE: Final = 100
Source = Annotated[str, Field(max_length=syntax.MAX_LENGTH)]


class Expression(Settings):
    """`each`: `expression` must be true of every change for which `where` is. `plan`: it must be true."""

    form: Literal["each", "plan"] = Field(default="each", title="Asked of")
    where: Source = Field(default="true", title="For each change where")
    expression: Annotated[Source, Field(min_length=1)] = Field(title="This must be true")
    message: Annotated[str, Field(min_length=1, max_length=300)] = Field(
        default="It does not meet this policy.",
        title="Message",
        description="`{address}`, `{type}`, `{after.location}`, `{cost.after_monthly}` stand for what is there.",
    )


def check(settings: Expression) -> None:
    """Raise Invalid, with the place of each mistake, unless the policy can be evaluated."""
    each = settings.form == "each"
    fields = {"expression": settings.expression} | ({"where": settings.where} if each else {})
    problems = [problem for name, source in fields.items() if (problem := _problem(name, source, each=each))]
    problems += [FieldProblem("settings.message", text) for text in _placeholders(settings.message, each=each)]
    if problems:
        raise Invalid("This expression cannot be used yet.", problems)


def _problem(name: str, source: str, *, each: bool) -> FieldProblem | None:
    try:
        checker.check(syntax.parse(source), checker.OF_EACH if each else checker.ENVIRONMENT)
    except syntax.SyntaxProblem as problem:
        return FieldProblem(f"settings.{name}", f"{where(source, problem.position)}: {problem.message}")
    try:
        with evaluator.borrowed() as helper:
            error = helper.ask({"compile": source}, SECONDS).get("error")
    except Overrun:
        error = "it takes too long to read"
    return FieldProblem(f"settings.{name}", f"It cannot be read: {error}") if error else None


def where(source: str, position: int) -> str:
    """A position in words."""
    before = source[:position]
    return f"Line {before.count(chr(10)) + 1}, column {position - before.rfind(chr(10))}"


def _placeholders(message: str, *, each: bool) -> Iterator[str]:
    known = set(checker.ENVIRONMENT) | (set(checker.CHANGE.fields or ()) | {"change"} if each else set())
    for name in _PLACE.findall(message):
        if not _PATH.fullmatch(name) or re.split(r"[.\[]", name)[0] not in known:
            yield f"There is nothing for the placeholder {{{name[:40]}}}."


def uses_time(settings: Expression) -> bool:
    """Whether the answer depends on when it is asked: then it is asked again at the apply."""
    sources = [settings.expression, *([settings.where] if settings.form == "each" else [])]
    return any("time" in checker.names_in(syntax.parse(source)) for source in sources)


def judge(asked: Subject, policies: Sequence[Expression]) -> list[Judgement]:
    """What each policy says, in order, within a bounded time."""
    if not policies:
        return []
    document = subject.document(asked)
    return list(_judged(asked, document, policies, time.monotonic() + TOTAL_SECONDS))


def _judged(
    asked: Subject, document: dict[str, Any], policies: Sequence[Expression], until: float
) -> Iterator[Judgement]:
    remaining = list(policies)
    while remaining:
        with evaluator.borrowed() as helper:
            try:
                helper.ask({"load": document}, max(0.0, until - time.monotonic()))
            except Overrun:
                yield from (_not_judged("there was no time left to judge it") for _ in remaining)
                return
            while remaining and helper.alive:
                yield _one(helper, asked, document, remaining.pop(0), until)


def _one(helper: Evaluator, asked: Subject, document: dict[str, Any], settings: Expression, until: float) -> Judgement:
    seconds = min(SECONDS, until - time.monotonic())
    if seconds <= 0:
        return _not_judged("there was no time left to judge it")
    try:
        answer = helper.ask(_question(settings), seconds)
    except Overrun:
        return _not_judged("it takes too long")
    if "error" in answer:
        return _not_judged(answer["error"])
    if settings.form == "plan":
        message = render(settings.message, document)
        return Judgement(answer["answer"], [] if answer["answer"] else [Problem(message=message)])
    problems = list(_problems(asked, document, settings, answer["failed"]))
    return Judgement(not answer["failed"], problems, count=answer["count"])


def _question(settings: Expression) -> dict[str, Any]:
    names = checker.names_in(syntax.parse(settings.expression))
    if settings.form == "plan":
        return {"ask": settings.expression, "names": sorted(names & set(checker.ENVIRONMENT))}
    names |= checker.names_in(syntax.parse(settings.where))
    return {
        "where": settings.where, "assert": settings.expression, "names": sorted(names & set(checker.ENVIRONMENT)),
    }  # fmt: skip


def _problems(
    asked: Subject, document: dict[str, Any], settings: Expression, failed: Sequence[tuple[int, str | None]]
) -> Iterator[Problem]:
    for index, error in failed:
        change, shown = asked.changes[index], document["plan"]["changes"][index]
        if error is not None:
            yield Problem(address=change.address, message=f"It cannot be judged: {error}.")
        else:
            yield Problem(
                address=change.address, message=render(settings.message, document | shown | {"change": shown})
            )


def _not_judged(why: str) -> Judgement:
    return Judgement(passed=False, error=f"It cannot be judged: {why}.")


def render(message: str, values: Mapping[str, Any]) -> str:
    """The message with what its placeholders stand for, put in literally and once."""
    return _PLACE.sub(lambda match: _value(match.group(1), values), message)


def _value(path: str, values: Mapping[str, Any]) -> str:
    found: Any = values
    for step in subject.steps(path):
        if isinstance(found, Mapping) and isinstance(step, str):
            found = found.get(step)
        elif isinstance(found, list) and isinstance(step, int) and step < len(found):
            found = found[step]
        else:
            found = None
    return "nothing" if found is None else str(found)[:_LONGEST_VALUE]
