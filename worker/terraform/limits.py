"""What one phase may use before it is stopped: time, output, processes, memory, disk. docs/worker.md has the table.

A guard looks twice a second. What it finds is said in one sentence, and Terraform is asked to stop so that it saves the state;
what a template started beside it is ended first, at once.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol

import structlog

from portal.kit.config import Limits
from portal.run.lifecycle import PhaseName
from portal.run.schemas import RunError
from worker.terraform import offspring

log = structlog.get_logger(__name__)
_TICK: Final = 0.5
_MB: Final = 1 << 20


class Watched(Protocol):
    """A running command."""

    @property
    def pid(self) -> int: ...

    @property
    def received(self) -> int: ...


class Guard:
    """Watches the commands of one phase. Use as a context manager; `stop` is called once, when a limit is reached."""

    def __init__(
        self,
        limits: Limits,
        phase: PhaseName,
        folder: Path,
        *,
        stop: Callable[[], None],
        every: float = _TICK,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.error: RunError | None = None
        """Which limit was reached."""
        self._limits, self._folder, self._stop = limits, folder, stop
        self._phase: PhaseName = phase
        self._every, self._clock, self._began = every, clock, clock()
        self._seconds = limits.plan_seconds if phase == "plan" else limits.apply_seconds
        self._received = 0
        self._process: Watched | None = None
        self._talks = True
        self._guard = threading.Lock()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="guard", daemon=True)

    def __enter__(self) -> Guard:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    @contextmanager
    def watching(self, process: Watched, *, talks: bool = True) -> Iterator[None]:
        """Within the block `process` is what is looked at. What does not talk to people, its output is not counted."""
        with self._guard:
            self._process, self._talks = process, talks
        try:
            yield
        finally:
            with self._guard:
                self._process = None
                self._received += process.received if talks else 0

    def look(self) -> None:
        """Look once at everything that has a limit."""
        with self._guard:
            process = self._process
            if process is None or self.error is not None:
                return
            members = offspring.family(process.pid)
            found = self._reached(process, members)
            if found is None:
                return
            self.error = found
            log.warning("limit_reached", limit=found.summary)
            self._end_what_came_along(process, members)
        self._stop()

    def _run(self) -> None:
        while not self._done.wait(self._every):
            try:
                self.look()
            except Exception as error:  # a guard that breaks must not take the run along
                log.warning("guard_failed", error=type(error).__name__)

    def _reached(self, process: Watched, members: list[offspring.Relative]) -> RunError | None:
        limits = self._limits
        if self._clock() - self._began > self._seconds:
            return too_long(self._phase, self._seconds)
        if self._talks and self._received + process.received > limits.output_bytes:
            return _error(f"Terraform wrote more than {_mb(limits.output_bytes)} of output.", "TERRACE_OUTPUT_MB")
        if len(members) > limits.processes:
            return _error(f"The run had more than {limits.processes} processes.", "TERRACE_RUN_PROCESSES")
        if sum(member.resident for member in members) > limits.memory_bytes:
            return _error(f"The run used more than {_mb(limits.memory_bytes)} of memory.", "TERRACE_RUN_MEMORY_MB")
        if _is_fuller(self._folder, limits.disk_bytes):
            return _error(f"The run wrote more than {_mb(limits.disk_bytes)} to the disk.", "TERRACE_RUN_DISK_MB")
        return None

    def _end_what_came_along(self, process: Watched, members: list[offspring.Relative]) -> None:
        offspring.end(lambda: offspring.brought_along(offspring.family(process.pid), process.pid))
        too_big = sum(member.resident for member in members) > self._limits.memory_bytes
        left = offspring.family(process.pid)
        if too_big and left:
            # Asking takes time, which a machine without memory has not. What was saved in the state until now is kept.
            largest = max(left, key=lambda member: member.resident).pid
            offspring.end(
                lambda: [largest] if any(item.pid == largest for item in offspring.family(process.pid)) else []
            )


def too_long(phase: PhaseName, seconds: float) -> RunError:
    """A phase did not end in its time."""
    name, verb = ("TERRACE_PLAN_TIMEOUT_SECONDS", "Planning") if phase == "plan" else (
        "TERRACE_APPLY_TIMEOUT_SECONDS",
        "Applying",
    )  # fmt: skip
    span = f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:g} seconds"
    return _error(f"{verb} took longer than {span}.", name)


def plan_too_large(size: int) -> RunError:
    """A plan that is too large to be kept and shown."""
    return _error(f"The plan is larger than {_mb(size)}.", "TERRACE_PLAN_MB")


def _error(summary: str, setting: str) -> RunError:
    return RunError(
        summary=f"{summary} It was stopped.",
        explanation="That is the limit for one phase of a run, so that one template cannot take a worker from everybody else. "
        "What Terraform had done until then is in the state.",
        next_step=f"Look at the log for what the template does. If it is meant to, ask an administrator to raise {setting}.",
    )


def _mb(size: int) -> str:
    return f"{size / _MB:,.0f} MB"


def _is_fuller(folder: Path, limit: int) -> bool:
    """Whether the files below `folder` take more than `limit` bytes of the disk. Stops counting there."""
    total, waiting = 0, [os.fspath(folder)]
    while waiting:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                with suppress(OSError):
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                if total > limit:
                    return True
    return False
