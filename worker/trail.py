"""The clock of the audit trail: sends it on, and removes what is older than the operator wants. In PostgreSQL only."""

from __future__ import annotations

import time

import structlog

from portal.audit import stream
from portal.auth.schemas import SYSTEM
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from worker.ticker import Ticker

log = structlog.get_logger(__name__)
_PRUNE_SECONDS = 3600.0
_BATCHES = 50
"""Of one place, before the others get their turn."""


class Trail(Ticker):
    """Any number of them may run side by side."""

    def __init__(self) -> None:
        super().__init__("trail", settings().sweep_seconds)
        self._pruned_at: float | None = None

    def tick(self) -> None:
        """Send what is new; once an hour, remove what is old."""
        for sink in stream.configured(settings().audit):
            for _ in range(_BATCHES):
                with unit_of_work() as session:
                    sent = stream.deliver(session, sink)
                if sent < stream.BATCH:
                    break
        if self._pruned_at is None or time.monotonic() - self._pruned_at > _PRUNE_SECONDS:
            self._prune()

    def _prune(self) -> None:
        with unit_of_work() as session:
            done = stream.prune_old(session, SYSTEM)
        # What is left of a very long trail comes with the next tick.
        self._pruned_at = None if done.removed else time.monotonic()
        if done.removed:
            log.info("audit_pruned", removed=done.removed, last=done.last)
