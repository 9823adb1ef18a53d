from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from portal.auth import passwords, throttle
from portal.auth import service as auth
from portal.auth.schemas import SYSTEM, PasswordChange, UserChange
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Forbidden, Invalid, NotFound, TooManyRequests, Unauthenticated
from portal.models import UserSession
from tests.support import people
from tests.support.people import PASSWORD

pytestmark = pytest.mark.usefixtures("database")
IDLE = timedelta(seconds=2 * 3600)
NEW = "another long and good password"


def change_password(cookie: str, current: str = PASSWORD, new: str = NEW) -> None:
    actor = people.by_cookie(cookie)
    with unit_of_work() as session:
        auth.change_password(session, actor, PasswordChange(current_password=current, new_password=new))  # type: ignore[arg-type]


def test_signing_in_makes_a_session_that_belongs_to_the_user() -> None:
    user_id = people.user("ada@example.com", "member")
    actor = people.by_cookie(people.sign_in("ADA@Example.com ").cookie)
    assert (actor.kind, actor.user_id, actor.role, actor.scope) == ("user", user_id, "member", "write")


def test_the_cookie_is_not_in_the_database() -> None:
    people.user("ada@example.com")
    cookie = people.sign_in("ada@example.com").cookie
    with unit_of_work() as session:
        row = session.exec(select(UserSession)).one()
        assert cookie not in str(row.model_dump())
    with pytest.raises(Unauthenticated):
        people.by_cookie(row.id)


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com", "disabled@example.com"])
def test_every_refusal_to_sign_in_says_the_same(email: str) -> None:
    people.user("ada@example.com")
    disabled = people.user("disabled@example.com")
    with unit_of_work() as session:
        auth.update_user(session, SYSTEM, disabled, UserChange(disabled=True))
    password = PASSWORD if email.startswith("disabled") else "a wrong password"
    with pytest.raises(Unauthenticated, match="do not belong together"):
        people.sign_in(email, password)


def test_each_sign_in_has_a_new_cookie_and_ends_the_session_that_the_browser_had() -> None:
    people.user("ada@example.com")
    first = people.sign_in("ada@example.com")
    second = people.sign_in("ada@example.com", previous=first.cookie)
    assert first.cookie != second.cookie
    with pytest.raises(Unauthenticated):
        people.by_cookie(first.cookie)
    assert people.by_cookie(second.cookie)


def test_a_cookie_that_somebody_made_up_is_not_taken_over() -> None:
    people.user("ada@example.com")
    planted = "planted-by-an-attacker"
    assert people.sign_in("ada@example.com", previous=planted).cookie != planted
    with pytest.raises(Unauthenticated):
        people.by_cookie(planted)


def test_signing_out_ends_the_session_on_the_server() -> None:
    people.user("ada@example.com")
    cookie, other = people.sign_in("ada@example.com").cookie, people.sign_in("ada@example.com").cookie
    with unit_of_work() as session:
        auth.sign_out(session, auth.actor_for_session(session, cookie))
    with pytest.raises(Unauthenticated):
        people.by_cookie(cookie)
    assert people.by_cookie(other)


def test_an_idle_session_is_over() -> None:
    people.user("ada@example.com")
    cookie = people.sign_in("ada@example.com").cookie
    with clock.moved(IDLE - timedelta(minutes=2)):
        people.by_cookie(cookie)
    with clock.moved(IDLE + timedelta(minutes=2)):
        assert people.by_cookie(cookie), "its use in between counts"
    with clock.moved(2 * IDLE + timedelta(minutes=10)), pytest.raises(Unauthenticated):
        people.by_cookie(cookie)


def test_a_session_ends_at_last_however_much_it_is_used() -> None:
    people.user("ada@example.com")
    cookie = people.sign_in("ada@example.com").cookie
    for hours in range(1, 12):
        with clock.moved(timedelta(hours=hours)):
            people.by_cookie(cookie)
    with clock.moved(timedelta(hours=12, minutes=1)), pytest.raises(Unauthenticated):
        people.by_cookie(cookie)


def test_a_changed_role_counts_for_the_next_request() -> None:
    user_id = people.user("ada@example.com", "member")
    cookie = people.sign_in("ada@example.com").cookie
    with unit_of_work() as session:
        auth.update_user(session, SYSTEM, user_id, UserChange(role="viewer"))
    assert people.by_cookie(cookie).role == "viewer"


def test_disabling_a_user_ends_sessions_for_good() -> None:
    user_id = people.user("ada@example.com")
    cookie = people.sign_in("ada@example.com").cookie
    for disabled in (True, False):
        with unit_of_work() as session:
            auth.update_user(session, SYSTEM, user_id, UserChange(disabled=disabled))
        with pytest.raises(Unauthenticated):
            people.by_cookie(cookie)


