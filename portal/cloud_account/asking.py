"""Questions of forms to an account's cloud: options, whether a name is free, what is left of a quota.

The cloud is asked for a few seconds at most, by one of all who want the same, and not again while the answer is new. Where it
has none, the list that came with the templates is offered and says so. Nothing here decides whether values are accepted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.cloud_account import access, cache, clouds, lookups, scope
from portal.cloud_account.cache import Known
from portal.cloud_account.clouds import Asked
from portal.cloud_account.outgoing import Throttled
from portal.cloud_account.schemas import AvailabilityView, Lookup, Option
from portal.kit.clock import now
from portal.kit.db import unit_of_work
from portal.kit.errors import FieldProblem, Invalid, NotFound, Unavailable

log = structlog.get_logger(__name__)
LIFE: Final = timedelta(minutes=5)
"""For so long an answer is new."""
NAME_LIFE: Final = timedelta(seconds=30)
QUOTA_LIFE: Final = timedelta(minutes=1)
PATIENCE: Final = 3.5
"""Seconds that somebody waits for an answer that somebody else has asked for."""
MOST_PARAMETERS: Final = 20
LONGEST: Final = 500
_LOOK_AGAIN: Final = 0.05


def lookup(actor: Actor, id_or_slug: str, kind: str, parameters: Mapping[str, str] | None = None) -> Lookup:
    """Options of a kind (region, vm-size, network, …) out of the account, narrowed by values of other fields.

    Of a kind that the cloud's module does not look up, and when the cloud has no answer, the list that came with the templates.
    NotFound when there is no such kind, or the account is open to none of the actor's projects.
    """
    given = _checked(parameters or {})
    asked, places = _read(actor, id_or_slug)
    name = lookups.canonical(asked.name, kind)
    if name not in asked.cloud.LOOKUPS:
        there_are = {*lookups.kinds(asked.name), *asked.cloud.LOOKUPS}
        if name not in there_are:
            raise lookups.unknown(asked.name, kind, there_are)
        return _within(places, name, lookups.find(asked.name, name, dict(given)))

    def ask() -> dict[str, Any]:
        found = asked.cloud.lookup(asked.given, asked.assertion, name, given)
        return {"source": found.source, "options": [option.model_dump() for option in found.options]}

    known = _answer(asked, "lookup", name, given, LIFE, ask)
    found = _live(name, known, given) if known.answer is not None else _fallback(asked, name, given, known)
    return _within(places, name, found)


def name_available(actor: Actor, id_or_slug: str, resource_type: str, name: str) -> AvailabilityView:
    """Whether a name that must be unique can still be taken, for a hint beside the field."""
    asked, _ = _read(actor, id_or_slug)
    given = _checked({"name": name})

    def ask() -> dict[str, Any]:
        return asdict(asked.cloud.name_available(asked.given, asked.assertion, resource_type, name))

    return _availability(_answer(asked, "name", resource_type[:LONGEST], given, NAME_LIFE, ask), NAME_LIFE)


def quota_left(actor: Actor, id_or_slug: str, resource_type: str, parameters: Mapping[str, str]) -> AvailabilityView:
    """Whether there is room for one more of a type."""
    asked, _ = _read(actor, id_or_slug)
    given = _checked(parameters)

    def ask() -> dict[str, Any]:
        return asdict(asked.cloud.quota_left(asked.given, asked.assertion, resource_type, given))

    return _availability(_answer(asked, "quota", resource_type[:LONGEST], given, QUOTA_LIFE, ask), QUOTA_LIFE)


def _read(actor: Actor, id_or_slug: str) -> tuple[Asked, scope.Scope]:
    """The account, for somebody who may deploy with it."""
    with unit_of_work() as session:
        permissions.require(actor, "cloud_account.use")
        row = access.seen(session, actor, id_or_slug)
        return clouds.asked(row), scope.of(row.scope)


def _answer(
    asked: Asked, verb: str, kind: str, given: Mapping[str, str], life: timedelta, ask: Callable[[], dict[str, Any]]
) -> Known:
    """What is known after the cloud was asked, if it had to be. Nobody holds a transaction while it thinks."""
    if asked.disabled:
        return Known(failure="This account is disabled, so its cloud is not asked.")
    if asked.simulated:
        return Known(ask(), now())  # from this very database, so there is nothing to spare
    question = cache.key(asked, verb, kind, given)
    with unit_of_work() as session:
        known = cache.look(session, asked.id, question, life)
    if not known.mine:
        return known if known.answer is not None or known.failure else _wait(asked.id, question)
    try:
        answer = ask()
    except Unavailable as error:
        return _failed(asked, question, known, error)
    except BaseException:
        _failed(asked, question, known, Unavailable("The question could not be asked."))
        raise
    with unit_of_work() as session:
        cache.keep(session, asked.id, question, answer)
    return Known(answer, now())


def _failed(asked: Asked, question: str, known: Known, error: Unavailable) -> Known:
    why = asked.without_secrets(error.message)
    retry_after = (error.retry_after or 30.0) if isinstance(error, Throttled) else None
    log.info("cloud_did_not_answer", account=asked.slug, why=why)
    with unit_of_work() as session:
        cache.fail(session, asked.id, question, why, retry_after)
    return Known(known.answer, known.answered_at, failure=why)


def _wait(account_id: str, question: str) -> Known:
    """Somebody else asks, or the cloud wants to be left alone."""
    end = time.monotonic() + PATIENCE
    while True:
        with unit_of_work() as session:
            known = cache.peek(session, account_id, question)
        if known.answer is not None or known.failure or not known.asking or time.monotonic() > end:
            return known
        time.sleep(_LOOK_AGAIN)


def _live(kind: str, known: Known, given: Mapping[str, str]) -> Lookup:
    answer = known.answer or {}
    at = known.answered_at or now()
    options = [Option.model_validate(option) for option in answer["options"]]
    return Lookup(
        kind=kind, source=answer["source"], as_of=at.isoformat(), live=True, age_seconds=_age(at),
        options=[option for option in options if lookups.is_offered(option, dict(given))],
        stale=not known.is_fresh(LIFE), reason=known.failure,
    )  # fmt: skip


def _fallback(asked: Asked, kind: str, given: Mapping[str, str], known: Known) -> Lookup:
    """The list that came with the templates; nothing, where there is none."""
    reason = known.failure or f"{asked.cloud.title} was asked a moment ago and has not answered yet."
    try:
        found = lookups.find(asked.name, kind, dict(given))
    except NotFound:
        found = Lookup(kind=f"{asked.name}-{kind}", source="", as_of="", options=[])
    return found.model_copy(update={"fallback": True, "reason": reason})


def _within(allowed: scope.Scope, kind: str, found: Lookup) -> Lookup:
    """Of places only those that the account is open to."""
    if kind not in scope.REGION_KINDS or allowed.regions is None:
        return found
    refused = set(allowed.refused(option.value for option in found.options))
    return found.model_copy(update={"options": [o for o in found.options if o.value not in refused]})


def _availability(known: Known, life: timedelta) -> AvailabilityView:
    at = known.answered_at or now()
    if known.answer is None:
        message = known.failure or "The cloud has not answered yet."
        return AvailabilityView(known=False, message=message, as_of=at)
    return AvailabilityView(**known.answer, as_of=at, stale=not known.is_fresh(life))


def _age(at: datetime) -> int:
    return max(0, round((now() - at).total_seconds()))


def _checked(parameters: Mapping[str, str]) -> dict[str, str]:
    """The values of other fields; empty ones narrow nothing."""
    if len(parameters) > MOST_PARAMETERS or any(len(text) > LONGEST for pair in parameters.items() for text in pair):
        text = f"At most {MOST_PARAMETERS} parameters of at most {LONGEST} characters narrow a look-up."
        raise Invalid(text, [FieldProblem("", text)])
    return {name: value for name, value in parameters.items() if value}
