"""The bell in the frame: how many notifications the signed-in person has not read, kept current."""

from __future__ import annotations

import reflex as rx

from portal.auth.schemas import Actor
from portal.kit.db import Session
from portal.kit.errors import TerraceError
from portal.notification import inbox
from portal.ui import bridge

_LOOK_SECONDS = 60.0


def _mine(session: Session, actor: Actor) -> tuple[str | None, int]:
    """Whose inbox it is, and how much in it is unread."""
    return actor.user_id, inbox.count_unread(session, actor).unread


class Bell(rx.State):
    """A number, and a counter that moves whenever the inbox does, so that an open inbox reads itself again."""

    unread: int = 0
    changed: int = 0

    @rx.event(background=True)
    async def follow(self) -> None:
        """Count now, and again whenever this person's inbox changes. Whoever is not signed in has none."""
        try:
            user_id, unread = await bridge.call(self, _mine)
        except TerraceError:
            return
        async with self:
            self._show(unread)
        await bridge.follow(self, f"inbox:{user_id}", look=_LOOK_SECONDS)

    async def _read(self) -> int:
        return (await bridge.call(self, _mine))[1]

    def _show(self, unread: int) -> None:
        self.unread = unread
        self.changed += 1
