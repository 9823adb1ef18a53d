"""The lock after many wrong passwords from anywhere, and that no stranger keeps anybody out for ever (attack 30)."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from portal.auth import locks, throttle
from portal.auth import service as auth
from portal.auth.schemas import SYSTEM, SignedIn
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Unauthenticated
from tests.support import people
from tests.support.people import PASSWORD

pytestmark = pytest.mark.usefixtures("database", "soon")
ADA = "ada@example.com"
_address = itertools.count(1)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fourth wrong password is enough here."""
    monkeypatch.setattr(locks, "FREE", 4)


def sign_in(password: str = PASSWORD, browser: str | None = None) -> SignedIn:
    """From an address that nobody has come from before."""
    number = next(_address)
    with unit_of_work() as session:
        made = auth.sign_in(
            session,
            email=ADA,
            password=password,
            ip=f"198.51.{number // 250}.{number % 250}",
            user_agent="test",
            browser=browser,
        )
    assert isinstance(made, SignedIn)
    return made


def fail(times: int) -> None:
    for _ in range(times):
        with pytest.raises(Unauthenticated):
            sign_in("a wrong password")


def test_attack_30_guessing_from_many_addresses_locks_the_account_for_a_growing_time() -> None:
    user_id = people.user(ADA)
    fail(locks.FREE - 1)
    assert sign_in(), "not yet, and success forgets the failures"
    fail(locks.FREE)
    with pytest.raises(Unauthenticated, match="closed for a while"):
        sign_in()
    with unit_of_work() as session:
        assert locks.is_locked(session, user_id)
    with clock.moved(locks.SHORTEST + timedelta(seconds=1)):
        fail(1)
        with pytest.raises(Unauthenticated):
            sign_in()
    with clock.moved(3 * locks.SHORTEST + timedelta(seconds=2)):
        assert sign_in()


def test_a_lock_is_never_longer_than_an_hour_and_failures_of_yesterday_are_forgotten() -> None:
    people.user(ADA)
    assert locks.lock_length(locks.FREE) == locks.SHORTEST
    assert locks.lock_length(10_000) == locks.LONGEST
    fail(locks.FREE - 1)
    with clock.moved(locks.FORGOTTEN_AFTER + timedelta(minutes=1)):
        fail(1)
        assert sign_in()


def test_wrong_passwords_while_locked_do_not_make_it_longer() -> None:
    people.user(ADA)
    fail(locks.FREE + 5)
    with clock.moved(locks.SHORTEST + timedelta(seconds=1)):
        assert sign_in()


def test_attack_30_a_stranger_cannot_lock_a_browser_out_that_was_here_before() -> None:
    people.user(ADA)
    known = sign_in().browser
    fail(locks.FREE)
    assert sign_in(browser=known)
    for forged in ("", "AAAA", known[:-4] + "AAAA", locks.known_browser("user-another", clock.now())):
        fail(locks.FREE)
        with pytest.raises(Unauthenticated):
            sign_in(browser=forged)


def test_a_browser_is_known_for_half_a_year_only() -> None:
    user_id = people.user(ADA)
    with clock.moved(-locks.KNOWN_FOR - timedelta(days=1)):
        old = locks.known_browser(user_id, clock.now())
    assert not locks.is_known_browser(old, user_id)


def test_an_administrator_and_a_new_password_lift_the_lock() -> None:
    user_id = people.user(ADA)
    fail(locks.FREE)
    with unit_of_work() as session:
        assert auth.details(session, SYSTEM, user_id).locked_until is not None
        assert [item.id for item in auth.list_users(session, SYSTEM, status="locked").items] == [user_id]
        locks.unlock(session, SYSTEM, user_id)
    assert sign_in()


def test_an_address_nobody_has_is_not_remembered() -> None:
    for number in range(3):
        with pytest.raises(Unauthenticated), unit_of_work() as session:
            auth.sign_in(
                session, email="nobody@example.com", password="x" * 12, ip=f"192.0.2.{number}", user_agent="test"
            )
    with unit_of_work() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM sign_in_lock").scalar_one() == 0
    assert throttle.PER_ADDRESS.amount > 3
