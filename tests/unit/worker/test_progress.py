"""Events reach the database once each, in order, redacted; whatever happens to it."""

from __future__ import annotations

from typing import Any

import pytest

from portal.run.redactor import MASK, Redactor
from portal.run.schemas import NewEvent
from worker import progress
from worker.progress import EventWriter


class Store:
    """Takes batches; fails or refuses when told to."""

    def __init__(self, *, failures: int = 0, refuse_after: int | None = None) -> None:
        self.events: list[NewEvent] = []
        self.batches: list[int] = []
        self.again: list[bool] = []
        self.failures, self.refuse_after = failures, refuse_after
        self.lost = 0

    def append(self, batch: list[NewEvent], again: bool) -> bool:
        self.again.append(again)
        if self.failures:
            self.failures -= 1
            raise OSError("no database")
        if self.refuse_after is not None and len(self.events) >= self.refuse_after:
            return False
        self.events += batch
        self.batches.append(len(batch))
        return True

    def on_lost(self) -> None:
        self.lost += 1


def writer(store: Store, *, secrets: tuple[str, ...] = (), gone: bool = False, **limits: Any) -> EventWriter:
    return EventWriter(store.append, redactor=Redactor(secrets), lost=store.on_lost, gone=lambda: gone, **limits)


def logs(count: int) -> list[NewEvent]:
    return [NewEvent("log", {"level": "info", "text": f"line {n}", "phase": "plan"}) for n in range(count)]


def test_all_events_arrive_in_order_in_batches_of_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_SPACING", 0.0)
    store = Store()
    with writer(store) as events:
        events.put(logs(5_000))
    assert [event.data["text"] for event in store.events] == [f"line {n}" for n in range(5_000)]
    assert max(store.batches) <= 200


def test_a_batch_that_was_not_stored_is_tried_again_and_stored_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_RETRY_SECONDS", 0.0)
    store = Store(failures=3)
    with writer(store) as events:
        events.put(logs(50))
    assert [event.data["text"] for event in store.events] == [f"line {n}" for n in range(50)]
    assert store.again == [False, True, True, True], "it may have been stored, and only the answer lost"
    assert all(event.at is not None for event in store.events), "by which it is then recognised"


def test_trying_again_ends_when_it_has_lost_its_point(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_RETRY_SECONDS", 0.0)
    store = Store(failures=1_000_000)
    with writer(store, gone=True) as events:
        events.put(logs(3))
    assert store.events == []


def test_a_refused_batch_means_that_the_claim_is_lost_and_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_SPACING", 0.0)
    store = Store(refuse_after=0)
    with writer(store) as events:
        events.put(logs(1_000))
    assert store.events == []
    assert store.lost == 1


def test_text_is_redacted_before_it_is_cut() -> None:
    secret = "correct-horse-battery"
    store = Store()
    with writer(store, secrets=(secret,)) as events:
        events.put([NewEvent("log", {"level": "info", "text": "x" * 15_990 + secret + "y" * 100, "phase": "plan"})])
    text = store.events[0].data["text"]
    assert text.startswith("x" * 15_990 + MASK[:10])
    assert "correct" not in text
    assert text.endswith("more characters)")


def test_attack_13_a_secret_that_is_split_over_lines_is_masked_in_each_and_order_stays() -> None:
    store = Store()
    lines = ["one", "x correct-ho", "rse-battery y", "two correct", "three", "ends with correct-h"]
    row = NewEvent("resource", {"address": "a", "action": "create", "status": "done", "phase": "apply"})
    with writer(store, secrets=("correct-horse-battery",)) as events:
        for line in lines:
            events.put([NewEvent("log", {"level": "info", "text": line, "phase": "plan"})])
        events.put([row])
    shown = [event.data.get("text", event.type) for event in store.events]
    assert shown == ["one", f"x {MASK}", f"{MASK} y", "two correct", "three", "ends with correct-h", "resource"]


def test_addresses_and_words_of_the_contract_stay_whole() -> None:
    store = Store()
    data = {"address": "x.main", "action": "create", "status": "done", "phase": "apply", "id": "/main"}
    with writer(store, secrets=("main", "create", "done", "apply")) as events:
        events.put([NewEvent("resource", data)])
    assert store.events[0].data == {**data, "id": f"/{MASK}"}


def test_a_flood_of_lines_is_cut_with_a_marker_and_nothing_else_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_SPACING", 0.0)
    store = Store()
    row = NewEvent("resource", {"address": "a", "action": "create", "status": "done", "phase": "apply"})
    with writer(store, max_lines=100) as events:
        events.put([*logs(500), row])
    assert len(store.events) == 101
    assert store.events[-2].data["level"] == "warn"
    assert "100 lines" in store.events[-2].data["text"]
    assert store.events[-1].type == "resource"


def test_a_flood_of_text_is_cut_before_its_lines_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_SPACING", 0.0)
    store = Store()
    long = NewEvent("log", {"level": "info", "text": "x" * 100_000, "phase": "plan"})
    with writer(store, max_bytes=1 << 20) as events:
        events.put([long] * 500)
    assert len(store.events) == 66  # of 16,000 characters each
    assert "1 MB" in store.events[-1].data["text"]
