"""Ends what is over without a click: whoever is shut out, signed out elsewhere or demoted sees it on every open page at once.

One look at the database every few seconds for all open pages of this process, and one at each nudge of portal/auth/pulse.py.
Looking is no use of a session: an open page keeps nobody signed in.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field

import structlog

from portal.auth import pulse
from portal.auth import service as auth
from portal.auth.schemas import Actor
from portal.kit import live
from portal.kit.db import unit_of_work

log = structlog.get_logger(__name__)
POLL_SECONDS = 3.0


@dataclass(eq=False)
class Watched:
    """One open page or connection. `changed` is set when `actor` is another than it was; None: the session is over."""

    session_id: str
    actor: Actor | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Watch:
    """All that is open in one process and event loop. Use `watch()` to get the loop's."""

    def __init__(self) -> None:
        self._open: dict[str, set[Watched]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def of(self, session_id: str) -> AsyncIterator[Watched]:
        """Watch a session, by its id. Its actor is known when the block begins."""
        # Among the open ones once its actor is known: whoever looks meanwhile would take it for changed.
        item = Watched(session_id, (await _standings({session_id})).get(session_id))
        self._open[session_id].add(item)
        try:
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._look())
            yield item
        finally:
            self._open[session_id].discard(item)
            if not self._open[session_id]:
                del self._open[session_id]

    async def _look(self) -> None:
        async with live.hub().subscribe(pulse.CHANNEL) as stirred:
            while self._open:
                await live.wait(stirred, poll=POLL_SECONDS)
                # Of what opens while the database answers, the answer says nothing.
                asked = {session_id: tuple(items) for session_id, items in self._open.items()}
                try:
                    found = await _standings(set(asked))
                except Exception as error:
                    # Nobody is thrown out because the database is away: nothing can be read meanwhile either.
                    log.warning("sessions_not_looked_at", error=type(error).__name__)
                    continue
                _tell(asked, found)


def _tell(asked: Mapping[str, Iterable[Watched]], found: Mapping[str, Actor]) -> None:
    for session_id, items in asked.items():
        actor = found.get(session_id)
        for item in items:
            if actor != item.actor:
                item.actor = actor
                item.changed.set()


async def _standings(session_ids: set[str]) -> dict[str, Actor]:
    def read() -> dict[str, Actor]:
        with unit_of_work() as session:
            return auth.standings(session, session_ids)

    return await asyncio.to_thread(read)


_watches: dict[asyncio.AbstractEventLoop, Watch] = {}


def watch() -> Watch:
    """The running loop's watch."""
    loop = asyncio.get_running_loop()
    if loop not in _watches:
        for closed in [item for item in _watches if item.is_closed()]:
            del _watches[closed]
        _watches[loop] = Watch()
    return _watches[loop]
