"""Attack 26: whoever is shut out is out at once, also with what was not revoked (a sign-in at that very moment, a restore)."""

from __future__ import annotations

import pytest

from portal.auth import resets
from portal.auth import service as auth
from portal.auth.account_schemas import NewInvitation
from portal.auth.oidc import accounts
from portal.auth.schemas import SYSTEM, UserChange
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Gone, Unauthenticated
from portal.models import User
from portal.project import invitations
from tests.support import people

pytestmark = pytest.mark.usefixtures("database")


def test_attack_26_a_session_or_token_that_was_left_over_opens_nothing() -> None:
    user_id = people.user("ada@example.com", "admin")
    cookie, bearer = people.sign_in("ada@example.com").cookie, people.token(user_id)
    with unit_of_work() as session:
        session.get_one(User, user_id).disabled_at = clock.now()
    with pytest.raises(Unauthenticated):
        people.by_cookie(cookie)
    with pytest.raises(Unauthenticated):
        people.by_token(bearer)


@pytest.mark.parametrize("change", [UserChange(disabled=True), UserChange(role="member")], ids=["disabled", "demoted"])
def test_attack_26_an_administrator_who_is_none_any_more_has_left_no_link_to_come_back_by(change: UserChange) -> None:
    eve, root = people.actor("eve@example.com", "admin"), people.actor("root@example.com", "admin")
    victim = people.user("victim@example.com", "admin")
    with unit_of_work() as session:
        made = invitations.invite(session, eve, NewInvitation(email="eves.other@example.com", role="admin"))
        reset = resets.start(session, eve, victim).link.partition("#")[2]
    invited = made.link.partition("#")[2]
    with unit_of_work() as session:
        assert invitations.look(session, invited, ip="x").role == "admin"
        assert resets.look(session, reset, ip="x").email == "victim@example.com"
        auth.update_user(session, root, eve.user_id or "", change)
    for use in (
        lambda session: invitations.accept(session, invited, name="E", password="a long password", ip="x"),
        lambda session: resets.use(session, reset, "another long password", ip="x"),
    ):
        with pytest.raises(Gone, match="may not do that any more"), unit_of_work() as session:
            use(session)
    with unit_of_work() as session:
        assert accounts._invitation(session, "eves.other@example.com") is None, "nor by an identity provider"
    with unit_of_work() as session:
        again = invitations.send_again(session, root, made.id).link.partition("#")[2]
        assert resets.look(session, resets.start(session, SYSTEM, victim).link.partition("#")[2], ip="x")
    with unit_of_work() as session:
        assert invitations.look(session, again, ip="x").invited_by == "root@example.com"
