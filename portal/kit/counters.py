"""Counts that every process of the portal adds to, kept in Redis: for what happens in workers and is asked of the portal.

They are for watching and for nothing else. When Redis is away nobody waits and nothing is said; when it is emptied they begin at
zero again, which Prometheus takes for a restart.
"""

from __future__ import annotations

import json
import threading
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field

import redis
import structlog

from portal.kit.config import settings

log = structlog.get_logger(__name__)
_HASH = "terrace:counters"
_lock = threading.Lock()
_clients: dict[str, redis.Redis] = {}


@dataclass(frozen=True, slots=True)
class Counter:
    """Something that is counted. `labels` are names whose values come from small closed sets."""

    name: str
    help: str
    labels: tuple[str, ...] = ()

    def add(self, amount: float, *values: str) -> None:
        """Count `amount` more."""
        if amount:
            _increase({_field(self.name, values): amount})


@dataclass(frozen=True, slots=True)
class Histogram:
    """Something that is measured, in seconds. `bounds` are the upper ends of the buckets; one more has no end."""

    name: str
    help: str
    bounds: tuple[float, ...]
    labels: tuple[str, ...] = ()


@dataclass(slots=True)
class Tally:
    """Measurements of this process that have not been added yet: for what is measured many times a second."""

    histogram: Histogram
    _waiting: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def observe(self, seconds: float, *values: str) -> None:
        name, bucket = self.histogram.name, bisect_left(self.histogram.bounds, seconds)
        with self._guard:
            self._waiting[_field(name, (*values, str(bucket)))] += 1
            self._waiting[_field(name, (*values, "sum"))] += max(seconds, 0.0)

    def flush(self) -> None:
        """Add them."""
        with self._guard:
            waiting, self._waiting = self._waiting, defaultdict(float)
        _increase(waiting)


def observe(histogram: Histogram, seconds: float, *values: str) -> None:
    """One measurement, added at once."""
    tally = Tally(histogram)
    tally.observe(seconds, *values)
    tally.flush()


def read() -> dict[tuple[str, ...], float]:
    """Everything that was counted: by name, label values, and for histograms the bucket's number or `sum`."""
    try:
        stored = _client().hgetall(_HASH)
    except (redis.RedisError, OSError):
        return {}
    return {tuple(json.loads(name)): float(value) for name, value in dict(stored).items()}  # type: ignore[arg-type]


def _field(name: str, values: tuple[str, ...]) -> str:
    return json.dumps([name, *values])


def _increase(amounts: dict[str, float]) -> None:
    if not amounts:
        return
    try:
        with _client().pipeline(transaction=False) as pipeline:
            for name, amount in amounts.items():
                pipeline.hincrbyfloat(_HASH, name, amount)
            pipeline.execute()
    except Exception as error:  # a setting that is missing, too: nobody's work depends on being counted
        log.debug("not_counted", error=type(error).__name__)


def _client() -> redis.Redis:
    url = settings().redis_database(2)
    with _lock:
        if url not in _clients:
            _clients[url] = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)
        return _clients[url]
