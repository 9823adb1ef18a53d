"""A pool process that has ended when Redis is connected anew (found by tests/chaos, seed 3000)."""

from __future__ import annotations

from types import SimpleNamespace

from celery.concurrency import get_implementation

from worker.pool import Pool, TaskPool


class Hub:
    """What waits for ends."""

    def __init__(self) -> None:
        self.waited_for: list[int] = []

    def add_reader(self, descriptor: int, *_: object) -> None:
        self.waited_for.append(descriptor)


def test_a_process_that_has_ended_is_not_waited_for_and_ends_no_worker() -> None:
    pool, hub = Pool.__new__(Pool), Hub()
    for descriptor in (None, 7):
        pool._track_child_process(SimpleNamespace(_sentinel_poll=descriptor), hub)
    assert hub.waited_for == [7]


def test_the_workers_use_it() -> None:
    assert get_implementation("worker.pool:TaskPool") is TaskPool
    assert TaskPool.Pool is Pool
