"""Sending Celery tasks by name, after the commit. A lost message is no lost work: the sweep sends it again."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from celery import Celery
from sqlmodel import Session

from portal.kit import db
from portal.kit.config import settings

PLAN, APPLY, CONTROL = "plan", "apply", "control"
FORMAT = 1
"""What a message looks like: the name of the task, and the id of the run that it is about."""
_HEADER = "terrace_message"
_lock = threading.Lock()
_producers: dict[str, Celery] = {}


def enqueue(session: Session, task: str, *args: str, queue: str) -> None:
    """Send `task` with ids as arguments (never values, never secrets) once this transaction has committed."""
    db.after_commit(session, lambda: send(task, *args, queue=queue))


def send(task: str, *args: str, queue: str) -> None:
    """Send now. Raises when Redis does not answer within a few seconds."""
    _producer().send_task(task, args=args, queue=queue, headers={_HEADER: FORMAT}, ignore_result=True, retry=False)


def understands(headers: Mapping[str, Any] | None) -> bool:
    """Whether this version knows what a message with these headers means. One without a format is of before there were any."""
    return (headers or {}).get(_HEADER, FORMAT) == FORMAT


def _producer() -> Celery:
    url = settings().redis_database(0)
    with _lock:
        if url not in _producers:
            app = Celery("terrace-producer", broker=url, set_as_current=False)
            app.conf.update(
                task_serializer="json",
                broker_connection_timeout=3,
                broker_transport_options={"socket_connect_timeout": 3, "socket_timeout": 5, "max_retries": 1},
                task_create_missing_queues=True,
            )
            _producers[url] = app
        return _producers[url]
