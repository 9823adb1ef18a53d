"""When an account's credentials end, and what to say about it. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from portal.cloud_account.schemas import ExpiryView

Level = Literal["ok", "notice", "warning", "urgent", "over"]
_LEVELS: Final[tuple[tuple[timedelta, Level], ...]] = (
    (timedelta(0), "over"),
    (timedelta(days=1), "urgent"),
    (timedelta(days=7), "warning"),
    (timedelta(days=30), "notice"),
)


def view(expires_at: datetime | None, now: datetime) -> ExpiryView | None:
    """What to show; None when nothing is known to end."""
    if expires_at is None:
        return None
    left = expires_at - now
    reached: list[Level] = [name for limit, name in _LEVELS if left <= limit]
    level: Level = reached[0] if reached else "ok"
    if level == "ok":
        return ExpiryView(at=expires_at, level="ok")
    said = "have expired" if level == "over" else f"expire {_when(left)}"
    return ExpiryView(at=expires_at, level=level, warning=f"The credentials {said}. Rotate them.")


def end_of(day: date | None) -> datetime | None:
    """The end of a day that somebody named."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=UTC) if day else None


def _when(left: timedelta) -> str:
    hours = left.total_seconds() / 3600
    if hours < 24:
        return "within a day"
    days = round(hours / 24)
    return "tomorrow" if days == 1 else f"in {days} days"
