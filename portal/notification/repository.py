"""SQL of notifications: what a message says of a run, whom an event concerns, and the rows of the outbox."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, update
from sqlalchemy import select as select_columns
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from portal.models import (
    ApiToken,
    Deployment,
    Notification,
    NotificationChannel,
    NotificationDelivery,
    NotificationEvent,
    NotificationReminder,
    NotificationText,
    Project,
    ProjectMember,
    Run,
    User,
)

NO_SYNC = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be told something."""

    id: str
    email: str
    role: str


def open_events(session: Session, limit: int) -> list[NotificationEvent]:
    """Events that nobody has spread yet, locked; what another worker holds is left to it."""
    query = select(NotificationEvent).where(col(NotificationEvent.spread_at).is_(None))
    query = query.order_by(col(NotificationEvent.created_at)).limit(limit)
    return list(session.exec(query.with_for_update(skip_locked=True)))


def run_facts(session: Session, run_id: str) -> dict[str, Any] | None:
    """What messages say of a run, with the ids of its project and of whom it concerns."""
    query = (
        select(Run, Deployment.name, Deployment.template_key, Deployment.owner_id)
        .join(Deployment, col(Deployment.id) == col(Run.deployment_id))
        .where(col(Run.id) == run_id)
        .options(defer(Run.values), defer(Run.result))  # type: ignore[arg-type]  # secrets stay where they are
    )
    row = session.exec(query).one_or_none()
    if row is None:
        return None
    run, name, template, owner_id = row
    return {
        "run": run.id,
        "run_kind": run.kind,
        "deployment": name,
        "deployment_id": run.deployment_id,
        "template": template,
        "requester": run.created_by_label,
        "message": run.message,
        "to_add": run.add_count,
        "to_change": run.change_count,
        "to_destroy": run.destroy_count,
        "to_replace": run.replace_count,
        "error": (run.error or {}).get("summary", ""),
        "project_id": run.project_id,
        "people": [_user_of(session, run.created_by_kind, run.created_by_id), owner_id],
        "owner": owner_id,
    }


def _user_of(session: Session, kind: str, actor_id: str) -> str | None:
    """The person behind an actor: a token's owner; nobody behind the portal itself."""
    if kind == "token":
        return session.exec(select(ApiToken.user_id).where(ApiToken.id == actor_id)).one_or_none()
    return actor_id if kind == "user" else None


def deployment(session: Session, deployment_id: str) -> Deployment | None:
    """The deployment, without its values."""
    query = select(Deployment).where(col(Deployment.id) == deployment_id)
    return session.exec(query.options(defer(Deployment.values))).one_or_none()  # type: ignore[arg-type]


def project(session: Session, project_id: str) -> Project | None:
    """The project with this id."""
    return session.get(Project, project_id)


def people(session: Session, ids: Collection[str]) -> list[Person]:
    """Those of these users who may sign in."""
    return _people(session, col(User.id).in_(list(ids))) if ids else []


def people_of_role(session: Session, role: str) -> list[Person]:
    """Everybody of this role in the portal who may sign in."""
    return _people(session, col(User.role) == role)


def _people(session: Session, *conditions: Any) -> list[Person]:
    query = select_columns(col(User.id), col(User.email), col(User.role))
    query = query.where(col(User.disabled_at).is_(None), col(User.kind) == "person")
    return [Person(*row) for row in session.execute(query.where(*conditions).order_by(col(User.email)))]


def member_roles(session: Session, project_id: str) -> dict[str, str]:
    """The role of each member of the project, by user id."""
    query = select(ProjectMember.user_id, ProjectMember.role).where(ProjectMember.project_id == project_id)
    return dict(session.exec(query).all())


def channels_for(session: Session, event: str, project_id: str | None) -> list[NotificationChannel]:
    """Channels that ask for the event: the portal's, and those of its project."""
    own = col(NotificationChannel.project_id).is_(None)
    place = own if project_id is None else or_(own, col(NotificationChannel.project_id) == project_id)
    query = select(NotificationChannel).where(
        place, col(NotificationChannel.disabled_at).is_(None), col(NotificationChannel.events).contains([event])
    )
    return list(session.exec(query))


def texts(session: Session, event: str) -> dict[str, str]:
    """An administrator's templates of the event, by part."""
    query = select(NotificationText.part, NotificationText.source).where(NotificationText.event == event)
    return dict(session.exec(query).all())


def due(session: Session, now: datetime) -> NotificationDelivery | None:
    """The delivery whose time came first, locked."""
    query = select(NotificationDelivery).where(
        col(NotificationDelivery.status) == "waiting", col(NotificationDelivery.next_at) <= now
    )
    query = query.order_by(col(NotificationDelivery.next_at)).limit(1).with_for_update(skip_locked=True)
    return session.exec(query).one_or_none()


def has_work(session: Session, now: datetime) -> bool:
    """Whether anything is to be spread or sent."""
    waiting = select(func.count()).select_from(NotificationEvent).where(col(NotificationEvent.spread_at).is_(None))
    sending = (
        select(func.count())
        .select_from(NotificationDelivery)
        .where(col(NotificationDelivery.status) == "waiting", col(NotificationDelivery.next_at) <= now)
    )
    return bool(session.exec(waiting).one() or session.exec(sending).one())


def remember(session: Session, subject: str, now: datetime) -> bool:
    """Whether nobody was reminded of this subject before; from now on somebody was."""
    from sqlalchemy.dialects.postgresql import insert

    query = insert(NotificationReminder).values(subject=subject, at=now).on_conflict_do_nothing()
    return session.execute(query.returning(col(NotificationReminder.subject))).first() is not None


def forget_subject(session: Session, subject: str) -> None:
    """Nobody was reminded of this subject."""
    session.execute(delete(NotificationReminder).where(col(NotificationReminder.subject) == subject))


def forget(session: Session, before: datetime) -> None:
    """Remove what is older, but nothing that still waits to be sent."""
    session.execute(delete(Notification).where(col(Notification.created_at) < before))
    ended = col(NotificationDelivery.status) != "waiting"
    session.execute(delete(NotificationDelivery).where(col(NotificationDelivery.created_at) < before, ended))
    spread = col(NotificationEvent.spread_at).is_not(None)
    session.execute(delete(NotificationEvent).where(col(NotificationEvent.created_at) < before, spread))
    session.execute(delete(NotificationReminder).where(col(NotificationReminder.at) < before))


def disable_channel(session: Session, channel_id: str, at: datetime, reason: str) -> None:
    """Nothing more is sent over the channel until somebody looks at it."""
    query = update(NotificationChannel).where(
        col(NotificationChannel.id) == channel_id, col(NotificationChannel.disabled_at).is_(None)
    )
    session.exec(query.values(disabled_at=at, disabled_reason=reason), execution_options=NO_SYNC)
