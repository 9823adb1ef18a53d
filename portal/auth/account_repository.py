"""Rows of invitations, resets, the second step and locks, and what administrators look up about a user."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, update
from sqlalchemy import select as sa_select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from portal.models import (
    ApiToken,
    Deployment,
    HalfSignIn,
    IdentityProvider,
    Invitation,
    PasswordReset,
    PortalSetting,
    Project,
    ProjectMember,
    RecoveryCode,
    SignInLock,
    User,
    UserIdentity,
    UserSession,
    UserTotp,
)


def find_lock(session: Session, user_id: str) -> SignInLock | None:
    return session.get(SignInLock, user_id, populate_existing=True)


def hold_lock(session: Session, user_id: str, at: datetime) -> SignInLock:
    """The user's row, made if need be, and nobody else's until the transaction ends."""
    statement = insert(SignInLock).values(user_id=user_id, failures=0, failed_at=at)
    session.execute(statement.on_conflict_do_nothing(index_elements=["user_id"]))
    return session.get_one(SignInLock, user_id, with_for_update=True, populate_existing=True)


def delete_lock(session: Session, user_id: str) -> bool:
    return session.execute(delete(SignInLock).where(col(SignInLock.user_id) == user_id)).rowcount > 0  # type: ignore[attr-defined]


def find_totp(session: Session, user_id: str, *, hold: bool = False) -> UserTotp | None:
    return session.get(UserTotp, user_id, with_for_update=hold or None, populate_existing=True)


def delete_totp(session: Session, user_id: str) -> bool:
    """Seed and recovery codes are gone. Whether there was a seed."""
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
    return session.execute(delete(UserTotp).where(col(UserTotp.user_id) == user_id)).rowcount > 0  # type: ignore[attr-defined]


def put_recovery_codes(session: Session, user_id: str, rows: list[RecoveryCode]) -> None:
    """These instead of those that there were."""
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
    session.add_all(rows)


def use_recovery_code(session: Session, user_id: str, code_hash: str, at: datetime) -> bool:
    """Whether the code was there and had not been used; it is now."""
    change = update(RecoveryCode).where(
        col(RecoveryCode.user_id) == user_id,
        col(RecoveryCode.code_hash) == code_hash,
        col(RecoveryCode.used_at).is_(None),
    )
    return session.execute(change.values(used_at=at)).rowcount > 0  # type: ignore[attr-defined]


def recovery_codes_left(session: Session, user_id: str) -> int:
    query = select(func.count()).where(RecoveryCode.user_id == user_id, col(RecoveryCode.used_at).is_(None))
    return session.exec(query).one()


def second_step_of(session: Session, user_id: str, setting: str) -> tuple[Any, bool]:
    """The value of the setting (None when nobody set it), and whether this user has a second step: in one statement."""
    value = select(PortalSetting.value).where(PortalSetting.name == setting).scalar_subquery()
    enrolled = select(UserTotp.user_id).where(UserTotp.user_id == user_id, col(UserTotp.confirmed_at).is_not(None))
    wanted, has = session.execute(sa_select(value, enrolled.exists())).one()
    return wanted, has


def delete_half_sign_ins(session: Session, at: datetime, user_id: str | None = None) -> None:
    """Those that are over; with a user, all of theirs too."""
    which = col(HalfSignIn.expires_at) < at
    session.execute(delete(HalfSignIn).where(or_(which, col(HalfSignIn.user_id) == user_id) if user_id else which))


def find_reset(session: Session, token_hash: str, *, hold: bool = False) -> tuple[PasswordReset, User] | None:
    query = select(PasswordReset, User).join(User, col(User.id) == col(PasswordReset.user_id))
    query = query.where(PasswordReset.token_hash == token_hash)
    return session.exec(query.with_for_update() if hold else query).first()


def revoke_resets(session: Session, user_id: str, at: datetime) -> None:
    open_ = update(PasswordReset).where(
        col(PasswordReset.user_id) == user_id,
        col(PasswordReset.used_at).is_(None),
        col(PasswordReset.revoked_at).is_(None),
    )
    session.execute(open_.values(revoked_at=at))


def find_invitation(session: Session, token_hash: str, *, hold: bool = False) -> Invitation | None:
    query = select(Invitation).where(Invitation.token_hash == token_hash)
    return session.exec(query.with_for_update() if hold else query).first()


def hold_invitation(session: Session, invitation_id: str) -> Invitation | None:
    return session.get(Invitation, invitation_id, with_for_update=True, populate_existing=True)


def open_invitations(session: Session, email: str | None = None) -> list[Invitation]:
    """Neither accepted nor revoked, expired ones too, the newest first."""
    query = select(Invitation).where(col(Invitation.accepted_at).is_(None), col(Invitation.revoked_at).is_(None))
    if email is not None:
        query = query.where(func.lower(col(Invitation.email)) == email.lower())
    return list(session.exec(query.order_by(col(Invitation.created_at).desc(), col(Invitation.id)).limit(1000)))


def projects(session: Session, ids: set[str]) -> dict[str, Project]:
    return {row.id: row for row in session.exec(select(Project).where(col(Project.id).in_(ids)))}


def memberships(session: Session, user_id: str) -> list[tuple[Project, str]]:
    query = select(Project, ProjectMember.role).join(ProjectMember, col(ProjectMember.project_id) == col(Project.id))
    return list(session.exec(query.where(ProjectMember.user_id == user_id).order_by(col(Project.slug))))


def owned(session: Session, user_id: str) -> list[tuple[Project, int]]:
    """How many deployments of the user's are there, project by project."""
    query = select(Project, func.count()).join(Deployment, col(Deployment.project_id) == col(Project.id))
    query = query.where(Deployment.owner_id == user_id, Deployment.status != "destroyed")
    return list(session.exec(query.group_by(col(Project.id)).order_by(col(Project.slug))))


def identities(session: Session, user_id: str) -> list[tuple[UserIdentity, IdentityProvider]]:
    query = select(UserIdentity, IdentityProvider)
    query = query.join(IdentityProvider, col(IdentityProvider.id) == col(UserIdentity.provider_id))
    return list(session.exec(query.where(UserIdentity.user_id == user_id).order_by(col(IdentityProvider.title))))


def live_tokens(session: Session, user_id: str, at: datetime) -> list[ApiToken]:
    query = select(ApiToken).where(
        ApiToken.user_id == user_id,
        col(ApiToken.revoked_at).is_(None),
        or_(col(ApiToken.expires_at).is_(None), col(ApiToken.expires_at) > at),
    )
    return list(session.exec(query.order_by(col(ApiToken.created_at).desc(), col(ApiToken.id))))


def sessions_by_id(session: Session, ids: set[str]) -> list[tuple[UserSession, User]]:
    query = select(UserSession, User).join(User, col(User.id) == col(UserSession.user_id))
    return list(session.exec(query.where(col(UserSession.id).in_(ids))))
