"""Where something came from: the id of a request in every log line, and traces when somebody wants them.

Traces are OpenTelemetry's and off by default. They are switched on by its own variables (`OTEL_EXPORTER_OTLP_ENDPOINT`, or
`OTEL_TRACES_EXPORTER`) where the packages of requirements-otel.txt are installed; until then nothing of them is imported.
Attributes are ids and words of ours, never values.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import structlog

log = structlog.get_logger(__name__)
_WANTED: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_EXPORTER")
_PARENT: Final = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_tracer: Any = None
_provider: Any = None


def is_wanted(environ: Mapping[str, str]) -> bool:
    """Whether the usual variables ask for traces."""
    off = environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or environ.get("OTEL_TRACES_EXPORTER") == "none"
    return not off and any(environ.get(name) for name in _WANTED)


def configure(service: str) -> None:
    """Switch traces on in this process if they are wanted and can be made. Call it after a fork, never before."""
    if _tracer is not None or not is_wanted(os.environ):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # pyright: ignore[reportMissingImports]
        from opentelemetry.sdk.resources import Resource  # pyright: ignore[reportMissingImports]
        from opentelemetry.sdk.trace import TracerProvider  # pyright: ignore[reportMissingImports]
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # pyright: ignore[reportMissingImports]
    except ImportError:
        log.warning("no_traces", reason="OTEL_* asks for traces, and the packages of requirements-otel.txt are missing")
        return
    provider = TracerProvider(
        resource=Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME") or service})
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    use(provider)


def use(provider: Any) -> None:
    """Make spans with an OpenTelemetry `TracerProvider`; None switches them off."""
    global _provider, _tracer
    _provider, _tracer = provider, provider.get_tracer("terrace") if provider is not None else None


def shut_down() -> None:
    """Send what waits to be sent: before the process ends."""
    if _provider is not None and hasattr(_provider, "shutdown"):
        _provider.shutdown()


@contextmanager
def span(
    name: str, *, parent: str | None = None, since: datetime | None = None, **attributes: str | int | None
) -> Iterator[Any]:
    """A span around the block, below the current one or below `parent` (a traceparent). Yields it; None without traces."""
    if _tracer is None:
        yield None
        return
    context = _context_of(parent) if parent else None
    given = {f"terrace.{key}": value for key, value in attributes.items() if value is not None}
    start = int(since.timestamp() * 1e9) if since else None
    with _tracer.start_as_current_span(name, context=context, attributes=given, start_time=start) as current:
        yield current


def traceparent() -> str | None:
    """The current span, as the header that carries it on; None without traces."""
    if _tracer is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent")


def origin() -> dict[str, Any]:
    """What to keep of whoever set something going, so that work done elsewhere can name it: `request_id`, `traceparent`."""
    found = {"request_id": structlog.contextvars.get_contextvars().get("request_id"), "traceparent": traceparent()}
    return {name: str(value) for name, value in found.items() if value}


def valid(text: str | None) -> str | None:
    """A traceparent that came from outside, if it is one."""
    return text if text and _PARENT.fullmatch(text) else None


def _context_of(parent: str) -> Any:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({"traceparent": parent})
