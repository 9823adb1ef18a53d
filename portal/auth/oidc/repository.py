"""Rows of providers, identities, sign-ins under way, and what groups gave."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, or_, text, update
from sqlmodel import Session, col, select

from portal.auth import pulse
from portal.models import (
    CustomRole,
    GroupGrant,
    IdentityProvider,
    Project,
    ProjectMember,
    ProviderSession,
    SignInAttempt,
    SignInPolicy,
    User,
    UserIdentity,
    UserSession,
)

_STARTING = 7_221_914_021  # an arbitrary number that only we use


def one_at_a_time(session: Session) -> None:
    """Of several processes that start at once, the others wait until this transaction ends."""
    session.connection().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _STARTING})


def providers(session: Session, *, only_enabled: bool = False) -> list[IdentityProvider]:
    """In the order of their titles."""
    query = select(IdentityProvider).order_by(func.lower(col(IdentityProvider.title)), col(IdentityProvider.id))
    return list(session.exec(query.where(col(IdentityProvider.enabled)) if only_enabled else query))


def find_provider(session: Session, id_or_slug: str, *, lock: bool = False) -> IdentityProvider | None:
    query = select(IdentityProvider).where(
        or_(col(IdentityProvider.id) == id_or_slug, col(IdentityProvider.slug) == id_or_slug)
    )
    return session.exec(query.with_for_update() if lock else query).first()


def people_of(session: Session) -> dict[str, int]:
    """How many identities each provider has."""
    query = select(UserIdentity.provider_id, func.count()).group_by(col(UserIdentity.provider_id))
    return dict(session.exec(query).all())


def forget_provider(session: Session, provider: IdentityProvider) -> None:
    """The provider and its identities go; the accounts stay."""
    session.execute(delete(UserIdentity).where(col(UserIdentity.provider_id) == provider.id))
    session.delete(provider)


def put_attempt(session: Session, attempt: SignInAttempt, at: datetime) -> None:
    """Keep it, and drop some that nobody came back to."""
    old = select(SignInAttempt.id).where(col(SignInAttempt.expires_at) < at).limit(50).with_for_update(skip_locked=True)
    session.execute(delete(SignInAttempt).where(col(SignInAttempt.id).in_(old)))
    session.add(attempt)


def take_attempt(session: Session, attempt_id: str) -> SignInAttempt | None:
    """The attempt, which from now on is gone: of two who come with it one finds it."""
    found = session.exec(select(SignInAttempt).where(SignInAttempt.id == attempt_id).with_for_update()).first()
    if found is not None:
        session.delete(found)
        session.flush()
    return found


def find_identity(session: Session, provider_id: str, subject: str) -> UserIdentity | None:
    query = select(UserIdentity).where(UserIdentity.provider_id == provider_id, UserIdentity.subject == subject)
    return session.exec(query).first()


def identities_of(session: Session, user_id: str) -> list[tuple[UserIdentity, IdentityProvider]]:
    query = (
        select(UserIdentity, IdentityProvider)
        .join(IdentityProvider, col(IdentityProvider.id) == col(UserIdentity.provider_id))
        .where(UserIdentity.user_id == user_id)
        .order_by(col(IdentityProvider.title), col(UserIdentity.id))
    )
    return list(session.exec(query))


def has_identity(session: Session, user_id: str) -> bool:
    return session.exec(select(UserIdentity.id).where(UserIdentity.user_id == user_id).limit(1)).first() is not None


def lock_user(session: Session, user_id: str) -> User | None:
    return session.exec(select(User).where(User.id == user_id).with_for_update(key_share=True)).first()


def users(session: Session, ids: Collection[str]) -> list[User]:
    return list(session.exec(select(User).where(col(User.id).in_(ids)).order_by(col(User.email))))


def find_project(session: Session, id_or_slug: str) -> Project | None:
    rows = session.exec(
        select(Project).where(or_(col(Project.id) == id_or_slug, col(Project.slug) == id_or_slug))
    ).all()
    return next((row for row in rows if row.id == id_or_slug), rows[0] if rows else None)


def custom_roles(session: Session) -> list[CustomRole]:
    """Every role that administrators made, by its title."""
    return list(session.exec(select(CustomRole).order_by(func.lower(col(CustomRole.title)))))


def project_slugs(session: Session, ids: Collection[str]) -> dict[str, str]:
    return dict(session.exec(select(Project.id, Project.slug).where(col(Project.id).in_(ids))).all())


def grants(session: Session, user_id: str, provider_id: str) -> list[GroupGrant]:
    query = select(GroupGrant).where(GroupGrant.user_id == user_id, GroupGrant.provider_id == provider_id)
    return list(session.exec(query.with_for_update()))


def grants_of_provider(session: Session, provider_id: str) -> list[GroupGrant]:
    return list(session.exec(select(GroupGrant).where(GroupGrant.provider_id == provider_id).with_for_update()))


def member(session: Session, project_id: str, user_id: str) -> ProjectMember | None:
    return session.get(ProjectMember, (project_id, user_id))


def policy(session: Session, *, lock: bool = False) -> SignInPolicy | None:
    return session.get(SignInPolicy, 1, with_for_update=lock or None)


def sessions_at(
    session: Session, provider_id: str, *, subject: str | None, sid: str | None
) -> list[tuple[UserSession, ProviderSession]]:
    """The sessions that go on of what the provider calls so."""
    query = (
        select(UserSession, ProviderSession)
        .join(ProviderSession, col(ProviderSession.session_id) == col(UserSession.id))
        .where(ProviderSession.provider_id == provider_id, col(UserSession.revoked_at).is_(None))
    )
    if sid is not None:
        query = query.where(ProviderSession.sid == sid)
    if subject is not None:
        query = query.where(ProviderSession.subject == subject)
    return list(session.exec(query))


def provider_session(session: Session, session_id: str) -> tuple[ProviderSession, IdentityProvider] | None:
    query = (
        select(ProviderSession, IdentityProvider)
        .join(IdentityProvider, col(IdentityProvider.id) == col(ProviderSession.provider_id))
        .where(ProviderSession.session_id == session_id)
    )
    return session.exec(query).first()


def end_sessions_of_provider(session: Session, provider_id: str, at: datetime) -> int:
    """End what the provider vouched for: it is vouched for no more."""
    pulse.stir(session)
    mine = select(ProviderSession.session_id).where(ProviderSession.provider_id == provider_id)
    change = update(UserSession).where(col(UserSession.id).in_(mine), col(UserSession.revoked_at).is_(None))
    return session.execute(change.values(revoked_at=at)).rowcount  # type: ignore[attr-defined]
