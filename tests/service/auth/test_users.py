from __future__ import annotations

import threading

import pytest
from pydantic import SecretStr

from portal.auth import service as auth
from portal.auth.schemas import SYSTEM, NewUser, UserChange
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound, TerraceError, Unauthenticated
from tests.support import people
from tests.support.people import PASSWORD

pytestmark = pytest.mark.usefixtures("database")


def test_a_new_user_without_a_password_gets_one_that_is_shown_once() -> None:
    admin = people.actor("root@example.com", "admin")
    with unit_of_work() as session:
        made = auth.create_user(session, admin, NewUser(email="ada@example.com"))
        assert made.generated_password
        assert made.generated_password not in str(auth.get_user(session, admin, made.id).model_dump())
    assert people.sign_in("ada@example.com", made.generated_password).user.must_change_password


def test_an_address_is_taken_in_whatever_case_it_is_written() -> None:
    people.user("Ada@example.com")
    with pytest.raises(Conflict, match="already a user"), unit_of_work() as session:
        auth.create_user(session, SYSTEM, NewUser(email="aDA@EXAMPLE.com"))


def test_what_is_no_address_is_refused() -> None:
    for email in ("", "ada", "ada@", "@example.com", "a b@example.com", "a@b\nc", "<script>@x.y", "ada@exa mple.com"):
        with pytest.raises(Invalid) as caught, unit_of_work() as session:
            auth.create_user(session, SYSTEM, NewUser(email=email))
        assert caught.value.errors[0].path == "email"


def test_only_administrators_manage_users() -> None:
    member = people.actor("ada@example.com")
    with unit_of_work() as session:
        for call in (
            lambda: auth.list_users(session, member),
            lambda: auth.get_user(session, member, member.user_id or ""),
            lambda: auth.create_user(session, member, NewUser(email="new@example.com")),
            lambda: auth.update_user(session, member, member.user_id or "", UserChange(role="admin")),
        ):
            with pytest.raises(Forbidden):
                call()


def test_the_last_administrator_stays_one() -> None:
    admin = people.actor("root@example.com", "admin")
    people.user("ada@example.com", "member")
    for change in (UserChange(role="member"), UserChange(role="viewer"), UserChange(disabled=True)):
        with pytest.raises(Conflict, match="last administrator"), unit_of_work() as session:
            auth.update_user(session, admin, admin.user_id or "", change)


def test_two_administrators_cannot_remove_each_other_at_once() -> None:
    ids = [people.user(f"root{number}@example.com", "admin") for number in range(2)]
    start, outcomes = threading.Barrier(2), []

    def demote(user_id: str) -> None:
        start.wait(timeout=60)
        try:
            with unit_of_work() as session:
                auth.update_user(session, SYSTEM, user_id, UserChange(role="member"))
            outcomes.append("done")
        except TerraceError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=demote, args=(user_id,)) for user_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["conflict", "done"]


def test_a_password_that_an_administrator_sets_ends_sessions_and_must_be_changed() -> None:
    admin = people.actor("root@example.com", "admin")
    user_id = people.user("ada@example.com")
    cookie = people.sign_in("ada@example.com").cookie
    with unit_of_work() as session:
        view = auth.update_user(session, admin, user_id, UserChange(password=SecretStr("set by an administrator")))
    assert view.must_change_password
    with pytest.raises(Unauthenticated):
        people.by_cookie(cookie)
    assert people.sign_in("ada@example.com", "set by an administrator")


def test_no_view_of_a_user_holds_a_hash() -> None:
    admin = people.actor("root@example.com", "admin")
    with unit_of_work() as session:
        shown = [auth.get_me(session, admin), *auth.list_users(session, admin).items]
    assert "argon2" not in str([view.model_dump() for view in shown])


def test_a_user_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound), unit_of_work() as session:
        auth.update_user(session, SYSTEM, "user-nobody", UserChange(name="x"))


def test_users_come_in_pages() -> None:
    made = [people.user(f"user{number}@example.com") for number in range(5)]
    seen: list[str] = []
    cursor = None
    with unit_of_work() as session:
        while True:
            page = auth.list_users(session, SYSTEM, cursor=cursor, limit=2)
            seen += [item.id for item in page.items]
            if (cursor := page.next_cursor) is None:
                break
    assert seen == made


def test_passwords_are_in_no_text_of_a_request() -> None:
    assert PASSWORD not in repr(NewUser(email="a@b.c", password=SecretStr(PASSWORD)))
