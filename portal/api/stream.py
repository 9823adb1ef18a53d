"""A run's events as server-sent events: subscribe, read what is after the cursor, follow. No gap, no double."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from fastapi import Request

from portal.api import deps
from portal.auth import pulse
from portal.auth.schemas import Actor
from portal.kit import live
from portal.kit.db import unit_of_work
from portal.kit.errors import TerraceError
from portal.run import service as runs
from portal.run.schemas import EventPage

MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
PAGE = 500
BEAT_SECONDS = 15.0
"""A line of comment this often keeps proxies from hanging up."""
AUTHORISE_SECONDS = 1.0
"""Sign-in and role are looked at again this often: a stream outlives neither for long, and a nudge wakes it before."""
POLL_SECONDS = 2.0


def is_wanted(request: Request) -> bool:
    """Whether the client asks for a stream and not for a page."""
    return MEDIA_TYPE in request.headers.get("accept", "")


def start(request: Request, after: int) -> int:
    """Where to start: what the browser has seen before it lost the connection, else what the address says."""
    seen = request.headers.get("last-event-id", "")
    return max(int(seen), after) if seen.isdecimal() and len(seen) < 10 else after


async def follow(request: Request, run_id: str, after: int) -> AsyncIterator[str]:
    """The events, each with its number as id, until the run has ended; then one event `end`."""
    reader = _Reader(request, run_id)
    async with live.hub().subscribe(f"run:{run_id}", pulse.CHANNEL) as nudged:
        sent_at = time.monotonic()
        while True:
            try:
                page = await asyncio.to_thread(reader.read, after)
            except TerraceError as error:
                yield f"event: error\ndata: {error.code}\n\n"
                return
            for event in page.items:
                yield f"id: {event.n}\ndata: {event.model_dump_json()}\n\n"
            after = page.last_n
            if page.ended:
                yield f"id: {after}\nevent: end\ndata: {after}\n\n"
                return
            now = time.monotonic()
            if page.items:
                sent_at = now
            elif now - sent_at >= BEAT_SECONDS:
                yield ": still here\n\n"
                sent_at = now
            if len(page.items) < PAGE:
                await live.wait(nudged, poll=POLL_SECONDS)


class _Reader:
    """Reads pages for one stream, in a thread, as whoever opened it and still may."""

    def __init__(self, request: Request, run_id: str) -> None:
        self._request, self._run_id = request, run_id
        self._actor: Actor | None = None
        self._until = 0.0

    def read(self, after: int) -> EventPage:
        with unit_of_work() as session:
            if self._actor is None or time.monotonic() >= self._until:
                self._actor = deps.current_actor(deps.any_actor(self._request, session))
                self._until = time.monotonic() + AUTHORISE_SECONDS
            return runs.events(session, self._actor, self._run_id, after=after, limit=PAGE)
