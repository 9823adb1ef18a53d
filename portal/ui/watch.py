"""Ends what is over without a click: whoever is shut out, signed out elsewhere or demoted sees it on every open page at once.

One look at the database every few seconds for all open pages of this process, and one at each nudge of portal/auth/pulse.py.
Without any nudge a page still stops within five seconds: what is looked for and what is granted below add up to less.
Looking is no use of a session: an open page keeps nobody signed in.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field

import structlog

from portal.auth import pulse
from portal.auth import service as auth
from portal.auth.schemas import Actor
from portal.kit import live
from portal.kit.db import unit_of_work

log = structlog.get_logger(__name__)
POLL_SECONDS = 2.0
AGAIN_SECONDS = 0.5
"""Until the next look after one that the database did not answer."""
# A thread of its own: those that the pages share may all be busy, and a look would stand in their line.
_LOOKS = ThreadPoolExecutor(1, "watch")


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
        item = Watched(session_id, (await _first_look(session_id)).get(session_id))
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
        pause = POLL_SECONDS
        async with live.hub().subscribe(pulse.CHANNEL) as stirred:
            while self._open:
                await live.wait(stirred, poll=pause)
                # Of what opens while the database answers, the answer says nothing.
                asked = {session_id: tuple(items) for session_id, items in self._open.items()}
                found = await _look_at(set(asked))
                # Nobody is thrown out because the database is away: nothing can be read meanwhile either.
                pause = AGAIN_SECONDS if found is None else POLL_SECONDS
                if found is not None:
                    _tell(asked, found)


async def _first_look(session_id: str) -> dict[str, Actor]:
    """Whose session it is, however long the database is away: what is open unwatched would stay open."""
    while (found := await _look_at({session_id}, None)) is None:  # noqa: ASYNC110 - nobody would set an event
        await asyncio.sleep(AGAIN_SECONDS)
    return found


async def _look_at(session_ids: set[str], threads: Executor | None = _LOOKS) -> dict[str, Actor] | None:
    """None when the database did not answer."""
    try:
        return await _standings(session_ids, threads)
    except Exception as error:
        log.warning("sessions_not_looked_at", error=type(error).__name__)
        return None


def _tell(asked: Mapping[str, Iterable[Watched]], found: Mapping[str, Actor]) -> None:
    for session_id, items in asked.items():
        actor = found.get(session_id)
        for item in items:
            if actor != item.actor:
                item.actor = actor
                item.changed.set()


async def _standings(session_ids: set[str], threads: Executor | None) -> dict[str, Actor]:
    def read() -> dict[str, Actor]:
        with unit_of_work() as session:
            return auth.standings(session, session_ids)

    return await asyncio.get_running_loop().run_in_executor(threads, read)


_watches: dict[asyncio.AbstractEventLoop, Watch] = {}


def watch() -> Watch:
    """The running loop's watch."""
    loop = asyncio.get_running_loop()
    if loop not in _watches:
        for closed in [item for item in _watches if item.is_closed()]:
            del _watches[closed]
        _watches[loop] = Watch()
    return _watches[loop]
