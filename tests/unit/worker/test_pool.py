"""A pool process that has ended when Redis is connected (found by tests/chaos, seeds 3000 and 7006)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from billiard.pool import RUN
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


def test_a_process_that_has_ended_before_the_first_message_is_replaced_and_ends_no_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool, replaced = Pool.__new__(Pool), []
    monkeypatch.setattr(pool, "_join_exited_workers", lambda *_: {4711: "ended"}, raising=False)
    monkeypatch.setattr(pool, "_repopulate_pool", replaced.append, raising=False)
    monkeypatch.setattr(pool, "_state", RUN, raising=False)
    monkeypatch.setattr(pool, "_worker_handler", SimpleNamespace(_state=RUN), raising=False)
    monkeypatch.setattr(pool, "_putlock", None, raising=False)
    assert pool.did_start_ok()
    assert replaced == [{4711: "ended"}]


def test_the_workers_use_it() -> None:
    assert get_implementation("worker.pool:TaskPool") is TaskPool
    assert TaskPool.Pool is Pool
