"""The Celery tasks. A message wakes a worker, no more: which run is next, the database says.

The run that a message names is the one that made somebody send it. A worker takes whatever is next in line for its queues, and
goes on until nothing is: so a lost message, one that came twice and one of an older version all do no harm. A message of a
format that this version does not know is refused: what it was about waits in the database, and the sweep sends another one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from celery import shared_task

from portal.kit import queue
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.kit.errors import ConfigurationError
from portal.run import work
from worker import executor
from worker.shutdown import SHUTDOWN
from worker.terraform import engine

log = structlog.get_logger(__name__)


def _understood(function: Callable[..., None]) -> Callable[..., None]:
    """The task, refusing messages of another version's format."""

    @wraps(function)
    def guarded(task: Any, *arguments: Any, **named: Any) -> None:
        if queue.understands(task.request.headers):
            function(task, *arguments, **named)
        else:
            log.warning("message_refused", task=task.name, reason="it is of a version whose format is not known here")

    return guarded


@shared_task(name="terrace.run.plan", bind=True)
@_understood
def plan(task: Any, run_id: str) -> None:
    """Some run waits to be planned."""
    _work(task, run_id)


@shared_task(name="terrace.run.apply", bind=True)
@_understood
def apply(task: Any, run_id: str) -> None:
    """Some run waits to be applied."""
    _work(task, run_id)


@shared_task(name="terrace.control.sweep", bind=True)
@_understood
def sweep(_task: Any) -> None:
    """Look after runs whose worker or message was lost; see worker/sweeper.py for who does it regularly."""
    with unit_of_work() as session:
        work.sweep(session)


@shared_task(name="terrace.notification.deliver", bind=True)
@_understood
def deliver(_task: Any) -> None:
    """Something is in the outbox; see worker/postman.py for who looks when no message comes."""
    from portal.notification import outbox  # not for the processes that carry out runs

    outbox.work_off()


def _plans() -> str | None:
    """Whose plans this worker can apply; None when it has no Terraform, of which each run then tells."""
    try:
        return engine.find(settings().terraform_bin).plans
    except ConfigurationError:
        return None


def _work(task: Any, run_id: str) -> None:
    worker, queues = task.request.hostname or "unknown", frozenset(task.app.amqp.queues.consume_from)
    while not SHUTDOWN.begun():
        job = work.next_job(queues=queues, worker=worker, engine=_plans())
        if job is None:
            log.debug("nothing_to_take", woken_for=run_id)
            return
        executor.carry_out(job, shutting_down=SHUTDOWN.begun)
