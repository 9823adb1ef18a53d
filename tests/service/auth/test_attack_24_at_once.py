"""Attack 24: what counts once, or must stay, when two come for it at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from pyotp.totp import TOTP
from sqlmodel import select

from portal.auth import account_repository, repository, resets, second_step
from portal.auth import service as auth
from portal.auth.account_schemas import HalfSignedIn, NewInvitation
from portal.auth.oidc import repository as oidc
from portal.auth.schemas import SYSTEM, SignedIn, UserChange
from portal.kit import clock
from portal.kit.db import Session, unit_of_work
from portal.kit.errors import Conflict, Gone, TerraceError, Unauthenticated
from portal.models import IdentityProvider, SignInAttempt, User
from portal.project import invitations
from tests.support import people
from tests.support.people import PASSWORD

pytestmark = pytest.mark.usefixtures("database")
NEW = "a new password of my own"
MOMENT = 0.5
"""Seconds for which whoever looked first waits for the other: only without the defence does the other come."""


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[type]]:
    """Do two things at once, so that both have looked (by `module.name`) before either of them goes on; how each ended."""

    def run(module: Any, name: str, *things: Callable[[Session], Any]) -> list[type]:
        both, look = threading.Barrier(2), getattr(module, name)

        def looked(*given: Any, **more: Any) -> Any:
            found = look(*given, **more)
            with suppress(threading.BrokenBarrierError):
                both.wait(MOMENT)
            return found

        def ended(thing: Callable[[Session], Any]) -> type:
            try:
                with unit_of_work() as session:
                    return type(thing(session))
            except TerraceError as error:
                return type(error)

        monkeypatch.setattr(module, name, looked)
        with ThreadPoolExecutor(2) as pool:
            return sorted(pool.map(ended, things), key=lambda found: issubclass(found, TerraceError))

    return run


@pytest.mark.parametrize("change", [UserChange(role="member"), UserChange(disabled=True)], ids=["demoted", "disabled"])
def test_attack_24_two_administrators_who_remove_each_other_leave_one(
    at_once: Callable[..., list[type]], change: UserChange
) -> None:
    ada, bob = people.actor("ada@example.com", "admin"), people.actor("bob@example.com", "admin")
    found = at_once(
        repository,
        "lock_active_admins",
        lambda session: auth.update_user(session, ada, bob.user_id or "", change),
        lambda session: auth.update_user(session, bob, ada.user_id or "", change),
    )
    assert found[1] is Conflict
    with unit_of_work() as session:
        assert len(session.exec(select(User).where(User.role == "admin", User.disabled_at == None)).all()) == 1  # noqa: E711


def test_attack_24_a_reset_link_sets_one_password(at_once: Callable[..., list[type]]) -> None:
    user_id = people.user("ada@example.com")
    with unit_of_work() as session:
        token = resets.start(session, SYSTEM, user_id).link.partition("#")[2]
    found = at_once(
        account_repository,
        "find_reset",
        *(lambda session, more=more: resets.use(session, token, NEW + more, ip="192.0.2.1") for more in ("1", "2")),
    )
    assert found == [User, Gone]


def test_attack_24_an_invitation_makes_one_user(at_once: Callable[..., list[type]]) -> None:
    with unit_of_work() as session:
        made = invitations.invite(session, SYSTEM, NewInvitation(email="nora@example.com"))
    token = made.link.partition("#")[2]
    found = at_once(
        account_repository,
        "find_invitation",
        *(lambda s, name=name: invitations.accept(s, token, name=name, password=NEW, ip="x") for name in ("A", "B")),
    )
    assert found == [User, Gone]


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_attack_24_a_code_of_the_second_step_lets_one_in(at_once: Callable[..., list[type]], kind: str) -> None:
    people.user("ada@example.com")
    ada = people.by_cookie(people.sign_in("ada@example.com").cookie)
    with unit_of_work() as session:
        app = TOTP(second_step.enrol(session, ada, PASSWORD).secret)
    with unit_of_work() as session:
        recovery = second_step.confirm(session, ada, app.at(clock.now() - timedelta(seconds=30))).codes[0]
    halves = [half_signed_in("ada@example.com") for _ in range(2)]
    code = recovery if kind == "recovery" else app.at(clock.now())
    found = at_once(
        account_repository,
        "find_totp",
        *(
            lambda session, half=half: auth.finish_sign_in(session, half=half, code=code, ip="x", user_agent="test")
            for half in halves
        ),
    )
    assert found == [SignedIn, Unauthenticated], "the other's half of a sign-in ended with the first one's"


def half_signed_in(email: str) -> str:
    with unit_of_work() as session:
        half = auth.sign_in(session, email=email, password=PASSWORD, ip="192.0.2.1", user_agent="test")
    assert isinstance(half, HalfSignedIn)
    return half.cookie


def test_attack_24_a_sign_in_that_was_begun_ends_once(at_once: Callable[..., list[type]]) -> None:
    at = clock.now()
    with unit_of_work() as session:
        session.add(
            IdentityProvider(
                id="idp", slug="corp", kind="oidc", title="Corp", issuer="https://id.example.com", client_id="x",
                rules={}, created_at=at, updated_at=at,
            )
        )  # fmt: skip
        session.flush()
        session.add(
            SignInAttempt(
                id="attempt", provider_id="idp", browser="b", nonce="n", verifier=b"v", next="/",
                expires_at=at + timedelta(minutes=5),
            )
        )  # fmt: skip
    found = at_once(oidc, "take_attempt", *[lambda session: oidc.take_attempt(session, "attempt")] * 2)
    assert sorted(found, key=str) == [type(None), SignInAttempt]
