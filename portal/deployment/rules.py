"""Rules about deployments that need no database: names, lifetimes, secret values that are kept. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from portal.auth import permissions
from portal.auth.permissions import Standing
from portal.auth.schemas import Actor
from portal.kit.errors import FieldProblem, Invalid
from portal.kit.ids import is_slug
from portal.state.schemas import LockView, StateWaitView

OWN_VARIABLE: Final = "terrace_deployment"
"""A template that declares this variable is given the deployment's name in it."""
LONGEST_LIFE: Final = timedelta(days=3660)
SHORTEST_LIFE: Final = timedelta(minutes=5)
_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_SHORT: Final = re.compile(r"([0-9]{1,6})\s*([mhdw])")
_ISO_DURATION: Final = re.compile(r"P(?:([0-9]{1,6})W)?(?:([0-9]{1,6})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?)?")
_ISO_UNITS: Final = ("w", "d", "h", "m")


def may_transfer(actor: Actor, standing: Standing | None, owner_id: str | None) -> bool:
    """Whether the actor may give the deployment another owner: it is theirs, or their role is for that."""
    if standing is None:
        return False
    own = actor.user_id is not None and actor.user_id == owner_id
    return permissions.allows(actor, "deployment.transfer", standing) or (
        own and permissions.allows(actor, "deployment.update", standing)
    )


def checked_name(name: str) -> str:
    """The name without outer spaces; Invalid with a sentence that says what is wrong with it."""
    name = name.strip()
    problem = name_problem(name)
    if problem:
        raise Invalid(problem, [FieldProblem("name", problem)])
    return name


def name_problem(name: str) -> str | None:
    """What is wrong with a deployment's name, None when nothing is."""
    if not name:
        return "Give the deployment a name."
    if len(name) > 63:
        return f"A name has at most 63 characters; this one has {len(name)}."
    if name != name.lower():
        return "Use lower-case letters only."
    if name.startswith("-") or name.endswith("-"):
        return "A name must not begin or end with a hyphen."
    return None if is_slug(name) else "Use only lower-case letters, digits and hyphens."


def expiry(ttl: str | None, *, now: datetime) -> datetime | None:
    """When a deployment with this lifetime ends: `8h`, `7d`, `2w`, ISO 8601 (`P7D`, `2026-12-01T08:00:00Z`); None: never."""
    if ttl is None or ttl.strip().lower() in ("", "never", "none"):
        return None
    text = ttl.strip()
    at = _duration_end(text, now) or _moment(text)
    if at is None:
        raise _bad_ttl("Write a lifetime like 8h, 7d or 2w, or a date and time like 2026-12-01T08:00:00Z.")
    if at < now + SHORTEST_LIFE:
        raise _bad_ttl("The end must be at least five minutes from now.")
    if at > now + LONGEST_LIFE:
        raise _bad_ttl("The end must be within ten years.")
    return at


def _duration_end(text: str, now: datetime) -> datetime | None:
    short, iso = _SHORT.fullmatch(text.lower()), _ISO_DURATION.fullmatch(text.upper())
    pairs: list[tuple[str, str]] = []
    if short:
        pairs = [(short[1], short[2])]
    elif iso and any(iso.groups()):
        pairs = [(number, unit) for number, unit in zip(iso.groups(), _ISO_UNITS, strict=True) if number]
    if not pairs:
        return None
    length = sum((int(number) * _UNITS[unit] for number, unit in pairs), timedelta())
    return now + min(length, LONGEST_LIFE * 2)


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):  # at either end of the calendar, another zone may have no such day
        return None


def _bad_ttl(problem: str) -> Invalid:
    return Invalid(problem, [FieldProblem("ttl", problem)])


def with_kept_secrets(
    given: Mapping[str, Any], before: Mapping[str, Any], *, sensitive: Collection[str], forget: Collection[str] = ()
) -> dict[str, Any]:
    """The new values, with every secret that was not given again (absent or null) as it was, except those to forget.

    A client never sees a secret, so it cannot send it back: leaving it out must not wipe it.
    """
    kept = {
        name: before[name]
        for name in sensitive
        if given.get(name) is None and before.get(name) is not None and name not in forget
    }
    return {name: value for name, value in given.items() if name not in forget or value is not None} | kept


def masked(values: Mapping[str, Any], sensitive: Collection[str]) -> dict[str, Any]:
    """The values as they may be shown: null in the place of every secret."""
    return {name: None if name in sensitive else value for name, value in values.items()}


def at_stake(lock: LockView | None, wait: StateWaitView | None) -> str | None:
    """Why only an administrator may unlock it; None when nothing can be lost by it."""
    if lock is not None and lock.live:
        return f"The run {lock.run_id} is in progress and holds the state. Cancel it instead."
    if wait is not None and wait.kind != "expected":
        return f"The worker {wait.worker} keeps a newer state of run {wait.run_id}. A run before it arrives works on an old one."
    return None
