"""The switch for passwords: off, they are for a few named administrators only, who break the glass when no provider works."""

from __future__ import annotations

from typing import Final

import structlog
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import repository as people
from portal.auth.oidc import repository
from portal.auth.oidc.errors import NoPasswords
from portal.auth.oidc.schemas import BreakGlassView, SignInPolicyChange, SignInPolicyView
from portal.auth.schemas import SYSTEM, Actor
from portal.kit.clock import now
from portal.kit.errors import Conflict, FieldProblem, Invalid, TerraceError
from portal.models import SignInPolicy, User

log = structlog.get_logger(__name__)
_FIELD: Final = "break_glass"


def read(session: Session, actor: Actor) -> SignInPolicyView:
    """Who may sign in with a password."""
    actor.require("identity.read")
    return _view(session, repository.policy(session))


def passwords_are_on(session: Session) -> bool:
    """Whether everybody who has a password may use it."""
    row = repository.policy(session)
    return row is None or not row.local_off


def change(session: Session, actor: Actor, wanted: SignInPolicyChange, *, works: bool) -> SignInPolicyView:
    """Switch passwords off or on. Off only while a provider `works` and an administrator could still come in without."""
    actor.require("identity.manage")
    chosen = [_break_glass(session, word) for word in dict.fromkeys(wanted.break_glass)]
    if wanted.local_off and not chosen:
        problem = "Name at least one administrator who may still sign in with a password."
        raise Invalid(problem, [FieldProblem(_FIELD, problem)])
    if wanted.local_off and not works:
        raise Conflict("No identity provider works now, so nobody could sign in. Test the providers first.")
    row = _put(session, wanted.local_off, [user.id for user in chosen])
    audit.record(
        session, actor, "sign_in_policy.update", object_kind="sign_in_policy", object_id="1",
        detail={"local_off": row.local_off, "break_glass": [user.email for user in chosen]},
    )  # fmt: skip
    return _view(session, row)


def switch_on(session: Session, actor: Actor) -> SignInPolicyView:
    """Passwords are for everybody again, whatever works and whoever is there."""
    actor.require("identity.manage")
    row = repository.policy(session, lock=True)
    row = _put(session, False, list(row.break_glass) if row else [])
    audit.record(
        session,
        actor,
        "sign_in_policy.update",
        object_kind="sign_in_policy",
        object_id="1",
        detail={"local_off": False},
    )
    return _view(session, row)


def may_use_password(session: Session, user: User) -> bool:
    """Whether this user's password opens anything now."""
    return passwords_are_on(session) or is_break_glass(session, user)


def refusal(session: Session) -> TerraceError | None:
    """What everybody whose password did not open anything is told while passwords are off, whether they are known or not."""
    return None if passwords_are_on(session) else NoPasswords()


def note_break_glass(session: Session, user: User, ip: str) -> None:
    """An administrator came in by password while passwords are off: that is to be seen."""
    if passwords_are_on(session):
        return
    log.warning("break_glass_sign_in", user=user.id, address=ip)
    audit.record(
        session, SYSTEM, "session.break_glass", object_kind="user", object_id=user.id,
        detail={"email": user.email, "ip": ip, "alert": "signed in with a password while passwords are off"},
    )  # fmt: skip


def is_break_glass(session: Session, user: User) -> bool:
    """Whether they are a named administrator who can come in by password."""
    row = repository.policy(session)
    return row is not None and user.id in row.break_glass and _is_fit(user)


def must_stay_admin(session: Session, user: User) -> bool:
    """Whether a group may not take the administrator's role from them: they are a last resort, or the last one there is."""
    return is_break_glass(session, user) or people.lock_active_admins(session) <= {user.id}


def keep_break_glass(session: Session, user: User) -> None:
    """Before somebody is shut out or demoted: Conflict when, passwords being off, they are the last one who may use one."""
    row = repository.policy(session, lock=True)
    if row is None or not row.local_off or user.id not in row.break_glass:
        return
    if not any(_is_fit(other) for other in repository.users(session, row.break_glass) if other.id != user.id):
        raise Conflict(
            "Passwords are switched off, and this is the last administrator who may still use one. "
            "Name another one under Identity providers first."
        )


def _break_glass(session: Session, word: str) -> User:
    user = people.find_user_by_email(session, word) if "@" in word else people.find_user(session, word)
    if user is None or not _is_fit(user):
        problem = f"{word[:100]} is no administrator who can sign in with a password."
        raise Invalid(problem, [FieldProblem(_FIELD, problem)])
    return user


def _is_fit(user: User) -> bool:
    return user.role == "admin" and user.disabled_at is None and user.password_hash is not None


def _put(session: Session, local_off: bool, break_glass: list[str]) -> SignInPolicy:
    row = repository.policy(session, lock=True) or SignInPolicy(id=1, changed_at=now())
    row.local_off, row.break_glass, row.changed_at = local_off, break_glass, now()
    session.add(row)
    session.flush()
    return row


def _view(session: Session, row: SignInPolicy | None) -> SignInPolicyView:
    named = repository.users(session, row.break_glass) if row else []
    return SignInPolicyView(
        local_off=row is not None and row.local_off,
        break_glass=[BreakGlassView(id=user.id, email=user.email) for user in named],
    )
