"""The clock of messages: sends what is due, also when Redis is away, and looks for what people want to know in time."""

from __future__ import annotations

import time
from typing import Final

from portal.kit import clock
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.notification import outbox, reminders, repository
from portal.quota import near
from worker.ticker import Ticker

REMIND_SECONDS: Final = 60.0
QUOTA_SECONDS: Final = 600.0
FORGET_SECONDS: Final = 3600.0


class Postman(Ticker):
    """One in each control worker. Any number of them, and of tasks that were nudged, may send side by side."""

    def __init__(self) -> None:
        super().__init__("postman", settings().sweep_seconds)
        self._reminded = self._measured = self._forgot = float("-inf")

    def tick(self) -> None:
        """Send what is due; now and then look for reminders, and remove what is old."""
        now = time.monotonic()
        if now - self._reminded >= REMIND_SECONDS:
            self._reminded = now
            reminders.look()
        if now - self._measured >= QUOTA_SECONDS:
            self._measured = now
            with unit_of_work() as session:
                near.look(session)
        if now - self._forgot >= FORGET_SECONDS:
            self._forgot = now
            outbox.forget()
        with unit_of_work() as session:
            due = repository.has_work(session, clock.now())
        if due:
            outbox.work_off()
