"""Attack 26: whoever is shut out is out at once, also with what was not revoked (a sign-in at that very moment, a restore)."""

from __future__ import annotations

import pytest

from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Unauthenticated
from portal.models import User
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
