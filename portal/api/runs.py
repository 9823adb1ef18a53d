"""Runs and their events; the events also as a stream."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.responses import StreamingResponse

from portal.api import stream
from portal.api.deps import CurrentActor, Cursor, Limit, Work
from portal.approval.schemas import ApprovalView, Decide
from portal.kit.pagination import Page
from portal.policy.schemas import Override
from portal.run import service as runs
from portal.run.schemas import EventPage, PlanSummary, RunResult, RunView, Shape

router = APIRouter(prefix="/runs", tags=["runs"])
Words = Annotated[list[str] | None, Query(max_length=12)]
After = Annotated[int, Query(ge=0, le=2**31 - 1, description="The number of the last event that is known")]
MOST = Annotated[int, Query(ge=1, le=2000, description="How many events at most")]
_EVENTS = {
    200: {
        "description": "A page of events; with `Accept: text/event-stream`, all of them until the run ends",
        "content": {stream.MEDIA_TYPE: {"schema": {"type": "string"}}},
    },
    204: {"description": "A stream that was followed to its end already"},
}


class Cancellation(Shape):
    """How a run is to be stopped. `reason` is required with `force`."""

    force: bool = False
    reason: Annotated[str, Field(max_length=500)] = ""


@router.get("")
def list_runs(
    session: Work,
    actor: CurrentActor,
    deployment: Annotated[str | None, Query(max_length=100)] = None,
    project: Annotated[str | None, Query(max_length=100)] = None,
    status: Words = None,
    kind: Words = None,
    approval: Annotated[
        Literal["mine", "waiting"] | None,
        Query(description="Whose plan waits to be approved: by anybody (`waiting`), or by oneself (`mine`)"),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[RunView]:
    """The runs of one's projects, newest first."""
    return runs.list_runs(
        session,
        actor,
        deployment_id=deployment,
        project=project,
        status=status or (),
        kind=kind or (),
        approval=approval,
        cursor=cursor,
        limit=limit,
    )


@router.get("/{run_id}")
def get_run(session: Work, actor: CurrentActor, run_id: str) -> RunView:
    """One run."""
    return runs.get(session, actor, run_id=run_id)


@router.post("/{run_id}/confirm")
def confirm_run(session: Work, actor: CurrentActor, run_id: str) -> RunView:
    """Apply exactly the plan that was made. 409 when there is none, or (`plan_stale`) when something has moved since."""
    return runs.confirm(session, actor, run_id=run_id)


@router.post("/{run_id}/discard")
def discard_run(session: Work, actor: CurrentActor, run_id: str) -> RunView:
    """Do not apply the plan."""
    return runs.discard(session, actor, run_id=run_id)


@router.post("/{run_id}/cancel")
def cancel_run(
    session: Work, actor: CurrentActor, run_id: str, force: bool = False, request: Cancellation | None = None
) -> RunView:
    """Stop the run in good order. A second time with `force`, its Terraform is killed: for administrators of the
    project, and with a `reason` for the audit trail."""
    wish = request or Cancellation()
    return runs.cancel(session, actor, run_id=run_id, force=force or wish.force, reason=wish.reason)


@router.post("/{run_id}/retry", status_code=201)
def retry_run(session: Work, actor: CurrentActor, run_id: str) -> RunView:
    """A new run for what this one did not do: of an ended run, or of a plan that is out of date, which is discarded."""
    return runs.retry(session, actor, run_id=run_id)


@router.get("/{run_id}/plan")
def get_plan(session: Work, actor: CurrentActor, run_id: str) -> PlanSummary:
    """What the plan would do, secrets masked."""
    return runs.plan(session, actor, run_id)


@router.get("/{run_id}/approval")
def get_approval(session: Work, actor: CurrentActor, run_id: str) -> ApprovalView:
    """Who has to agree to the plan and who did; also what was said about plans that the run had before."""
    return runs.approval(session, actor, run_id=run_id)


@router.post("/{run_id}/approval")
def decide(session: Work, actor: CurrentActor, run_id: str, request: Decide) -> RunView:
    """Approve, reject (which discards the plan) or withdraw. 403 for one's own request; 409 when there is nothing to decide."""
    return runs.decide(session, actor, run_id=run_id, wish=request)


@router.post("/{run_id}/policy-override")
def override_policy(session: Work, actor: CurrentActor, run_id: str, request: Override) -> RunView:
    """Let the plan pass the policies of the level `override` that it has failed, with a reason. 409 when there is none."""
    return runs.override_policy(session, actor, run_id=run_id, request=request)


@router.get("/{run_id}/result")
def get_result(session: Work, actor: CurrentActor, run_id: str) -> RunResult:
    """What an action left to keep, a kubeconfig say; kept for a day. Looking at it is audited."""
    return runs.result(session, actor, run_id)


@router.get("/{run_id}/events", response_model=EventPage, responses=_EVENTS)  # type: ignore[arg-type]
def list_events(
    request: Request, session: Work, actor: CurrentActor, run_id: str, after: After = 0, limit: MOST = 500
) -> EventPage | Response:
    """Events after a number. Asked for `text/event-stream`, it follows them until the run ends."""
    if not stream.is_wanted(request):
        return runs.events(session, actor, run_id, after=after, limit=limit)
    start = stream.start(request, after)
    page = runs.events(session, actor, run_id, after=start, limit=1)
    if page.ended and not page.items and start:
        # A browser's EventSource connects again when a stream ends; this tells it to stop.
        return Response(status_code=204)
    return StreamingResponse(
        stream.follow(request, run_id, start), media_type=stream.MEDIA_TYPE, headers=stream.HEADERS
    )
