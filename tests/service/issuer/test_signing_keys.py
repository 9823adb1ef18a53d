"""The keys over the years: published before they sign, kept while tokens live, gone for good."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import jwt
import pytest
from sqlalchemy import text
from sqlmodel import select

from portal.auth.schemas import SYSTEM, Actor
from portal.issuer import keys
from portal.issuer import service as issuer
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden
from portal.models import SigningKey
from tests.service.issuer.accounts import checked

pytestmark = [
    pytest.mark.usefixtures("database"),
    pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning"),
]
AUDIENCE = "api://AzureADTokenExchange"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def few_primes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys as short as the library allows: what is tested is when they are used."""
    monkeypatch.setattr(keys, "BITS", 1024)


def mint() -> str:
    with unit_of_work() as session:
        return issuer.mint(session, "account:a:phase:plan", AUDIENCE)


def published() -> list[str]:
    with unit_of_work() as session:
        return [key["kid"] for key in issuer.jwks(session).keys]


def signed_by(token: str) -> str:
    return jwt.get_unverified_header(token)["kid"]


def claims(token: str) -> dict[str, Any]:
    with unit_of_work() as session:
        return checked(token, session)


def rotate(**how: Any) -> list[tuple[str, str]]:
    with unit_of_work() as session:
        return [(key.id, key.use) for key in issuer.rotate(session, SYSTEM, **how)]


def test_the_first_key_is_made_once_however_many_ask() -> None:
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: published(), range(6)))
    assert len({tuple(keys) for keys in found}) == 1
    assert len(found[0]) == 1


def test_a_private_key_is_readable_nowhere() -> None:
    published()
    with unit_of_work() as session:
        private = session.exec(select(SigningKey)).one().private_key
        stored = session.execute(text("SELECT private_key FROM signing_key")).scalar_one()
        assert private is not None
        assert private not in bytes(stored)
        assert "d" not in issuer.jwks(session).keys[0]


def test_a_new_key_is_published_a_day_before_it_signs_and_the_old_one_until_its_last_token_is_over() -> None:
    first = signed_by(mint())
    second = next(key for key, use in rotate() if use == "coming")
    assert published() == [first, second]
    assert signed_by(mint()) == first
    with clock.moved(24 * HOUR - timedelta(minutes=1)):
        last = mint()
        assert signed_by(last) == first
    with clock.moved(24 * HOUR + timedelta(minutes=1)):
        assert signed_by(mint()) == second
        assert published() == [first, second], "tokens of the first are not over"
    with clock.moved(25 * HOUR + timedelta(minutes=1)):
        assert published() == [second]


def test_attack_27_a_key_that_went_proves_nothing_any_more_and_never_comes_back() -> None:
    first = signed_by(mint())
    with unit_of_work() as session:
        row = session.get_one(SigningKey, first)
        kept = SigningKey(**row.model_dump())  # by somebody who has got hold of it
    rotate(ahead=timedelta(0))
    with clock.moved(2 * HOUR):
        published()
        now = int(clock.now().timestamp())
        forged = keys.sign({"sub": "x", "aud": AUDIENCE, "iss": issuer.issuer(), "iat": now, "exp": now + 600}, kept)
        with pytest.raises(KeyError):
            claims(forged)
    with unit_of_work() as session:
        row = session.get_one(SigningKey, first)
        assert row.private_key is None
        with pytest.raises(ValueError, match="signs nothing"):
            keys.sign({}, row)
    assert first not in published()


def test_a_key_that_others_may_have_is_replaced_at_once() -> None:
    old, token = signed_by(mint()), mint()
    assert [use for _, use in rotate(at_once=True)] == ["signing"]
    assert signed_by(mint()) != old
    assert claims(mint())
    with pytest.raises(KeyError):
        claims(token)


def test_one_new_key_at_a_time_is_on_its_way() -> None:
    mint()
    rotate()
    with pytest.raises(Conflict, match="signs from"):
        rotate()
    assert len(rotate(at_once=True)) == 1, "what was on its way goes as well"


def test_keys_are_renewed_by_age_and_every_token_was_signed_by_a_key_that_clouds_had_seen(
    settings_env: Callable[..., None], database: str
) -> None:
    settings_env(TERRACE_DATABASE_URL=database, TERRACE_SIGNING_KEY_DAYS="4")
    seen: dict[str, int] = {}
    used: list[str] = []
    for hours in range(0, 10 * 24, 7):
        with clock.moved(hours * HOUR):
            for kid in published():
                seen.setdefault(kid, hours)
            kid = signed_by(mint())
            assert kid in published()
            used.append(kid)
            assert seen[kid] == 0 or hours - seen[kid] >= 24
    assert len(set(used)) == 3


def test_age_zero_leaves_it_to_the_operator(settings_env: Callable[..., None], database: str) -> None:
    settings_env(TERRACE_DATABASE_URL=database, TERRACE_SIGNING_KEY_DAYS="0")
    first = signed_by(mint())
    with clock.moved(timedelta(days=2000)):
        assert published() == [first]


def test_only_administrators_see_and_turn_the_keys() -> None:
    for role in ("viewer", "member"):
        actor = Actor("user", "user-1", "a@b.c", role, "user-1")
        with unit_of_work() as session, pytest.raises(Forbidden):
            issuer.rotate(session, actor)
        with unit_of_work() as session, pytest.raises(Forbidden):
            issuer.signing_keys(session, actor)
