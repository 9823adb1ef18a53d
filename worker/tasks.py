"""The Celery tasks. A message wakes a worker, no more: which run is next, the database says.

The run that a message names is the one that made somebody send it. A worker takes whatever is next in line for its queues, and
goes on until nothing is: so a lost message, one that came twice and one of an older version all do no harm.
"""

from __future__ import annotations

from typing import Any

import structlog
from celery import shared_task

from portal.kit.db import unit_of_work
from portal.run import work
from worker import executor
from worker.shutdown import SHUTDOWN

log = structlog.get_logger(__name__)


@shared_task(name="terrace.run.plan", bind=True)
def plan(task: Any, run_id: str) -> None:
    """Some run waits to be planned."""
    _work(task, run_id)


@shared_task(name="terrace.run.apply", bind=True)
def apply(task: Any, run_id: str) -> None:
    """Some run waits to be applied."""
    _work(task, run_id)


@shared_task(name="terrace.control.sweep")
def sweep() -> None:
    """Look after runs whose worker or message was lost; see worker/sweeper.py for who does it regularly."""
    with unit_of_work() as session:
        work.sweep(session)


def _work(task: Any, run_id: str) -> None:
    worker, queues = task.request.hostname or "unknown", frozenset(task.app.amqp.queues.consume_from)
    while not SHUTDOWN.begun():
        with unit_of_work() as session:
            job = work.claim_next(session, queues=queues, worker=worker)
        if job is None:
            log.debug("nothing_to_take", woken_for=run_id)
            return
        executor.carry_out(job, shutting_down=SHUTDOWN.begun)
