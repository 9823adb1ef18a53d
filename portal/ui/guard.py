"""Default deny: an event of a connection without a session goes nowhere, whichever page or script sent it.

It also ties Reflex's state to the session. The token of a state is kept in the browser and outlives a sign-out; whoever comes
with it and another session, or none, finds every var empty.
"""

from __future__ import annotations

import hashlib
from typing import Any

import reflex as rx
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate

from portal.ui import bridge, routes
from portal.ui.identity import Identity

PUBLIC = frozenset(
    {
        # What Reflex itself sends: connecting, finding a page's handlers, reporting an error of the browser.
        "reflex___state____state.hydrate",
        "reflex___state____state.hydrate_and_load",
        "reflex___state____state.set_is_hydrated",
        "reflex___state____state.reflex___state____on_load_internal_state.on_load_internal",
        "reflex___state____state.reflex___state____on_load_internal_state.set_is_hydrated",
        "reflex___state____state.reflex___state____update_vars_internal_state.update_vars_internal",
        "reflex___state____state.reflex___state____frontend_event_exception_state.handle_frontend_exception",
        # Sends whoever has no session to sign in.
        "reflex___state____state.portal___ui___identity____identity.load",
    }
)


class Guard(Middleware):
    """Asked before every event, whatever its handler does by itself."""

    async def preprocess(self, app: Any, state: BaseState, event: Event) -> StateUpdate | None:
        """None lets the event through; an update ends it there."""
        await _bind_to_session(state)
        if event.name in PUBLIC or await bridge.is_signed_in(state):  # type: ignore[arg-type]
            return None
        away = Event.from_event_type(rx.redirect(routes.SIGN_IN))
        return StateUpdate(delta={}, events=away)


async def _bind_to_session(state: BaseState) -> None:
    cookie = bridge.cookie_of(state)  # type: ignore[arg-type]
    mark = hashlib.sha256((cookie or "").encode()).hexdigest()
    identity = await state.get_state(Identity)
    if identity._session_mark == mark:
        return
    if identity._session_mark:
        await _empty(state)
        identity = await state.get_state(Identity)
    identity._session_mark = mark


async def _empty(state: BaseState) -> None:
    """Reset every var of the whole tree, the parts too that are not loaded yet."""
    for cls in _family(rx.State):
        await state.get_state(cls)
    root = state._get_root_state()
    root.reset()


def _family(cls: type[BaseState]) -> list[type[BaseState]]:
    return [cls, *(child for substate in cls.get_substates() for child in _family(substate))]
