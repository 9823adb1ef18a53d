"""Attack 21: every Reflex event is refused to a connection without a session, unless it is named as public."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from reflex.event import Event

from portal.ui import application, bridge, guard
from portal.ui.guard import PUBLIC, Guard
from portal.ui.identity import Identity

HIDDEN = "reflex___state____state.portal___ui___pages___users____users_state.set_role"


class FakeState:
    """As much of a Reflex state as the guard touches."""

    def __init__(self) -> None:
        self.identity = Identity()

    async def get_state(self, cls: type) -> Any:
        assert cls is Identity
        return self.identity


def ask(monkeypatch: pytest.MonkeyPatch, name: str, *, signed_in: bool) -> Any:
    async def is_signed_in(_state: Any) -> bool:
        return signed_in

    monkeypatch.setattr(bridge, "is_signed_in", is_signed_in)
    monkeypatch.setattr(bridge, "cookie_of", lambda _state: None)
    state: Any = FakeState()
    return asyncio.run(Guard().preprocess(None, state, Event(name=name)))


@pytest.mark.parametrize("name", [HIDDEN, "state.anything", "", "reflex___state____state.update_vars_internal"])
def test_attack_21_an_event_without_a_session_goes_nowhere(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    update = ask(monkeypatch, name, signed_in=False)
    assert update is not None
    assert update.delta == {}
    assert [event.name for event in update.events] == ["_redirect"]
    assert ask(monkeypatch, name, signed_in=True) is None


def test_attack_21_what_is_public_is_what_reflex_needs_to_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [name for name in PUBLIC if ask(monkeypatch, name, signed_in=False) is not None] == []
    ours = {name for name in PUBLIC if "portal" in name}
    assert ours == {"reflex___state____state.portal___ui___identity____identity.load"}


def test_attack_21_the_guard_is_asked_before_anything_else() -> None:
    app = application.create([])
    assert isinstance(app._middlewares[0], guard.Guard)


def test_attack_30_another_session_finds_the_state_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    emptied: list[Any] = []

    async def empty(state: Any) -> None:
        emptied.append(state)

    monkeypatch.setattr(guard, "_empty", empty)
    state: Any = FakeState()
    for cookie, count in (("first", 0), ("first", 0), ("second", 1), (None, 2)):
        monkeypatch.setattr(bridge, "cookie_of", lambda _state, cookie=cookie: cookie)
        asyncio.run(guard._bind_to_session(state))
        assert len(emptied) == count
