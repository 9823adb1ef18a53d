"""A thread that does one thing again and again, whatever that thing does to it."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod

import structlog

log = structlog.get_logger(__name__)


class Ticker(ABC):
    """Calls `tick` every `seconds` from `start` to `stop`. An error is logged, once until the next success, and no end."""

    def __init__(self, name: str, seconds: float) -> None:
        self._name, self._seconds = name, seconds
        self._stop = threading.Event()
        self._failing = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def tick(self) -> None:
        """Do it once."""

    def start(self) -> None:
        """Begin, with a first tick at once."""
        self._thread.start()

    def stop(self) -> None:
        """End; a tick that is under way is waited for, but not for long."""
        self._stop.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.tick()
                self._failing = False
            except Exception as error:
                if not self._failing:
                    log.warning("tick_failed", ticker=self._name, error=type(error).__name__, reason=str(error)[:200])
                self._failing = True
            self._stop.wait(self._seconds)
