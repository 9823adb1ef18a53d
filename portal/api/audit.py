"""The audit trail, for administrators and auditors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from portal.api.deps import CurrentActor, Cursor, Limit, Work
from portal.audit import export, stream
from portal.audit import service as audit
from portal.audit.schemas import AuditCheck, AuditEventView, AuditFilter, Format, TrailView
from portal.kit.clock import aware, now
from portal.kit.pagination import Page

router = APIRouter(prefix="/audit-events", tags=["audit"])
Word = Annotated[str | None, Query(max_length=200)]
Action = Annotated[
    str | None, Query(max_length=200, description="`run.confirm`, or with a dot at its end a family: `run.`")
]


def wanted(
    action: Action = None,
    actor_id: Word = None,
    actor: Word = None,
    object_kind: Word = None,
    object_id: Word = None,
    project_id: Word = None,
    address: Word = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> AuditFilter:
    """The filter that a query asks for; a time without a zone is UTC."""
    return AuditFilter(
        action=action,
        actor_id=actor_id,
        actor=actor,
        object_kind=object_kind,
        object_id=object_id,
        project_id=project_id,
        address=address,
        since=aware(since),
        until=aware(until),
    )


Wanted = Annotated[AuditFilter, Depends(wanted)]


@router.get("")
def list_events(
    session: Work, actor: CurrentActor, wanted: Wanted, cursor: Cursor = None, limit: Limit = 50
) -> Page[AuditEventView]:
    """What was done, newest first."""
    return audit.list_events(session, actor, wanted=wanted, cursor=cursor, limit=limit)


@router.get("/check")
def check(session: Work, actor: CurrentActor) -> AuditCheck:
    """Compute every hash of the trail again and say whether it was changed."""
    return audit.check(session, actor)


@router.get("/export", response_class=StreamingResponse)
def export_events(
    session: Work, actor: CurrentActor, wanted: Wanted, form: Annotated[Format, Query(alias="format")] = "jsonl"
) -> StreamingResponse:
    """The events that match, oldest first, as CSV or JSON lines. The export is in the trail itself."""
    pieces = audit.exported(session, actor, wanted=wanted, form=form)
    name = f"terrace-audit-{now():%Y%m%dT%H%M%SZ}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces, media_type=export.MEDIA[form], headers=headers)


@router.get("/trail")
def trail(session: Work, actor: CurrentActor) -> TrailView:
    """Where the trail is sent to, how far it is there, and how long it is kept."""
    return stream.trail(session, actor)
