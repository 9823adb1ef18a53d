"""Rows of approvals: rules, requests, decisions, links."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from portal.models import (
    ApiToken,
    ApprovalDecision,
    ApprovalLink,
    ApprovalRequest,
    ApprovalRule,
    AuditEvent,
    Project,
    ProjectMember,
    Run,
    User,
)

NO_SYNC = {"synchronize_session": False}
CURRENT = ("waiting", "approved")


def rules(session: Session, *, enabled_only: bool = False) -> list[ApprovalRule]:
    """The rules by name."""
    query = select(ApprovalRule).order_by(col(ApprovalRule.name), col(ApprovalRule.id))
    if enabled_only:
        query = query.where(col(ApprovalRule.enabled))
    return list(session.exec(query.execution_options(populate_existing=True)))


def users(session: Session, wanted: Collection[str]) -> dict[str, User]:
    """The users with these ids, as they are now."""
    if not wanted:
        return {}
    query = select(User).where(col(User.id).in_(wanted)).execution_options(populate_existing=True)
    return {row.id: row for row in session.exec(query)}


def possible_approvers(session: Session, project_id: str, named: Collection[str]) -> dict[str, User]:
    """Members of the project, administrators of the portal, and those who are named: people with an account that works."""
    members = select(col(ProjectMember.user_id)).where(col(ProjectMember.project_id) == project_id)
    who = col(User.id).in_(members) | (col(User.role) == "admin") | col(User.id).in_(named)
    query = select(User).where(who, col(User.disabled_at).is_(None), col(User.kind) == "person")
    return {row.id: row for row in session.exec(query.order_by(col(User.email)).limit(500))}


def users_by_email(session: Session, wanted: Collection[str]) -> dict[str, User]:
    """The same by lower-case e-mail address."""
    query = select(User).where(func.lower(col(User.email)).in_({item.lower() for item in wanted}))
    return {row.email.lower(): row for row in session.exec(query)} if wanted else {}


def token_makers(session: Session, token_ids: Collection[str]) -> dict[str, str]:
    """Who made these API tokens, as the audit trail has it: whoever makes one for somebody else knows it too."""
    if not token_ids:
        return {}
    query = select(AuditEvent.object_id, AuditEvent.actor_kind, AuditEvent.actor_id)
    query = query.where(col(AuditEvent.action) == "token.create", col(AuditEvent.object_id).in_(token_ids))
    rows = session.exec(query).all()
    through = {actor_id for _, kind, actor_id in rows if kind == "token"}
    owners = token_owners(session, through)
    return {token_id: owners.get(actor_id, actor_id) for token_id, _, actor_id in rows}


def token_owners(session: Session, token_ids: Collection[str]) -> dict[str, str]:
    """Whose these API tokens are."""
    if not token_ids:
        return {}
    return dict(session.exec(select(ApiToken.id, ApiToken.user_id).where(col(ApiToken.id).in_(token_ids))).all())


def projects(session: Session, wanted: Collection[str]) -> dict[str, Project]:
    """Projects by every id and slug in `wanted`."""
    if not wanted:
        return {}
    query = select(Project).where(col(Project.id).in_(wanted) | col(Project.slug).in_(wanted))
    rows = list(session.exec(query))
    return {row.slug: row for row in rows} | {row.id: row for row in rows}


def supersede(session: Session, run_id: str, at: datetime) -> None:
    """Whatever was asked about an earlier plan of the run counts for nothing any more."""
    query = update(ApprovalRequest).where(col(ApprovalRequest.run_id) == run_id)
    query = query.where(col(ApprovalRequest.state) != "superseded").values(state="superseded", closed_at=at)
    session.exec(query, execution_options=NO_SYNC)


def set_state(session: Session, request_id: str, state: str, at: datetime | None) -> None:
    query = update(ApprovalRequest).where(col(ApprovalRequest.id) == request_id).values(state=state, closed_at=at)
    session.exec(query, execution_options=NO_SYNC)


def latest(session: Session, run_ids: Collection[str]) -> dict[str, ApprovalRequest]:
    """What was asked last about each of these runs."""
    if not run_ids:
        return {}
    query = select(ApprovalRequest).where(col(ApprovalRequest.run_id).in_(run_ids))
    query = query.order_by(col(ApprovalRequest.requested_at), col(ApprovalRequest.id))
    return {row.run_id: row for row in session.exec(query.execution_options(populate_existing=True))}


def of_run(session: Session, run_id: str) -> list[ApprovalRequest]:
    """Everything that was asked about the run, the newest first."""
    query = select(ApprovalRequest).where(col(ApprovalRequest.run_id) == run_id)
    query = query.order_by(col(ApprovalRequest.requested_at).desc(), col(ApprovalRequest.id).desc())
    return list(session.exec(query.execution_options(populate_existing=True)))


def locked(session: Session, run_id: str) -> ApprovalRequest | None:
    """What was asked last about the run, locked: of two decisions at one moment the second sees the first."""
    query = select(ApprovalRequest).where(col(ApprovalRequest.run_id) == run_id)
    query = query.order_by(col(ApprovalRequest.requested_at).desc(), col(ApprovalRequest.id).desc()).limit(1)
    return session.exec(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def decisions(session: Session, request_ids: Collection[str]) -> dict[str, list[ApprovalDecision]]:
    """What was said to each of these requests, the oldest first."""
    found: dict[str, list[ApprovalDecision]] = {request_id: [] for request_id in request_ids}
    if request_ids:
        query = select(ApprovalDecision).where(col(ApprovalDecision.request_id).in_(request_ids))
        query = query.order_by(col(ApprovalDecision.decided_at), col(ApprovalDecision.id))
        for row in session.exec(query.execution_options(populate_existing=True)):
            found[row.request_id].append(row)
    return found


def waiting(session: Session, project_ids: Collection[str] | None) -> list[ApprovalRequest]:
    """Requests about plans that still wait, in these projects (None: in all), the oldest first."""
    query = select(ApprovalRequest).join(Run, col(Run.id) == col(ApprovalRequest.run_id))
    query = query.where(col(ApprovalRequest.state) == "waiting", col(Run.status) == "planned")
    if project_ids is not None:
        query = query.where(col(ApprovalRequest.project_id).in_(project_ids))
    return list(session.exec(query.order_by(col(ApprovalRequest.requested_at))))


def overdue(session: Session, at: datetime, limit: int) -> list[tuple[str, str]]:
    """(run, deployment) of plans whose request ended before then, unanswered."""
    query = select(Run.id, Run.deployment_id).join(ApprovalRequest, col(ApprovalRequest.run_id) == col(Run.id))
    query = query.where(
        col(ApprovalRequest.state) == "waiting", col(ApprovalRequest.expires_at) < at, col(Run.status) == "planned"
    )
    return list(session.exec(query.order_by(col(ApprovalRequest.expires_at)).limit(limit)).all())


def withdraw(session: Session, decision_id: str, at: datetime) -> None:
    query = update(ApprovalDecision).where(col(ApprovalDecision.id) == decision_id).values(withdrawn_at=at)
    session.exec(query, execution_options=NO_SYNC)


def use_links(session: Session, request_id: str, user_id: str, at: datetime) -> None:
    """Links lead nowhere any more once their person has decided."""
    query = update(ApprovalLink).where(
        col(ApprovalLink.request_id) == request_id,
        col(ApprovalLink.user_id) == user_id,
        col(ApprovalLink.used_at).is_(None),
    )
    session.exec(query.values(used_at=at), execution_options=NO_SYNC)


def forget_links(session: Session, before: datetime) -> None:
    """Drop links that ended before then."""
    session.exec(delete(ApprovalLink).where(col(ApprovalLink.expires_at) < before), execution_options=NO_SYNC)


def add(session: Session, row: Any) -> None:
    session.add(row)
    session.flush()
