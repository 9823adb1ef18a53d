"""Nudges through Redis: "there is something new", never the news itself. The rows are in PostgreSQL.

`nudge` publishes; `Hub` holds one Redis subscription for a whole process and wakes every viewer of a channel.
Losing Redis costs promptness only: a viewer also looks on its own every `poll` seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import defaultdict
from collections.abc import AsyncIterator

import redis
import redis.asyncio
import structlog

from portal.kit.config import settings

log = structlog.get_logger(__name__)
_lock = threading.Lock()
_clients: dict[str, redis.Redis] = {}
_PREFIX = "terrace:live:"


def nudge(channel: str) -> None:
    """Tell viewers of `channel` to look. Raises when Redis does not answer."""
    _client().publish(_PREFIX + channel, b"1")


def _client() -> redis.Redis:
    url = settings().redis_database(2)
    with _lock:
        if url not in _clients:
            _clients[url] = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=3)
        return _clients[url]


class Hub:
    """One subscription a process and event loop, fanned out. Use `hub()` to get the loop's."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._reader: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def subscribe(self, *channels: str) -> AsyncIterator[asyncio.Event]:
        """An event that is set whenever one of the channels is nudged. Subscribe first, then read, then wait: no gap."""
        event = asyncio.Event()
        for channel in channels:
            self._waiting[channel].add(event)
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())
        try:
            yield event
        finally:
            for channel in channels:
                self._waiting[channel].discard(event)
                if not self._waiting[channel]:
                    del self._waiting[channel]

    async def _read(self) -> None:
        while self._waiting:
            try:
                await self._follow()
            except (redis.RedisError, OSError) as error:
                log.warning("live_subscription_lost", error=type(error).__name__)
                await asyncio.sleep(1)

    async def _follow(self) -> None:
        client = redis.asyncio.Redis.from_url(self._url, socket_connect_timeout=3)
        try:
            async with client.pubsub(ignore_subscribe_messages=True) as subscription:
                await subscription.psubscribe(_PREFIX + "*")
                self._wake_all()  # whatever was published while we were away
                while self._waiting:
                    message = await subscription.get_message(timeout=5)
                    if message:
                        self._wake(message["channel"].decode().removeprefix(_PREFIX))
        finally:
            await client.aclose()

    def _wake(self, channel: str) -> None:
        for event in self._waiting.get(channel, ()):
            event.set()

    def _wake_all(self) -> None:
        for channel in list(self._waiting):
            self._wake(channel)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """The running loop's hub."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for closed in [item for item in _hubs if item.is_closed()]:
            del _hubs[closed]
        _hubs[loop] = Hub(settings().redis_database(2))
    return _hubs[loop]


async def wait(event: asyncio.Event, *, poll: float = 2.0) -> None:
    """Wait for a nudge, at most `poll` seconds, and arm the event again."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), poll)
    event.clear()
