"""A claim is kept alive, and what must stop is asked, asked again, and killed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.run.schemas import Beat
from worker.heart import Heart, Stop, Stopped


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Program:
    """Remembers what was done to it, and when."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.seen: list[tuple[float, str]] = []

    def interrupt(self) -> None:
        self.seen.append((self.clock.now, "interrupt"))

    def kill(self) -> None:
        self.seen.append((self.clock.now, "kill"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


def heart(clock: Clock, beat: Callable[[], Beat], shutting_down: Callable[[], bool] = lambda: False) -> Heart:
    return Heart(beat, every=3, lease=15, shutting_down=shutting_down, clock=clock)


def run(beating: Heart, clock: Clock, seconds: float) -> None:
    end = clock.now + seconds
    while clock.now < end:
        clock.now += 0.25
        beating.tick()


def test_it_beats_at_its_interval(clock: Clock) -> None:
    times: list[float] = []

    def beat() -> Beat:
        times.append(clock.now)
        return Beat()

    run(heart(clock, beat), clock, 10)
    assert times == [3, 6, 9]


def test_a_cancellation_interrupts_waits_interrupts_again_and_kills(clock: Clock) -> None:
    program = Program(clock)
    beating = heart(clock, lambda: Beat(cancel_requested=True))
    with beating.watching(program):
        run(beating, clock, 60)
    assert program.seen == [(3, "interrupt"), (23, "interrupt"), (28, "kill")]
    with pytest.raises(Stopped) as stopped:
        beating.check()
    assert stopped.value.reason is Stop.CANCELED


def test_a_forced_cancellation_kills_at_once_even_while_a_mild_one_waits(clock: Clock) -> None:
    program, force = Program(clock), [False]
    beating = heart(clock, lambda: Beat(cancel_requested=True, force=force[0]))
    with beating.watching(program):
        run(beating, clock, 5)
        force[0] = True
        run(beating, clock, 5)
    assert program.seen == [(3, "interrupt"), (6, "kill")]
    assert beating.reason is Stop.FORCED


def test_a_lost_claim_stops_the_program_and_cannot_be_made_milder(clock: Clock) -> None:
    program = Program(clock)
    beating = heart(clock, lambda: Beat(lost=True))
    with beating.watching(program):
        run(beating, clock, 10)
    beating.stop(Stop.CANCELED)
    assert program.seen == [(3, "interrupt"), (8, "interrupt"), (9, "kill")]
    assert beating.reason is Stop.LOST


def test_one_failed_beat_is_no_loss_but_a_whole_lease_of_them_is(clock: Clock) -> None:
    def beat() -> Beat:
        raise OSError("no database")

    beating = heart(clock, beat)
    run(beating, clock, 15)
    assert beating.reason is None
    run(beating, clock, 4)
    assert beating.reason is Stop.LOST


def test_a_beat_that_succeeds_again_starts_the_lease_anew(clock: Clock) -> None:
    def beat() -> Beat:
        if clock.now in (9, 18, 27):
            return Beat()
        raise OSError("no database")

    beating = heart(clock, beat)
    run(beating, clock, 36)
    assert beating.reason is None


def test_a_worker_that_is_stopped_lets_the_phase_end_by_itself_for_a_while(clock: Clock) -> None:
    program = Program(clock)
    beating = heart(clock, Beat, shutting_down=lambda: clock.now >= 2)
    with beating.watching(program):
        run(beating, clock, 9.75)
        assert program.seen == []
        run(beating, clock, 20)
    assert program.seen == [(10, "interrupt"), (16, "interrupt"), (18, "kill")]
    assert beating.reason is Stop.SHUTDOWN


def test_a_program_that_starts_after_the_reason_is_stopped_too(clock: Clock) -> None:
    program = Program(clock)
    beating = heart(clock, lambda: Beat(cancel_requested=True))
    run(beating, clock, 4)
    with beating.watching(program):
        run(beating, clock, 0.25)
    assert [action for _, action in program.seen] == ["interrupt"]


def test_a_program_that_has_ended_is_left_alone(clock: Clock) -> None:
    program = Program(clock)
    beating = heart(clock, lambda: Beat(cancel_requested=True))
    with beating.watching(program):
        run(beating, clock, 4)
    run(beating, clock, 60)
    assert program.seen == [(3, "interrupt")]


def test_its_thread_ends_with_the_block(clock: Clock) -> None:
    with heart(clock, Beat) as beating:
        assert beating.reason is None
        beating.check()
    assert not beating._thread.is_alive()
