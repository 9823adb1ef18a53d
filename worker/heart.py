"""Keeps one run's claim alive while its phase is carried out, and stops Terraform when it must not go on.

Terraform is asked first (SIGINT: providers stop, the state is saved), asked again (it then leaves at once), and killed last.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final, Protocol

import structlog

from portal.run.schemas import Beat

log = structlog.get_logger(__name__)
_TICK: Final = 0.25


class Stop(StrEnum):
    """Why a phase must not go on."""

    CANCELED = "canceled"
    LIMIT = "limit"
    FORCED = "forced"
    LOST = "lost"
    SHUTDOWN = "shutdown"


_PATIENCE: Final = {
    # seconds from the first request to the second, and from that to the kill
    Stop.CANCELED: (20.0, 5.0),
    Stop.LIMIT: (20.0, 5.0),
    Stop.SHUTDOWN: (6.0, 2.0),
    Stop.LOST: (5.0, 1.0),
    Stop.FORCED: (0.0, 0.0),
}
_ORDER: Final = (Stop.CANCELED, Stop.LIMIT, Stop.SHUTDOWN, Stop.LOST, Stop.FORCED)


class Stopped(Exception):
    """The phase was stopped before it was done."""

    def __init__(self, reason: Stop) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Stoppable(Protocol):
    """What can be asked to stop, and killed."""

    def interrupt(self) -> None: ...

    def kill(self) -> None: ...


class Heart:
    """Beats in a thread of its own. Use as a context manager around the phase."""

    def __init__(
        self,
        beat: Callable[[], Beat],
        *,
        every: float,
        lease: float,
        shutting_down: Callable[[], bool] = lambda: False,
        grace: float = 8.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`beat` renews the claim for `lease` seconds. When none succeeds for that long the claim counts as lost.

        From the moment that the worker is being stopped the phase may go on for `grace` seconds: most plans and many applies
        end by themselves.
        """
        self._beat, self._every, self._lease, self._clock = beat, every, lease, clock
        self._shutting_down, self._grace = shutting_down, grace
        self._shutdown_seen: float | None = None
        self._last_success = self._next_beat = clock()
        self._next_beat += every
        self._reason: Stop | None = None
        self._process: Stoppable | None = None
        self._steps: list[tuple[float, str]] = []
        self._guard = threading.Lock()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)

    def __enter__(self) -> Heart:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.rest()
        self._thread.join()

    def rest(self) -> None:
        """The run has been told how it ended: there is no claim to keep any more."""
        self._done.set()

    @property
    def reason(self) -> Stop | None:
        """Why the phase must stop, or None while it may go on."""
        return self._reason

    def check(self) -> None:
        """Raise Stopped when the phase must not go on."""
        if self._reason is not None:
            raise Stopped(self._reason)

    def lose(self) -> None:
        """The claim turned out to be somebody else's."""
        self.stop(Stop.LOST)

    @contextmanager
    def watching(self, process: Stoppable) -> Iterator[None]:
        """Within the block, a reason to stop stops `process`."""
        with self._guard:
            self._process = process
            if self._reason is not None:
                self._plan_steps(self._reason)
        try:
            yield
        finally:
            with self._guard:
                self._process, self._steps = None, []

    def stop(self, reason: Stop) -> None:
        """Stop for `reason`; a sterner one replaces a milder one."""
        with self._guard:
            if self._reason is None or _ORDER.index(reason) > _ORDER.index(self._reason):
                log.info("phase_stopping", reason=reason.value)
                self._reason = reason
                if self._process is not None:
                    self._plan_steps(reason)

    def _plan_steps(self, reason: Stop) -> None:
        now, (first, second) = self._clock(), _PATIENCE[reason]
        self._steps = [(now + first + second, "kill")]
        if first:
            self._steps = [(now, "interrupt"), (now + first, "interrupt"), *self._steps]

    def _run(self) -> None:
        while not self._done.wait(self._pause()):
            self.tick()

    def _pause(self) -> float:
        return _TICK if self._reason or self._shutdown_seen else min(_TICK, self._every)

    def tick(self) -> None:
        """One look at everything: beat when due, notice a shutdown, take the next step of a stop."""
        now = self._clock()
        if now >= self._next_beat:
            self._next_beat = now + self._every
            self._beat_once()
        self._notice_shutdown(now)
        self._take_steps(now)

    def _beat_once(self) -> None:
        try:
            answer = self._beat()
        except Exception as error:
            log.warning("beat_failed", error=type(error).__name__)
            if self._clock() - self._last_success > self._lease:
                self.lose()
            return
        self._last_success = self._clock()
        if answer.lost:
            self.lose()
        elif answer.force:
            self.stop(Stop.FORCED)
        elif answer.cancel_requested:
            self.stop(Stop.CANCELED)

    def _notice_shutdown(self, now: float) -> None:
        if self._shutdown_seen is None and self._shutting_down():
            self._shutdown_seen = now
        if self._shutdown_seen is not None and now - self._shutdown_seen >= self._grace:
            self.stop(Stop.SHUTDOWN)

    def _take_steps(self, now: float) -> None:
        with self._guard:
            while self._process is not None and self._steps and self._steps[0][0] <= now:
                _, action = self._steps.pop(0)
                if action == "kill":
                    self._process.kill()
                else:
                    self._process.interrupt()
