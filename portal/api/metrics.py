"""/metrics for Prometheus: what this process answers, what is in the database, what workers have counted. Names no person."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from itertools import accumulate

import structlog
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client import Histogram as ProcessHistogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.cloud_account import service as cloud_accounts
from portal.kit import counters
from portal.kit.db import unit_of_work
from portal.run import measured
from portal.run import service as runs
from portal.run.numbers import Metrics

log = structlog.get_logger(__name__)
_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "LOCK", "UNLOCK"})
_PROCESS = CollectorRegistry()
_LATENCY = ProcessHistogram(
    "terrace_request_seconds",
    "Time to answer a request of the API",
    ["method", "route", "status"],
    registry=_PROCESS,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def exposition() -> bytes:
    """Everything, in Prometheus' text format."""
    shared = CollectorRegistry()
    shared.register(_Shared())
    return generate_latest(_PROCESS) + generate_latest(shared)


class _Shared(Collector):
    """What is the same whichever portal is asked: take the maximum over instances, never the sum."""

    def collect(self) -> Iterator[Metric]:
        numbers = _numbers()
        yield _gauge("terrace_database_up", "Whether the database answers", [((), numbers is not None)])
        if numbers is not None:
            yield from _of_database(numbers)
            yield _expiries()
        yield from _of_counters(counters.read())


def _numbers() -> Metrics | None:
    try:
        with unit_of_work() as session:
            return runs.metrics(session)
    except Exception as error:
        log.warning("metrics_without_database", error=type(error).__name__)
        return None


def _of_database(numbers: Metrics) -> Iterator[Metric]:
    yield _gauge("terrace_runs", "Runs by status; ended ones are counted once a minute", _by(numbers.runs), "status")
    yield _gauge("terrace_queue_depth", "Runs that wait for a worker", _by(numbers.waiting), "queue")
    yield _gauge("terrace_queue_oldest_seconds", "How long the first has waited", _by(numbers.oldest), "queue")
    yield _gauge("terrace_workers", "Live workers", [((), numbers.live_workers)])
    yield _gauge("terrace_worker_slots", "Phases that live workers can carry out at once", [((), numbers.slots)])
    yield _gauge("terrace_worker_slots_busy", "Phases that workers carry out now", [((), numbers.busy)])
    yield _gauge(
        "terrace_state_uploads",
        "States that the portal does not have yet: spooled, expected, refused",
        _by(numbers.states),
        "kind",
    )
    yield _gauge("terrace_hold", "Whether auto apply and expiry are on hold", [((), numbers.held)])


def _expiries() -> Metric:
    """Accounts are named: whoever is alerted has to know which."""
    with unit_of_work() as session:
        found = cloud_accounts.expiries(session)
    text = "Seconds until the credentials of a cloud account end, where that is known"
    return _gauge("terrace_cloud_account_expires_seconds", text, _by(found), "account")


def _by(numbers: Mapping[str, float]) -> list[tuple[tuple[str, ...], float]]:
    return [((name,), number) for name, number in numbers.items()]


def _gauge(name: str, text: str, samples: list[tuple[tuple[str, ...], float]], *labels: str) -> Metric:
    family = GaugeMetricFamily(name, text, labels=labels)
    for values, number in samples:
        family.add_metric(values, float(number))
    return family


def _of_counters(counted: dict[tuple[str, ...], float]) -> Iterator[Metric]:
    for counter in measured.COUNTERS:
        family = CounterMetricFamily(counter.name, counter.help, labels=counter.labels)
        for (name, *values), number in sorted(counted.items()):
            if name == counter.name:
                family.add_metric(values, number)
        yield family
    for histogram in measured.HISTOGRAMS:
        yield _histogram(histogram, counted)


def _histogram(histogram: counters.Histogram, counted: dict[tuple[str, ...], float]) -> Metric:
    """Stored are the buckets by themselves; Prometheus wants each with all below it."""
    family = HistogramMetricFamily(histogram.name, histogram.help, labels=histogram.labels)
    bounds = [*(f"{bound:g}" for bound in histogram.bounds), "+Inf"]
    for values in sorted({key[1:-1] for key in counted if key[0] == histogram.name}):
        own = [counted.get((histogram.name, *values, str(number)), 0.0) for number in range(len(bounds))]
        family.add_metric(
            values,
            list(zip(bounds, accumulate(own), strict=True)),
            counted.get((histogram.name, *values, "sum"), 0.0),
        )
    return family


class Timed:
    """ASGI middleware that measures the API's requests by route, never by address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        began = time.monotonic()

        async def seen(message: Message) -> None:
            if message["type"] == "http.response.start":
                status = message["status"]
                _LATENCY.labels(*_labels(scope, status)).observe(time.monotonic() - began)
            await send(message)

        await self.app(scope, receive, seen)


def _labels(scope: Scope, status: int) -> tuple[str, str, str]:
    """From closed sets only: what a client makes up must not become a new series."""
    method = scope["method"] if scope["method"] in _METHODS else "other"
    return method, getattr(scope.get("route"), "path", "unknown"), f"{status // 100}xx"
