"""Who is recorded, and what readers of the trail get."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Protocol

from pydantic import BaseModel, Field

Format = Literal["csv", "jsonl"]


class Doer(Protocol):
    """Whoever did it. The trail lies below auth, so it asks for these three words only."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def label(self) -> str: ...


class Reader(Doer, Protocol):
    """Whoever wants to read the trail. `require` raises when the action is not theirs."""

    def require(self, action: Any) -> None: ...


class AuditEventView(BaseModel):
    """One event as a reader gets it. `detail` of a change has `before` and `after`, of what differs."""

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
    origin: dict[str, Any] | None = None
    """{via, address, agent, request_id}, as far as known; None of what the portal did by itself."""
    previous_hash: str
    hash: str


class AuditFilter(BaseModel):
    """Which events: every field that is given must match; `since` is inclusive, `until` is not."""

    action: str | None = None
    """Exactly, or with a dot at its end all that begin so: `deployment.`"""
    actor_id: str | None = None
    actor: str | None = None
    """A part of the actor's label, in whatever case."""
    object_kind: str | None = None
    object_id: str | None = None
    project_id: str | None = None
    address: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditCheck(BaseModel):
    """The outcome of walking the chain. Keep `head` somewhere else: it proves later that nothing was cut off the end."""

    ok: bool
    count: int
    """Events that are there."""
    head: str
    removed: int = 0
    """Events before them that retention removed."""
    broken_at: int | None = None
    reason: str | None = None


class SinkView(BaseModel):
    """A place that the trail is sent to."""

    name: str
    target: str
    """Its host; never the whole address, which may hold a secret."""
    last_n: int = 0
    behind: int = 0
    """Events that it does not have yet."""
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    error: str | None = None


class TrailView(BaseModel):
    """Where the trail goes and how long it stays."""

    sinks: list[SinkView] = Field(default_factory=list)
    days: int = 0
    """Events older than this are removed; 0: never."""
    archive: bool = False
    """Whether they are written to files before."""
    count: int = 0
    removed: int = 0


class Pruned(BaseModel):
    """What a removal did: `removed` events up to number `last`, written to `archive` before."""

    removed: int
    last: int | None = None
    archive: str | None = None
