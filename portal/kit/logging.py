"""Structured logs on standard error. Cookies, authorization headers and masked values never reach a line."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

from portal.kit.config import Settings, settings

_SECRET_KEYS = re.compile(r"password|secret|token|cookie|authorization|credential|api_?key", re.IGNORECASE)
_SECRET_TEXT = re.compile(r"(?i)(terrace_session=|bearer\s+|tt_|basic\s+)[A-Za-z0-9._~+/=-]+")


def scrub(text: str) -> str:
    """The text without session cookies, bearer tokens and API tokens."""
    return _SECRET_TEXT.sub(lambda match: match.group(1) + "********", text)


def _scrub_event(_logger: Any, _method: str, event: Any) -> Any:
    for key, value in event.items():
        if key != "event" and _SECRET_KEYS.search(key):
            event[key] = "********"
        elif isinstance(value, str):
            event[key] = scrub(value)
    return event


class _ScrubFilter(logging.Filter):
    """For libraries that log through the standard library (Reflex prints whole headers for an unknown event)."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        clean = scrub(message)
        if clean != message:
            record.msg, record.args = clean, ()
        return True


def _to_standard_error(*_args: Any) -> structlog.PrintLogger:
    """Today's standard error, not the one at the time of configuration: whoever replaces it closes the former."""
    return structlog.PrintLogger(sys.stderr)


class _StandardErrorHandler(logging.Handler):
    """As `logging.StreamHandler`, to whatever standard error is at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            print(self.format(record), file=sys.stderr, flush=True)
        except Exception:
            self.handleError(record)


def configure(config: Settings | None = None) -> None:
    """Set up logging for this process. Safe to call again."""
    config = config or settings()
    renderer: Any = (
        structlog.processors.JSONRenderer() if config.log_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _scrub_event,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, config.log_level, logging.INFO)),
        logger_factory=_to_standard_error,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    if not any(isinstance(item, _ScrubFilter) for handler in root.handlers for item in handler.filters):
        handler = _StandardErrorHandler()
        handler.addFilter(_ScrubFilter())
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        root.handlers[:] = [handler]
    root.setLevel(config.log_level)