def test_changing_the_password_ends_the_other_sessions() -> None:
    people.user("ada@example.com")
    mine, other = people.sign_in("ada@example.com").cookie, people.sign_in("ada@example.com").cookie
    change_password(mine)
    assert people.by_cookie(mine)
    with pytest.raises(Unauthenticated):
        people.by_cookie(other)
    with pytest.raises(Unauthenticated):
        people.sign_in("ada@example.com", PASSWORD)
    assert people.sign_in("ada@example.com", NEW)


@pytest.mark.parametrize(
    ("current", "new", "path"),
    [
        ("a wrong password", NEW, "current_password"),
        (PASSWORD, "short", "new_password"),
        (PASSWORD, PASSWORD, "new_password"),
    ],
)
def test_a_refused_change_of_password_names_the_field(current: str, new: str, path: str) -> None:
    people.user("ada@example.com")
    with pytest.raises(Invalid) as caught:
        change_password(people.sign_in("ada@example.com").cookie, current, new)
    assert [problem.path for problem in caught.value.errors] == [path]


def test_whoever_stole_a_session_cannot_guess_the_password_for_ever() -> None:
    people.user("ada@example.com")
    cookie = people.sign_in("ada@example.com").cookie
    for _ in range(throttle.PER_ACCOUNT.amount):
        with pytest.raises(Invalid):
            change_password(cookie, "a wrong password")
    with pytest.raises(TooManyRequests):
        change_password(cookie)


def test_a_password_set_by_an_administrator_must_be_changed_before_anything_else() -> None:
    people.user("ada@example.com", "admin", must_change=True)
    cookie = people.sign_in("ada@example.com").cookie
    with pytest.raises(Forbidden) as caught, unit_of_work() as session:
        auth.list_users(session, auth.actor_for_session(session, cookie))
    assert caught.value.code == "password_change_required"
    change_password(cookie)
    with unit_of_work() as session:
        assert auth.list_users(session, auth.actor_for_session(session, cookie)).items


def test_one_sees_and_ends_only_sessions_of_ones_own() -> None:
    people.user("ada@example.com")
    people.user("bob@example.com")
    mine, other = people.sign_in("ada@example.com").cookie, people.sign_in("ada@example.com").cookie
    bobs = people.sign_in("bob@example.com").cookie
    ada = people.by_cookie(mine)
    with unit_of_work() as session:
        assert [item.current for item in auth.list_sessions(session, ada)].count(True) == 1
        with pytest.raises(NotFound):
            auth.revoke_sessions(session, ada, session_id=people.by_cookie(bobs).session_id)
        assert auth.revoke_sessions(session, ada) == 1
    assert people.by_cookie(bobs)
    assert people.by_cookie(mine)
    with pytest.raises(Unauthenticated):
        people.by_cookie(other)


def test_a_hash_of_older_parameters_is_renewed_at_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    people.user("ada@example.com")
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    people.sign_in("ada@example.com")
    from portal.models import User

    with unit_of_work() as session:
        stored = session.exec(select(User.password_hash)).one()
    assert stored is not None
    assert "t=2" in stored


class TestTooManyAttempts:
    def fail(self, email: str = "ada@example.com", ip: str = "192.0.2.1") -> None:
        with pytest.raises(Unauthenticated):
            people.sign_in(email, "a wrong password", ip=ip)

    def test_guessing_is_stopped_for_the_right_password_too(self) -> None:
        people.user("ada@example.com")
        for _ in range(throttle.PER_ACCOUNT.amount):
            self.fail()
        with pytest.raises(TooManyRequests):
            people.sign_in("ada@example.com")

    def test_somebody_elses_guessing_does_not_lock_the_owner_out(self) -> None:
        people.user("ada@example.com")
        for _ in range(throttle.PER_ACCOUNT.amount):
            self.fail(ip="198.51.100.7")
        assert people.sign_in("ada@example.com", ip="192.0.2.1")

    def test_an_address_that_tries_one_password_on_everybody_is_stopped(self) -> None:
        people.user("ada@example.com")
        for number in range(throttle.PER_ADDRESS.amount):
            self.fail(f"person-{number}@example.com")
        with pytest.raises(TooManyRequests):
            people.sign_in("ada@example.com")

    def test_success_forgets_the_failures(self) -> None:
        people.user("ada@example.com")
        for _ in range(3):
            for _ in range(throttle.PER_ACCOUNT.amount - 1):
                self.fail()
            assert people.sign_in("ada@example.com")
