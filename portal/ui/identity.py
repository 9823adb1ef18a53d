"""Who is signed in, for the frame around the pages, and what the server says in passing."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from portal.auth import service as auth
from portal.auth import sessions
from portal.auth.permissions import Action
from portal.kit.errors import TerraceError, Unauthenticated
from portal.ui import bridge, routes, watch


@dataclass(frozen=True)
class User:
    """The signed-in person, as far as the frame shows them."""

    id: str = ""
    name: str = ""
    email: str = ""
    role: str = ""
    actions: list[str] = field(default_factory=list)
    """What they may do in the portal as a whole."""
    gives: list[str] = field(default_factory=list)
    """The roles in the portal that they may give to others."""


class Identity(rx.State):
    """Loaded before every page. Hiding a button by it is a kindness; the services decide."""

    user: User = User()
    note: dict[str, Any] = {"seq": 0}  # noqa: RUF012 - Reflex copies the default for each state
    """What `Flash` shows once: {seq, kind, text, goto}."""
    _session_mark: str = ""
    """A digest of the cookie that this state belongs to."""

    @rx.event
    async def load(self) -> Any:
        """Find out who is there; nobody is sent to sign in."""
        try:
            me = await bridge.call(self, auth.get_me)
        except Unauthenticated:
            self.user = User()
            return rx.redirect(routes.sign_in(bridge.path_of(self)))
        except TerraceError as error:
            return self._say(error.message, kind="danger")
        self.user = User(me.id, me.name, me.email, me.effective_role, list(me.actions), list(me.gives))
        here = self.router.url.path.rstrip("/")
        if me.must_change_password and here != routes.CHANGE_PASSWORD:
            return rx.redirect(routes.CHANGE_PASSWORD)
        if me.needs_second_step and here not in (routes.CHANGE_PASSWORD, routes.SET_UP_SECOND_STEP):
            return rx.redirect(routes.SET_UP_SECOND_STEP)
        return None

    @rx.event(background=True)
    async def stay(self) -> None:
        """Show without a click that the session is over, or that one may do something else than before.

        Reflex ends this when the page is left.
        """
        cookie, path = bridge.cookie_of(self), bridge.path_of(self)
        if cookie is None:
            return
        async with watch.watch().of(sessions.digest(cookie)) as watched:
            if watched.actor is not None:
                await watched.changed.wait()
        async with self:
            if watched.actor is None:
                self.user = User()
            self._go(path if watched.actor else routes.sign_in(path, over=True))

    @rx.event
    async def report(self, reference: str) -> None:
        """Tell about a fault of ours that no page's handler caught."""
        self._say(f"Something went wrong. Reference {str(reference)[:16]}", kind="danger")

    def _say(self, text: str, *, kind: str = "success") -> None:
        self.note = {"seq": time.time_ns() // 1000, "kind": kind, "text": text}

    def _go(self, path: str) -> None:
        """Load a page of ours anew, the cookie read again with it."""
        self.note = {"seq": time.time_ns() // 1000, "goto": path}


async def say(state: rx.State, text: str, *, kind: str = "success") -> None:
    """Show a toast."""
    (await state.get_state(Identity))._say(text, kind=kind)


async def reload_at(state: rx.State, path: str) -> None:
    """Load a page of ours anew."""
    (await state.get_state(Identity))._go(path)


def may(action: Action) -> Any:
    """Whether the signed-in person may do this in the portal as a whole: for showing a button or leaving it out."""
    actions: Any = Identity.user.actions
    return actions.contains(action)


def only_with(action: Action, *content: rx.Component) -> rx.Component:
    """What is there for whoever may do `action`, and for nobody else."""
    return rx.cond(may(action), rx.fragment(*content), rx.fragment())
