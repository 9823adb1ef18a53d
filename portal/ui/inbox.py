"""The two numbers in the frame, kept current: what the signed-in person has not read, and what waits for them to approve."""

from __future__ import annotations

from dataclasses import dataclass

import reflex as rx

from portal.auth.schemas import Actor
from portal.kit.db import Session
from portal.kit.errors import TerraceError
from portal.notification import inbox
from portal.run import service as runs
from portal.run.events import APPROVALS
from portal.ui import bridge

_LOOK_SECONDS = 60.0


@dataclass(frozen=True)
class _Mine:
    """Whose the numbers are, and what they are."""

    user_id: str | None
    unread: int
    waiting: int


def _mine(session: Session, actor: Actor) -> _Mine:
    return _Mine(actor.user_id, inbox.count_unread(session, actor).unread, runs.waiting_for_me(session, actor))


class Bell(rx.State):
    """Both numbers, and a counter that moves whenever one of them does, so that an open inbox reads itself again."""

    unread: int = 0
    waiting: int = 0
    changed: int = 0

    @rx.event(background=True)
    async def follow(self) -> None:
        """Count now, and again whenever there is another to count. Whoever is not signed in has none."""
        try:
            mine = await bridge.call(self, _mine)
        except TerraceError:
            return
        async with self:
            self._show(mine)
        await bridge.follow(self, f"inbox:{mine.user_id}", APPROVALS, look=_LOOK_SECONDS)

    async def _read(self) -> _Mine:
        return await bridge.call(self, _mine)

    def _show(self, mine: _Mine) -> None:
        self.unread, self.waiting = mine.unread, mine.waiting
        self.changed += 1
