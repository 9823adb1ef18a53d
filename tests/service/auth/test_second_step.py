"""The code after the password: enrolling, giving it, losing the device (attack 30: guessing and replaying codes)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from pyotp.totp import TOTP
from sqlmodel import select

from portal.auth import second_step, sessions, throttle
from portal.auth import service as auth
from portal.auth.account_schemas import HalfSignedIn
from portal.auth.errors import SecondStepRequired, WrongCode
from portal.auth.schemas import SYSTEM, SignedIn, UserChange
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden, Invalid, TooManyRequests, Unauthenticated
from portal.models import RecoveryCode, UserTotp
from tests.support import people
from tests.support.people import PASSWORD

pytestmark = pytest.mark.usefixtures("database", "still_clock")
ADA = "ada@example.com"
NOW = int(clock.now().timestamp()) // 30 * 30 + 15
"""The middle of a step, at which the clock of the second step stands still: no test crosses from one step to the next."""


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_step, "now", lambda: datetime.fromtimestamp(NOW, UTC))


def code_of(seed: str, steps: int = 0) -> str:
    """What the app shows, so many steps from now."""
    return TOTP(seed).at(NOW + 30 * steps)


def enrolled(email: str = ADA) -> tuple[str, list[str]]:
    """A user with a second step: seed and recovery codes. A step has passed since the first code."""
    people.user(email)
    actor = people.by_cookie(people.sign_in(email).cookie)
    with unit_of_work() as session:
        seed = second_step.enrol(session, actor, PASSWORD).secret
    with unit_of_work() as session:
        codes = second_step.confirm(session, actor, code_of(seed, -1)).codes
    return seed, codes


def give_password(email: str = ADA) -> str:
    """The cookie of half a sign-in."""
    with unit_of_work() as session:
        half = auth.sign_in(session, email=email, password=PASSWORD, ip="192.0.2.1", user_agent="test")
    assert isinstance(half, HalfSignedIn)
    return half.cookie


def give_code(half: str, code: str) -> SignedIn:
    with unit_of_work() as session:
        return auth.finish_sign_in(session, half=half, code=code, ip="192.0.2.1", user_agent="test")


def test_with_a_second_step_the_password_alone_opens_nothing() -> None:
    seed, _ = enrolled()
    half = give_password()
    with pytest.raises(Unauthenticated):
        people.by_cookie(half)
    assert people.by_cookie(give_code(half, code_of(seed)).cookie).label == ADA
    with pytest.raises(Unauthenticated):
        give_code(half, code_of(seed, 1))


def test_attack_30_a_code_counts_once_and_so_does_none_before_it() -> None:
    seed, _ = enrolled()
    used = code_of(seed)
    give_code(give_password(), used)
    for code in (used, code_of(seed, -1)):
        with pytest.raises(WrongCode):
            give_code(give_password(), code)
    assert give_code(give_password(), code_of(seed, 1))


def test_a_clock_may_be_half_a_minute_off_and_not_more() -> None:
    seed, _ = enrolled()
    for steps in (-2, 2):
        with pytest.raises(WrongCode):
            give_code(give_password(), code_of(seed, steps))
    assert give_code(give_password(), code_of(seed, 1))


def test_attack_30_half_a_sign_in_takes_five_guesses_and_five_minutes() -> None:
    seed, _ = enrolled()
    half = give_password()
    for _ in range(sessions.HALF_ATTEMPTS):
        with pytest.raises(WrongCode):
            give_code(half, "000000")
    with pytest.raises(Unauthenticated, match="Begin again"):
        give_code(half, code_of(seed))
    late = give_password()
    with clock.moved(sessions.HALF + timedelta(seconds=1)), pytest.raises(Unauthenticated, match="Begin again"):
        give_code(late, code_of(seed))


def test_attack_30_whoever_knows_the_password_cannot_guess_codes_for_ever() -> None:
    seed, _ = enrolled()
    for _ in range(throttle.PER_ACCOUNT.amount // sessions.HALF_ATTEMPTS):
        half = give_password()
        for _ in range(sessions.HALF_ATTEMPTS):
            with pytest.raises(WrongCode):
                give_code(half, "000000")
    with pytest.raises(TooManyRequests):
        give_code(give_password(), code_of(seed))


def test_a_recovery_code_stands_in_for_the_device_once() -> None:
    _, codes = enrolled()
    assert len(set(codes)) == second_step.RECOVERY_CODES
    assert give_code(give_password(), codes[0].upper().replace("-", " "))
    with pytest.raises(WrongCode):
        give_code(give_password(), codes[0])
    assert give_code(give_password(), codes[1])


def test_neither_seed_nor_codes_stand_in_the_database_in_the_clear() -> None:
    seed, codes = enrolled()
    with unit_of_work() as session:
        raw = session.connection().exec_driver_sql(
            "SELECT user_totp::text || recovery_code::text FROM user_totp, recovery_code"
        )
        text = "\n".join(row[0] for row in raw)
        assert session.exec(select(UserTotp)).one().seed == seed.encode()
        assert len(session.exec(select(RecoveryCode)).all()) == len(codes)
    assert seed not in text
    assert seed.encode().hex() not in text
    assert not any(code in text or code.replace("-", "") in text for code in codes)


def test_a_new_device_counts_only_once_it_showed_a_code() -> None:
    people.user(ADA)
    actor = people.by_cookie(people.sign_in(ADA).cookie)
    with unit_of_work() as session:
        seed = second_step.enrol(session, actor, PASSWORD).secret
        assert not second_step.view(session, actor).enabled
    assert people.sign_in(ADA)
    with unit_of_work() as session, pytest.raises(Invalid):
        second_step.confirm(session, actor, "000000")
    with unit_of_work() as session:
        second_step.confirm(session, actor, code_of(seed))
        assert second_step.view(session, actor).recovery_codes_left == second_step.RECOVERY_CODES
    with unit_of_work() as session, pytest.raises(Conflict):
        second_step.enrol(session, actor, PASSWORD)


def test_a_stolen_session_changes_no_second_step_and_a_token_none_either() -> None:
    user_id = people.user(ADA)
    actor = people.by_cookie(people.sign_in(ADA).cookie)
    for change in (second_step.enrol, second_step.remove, second_step.renew_codes):
        with unit_of_work() as session, pytest.raises(Invalid):
            change(session, actor, "a wrong password")
    with unit_of_work() as session, pytest.raises(Forbidden):
        second_step.enrol(session, people.by_token(people.token(user_id)), PASSWORD)


def test_a_role_can_take_a_second_step_and_nothing_else_works_before() -> None:
    user_id = people.user(ADA)
    cookie, token = people.sign_in(ADA).cookie, people.token(user_id)
    with unit_of_work() as session:
        second_step.change_rule(session, SYSTEM, ["member"])
    actor = people.by_cookie(cookie)
    with unit_of_work() as session, pytest.raises(SecondStepRequired):
        auth.list_tokens(session, actor)
    with unit_of_work() as session:
        assert auth.list_tokens(session, people.by_token(token)).items, "tokens are as they were"
    with unit_of_work() as session:
        seed = second_step.enrol(session, actor, PASSWORD).secret
        second_step.confirm(session, actor, code_of(seed))
    actor = people.by_cookie(cookie)
    with unit_of_work() as session:
        assert auth.list_tokens(session, actor).items
        with pytest.raises(Forbidden, match="needs a second step"):
            second_step.remove(session, actor, PASSWORD)


def test_whoever_removes_it_or_has_it_reset_signs_in_with_the_password_alone() -> None:
    seed, _ = enrolled()
    actor = people.by_cookie(give_code(give_password(), code_of(seed)).cookie)
    with unit_of_work() as session:
        second_step.remove(session, actor, PASSWORD)
    assert people.sign_in(ADA)
    enrolled("bob@example.com")
    with unit_of_work() as session:
        bob = auth.find_by_email(session, "bob@example.com")
        assert bob is not None
        second_step.reset(session, SYSTEM, bob.id)
        assert session.exec(select(RecoveryCode)).all() == []
    assert people.sign_in("bob@example.com")


def test_attack_30_half_a_sign_in_is_worth_nothing_once_the_password_is_another() -> None:
    seed, _ = enrolled()
    half = give_password()
    with unit_of_work() as session:
        user_id = session.exec(select(UserTotp.user_id)).one()
        auth.update_user(session, SYSTEM, user_id, UserChange(password=SecretStr("a password that nobody knows yet")))
    with pytest.raises(Unauthenticated):
        give_code(half, code_of(seed))
