"""Celery's way to Redis, but for one thing: what is in a queue and is no message is thrown away instead of ending the worker."""

from __future__ import annotations

from queue import Empty
from typing import Any, Final

import structlog
from kombu.transport import TRANSPORT_ALIASES, redis

log = structlog.get_logger(__name__)
_NAMES: Final = ("redis", "rediss")


class Channel(redis.Channel):
    """A channel that reads on. A message is only a wake-up, and the sweep sends it again, so nothing is lost by that."""

    def _brpop_read(self, **options: Any) -> Any:
        """Deliver the next message; Empty when it cannot be read, as when there is none."""
        try:
            return super()._brpop_read(**options)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("message_not_understood", error=type(error).__name__)
            raise Empty from None


class Transport(redis.Transport):
    """Kombu's, with our channel."""

    Channel = Channel


def install() -> None:
    """From now on addresses that begin with `redis` or `rediss` are reached by this transport."""
    TRANSPORT_ALIASES.update(dict.fromkeys(_NAMES, f"{__name__}:{Transport.__name__}"))
