"""Carries a phase's events to the database in batches, redacted, in order, without ever running ahead of what it can write."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

import structlog

from portal.kit.clock import now
from portal.run.redactor import Redactor
from portal.run.schemas import NewEvent

log = structlog.get_logger(__name__)
MAX_TEXT: Final = 16_000
_WAITING: Final = 5_000
_BATCH: Final = 200
_SETTLE: Final = 0.01
"""Seconds for which the first event of a batch waits for company: Terraform says several things at once."""
_SPACING: Final = 0.05
_RETRY_SECONDS: Final = 0.5
_MOST_HELD: Final = 20
# Names and words of ours and of the configuration, which cannot hold a secret; everything else is searched.
_NO_TEXT: Final = frozenset(
    {"address", "action", "status", "phase", "level", "severity", "names", "counts", "from", "range"}
)


class EventWriter:
    """Accepts events from the thread that reads Terraform; a thread of its own writes them. Use as a context manager.

    `append` stores a batch and answers False when the run is not ours any more; then `lost` is called, once, and
    everything else is dropped. When `append` raises, the same batch is tried again, and `append` is told so: the first try may
    have been stored and only its answer lost. The reader is held up meanwhile.
    """

    def __init__(
        self,
        append: Callable[[list[NewEvent], bool], bool],
        *,
        redactor: Redactor,
        lost: Callable[[], None],
        gone: Callable[[], bool],
        lag: Callable[[float], None] = lambda seconds: None,
        max_lines: int = 50_000,
        max_bytes: int = 16 << 20,
    ) -> None:
        """`gone` answers whether trying again has lost its point; `lag` is told how old the events of a stored batch were.

        Log lines of one phase are kept up to `max_lines` and about `max_bytes`; a marker stands for the rest. Other events are
        always kept.
        """
        self._append, self._lost, self._gone, self._lag = append, lost, gone, lag
        self.redactor = redactor
        self._queue: queue.Queue[NewEvent | None] = queue.Queue(_WAITING)
        self._lines, self._bytes = 0, 0
        self._max_lines, self._max_bytes = max_lines, max_bytes
        self._held: list[NewEvent] = []
        """Lines whose end could be the beginning of a secret: they wait for the next one."""
        self._dropping = False
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)

    def __enter__(self) -> EventWriter:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Wait until everything accepted is stored, or nobody wants it any more."""
        self._release()
        self._closing.set()
        self._queue.put(None)
        self._thread.join()

    def put(self, events: Iterable[NewEvent]) -> None:
        """Accept events. Waits while too many are on their way."""
        for event in events:
            if event.type == "log":
                if self._is_full():
                    continue
                self._lines += 1
                self._bytes += min(len(str(event.data.get("text", ""))), MAX_TEXT)
                if self._is_full():
                    event = self._marker(event)
            waits = event.type == "log" and len(self._held) < _MOST_HELD
            if waits and self.redactor.may_go_on(str(event.data.get("text", ""))):
                self._held.append(event)
                continue
            self._release(event)

    def _release(self, last: NewEvent | None = None) -> None:
        """Pass on what was held, and the event that ends the waiting: lines that belong together are redacted together."""
        held, self._held = self._held, []
        if last is not None and last.type == "log":
            held, last = [*held, last], None
        shown = self.redactor.lines([str(event.data.get("text", "")) for event in held]) if len(held) > 1 else None
        for index, event in enumerate(held):
            data = event.data if shown is None else {**event.data, "text": shown[index]}
            self._queue.put(NewEvent(event.type, self._presentable(data), event.at or now()))
        if last is not None:
            self._queue.put(NewEvent(last.type, self._presentable(last.data), last.at or now()))

    def say(self, text: str, *, phase: str, level: str = "info") -> None:
        """A log line of our own."""
        self.put([NewEvent("log", {"level": level, "text": text, "phase": phase})])

    def _is_full(self) -> bool:
        return self._lines >= self._max_lines or self._bytes >= self._max_bytes

    def _marker(self, event: NewEvent) -> NewEvent:
        limit = f"{self._max_lines:,} lines" if self._lines >= self._max_lines else f"{self._max_bytes >> 20:,} MB"
        text = f"This log is longer than {limit}; the rest is left out."
        return NewEvent("log", {"level": "warn", "text": text, "phase": event.data.get("phase", "")}, event.at)

    def _presentable(self, data: dict[str, Any]) -> dict[str, Any]:
        """Redacted first and cut then: a cut could otherwise leave half a secret that nobody recognises."""
        return {
            name: value if name in _NO_TEXT else _shortened(self.redactor.json(value)) for name, value in data.items()
        }

    def _run(self) -> None:
        ended = False
        while not ended:
            batch, ended = self._collect()
            started = time.monotonic()
            if batch and not self._dropping:
                self._store(batch)
            if not ended:
                self._closing.wait(max(0.0, _SPACING - (time.monotonic() - started)))

    def _collect(self) -> tuple[list[NewEvent], bool]:
        """The next batch, waiting for its first event only, and whether it is the last."""
        batch: list[NewEvent] = []
        item = self._queue.get()
        if self._queue.empty():
            self._closing.wait(_SETTLE)
        while item is not None:
            batch.append(item)
            if len(batch) == _BATCH:
                return batch, False
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _measure(self, batch: list[NewEvent]) -> None:
        said = [event.at for event in batch if event.at is not None]
        if said:
            self._lag((now() - min(said)).total_seconds())

    def _store(self, batch: list[NewEvent]) -> None:
        again = False
        while True:
            try:
                if not self._append(batch, again):
                    self._dropping = True
                    self._lost()
                else:
                    self._measure(batch)
                return
            except Exception as error:
                log.warning("events_not_stored", error=type(error).__name__, events=len(batch))
            again = True
            if self._gone():
                self._dropping = True
                return
            time.sleep(_RETRY_SECONDS)


def _shortened(value: Any) -> Any:
    if isinstance(value, str):
        more = len(value) - MAX_TEXT
        return value if more <= 0 else f"{value[:MAX_TEXT]} … ({more:,} more characters)"
    if isinstance(value, dict):
        return {name: _shortened(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    return value
