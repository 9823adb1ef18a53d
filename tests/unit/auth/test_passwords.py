from __future__ import annotations

import pytest

from portal.auth import passwords
from portal.kit.errors import Invalid
from tests.support.people import CHEAP_HASHER


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", CHEAP_HASHER)


def test_the_hash_is_argon2id_with_a_salt_of_its_own() -> None:
    first, second = passwords.new_hash("a password to keep"), passwords.new_hash("a password to keep")
    assert first.startswith("$argon2id$")
    assert first != second
    assert passwords.matches(first, "a password to keep")
    assert not passwords.matches(first, "another password")


def test_the_parameters_in_production_are_those_of_rfc_9106() -> None:
    from argon2 import PasswordHasher
    from argon2.profiles import RFC_9106_LOW_MEMORY

    hasher = PasswordHasher()
    given = (hasher.time_cost, hasher.memory_cost, hasher.parallelism)
    assert given == (RFC_9106_LOW_MEMORY.time_cost, RFC_9106_LOW_MEMORY.memory_cost, RFC_9106_LOW_MEMORY.parallelism)


def test_an_unknown_account_costs_the_same_verification(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    class Counting:
        def hash(self, password: str) -> str:
            return CHEAP_HASHER.hash(password)

        def verify(self, stored: str, password: str) -> bool:
            verified.append(stored)
            return CHEAP_HASHER.verify(stored, password)

    monkeypatch.setattr(passwords, "HASHER", Counting())
    assert not passwords.matches(None, "whatever it is")
    assert len(verified) == 1


def test_a_damaged_hash_matches_nothing() -> None:
    assert not passwords.matches("not a hash", "whatever it is")


def test_a_hash_of_other_parameters_is_outdated(monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    stored = passwords.new_hash("a password to keep")
    assert not passwords.is_outdated(stored)
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert passwords.is_outdated(stored)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "at least 12"),
        ("x" * 201, "at most 200"),
        ("abababababab", "more than a few different"),
        ("Ada.Lovelace@example.com", "something else than the e-mail"),
        ("ada.lovelace", "something else than the e-mail"),
    ],
)
def test_a_weak_password_is_refused_with_a_sentence(password: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        passwords.require_good(password, email="ada.lovelace@example.com")


def test_a_few_words_are_a_good_password() -> None:
    passwords.require_good("correct horse battery staple", email="ada@example.com")


@pytest.mark.parametrize(
    "password", ["password1234", "Password2024!", "P@ssw0rd1234", "qwertyuiop123", "abcdeabcdeab", "123456781234"]
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid, match="tried first"):
        passwords.require_good(password, email="ada@example.com")


@pytest.mark.parametrize(
    "password", ["correct horse battery staple", "a password of my own", "xK3$mq9ZpL2w", "48391-02746-x"]
)
def test_what_nobody_tries_first_is_taken(password: str) -> None:
    passwords.require_good(password, email="ada@example.com")


def test_eight_signs_of_an_operator_are_no_repeated_piece() -> None:
    passwords.require_good("xK3$mq9Z", email="ada@example.com", shortest=passwords.SHORTEST_OF_OPERATOR)
