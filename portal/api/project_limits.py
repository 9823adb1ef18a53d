"""What a project may use and how much of it is used. `{project}` is an id or a slug."""

from __future__ import annotations

from fastapi import APIRouter

from portal.api.deps import CurrentActor, Cursor, Limit, Work
from portal.kit.pagination import Page
from portal.quota import activity, archive, guardrails
from portal.quota import service as quotas
from portal.quota.activity import ActivityView
from portal.quota.schemas import ArchiveView, GuardrailsRequest, GuardrailsView, QuotaChange, QuotaView, UsageView

router = APIRouter(prefix="/projects/{project}", tags=["projects"])


@router.get("/usage")
def usage(session: Work, actor: CurrentActor, project: str) -> UsageView:
    """How much the project uses of each quota."""
    return quotas.usage(session, actor, project)


@router.get("/quota")
def quota(session: Work, actor: CurrentActor, project: str) -> QuotaView:
    """The quotas of the project; where it has none, those of the portal count."""
    return quotas.quota(session, actor, project)


@router.patch("/quota")
def set_quota(session: Work, actor: CurrentActor, project: str, change: QuotaChange) -> QuotaView:
    """Set quotas; null goes back to the portal's."""
    return quotas.set_quota(session, actor, project, change)


@router.get("/guardrails")
def get_guardrails(session: Work, actor: CurrentActor, project: str) -> GuardrailsView:
    """Which templates the project may use, and the rules that narrow their forms."""
    return guardrails.get(session, actor, project)


@router.put("/guardrails")
def put_guardrails(session: Work, actor: CurrentActor, project: str, request: GuardrailsRequest) -> GuardrailsView:
    """Set all of them; what is left out is gone."""
    return guardrails.put(session, actor, project, request)


@router.get("/activity")
def project_activity(
    session: Work, actor: CurrentActor, project: str, cursor: Cursor = None, limit: Limit = 50
) -> Page[ActivityView]:
    """What was done in the project, newest first; for its owners."""
    return activity.activity(session, actor, project, cursor=cursor, limit=limit)


@router.post("/archive")
def archive_project(session: Work, actor: CurrentActor, project: str) -> ArchiveView:
    """Let nothing begin in it any more. 409 while a deployment lives in it."""
    return archive.archive(session, actor, project)


@router.post("/reopen")
def reopen_project(session: Work, actor: CurrentActor, project: str) -> ArchiveView:
    """The way back."""
    return archive.reopen(session, actor, project)
