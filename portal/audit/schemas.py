"""Who is recorded, and what readers of the trail get."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel


class Doer(Protocol):
    """Whoever did it. The trail lies below auth, so it asks for these three words only."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def label(self) -> str: ...


class Reader(Protocol):
    """Whoever wants to read the trail. `require` raises when the action is not theirs."""

    def require(self, action: Any) -> None: ...


class AuditEventView(BaseModel):
    """One event as a reader gets it."""

    n: int
    at: datetime
    actor_kind: str
    actor_id: str
    actor_label: str
    action: str
    object_kind: str
    object_id: str
    project_id: str | None
    detail: dict[str, Any]
    hash: str


class AuditFilter(BaseModel):
    """Which events: every field that is given must match exactly; `since` is inclusive, `until` is not."""

    action: str | None = None
    actor_id: str | None = None
    object_kind: str | None = None
    object_id: str | None = None
    project_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditCheck(BaseModel):
    """The outcome of walking the chain. Keep `head` somewhere else: it proves later that nothing was cut off the end."""

    ok: bool
    count: int
    head: str
    broken_at: int | None = None
    reason: str | None = None
