"""Asks portal/policy/helper.py, a process of its own, and gives it so much time: whatever happens there, the answer is in time.

A process is kept for the next question (the library takes a while to load). It ends with whoever started it, as its input ends.
"""

from __future__ import annotations

import importlib.util
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final, cast

SECONDS: Final = 5.0
"""For one expression and one plan; the process may compute for half of it, so that a busy machine fails nobody."""
TOTAL_SECONDS: Final = 12.0
"""For all expressions and one plan: somebody waits for the answer. No transaction is open meanwhile, but for a policy that came
while a plan was judged; PostgreSQL ends one that is idle for 15 seconds."""
_START_SECONDS: Final = 10.0
_MOST_IDLE: Final = 2
_HELPER: Final = Path(__file__).with_name("helper.py")


class Overrun(Exception):
    """There was no answer in time, or the process ended over the question."""


class Evaluator:
    """One process, for one plan at a time."""

    def __init__(self) -> None:
        found = importlib.util.find_spec("cel")
        place = str(Path(found.origin or "").parent.parent) if found else ""
        self.owner = os.getpid()
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(_HELPER), place],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={"LANG": "C.UTF-8"}, cwd="/",
        )  # fmt: skip
        self._in, self._out = cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, question: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """The answer; Overrun (and the end of the process) when there is none in time."""
        try:
            self._in.write(json.dumps(question).encode() + b"\n")
            self._in.flush()
            return json.loads(self._line(time.monotonic() + seconds))
        except (OSError, ValueError, Overrun):
            self.end()
            raise Overrun from None

    def _line(self, until: float) -> bytes:
        descriptor, found = self._out.fileno(), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while not found.endswith(b"\n"):
                if not selector.select(max(0.0, until - time.monotonic())):
                    raise Overrun
                chunk = os.read(descriptor, 1 << 16)
                if not chunk:
                    raise Overrun
                found += chunk
        return bytes(found)

    def end(self) -> None:
        """Kill the process, at once."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._in, self._out):
            with suppress(OSError):
                pipe.close()


_idle: list[Evaluator] = []
_lock = threading.Lock()


@contextmanager
def borrowed() -> Iterator[Evaluator]:
    """A process that nobody else asks meanwhile."""
    evaluator = _take()
    try:
        yield evaluator
    finally:
        _give_back(evaluator)


def _take() -> Evaluator:
    with _lock:
        while _idle:
            evaluator = _idle.pop()
            # After a fork it belongs to the process that started it.
            if evaluator.owner == os.getpid() and evaluator.alive:
                return evaluator
    evaluator = Evaluator()
    evaluator.ask({"compile": "true"}, _START_SECONDS)
    return evaluator


def _give_back(evaluator: Evaluator) -> None:
    with _lock:
        if evaluator.alive and len(_idle) < _MOST_IDLE:
            _idle.append(evaluator)
            return
    evaluator.end()
