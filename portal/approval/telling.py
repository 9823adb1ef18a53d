"""Who is told that they are asked: everybody who may answer, with a link of their own in their mail."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session

from portal.approval import links, repository
from portal.approval.schemas import Requirement
from portal.approval.standing import People
from portal.models import ApprovalRequest, User
from portal.notification import service as notifications

MOST = 50
"""So many people get a message about one request. Where more could answer, the page tells the others."""


def asked(session: Session, request: ApprovalRequest, *, deployment: str, project: str) -> None:
    """Tell everybody who may answer."""
    requirements = [Requirement.model_validate(item) for item in request.requirements]
    people = candidates(session, request, requirements)[:MOST]
    if not people:
        return
    reasons = ", ".join(_once(text for item in requirements for text in item.reasons))
    notifications.notify(
        session,
        "approval.requested",
        project_id=request.project_id,
        run_id=request.run_id,
        people=[user.id for user in people],
        reasons=reasons,
        approval=request.id,
        link=f"/approvals/{request.run_id}",
    )
    if not notifications.can_mail():
        return
    for user in people:
        notifications.send_mail(
            session,
            user.email,
            "approval_requested",
            user_id=user.id,
            link=links.make(session, request.run_id, user.id),
            deployment=deployment,
            project=project,
            requester=request.requested_by_label,
            reasons=reasons,
            expires_at=f"{request.expires_at:%d %B %Y, %H:%M} UTC",
            run=request.run_id,
        )


def decided(session: Session, request: ApprovalRequest, *, decision: str, by: str, reason: str) -> None:
    """Tell whoever asked."""
    notifications.notify(
        session,
        "approval.decided",
        project_id=request.project_id,
        run_id=request.run_id,
        decision=decision,
        decided_by=by,
        reason=reason,
        approval=request.id,
    )


def candidates(session: Session, request: ApprovalRequest, requirements: Iterable[Requirement]) -> list[User]:
    """Whoever may answer for at least one of the groups: people of the project first, then the portal's administrators."""
    wanted = list(requirements)
    known = repository.possible_approvers(
        session, request.project_id, {item for each in wanted for item in each.people}
    )
    people = People(session, known)
    return sorted(
        (user for user in known.values() if any(people.belongs(user.id, request, item) for item in wanted)),
        key=lambda user: (user.role == "admin", user.email),
    )


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
