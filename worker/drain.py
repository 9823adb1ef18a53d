"""Drain: a worker that was asked to go listens to no more messages, finishes what it holds, and ends itself.

Unlike a SIGTERM, which gives running phases seconds, it waits for them however long they take. A worker drains by itself when
the database was migrated to a revision that its code cannot work with. One that is being stopped says so, so that nobody waits
for its slots.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import structlog

from portal import migrations
from portal.kit.db import unit_of_work
from portal.run import work
from worker.shutdown import SHUTDOWN

log = structlog.get_logger(__name__)


def _end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


class Drain:
    """One worker's. `look` is called with every beat, and does nothing until somebody has asked."""

    def __init__(self, name: str, consumer: Any, end: Callable[[], None] = _end) -> None:
        """`consumer` is Celery's; what is done to it is done in its own thread."""
        self._name, self._consumer, self._end = name, consumer, end
        self._begun = self._ended = False

    def look(self) -> None:
        """Begin when asked, end when nothing is left to do. What the worker holds, the database knows."""
        self._leave_line()
        if SHUTDOWN.begun():
            return
        with unit_of_work() as session:
            asked = work.is_draining(session, self._name)
            busy = asked and work.holds_runs(session, self._name)
        if asked and not self._begun:
            self._begin()
        elif asked and not busy and not self._ended:
            self._ended = True
            log.info("drained", name=self._name)
            self._end()

    def _leave_line(self) -> None:
        """Say that no new run is taken here, when that is so for a reason of our own."""
        if self._begun:
            return
        with unit_of_work() as session:
            if SHUTDOWN.begun():
                work.leave_line(session, self._name, by="its machine (SIGTERM)")
            elif (unfit := migrations.problem(session)) is not None:
                log.error("database_unfit", reason=unfit)
                work.leave_line(session, self._name, by="itself: the database is of another version")

    def _begin(self) -> None:
        self._begun = True
        log.info("draining", name=self._name)
        for queue in sorted(self._consumer.app.amqp.queues.consume_from):
            self._consumer.call_soon(self._consumer.cancel_task_queue, queue)
