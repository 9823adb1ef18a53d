"""The Celery application of the workers: `celery -A worker.app worker -Q plan,apply`, and `-Q control` for one that only sweeps.

PostgreSQL is the truth and a message only a nudge, so messages are acknowledged as soon as they arrive: a message that is lost
with its worker is sent again by the sweep, and one that arrives twice finds no run waiting. (With late acknowledgement Redis
would deliver again whatever takes longer than its visibility timeout, and a long apply would be offered to a second worker.)
"""

from __future__ import annotations

import signal
from contextlib import suppress
from typing import Any, Final

import structlog
from celery import Celery, signals
from kombu.entity import Queue

from portal import migrations
from portal.keys import service as keys
from portal.kit import logging as kit_logging
from portal.kit import queue, tracing
from portal.kit.config import settings
from portal.kit.db import dispose_engines
from portal.kit.errors import ConfigurationError
from worker.courier import Courier
from worker.drain import Drain
from worker.postman import Postman
from worker.presence import Presence
from worker.shutdown import SHUTDOWN
from worker.sweeper import Sweeper
from worker.terraform import engine
from worker.terraform.isolation import host
from worker.terraform.process import die_with_parent, keep_private
from worker.trail import Trail
from worker.transport import install as install_transport

log = structlog.get_logger(__name__)
keep_private()
install_transport()
app: Final = Celery("terrace", broker=settings().redis_database(0), include=["worker.tasks"])
app.conf.update(
    task_acks_late=False,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_queues=[Queue(queue.APPLY), Queue(queue.PLAN), Queue(queue.CONTROL)],
    # A message only wakes a worker; worker/tasks.py says why the order in which it looks at its queues is of little weight.
    broker_transport_options={"queue_order_strategy": "sorted", "socket_keepalive": True, "health_check_interval": 25},
    # A worker takes a message only when it has a free process: what waits, waits where any worker can have it.
    worker_prefetch_multiplier=1,
    worker_disable_prefetch=True,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_send_task_events=False,
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    worker_concurrency=settings().worker_concurrency,
    worker_pool="worker.pool:TaskPool",
)

_threads: list[Any] = []


@signals.setup_logging.connect
def _set_up_logging(**_: Any) -> None:
    kit_logging.configure()


@signals.worker_init.connect
def _before_the_fork(**_: Any) -> None:
    """Refuse a database that is of another version or has other keys. Then what every pool process would else find out for
    itself, in front of the first person who waits."""
    try:
        migrations.refuse_unfit(settings().require_database_url())
        keys.require_known()
    except ConfigurationError as error:
        raise SystemExit(error.message) from None
    with suppress(ConfigurationError):  # the page of workers will say so, and each run
        engine.find(settings().terraform_bin)
    try:
        host.strongest(settings().isolation.mode)
    except ConfigurationError as error:
        raise SystemExit(error.message) from None


@signals.worker_process_init.connect
def _in_a_new_pool_process(**_: Any) -> None:
    """What a fork must not share with its parent, and what it must know about it."""
    die_with_parent(signal.SIGKILL)  # then Terraform, whose parent this is, is interrupted and saves its state
    dispose_engines()
    SHUTDOWN.forked()
    tracing.configure("terrace-worker")


@signals.worker_process_shutdown.connect
def _a_pool_process_ends(**_: Any) -> None:
    """Pool processes end without Python's own goodbyes."""
    tracing.shut_down()


@signals.worker_ready.connect
def _ready(sender: Any, **_: Any) -> None:
    """Make the worker known, and start its clock when it has the control queue."""
    queues = sorted(sender.app.amqp.queues.consume_from)
    drain = Drain(sender.hostname, sender)
    presence = Presence(sender.hostname, queues, concurrency=sender.pool.limit or 1, after_beat=drain.look)
    _threads.append(presence)
    if queue.PLAN in queues or queue.APPLY in queues:
        _threads.append(Courier(sender.hostname))
    if queue.CONTROL in queues:
        _threads.append(Sweeper())
        _threads.append(Postman())
        _threads.append(Trail())
    for thread in _threads:
        thread.start()
    log.info("worker_ready", name=sender.hostname, queues=queues)


@signals.worker_shutting_down.connect
def _shutting_down(**_: Any) -> None:
    """Phases that are running learn of it, end what can end soon, and stop the rest in good order."""
    SHUTDOWN.begin()


@signals.worker_shutdown.connect
def _shut_down(**_: Any) -> None:
    for thread in _threads:
        thread.stop()
    _threads.clear()
