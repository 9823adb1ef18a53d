"""The stream of a run: numbered without a gap whoever writes, read by cursor, bounded."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.run import events, service, work
from portal.run.schemas import NewEvent
from tests.service.run import world as w
from tests.service.run.world import World


def line(text: str, **more: str) -> NewEvent:
    return NewEvent("log", {"level": "info", "text": text, "phase": "plan", **more})


def test_parallel_writers_leave_no_gap_and_no_double(world: World) -> None:
    run = w.create(world, w.deployment(world))
    job = w.claimed(run.id)
    before = len(w.events(run.id))

    def write(number: int) -> None:
        with unit_of_work() as session:
            assert work.append(session, run.id, job.claim, [line(f"{number}.{part}") for part in range(5)])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(20)))
    rows = w.events(run.id)
    assert [row.n for row in rows] == list(range(1, before + 101))
    batches = [row.data["text"] for row in rows if row.type == "log"]
    assert all(batches[at].split(".")[0] == batches[at + 4].split(".")[0] for at in range(0, 100, 5)), (
        "batches stay whole"
    )


def test_a_reader_that_follows_sees_every_number_once(world: World) -> None:
    run = w.create(world, w.deployment(world))
    job = w.claimed(run.id)
    written = threading.Event()

    def write() -> None:
        for number in range(30):
            with unit_of_work() as session:
                work.append(session, run.id, job.claim, [line(str(number))])
        written.set()

    seen: list[int] = []
    with ThreadPoolExecutor(1) as pool:
        pool.submit(write)
        while not (written.is_set() and len(seen) >= 33):
            with unit_of_work() as session:
                page = service.events(session, world.viewer, run.id, after=seen[-1] if seen else 0, limit=7)
            seen += [item.n for item in page.items]
    assert seen == list(range(1, 34))


def test_a_rolled_back_batch_leaves_no_gap(world: World) -> None:
    run = w.create(world, w.deployment(world))
    job = w.claimed(run.id)

    def break_off() -> None:
        with unit_of_work() as session:
            work.append(session, run.id, job.claim, [line("never")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    with unit_of_work() as session:
        work.append(session, run.id, job.claim, [line("kept")])
    rows = w.events(run.id)
    assert [row.n for row in rows] == list(range(1, len(rows) + 1))
    assert rows[-1].data["text"] == "kept"


def test_a_batch_whose_answer_was_lost_is_written_once_and_one_that_was_lost_itself_is_written(world: World) -> None:
    run = w.create(world, w.deployment(world))
    job = w.claimed(run.id)
    batch = [NewEvent("log", {"text": text}, clock.now()) for text in ("first", "x" * 20_000)]
    for again in (False, True):
        with unit_of_work() as session:
            assert work.append(session, run.id, job.claim, batch, again=again)
    with unit_of_work() as session:
        service.cancel(session, world.member, run_id=run.id)  # others write too
    other = [NewEvent("log", {"text": "second"}, clock.now())]
    for written in (batch, other):
        with unit_of_work() as session:
            assert work.append(session, run.id, job.claim, written, again=True)
    texts = [str(row.data["text"])[:6] for row in w.events(run.id) if row.type == "log"]
    assert [text for text in texts if text in ("first", "xxxxxx", "second")] == ["first", "xxxxxx", "second"]
    with unit_of_work() as session:
        assert not work.append(session, run.id, "another", batch, again=True)


def test_the_end_is_told_only_with_the_last_event(world: World) -> None:
    run = w.create(world, w.deployment(world))
    w.planned(run.id, w.NOTHING)
    with unit_of_work() as session:
        first = service.events(session, world.viewer, run.id, limit=2)
        assert (first.last_n, first.ended) == (2, False)
        rest = service.events(session, world.viewer, run.id, after=first.last_n)
        assert rest.ended
        beyond = service.events(session, world.viewer, run.id, after=10_000)
        assert (beyond.items, beyond.last_n, beyond.ended) == ([], rest.last_n, True)


def test_an_event_on_the_wire_is_flat(world: World) -> None:
    run = w.create(world, w.deployment(world))
    with unit_of_work() as session:
        page = service.events(session, world.viewer, run.id)
    first = json.loads(page.model_dump_json())["items"][0]
    assert first == {"n": 1, "at": first["at"], "type": "status", "status": "pending", "from": None}


def test_long_texts_are_cut_and_what_no_database_takes_is_replaced(world: World) -> None:
    run = w.create(world, w.deployment(world))
    job = w.claimed(run.id)
    with unit_of_work() as session:
        work.append(session, run.id, job.claim, [line("x" * 50_000), line("a\x00b")])
    long, odd = w.events(run.id)[-2:]
    assert len(long.data["text"]) < events.MAX_TEXT + 100
    assert long.data["text"].endswith("(cut: 34,000 more characters)")
    assert odd.data["text"] == "a\N{REPLACEMENT CHARACTER}b"


def test_a_log_without_end_is_bounded_but_nothing_else_is_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MAX_EVENTS", 5)
    run = w.create(world, w.deployment(world))
    job = w.claimed(run.id)
    with unit_of_work() as session:
        work.append(
            session, run.id, job.claim, [line(str(n)) for n in range(4)] + [NewEvent("outputs", {"names": ["a"]})]
        )
    kept, cut, outputs = w.events(run.id)[-4].data, w.events(run.id)[-2].data, w.events(run.id)[-1].data
    assert kept["text"] == "1"
    assert "too long" in cut["text"]
    assert outputs == {"names": ["a"]}


def test_operations_are_counted_as_they_complete(world: World) -> None:
    run = w.create(world, w.deployment(world), auto_apply=True)
    w.planned(run.id)
    job = w.claimed(run.id, "apply")
    done = {"address": "a", "action": "create", "status": "done", "phase": "apply"}
    with unit_of_work() as session:
        work.append(
            session,
            run.id,
            job.claim,
            [
                NewEvent("resource", done),
                NewEvent("resource", done | {"action": "read"}),
                NewEvent("resource", done | {"status": "running"}),
                NewEvent("resource", done | {"action": "delete"}),
            ],
        )
    assert w.get(world, run.id).applied_count == 2
