"""The second step of signing in: a code from an app (TOTP, RFC 6238), or a recovery code when the device is lost.

The seed is an encrypted column and leaves the portal once, when it is made. A code counts once: neither it nor an earlier one
is accepted again, whoever sends it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from io import BytesIO

import pyotp
import segno
from pyotp.totp import TOTP
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import account_repository, passwords, permissions, portal_settings, repository, roles, throttle
from portal.auth.account_schemas import Enrolment, RecoveryCodes, SecondStepRule, SecondStepView
from portal.auth.schemas import Actor
from portal.kit.clock import now
from portal.kit.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from portal.kit.ids import new_id
from portal.models import RecoveryCode, User, UserTotp

ISSUER = "Terrace"
SETTING = "second_step_roles"
RECOVERY_CODES = 10
_WINDOW = (-1, 0, 1)
"""Steps of 30 seconds beside the present one that are accepted: clocks differ."""
_STEP = 30
_ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"
"""32 signs that are not taken for one another: 16 of them are 80 bits."""


def view(session: Session, actor: Actor) -> SecondStepView:
    """One's own second step."""
    permissions.require(actor, "me.second_step")
    user = _me(session, actor)
    row = account_repository.find_totp(session, user.id)
    return SecondStepView(
        enabled=row is not None and row.confirmed_at is not None,
        confirmed_at=row.confirmed_at if row else None,
        recovery_codes_left=account_repository.recovery_codes_left(session, user.id),
        required=user.role in required_roles(session),
        possible=user.password_hash is not None,
    )


def enrol(session: Session, actor: Actor, password: str) -> Enrolment:
    """A new seed, which counts once a code of it was given. One that waits already is replaced."""
    user = _by_password(session, actor, password)
    row = account_repository.find_totp(session, user.id, hold=True)
    if row is not None and row.confirmed_at is not None:
        raise Conflict("You have a second step already. Remove it first, then set up the new device.")
    seed = pyotp.random_base32()
    row = row or UserTotp(user_id=user.id, seed=b"", created_at=now())
    row.seed, row.created_at, row.last_step = seed.encode(), now(), 0
    session.add(row)
    uri = TOTP(seed).provisioning_uri(name=user.email, issuer_name=ISSUER)
    return Enrolment(secret=seed, uri=uri, qr_svg=_drawing(uri))


def confirm(session: Session, actor: Actor, code: str) -> RecoveryCodes:
    """The first code of the new seed: from now on signing in takes one. Answers with the recovery codes."""
    _require_browser(actor)
    user = _me(session, actor)
    row = account_repository.find_totp(session, user.id, hold=True)
    if row is None or row.confirmed_at is not None:
        raise Conflict("There is no device that waits for its first code.")
    throttle.attempt("second step", user.id)
    if not _is_fresh_code(row, code):
        problem = "This is not the code that the app shows now. Is the clock of your device right?"
        raise Invalid(problem, [FieldProblem("code", problem)])
    throttle.succeeded("second step", user.id)
    row.confirmed_at = now()
    session.add(row)
    audit.record(
        session, actor, "user.second_step", object_kind="user", object_id=user.id, detail={"email": user.email}
    )
    return _new_codes(session, user.id)


def renew_codes(session: Session, actor: Actor, password: str) -> RecoveryCodes:
    """Ten new recovery codes; those of before are worth nothing."""
    user = _by_password(session, actor, password)
    if not is_on(session, user.id):
        raise Conflict("There is no second step to recover. Set one up first.")
    audit.record(session, actor, "user.recovery_codes", object_kind="user", object_id=user.id)
    return _new_codes(session, user.id)


def remove(session: Session, actor: Actor, password: str) -> None:
    """Sign in with the password alone again, where the role allows that."""
    user = _by_password(session, actor, password)
    if user.role in required_roles(session):
        raise Forbidden("Your role needs a second step. To change the device, ask an administrator to reset it.")
    if account_repository.delete_totp(session, user.id):
        audit.record(session, actor, "user.second_step_removed", object_kind="user", object_id=user.id)


