"""Rules about how much, how dear, how long and when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator

from portal.policy.rules.base import Rule, Settings, listed
from portal.policy.schemas import PolicyProblem
from portal.policy.subject import Subject

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS: Final[tuple[Day, ...]] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK: Final = r"^([01]\d|2[0-3]):[0-5]\d$"
_RANGE: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?")


class ChangeLimit(Settings):
    changed: int = Field(default=50, ge=0, le=100_000, title="Resources made or changed at most")
    destroyed: int = Field(
        default=5, ge=0, le=100_000, title="Resources destroyed at most", description="Replaced ones count."
    )


def _change_limit(subject: Subject, settings: ChangeLimit) -> Iterator[PolicyProblem]:
    changed = sum(1 for change in subject.changes if change.stays)
    destroyed = [change.address for change in subject.changes if change.action in ("delete", "replace")]
    if changed > settings.changed:
        yield PolicyProblem(
            message=f"The plan makes or changes {changed} resources; at most {settings.changed} are allowed in one run."
        )
    if len(destroyed) > settings.destroyed:
        text = f"The plan destroys {len(destroyed)} resources; at most {settings.destroyed} are allowed in one run"
        yield PolicyProblem(message=f"{text}: {listed(destroyed)}.")


class CostLimit(Settings):
    monthly: float = Field(default=0, ge=0, le=1e9, title="Cost a month at most (USD)", description="0: no limit.")
    increase: float = Field(default=0, ge=0, le=1e9, title="Increase a month at most (USD)", description="0: no limit.")
    without_estimate: Literal["pass", "fail"] = Field(
        default="pass", title="When there is no estimate", description="Or when something in the plan has no price."
    )


def _cost_limit(subject: Subject, settings: CostLimit) -> Iterator[PolicyProblem]:
    cost = subject.cost
    if cost is None:
        if settings.without_estimate == "fail":
            yield PolicyProblem(message="There is no estimate of what this costs.")
        return
    after, delta = float(cost.get("after_monthly") or 0), float(cost.get("delta_monthly") or 0)
    if settings.monthly and after > settings.monthly:
        yield PolicyProblem(
            message=f"It would cost {after:,.2f} USD a month; at most {settings.monthly:,.2f} are allowed."
        )
    if settings.increase and delta > settings.increase:
        yield PolicyProblem(
            message=f"It would cost {delta:,.2f} USD a month more; at most {settings.increase:,.2f} are allowed."
        )
    if settings.without_estimate == "fail":
        yield from (
            PolicyProblem(address=address, message="It has no price.") for address in cost.get("unpriced") or []
        )


class Expiry(Settings):
    days: int = Field(default=30, ge=1, le=3650, title="Days at most")
    except_production: bool = Field(default=True, title="Not in production projects")


def _expiry(subject: Subject, settings: Expiry) -> Iterator[PolicyProblem]:
    if settings.except_production and subject.facts.project.get("production"):
        return
    ends = subject.facts.deployment.get("expires_at")
    if not ends:
        yield PolicyProblem(message=f"The deployment never expires. Give it an end within {settings.days} days.")
    elif datetime.fromisoformat(ends) > subject.facts.now + timedelta(days=settings.days):
        yield PolicyProblem(
            message=f"The deployment expires on {ends[:10]}, which is more than {settings.days} days away."
        )


class ChangeWindow(Settings):
    days: Annotated[list[Day], Field(min_length=1, max_length=7)] = Field(
        default_factory=lambda: list(DAYS[:5]), title="Days"
    )
    begin: Annotated[str, Field(pattern=_CLOCK)] = Field(
        default="08:00", title="From", description="24 hours: `08:00`."
    )
    end: Annotated[str, Field(pattern=_CLOCK)] = Field(
        default="17:00", title="Until", description="Earlier than the beginning: the window goes on after midnight."
    )
    timezone: Annotated[str, Field(max_length=60)] = Field(
        default="UTC", title="Time zone", description="A name of the IANA's list: `Europe/Berlin`."
    )
    closed: Annotated[list[Annotated[str, Field(max_length=30)]], Field(max_length=50)] = Field(
        default_factory=list, title="Closed", description="One a line, a day or a range: `2026-12-20..2027-01-06`."
    )

    @field_validator("timezone")
    @classmethod
    def _exists(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"there is no time zone {value!r}; `UTC` and `Europe/Berlin` are two")
        return value

    @field_validator("closed")
    @classmethod
    def _dates(cls, value: list[str]) -> list[str]:
        for entry in value:
            _range(entry)
        return value


def _range(entry: str) -> tuple[date, date]:
    found = _RANGE.fullmatch(entry)
    if found is None:
        raise ValueError(f"{entry!r} is not a day (`2026-12-24`) or a range (`2026-12-20..2027-01-06`)")
    first = date.fromisoformat(found.group(1))
    last = date.fromisoformat(found.group(2) or found.group(1))
    if last < first:
        raise ValueError(f"{entry!r} ends before it begins")
    return first, last


def _change_window(subject: Subject, settings: ChangeWindow) -> Iterator[PolicyProblem]:
    now = subject.facts.now.astimezone(ZoneInfo(settings.timezone))
    if any(first <= now.date() <= last for first, last in map(_range, settings.closed)):
        yield PolicyProblem(message=f"Nothing is applied on {now:%Y-%m-%d}: {listed(settings.closed)} is closed.")
    elif not _is_inside(now, settings):
        yield PolicyProblem(
            message=f"It is {DAYS[now.weekday()].capitalize()} {now:%H:%M} in {settings.timezone}. Plans are applied "
            f"on {listed(day.capitalize() for day in settings.days)} from {settings.begin} to {settings.end}."
        )


def _is_inside(now: datetime, settings: ChangeWindow) -> bool:
    begin, end, at = time.fromisoformat(settings.begin), time.fromisoformat(settings.end), now.time()
    today, before = DAYS[now.weekday()], DAYS[(now.weekday() - 1) % 7]
    if begin < end:
        return today in settings.days and begin <= at < end
    # Over midnight: the early hours belong to the window that began the day before.
    return (today in settings.days and at >= begin) or (before in settings.days and at < end)


RULES: tuple[Rule[Any], ...] = (
    Rule(
        "change_limit", "Size of a change", "One run makes, changes and destroys no more than so many resources.",
        ChangeLimit, _change_limit, reads_attributes=False,
    ),
    Rule(
        "cost_limit", "Cost limit", "What a deployment costs a month, and how much dearer one run makes it.",
        CostLimit, _cost_limit, reads_attributes=False,
    ),
    Rule(
        "expiry", "Deployments expire", "A deployment has an end within so many days.", Expiry, _expiry,
        reads_attributes=False,
    ),
    Rule(
        "change_window", "Change window",
        "Plans are applied at these times only. Outside of them a plan waits; it is asked again when it is confirmed.",
        ChangeWindow, _change_window, at_apply=True, reads_attributes=False,
    ),
)  # fmt: skip
