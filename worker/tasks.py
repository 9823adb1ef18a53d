"""The Celery tasks. Their arguments are run ids; everything else is in the database."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from portal.kit.db import unit_of_work
from portal.run import work
from worker import executor
from worker.shutdown import SHUTDOWN


@shared_task(name="terrace.run.plan", bind=True)
def plan(task: Any, run_id: str) -> None:
    """Plan the run."""
    executor.run_phase(run_id, "plan", worker=_worker(task), shutting_down=SHUTDOWN.begun)


@shared_task(name="terrace.run.apply", bind=True)
def apply(task: Any, run_id: str) -> None:
    """Apply the run's plan."""
    executor.run_phase(run_id, "apply", worker=_worker(task), shutting_down=SHUTDOWN.begun)


@shared_task(name="terrace.control.sweep")
def sweep() -> None:
    """Look after runs whose worker or message was lost; see worker/sweeper.py for who does it regularly."""
    with unit_of_work() as session:
        work.sweep(session)


def _worker(task: Any) -> str:
    return task.request.hostname or "unknown"