def reset(session: Session, actor: Actor, user_id: str) -> None:
    """An administrator takes away a second step whose device is lost."""
    permissions.require(actor, "user.manage")
    user = repository.find_user(session, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    roles.require_may_manage(session, actor, user.role)
    if account_repository.delete_totp(session, user_id):
        detail = {"email": user.email}
        audit.record(session, actor, "user.second_step_reset", object_kind="user", object_id=user_id, detail=detail)


def is_on(session: Session, user_id: str) -> bool:
    """Whether signing in takes a code."""
    row = account_repository.find_totp(session, user_id)
    return row is not None and row.confirmed_at is not None


def accepts(session: Session, actor: Actor, user_id: str, code: str) -> bool:
    """Whether this is a code of the user's now. It is used up by that."""
    row = account_repository.find_totp(session, user_id, hold=True)
    if row is None or row.confirmed_at is None:
        return False
    if _is_fresh_code(row, code):
        session.add(row)
        return True
    if not account_repository.use_recovery_code(session, user_id, _digest(code), now()):
        return False
    left = account_repository.recovery_codes_left(session, user_id)
    detail = {"left": left}
    audit.record(session, actor, "user.recovery_code_used", object_kind="user", object_id=user_id, detail=detail)
    return True


def required_roles(session: Session) -> frozenset[str]:
    """In which roles of the portal a password needs a second step."""
    return frozenset(portal_settings.get(session, SETTING, []))


def is_missing(session: Session, user: User) -> bool:
    """Whether the user's role needs a second step that they have not. An identity provider's users have it there."""
    if user.password_hash is None:
        return False
    wanted, enrolled = account_repository.second_step_of(session, user.id, SETTING)
    return not enrolled and user.role in (wanted or ())


def rule(session: Session, actor: Actor) -> SecondStepRule:
    """Which roles need one."""
    permissions.require(actor, "settings.read")
    return SecondStepRule(roles=sorted(required_roles(session)))


def change_rule(session: Session, actor: Actor, roles_: Sequence[str]) -> SecondStepRule:
    """Whoever has one of these roles and no second step sets it up before anything else works, open sessions too."""
    permissions.require(actor, "settings.manage")
    for role in roles_:
        roles.require_may_give(session, actor, role)
    before, after = sorted(required_roles(session)), sorted(set(roles_))
    portal_settings.put(session, SETTING, after)
    detail = {"before": before, "after": after}
    audit.record(session, actor, "settings.second_step", object_kind="setting", object_id=SETTING, detail=detail)
    return SecondStepRule(roles=after)


def _is_fresh_code(row: UserTotp, code: str) -> bool:
    given = "".join(code.split())
    if len(given) != 6 or not given.isdecimal():
        return False
    app, present = TOTP(row.seed.decode()), int(now().timestamp()) // _STEP
    for step in (present + offset for offset in _WINDOW):
        if step > row.last_step and hmac.compare_digest(app.generate_otp(step).encode(), given.encode()):
            row.last_step = step
            return True
    return False


def _new_codes(session: Session, user_id: str) -> RecoveryCodes:
    plain = ["-".join(_word() for _ in range(4)) for _ in range(RECOVERY_CODES)]
    rows = [RecoveryCode(id=new_id("code"), user_id=user_id, code_hash=_digest(code)) for code in plain]
    account_repository.put_recovery_codes(session, user_id, rows)
    return RecoveryCodes(codes=plain)


def _word() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(4))


def _digest(code: str) -> str:
    """80 random bits, so a plain hash is enough; spaces, hyphens and capitals are as one likes."""
    plain = "".join(code.lower().replace("-", "").split())
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()


def _drawing(uri: str) -> str:
    target = BytesIO()
    segno.make(uri, error="m").save(
        target, kind="svg", scale=4, border=4, xmldecl=False, light="#ffffff", dark="#000000"
    )
    return target.getvalue().decode()


def _me(session: Session, actor: Actor) -> User:
    user = repository.find_user(session, actor.user_id or "")
    if user is None:
        raise NotFound("There is no such user.")
    return user


def _by_password(session: Session, actor: Actor, password: str) -> User:
    """The actor's own user, once the present password was given: a stolen session must not be enough."""
    _require_browser(actor)
    user = _me(session, actor)
    throttle.attempt("password again", user.id)
    if not passwords.matches(user.password_hash, password):
        problem = "This is not your present password."
        raise Invalid(problem, [FieldProblem("password", problem)])
    throttle.succeeded("password again", user.id)
    return user


def _require_browser(actor: Actor) -> None:
    permissions.require(actor, "me.second_step")
    if actor.session_id is None:
        raise Forbidden("An API token has no second step. Sign in, and change it there.")
