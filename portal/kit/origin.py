"""From where something is asked for: address, way in, program. Set at the edges, read by the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

Via = Literal["api", "browser", "command line"]
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Origin:
    """`address` and `agent` are what the other side says, cut; "" when it says nothing."""

    via: Via
    address: str = ""
    agent: str = ""
    request_id: str = ""

    def as_dict(self) -> dict[str, str]:
        """What is known of it."""
        known = {"via": self.via, "address": self.address, "agent": self.agent, "request_id": self.request_id}
        return {name: value[:LONGEST] for name, value in known.items() if value}


_CURRENT: ContextVar[Origin | None] = ContextVar("origin", default=None)


def current() -> Origin | None:
    """Where the work at hand was asked for; None of what the portal does by itself."""
    return _CURRENT.get()


@contextmanager
def asked_from(origin: Origin) -> Iterator[None]:
    """The block is done for somebody there, also in threads that it starts with this context."""
    token = _CURRENT.set(origin)
    try:
        yield
    finally:
        _CURRENT.reset(token)
