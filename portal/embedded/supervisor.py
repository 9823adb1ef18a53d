"""Starts programs, watches them, starts again what died, and stops them in the reverse order, whatever happens to itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from portal.embedded.process import Child, Ledger, Program, end_left_over
from portal.kit.errors import ConfigurationError

_TICK_SECONDS = 0.1
_LONGEST_WAIT_SECONDS = 30.0
_STEADY_SECONDS = 60.0
_MOMENT_SECONDS = 2.0
_LONGEST_TASK_SECONDS = 1800.0
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM while we were starting."""


@dataclass(slots=True)
class _Watched:
    program: Program
    child: Child
    started: float
    deaths: int = 0
    restart_at: float | None = None


class Supervisor:
    """The programs of one instance. Use as a context manager; leaving it stops everything.

    `run_folder` holds the ledger of children; `say` shows one line to the person; `verbose` shows the children's logs too.
    """

    def __init__(self, run_folder: Path, say: Callable[[str], None], *, verbose: bool = False) -> None:
        self._run_folder = run_folder
        self._say = say
        self._verbose = verbose
        self._stop = threading.Event()
        self._watched: list[_Watched] = []
        self._tasks: list[Child] = []
        self._ledger = Ledger(run_folder / f"children-{os.getpid()}.json")
        self._warden: subprocess.Popen[bytes] | None = None

    @contextmanager
    def running(self) -> Iterator[Supervisor]:
        """Recover from a killed predecessor, take over the signals, and stop everything in the end."""
        for ledger in self._run_folder.glob("children-*.json"):
            end_left_over(ledger)
        former = {number: signal.signal(number, self._on_signal) for number in _STOP_SIGNALS}
        self._warden = _start_warden(self._ledger.path)
        try:
            yield self
        finally:
            self._stop_all()
            for number, handler in former.items():
                signal.signal(number, handler)

    def start(self, program: Program) -> Child:
        """Start a program and watch it from now on."""
        self.check()
        child = Child(program, self._ledger)
        self._watched.append(_Watched(program, child, time.monotonic()))
        return child

    def begin(self, program: Program, *, when_slow: str) -> Callable[[], None]:
        """Start a program that ends by itself. The result waits for its end; ConfigurationError when it failed.

        `when_slow` is said when the wait takes longer than a moment, so that nobody waits without knowing for what.
        """
        self.check()
        child = Child(program, self._ledger)
        self._tasks.append(child)

        def wait() -> None:
            slow = threading.Timer(_MOMENT_SECONDS, self._say, [when_slow])
            slow.start()
            try:
                self.wait_for(child, lambda: child.exit_code() is not None, seconds=_LONGEST_TASK_SECONDS)
            finally:
                slow.cancel()
            if child.exit_code() != 0:
                raise _failed(child)
            child.stop()

        return wait

    def wait_for(self, child: Child, is_ready: Callable[[], bool], *, seconds: float = 90.0) -> None:
        """Return when `is_ready()`; ConfigurationError with the child's last words when it ends or takes longer."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            self.check()
            if child.exit_code() is not None or time.monotonic() > deadline:
                raise _failed(child)
            self._stop.wait(_TICK_SECONDS)

    def check(self) -> None:
        """StopRequested once somebody asked us to stop."""
        self._echo()
        if self._stop.is_set():
            raise StopRequested

    def watch(self) -> None:
        """Keep the programs running until somebody asks us to stop."""
        while not self._stop.wait(_TICK_SECONDS):
            self._echo()
            for watched in self._watched:
                self._look_after(watched)

    def _look_after(self, watched: _Watched) -> None:
        now = time.monotonic()
        if watched.restart_at is not None:
            if now >= watched.restart_at:
                watched.child, watched.started, watched.restart_at = Child(watched.program, self._ledger), now, None
            return
        if watched.child.exit_code() is None:
            return
        watched.deaths = 1 if now - watched.started > _STEADY_SECONDS else watched.deaths + 1
        wait = min(2.0 ** (watched.deaths - 1), _LONGEST_WAIT_SECONDS)
        watched.restart_at = now + wait
        self._say(_obituary(watched.child, wait))
        watched.child.stop()

    def _echo(self) -> None:
        if not self._verbose:
            return
        for watched in self._watched:
            for line in watched.child.new_lines():
                self._say(f"{watched.program.name:>12} | {line}")

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _stop_all(self) -> None:
        self._stop.set()
        for child in (*reversed(self._tasks), *(watched.child for watched in reversed(self._watched))):
            child.stop()
        self._ledger.path.unlink(missing_ok=True)
        if self._warden is not None and self._warden.stdin is not None:
            self._warden.stdin.close()
            self._warden.wait()


def _obituary(child: Child, wait: float) -> str:
    code = child.exit_code() or 0
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    return f"{child.program.name} {how}; starting it again in {wait:.0f} s. Its log: {child.program.log_path}"


def _failed(child: Child) -> ConfigurationError:
    words = child.last_words()
    tail = f" Its last words:\n{words}" if words else ""
    return ConfigurationError(f"{child.program.name} did not start; its log is {child.program.log_path}.{tail}")


def _start_warden(ledger_path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "portal.embedded.warden", str(ledger_path)],
        cwd=Path(__file__).resolve().parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
