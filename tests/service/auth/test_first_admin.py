from __future__ import annotations

import threading

import pytest

from portal.auth import service as auth
from portal.auth.schemas import FirstAdmin
from portal.kit.db import unit_of_work
from portal.kit.errors import ConfigurationError
from tests.support import people

pytestmark = pytest.mark.usefixtures("database")


def start(email: str | None = None, password: str | None = None, token: str | None = None) -> FirstAdmin | None:
    with unit_of_work() as session:
        return auth.ensure_first_admin(session, email=email, password=password, token=token)


def test_a_first_start_makes_an_administrator_with_a_password_nobody_chose() -> None:
    first = start()
    assert first is not None
    assert first.generated_password
    actor = people.by_cookie(people.sign_in(first.email, first.generated_password).cookie)
    assert actor.role == "admin"


def test_what_the_operator_gives_is_used() -> None:
    first = start("ops@example.com", "chosen by the operator", "a-token-of-the-operator")
    assert first == FirstAdmin("ops@example.com", None)
    assert people.sign_in("ops@example.com", "chosen by the operator")
    assert people.by_token("a-token-of-the-operator").role == "admin"


def test_a_second_start_changes_nothing() -> None:
    start("ops@example.com", "chosen by the operator", "a-token-of-the-operator")
    assert start("ops@example.com", "another password of theirs", "another-token-of-theirs") is None
    assert people.sign_in("ops@example.com", "chosen by the operator")


def test_replicas_that_start_together_make_one() -> None:
    gate, made = threading.Barrier(4), []

    def replica() -> None:
        gate.wait(timeout=60)
        made.append(start())

    threads = [threading.Thread(target=replica) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(made) == 4
    assert len([item for item in made if item is not None]) == 1


@pytest.mark.parametrize(
    ("email", "password", "token", "named"),
    [
        ("nobody", None, None, "TERRACE_ADMIN_EMAIL"),
        (None, "short", None, "TERRACE_ADMIN_PASSWORD"),
        (None, None, "short", "TERRACE_ADMIN_TOKEN"),
        (None, None, "a token with spaces in it", "TERRACE_ADMIN_TOKEN"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_not_repeated(
    email: str | None, password: str | None, token: str | None, named: str
) -> None:
    with pytest.raises(ConfigurationError, match=named) as caught:
        start(email, password, token)
    assert "spaces in it" not in caught.value.message
