"""Policies that administrators write: an expression in CEL about a whole plan, or about each of its changes.

Checked when they are saved (names, fields, types, size), evaluated in another process with a deadline. What cannot be evaluated
has not passed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from portal.kit.errors import FieldProblem, Invalid
from portal.policy import checker, evaluator, reads, subject, syntax
from portal.policy.evaluator import SECONDS, TOTAL_SECONDS, Evaluator, Overrun
from portal.policy.rules.base import Settings
from portal.policy.schemas import Judgement, PolicyProblem
from portal.policy.subject import Subject

_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_PATH: Final = re.compile(r"[a-z_]+(\.\w+|\[\d+\])*")
_LONGEST_VALUE: Final = 100
_TOGETHER_SECONDS: Final = 4.0
_MOST_TOGETHER: Final = 20_000
"""Characters of all expressions that are asked at once."""
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
    return any("time" in reads.of(source).names for source in _sources(settings))


def judge(asked: Subject, policies: Sequence[Expression]) -> list[Judgement]:
    """What each policy says, in order, within a bounded time."""
    if not policies:
        return []
    document = subject.document(asked)
    return list(_judged(asked, document, policies, time.monotonic() + TOTAL_SECONDS))


def _judged(
    asked: Subject, document: dict[str, Any], policies: Sequence[Expression], until: float
) -> Iterator[Judgement]:
    questions = [_question(settings) for settings in policies]
    together = _together(_needed(document, policies), questions, until)
    if together is not None:
        yield from (_answer(asked, document, *pair) for pair in zip(policies, together, strict=True))
        return
    remaining = list(zip(policies, questions, strict=True))
    while remaining:
        began = time.monotonic()
        with evaluator.borrowed() as helper:
            until += time.monotonic() - began  # that a process has to be started is no expression's fault
            try:
                helper.ask({"load": document}, max(0.0, until - time.monotonic()))
            except Overrun:
                yield from (_not_judged("there was no time left to judge it") for _ in remaining)
                return
            while remaining and helper.alive:
                settings, question = remaining.pop(0)
                # Whoever takes long leaves half of what there is to those behind.
                share = (until - time.monotonic()) / (2 if remaining else 1)
                yield _one(helper, asked, document, settings, question, min(SECONDS, share))


def _needed(document: dict[str, Any], policies: Sequence[Expression]) -> dict[str, Any]:
    """The document with that of its changes only that some expression reads: most of a plan is never looked at."""
    read = [reads.of(source) for settings in policies for source in _sources(settings)]
    fields = _union([item.changes for item in read] + [item.change for item in read])
    attributes = _union([item.attributes for item in read])
    if fields is None:
        return document
    changes = [_part(change, fields, attributes) for change in document["plan"]["changes"]]
    return document | {"plan": document["plan"] | {"changes": changes}}


def _union(sets: Sequence[AbstractSet[str] | None]) -> frozenset[str] | None:
    """None stands for everything."""
    known = [item for item in sets if item is not None]
    return frozenset[str]().union(*known) if len(known) == len(sets) else None


def _part(change: dict[str, Any], fields: AbstractSet[str], attributes: AbstractSet[str] | None) -> dict[str, Any]:
    kept = {name: change[name] for name in fields if name in change}
    for side in reads.SIDES if attributes is not None else ():
        if side in kept:
            kept[side] = {name: value for name, value in kept[side].items() if name in attributes}
    return kept


def _together(
    document: dict[str, Any], questions: Sequence[dict[str, Any]], until: float
) -> list[dict[str, Any]] | None:
    """All answers at once; None when that does not work, so that each is asked alone to find out about which."""
    length = sum(len(text) for question in questions for text in _texts(question))
    if len(questions) == 1 or length > _MOST_TOGETHER:
        return None
    with evaluator.borrowed() as helper:
        try:
            helper.ask({"load": document}, max(0.0, until - time.monotonic()))
            answer = helper.ask({"all": questions}, max(0.0, min(_TOGETHER_SECONDS, until - time.monotonic())))
        except Overrun:
            return None
    return answer.get("answers")


def _texts(question: dict[str, Any]) -> list[str]:
    return [value for value in question.values() if isinstance(value, str)]


def _one(
    helper: Evaluator,
    asked: Subject,
    document: dict[str, Any],
    settings: Expression,
    question: dict[str, Any],
    seconds: float,
) -> Judgement:
    if seconds <= 0:
        return _not_judged("there was no time left to judge it")
    try:
        answer = helper.ask(question, seconds)
    except Overrun:
        return _not_judged("it takes too long")
    return _answer(asked, document, settings, answer)


def _answer(asked: Subject, document: dict[str, Any], settings: Expression, answer: dict[str, Any]) -> Judgement:
    if "error" in answer:
        return _not_judged(answer["error"])
    if settings.form == "plan":
        message = render(settings.message, document)
        return Judgement(answer["answer"], [] if answer["answer"] else [PolicyProblem(message=message)])
    problems = list(_problems(asked, document, settings, answer["failed"]))
    return Judgement(not answer["failed"], problems, count=answer["count"])


def _question(settings: Expression) -> dict[str, Any]:
    read = [reads.of(source) for source in _sources(settings)]
    question = {
        "names": sorted(frozenset[str]().union(*(item.names for item in read))),
        "plan": sorted(frozenset[str]().union(*(item.plan for item in read))),
        "changes": _sorted(_union([item.changes for item in read])),
        "change": _sorted(_union([item.change for item in read])),
    }
    if settings.form == "plan":
        return question | {"ask": settings.expression}
    return question | {"where": settings.where, "assert": settings.expression}


def _sorted(names: AbstractSet[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)


def _sources(settings: Expression) -> list[str]:
    return [settings.expression, *([settings.where] if settings.form == "each" else [])]


def _problems(
    asked: Subject, document: dict[str, Any], settings: Expression, failed: Sequence[tuple[int, str | None]]
) -> Iterator[PolicyProblem]:
    for index, error in failed:
        change, shown = asked.changes[index], document["plan"]["changes"][index]
        if error is not None:
            yield PolicyProblem(address=change.address, message=f"It cannot be judged: {error}.")
        else:
            values = document | shown | {"change": shown}
            yield PolicyProblem(address=change.address, message=render(settings.message, values))


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
