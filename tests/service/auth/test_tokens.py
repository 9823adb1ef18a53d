from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from portal.auth import service as auth
from portal.auth.schemas import SYSTEM, NewToken, UserChange
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Forbidden, Invalid, NotFound, Unauthenticated
from portal.models import ApiToken
from tests.support import people

pytestmark = pytest.mark.usefixtures("database")


def test_a_token_is_shown_once_and_stored_as_a_hash() -> None:
    ada = people.actor("ada@example.com")
    with unit_of_work() as session:
        made = auth.create_token(session, ada, NewToken(name="ci"))
    assert made.token.startswith("tt_")
    assert len(made.token) == 46
    with unit_of_work() as session:
        row = session.exec(select(ApiToken)).one()
        assert made.token not in str(row.model_dump())
        assert made.token not in str(auth.list_tokens(session, ada).model_dump())
        assert made.token.startswith(auth.get_token(session, ada, made.id).prefix)


def test_a_token_acts_as_its_owner_in_its_scope() -> None:
    user_id = people.user("ada@example.com", "admin")
    reader = people.by_token(people.token(user_id, "read"))
    assert (reader.kind, reader.user_id, reader.role, reader.scope) == ("token", user_id, "admin", "read")
    with pytest.raises(Forbidden), unit_of_work() as session:
        auth.create_token(session, reader, NewToken(name="more"))


def test_what_is_no_token_is_nobody() -> None:
    for bearer in (None, "", "tt_made-up", "\udcff", "x" * 100_000):
        with pytest.raises(Unauthenticated):
            people.by_token(bearer)


def test_an_expired_token_is_nobody() -> None:
    bearer = people.token(people.user("ada@example.com"), days=1)
    assert people.by_token(bearer)
    with clock.moved(timedelta(days=1, seconds=1)), pytest.raises(Unauthenticated):
        people.by_token(bearer)


def test_a_revoked_token_is_nobody() -> None:
    ada = people.actor("ada@example.com")
    bearer = people.token(ada.user_id or "")
    with unit_of_work() as session:
        auth.revoke_token(session, ada, people.by_token(bearer).id)
    with pytest.raises(Unauthenticated):
        people.by_token(bearer)


def test_the_tokens_of_a_disabled_user_stay_dead_when_the_user_comes_back() -> None:
    user_id = people.user("ada@example.com")
    bearer = people.token(user_id)
    for disabled in (True, False):
        with unit_of_work() as session:
            auth.update_user(session, SYSTEM, user_id, UserChange(disabled=disabled))
        with pytest.raises(Unauthenticated):
            people.by_token(bearer)


def test_a_token_works_while_its_owner_has_a_password_to_change() -> None:
    bearer = people.token(people.user("ada@example.com", must_change=True))
    assert not people.by_token(bearer).must_change_password


def test_somebody_elses_token_does_not_exist_for_a_member() -> None:
    ada, bob = people.actor("ada@example.com"), people.actor("bob@example.com")
    with unit_of_work() as session:
        made = auth.create_token(session, ada, NewToken(name="ci"))
    with unit_of_work() as session:
        assert auth.list_tokens(session, bob).items == []
        for refused in (auth.get_token, auth.revoke_token):
            with pytest.raises(NotFound):
                refused(session, bob, made.id)
        with pytest.raises(Forbidden):
            auth.list_tokens(session, bob, everybody=True)
        with pytest.raises(Forbidden):
            auth.create_token(session, bob, NewToken(name="for ada", user_id=ada.user_id))


def test_an_administrator_sees_and_revokes_everybodys() -> None:
    ada, admin = people.actor("ada@example.com"), people.actor("root@example.com", "admin")
    bearer = people.token(ada.user_id or "")
    with unit_of_work() as session:
        shown = auth.list_tokens(session, admin, everybody=True).items
        assert [item.user_email for item in shown] == ["ada@example.com"]
        auth.revoke_token(session, admin, shown[0].id)
    with pytest.raises(Unauthenticated):
        people.by_token(bearer)


def test_only_an_administrators_token_lasts_for_ever() -> None:
    ada, admin = people.actor("ada@example.com"), people.actor("root@example.com", "admin")
    with unit_of_work() as session:
        assert auth.create_token(session, admin, NewToken(name="ci", expires_in_days=None)).expires_at is None
        with pytest.raises(Invalid, match="may last for ever"):
            auth.create_token(session, ada, NewToken(name="ci", expires_in_days=None))


def test_tokens_come_in_pages_newest_first() -> None:
    ada = people.actor("ada@example.com")
    with unit_of_work() as session:
        made = [auth.create_token(session, ada, NewToken(name=f"n{number}")).name for number in range(5)]
    names: list[str] = []
    cursor = None
    with unit_of_work() as session:
        while True:
            page = auth.list_tokens(session, ada, cursor=cursor, limit=2)
            names += [item.name for item in page.items]
            if (cursor := page.next_cursor) is None:
                break
    assert names == made[::-1]
