"""The audit trail, for administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from portal.api.deps import CurrentActor, Cursor, Limit, Work
from portal.audit import service as audit
from portal.audit.schemas import AuditCheck, AuditEventView, AuditFilter
from portal.kit.clock import aware
from portal.kit.pagination import Page

router = APIRouter(prefix="/audit-events", tags=["audit"])
Word = Annotated[str | None, Query(max_length=200)]


def wanted(
    action: Word = None,
    actor_id: Word = None,
    object_kind: Word = None,
    object_id: Word = None,
    project_id: Word = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> AuditFilter:
    """The filter that a query asks for; a time without a zone is UTC."""
    return AuditFilter(
        action=action,
        actor_id=actor_id,
        object_kind=object_kind,
        object_id=object_id,
        project_id=project_id,
        since=aware(since),
        until=aware(until),
    )


@router.get("")
def list_events(
    session: Work,
    actor: CurrentActor,
    wanted: Annotated[AuditFilter, Depends(wanted)],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[AuditEventView]:
    """What was done, newest first."""
    return audit.list_events(session, actor, wanted=wanted, cursor=cursor, limit=limit)


@router.get("/check")
def check(session: Work, actor: CurrentActor) -> AuditCheck:
    """Compute every hash of the trail again and say whether it was changed."""
    return audit.check(session, actor)
