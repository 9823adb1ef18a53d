"""What waits to be approved, links that lead there, and the rules by which it is asked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from portal.api.deps import CurrentActor, Cursor, Limit, Work
from portal.approval import keep, links
from portal.approval.schemas import LinkView, RuleInput, RuleView, Shape
from portal.auth.schemas import Request
from portal.kit.pagination import Page
from portal.run import rehearsal
from portal.run import service as runs
from portal.run.rehearsal import Rehearsal
from portal.run.schemas import RunView

router = APIRouter(prefix="/approvals", tags=["approvals"])
rules_router = APIRouter(prefix="/approval-rules", tags=["approvals"])


class Waiting(Shape):
    """How many."""

    mine: int


class RehearsalRequest(Request):
    """`rules`: as they might be; left out, as they are. Of one past run, or of the newest that the reader may see."""

    rules: list[RuleInput] | None = Field(default=None, max_length=50)
    run_id: str | None = Field(default=None, max_length=64)
    limit: int = Field(default=50, ge=1, le=50)


@router.get("")
def list_approvals(
    session: Work,
    actor: CurrentActor,
    mine: Annotated[bool, Query(description="Only what one may decide oneself and has not")] = True,
    project: Annotated[str | None, Query(max_length=100)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[RunView]:
    """Runs whose plan waits to be approved, each with its `approval`."""
    wanted = "mine" if mine else "waiting"
    return runs.list_runs(session, actor, project=project, approval=wanted, cursor=cursor, limit=limit)


@router.get("/count")
def count_approvals(session: Work, actor: CurrentActor) -> Waiting:
    """How many plans wait for oneself: the number beside Approvals."""
    return Waiting(mine=runs.waiting_for_me(session, actor))


@router.get("/links/{link}")
def open_link(session: Work, actor: CurrentActor, link: Annotated[str, Path(max_length=200)]) -> LinkView:
    """Where a link out of a message leads its person. It decides nothing; 404 for everybody else."""
    return links.opened(session, actor, link)


@rules_router.get("")
def list_rules(session: Work, actor: CurrentActor) -> list[RuleView]:
    """All rules of approval."""
    return keep.list_rules(session, actor)


@rules_router.post("", status_code=201)
def create_rule(session: Work, actor: CurrentActor, request: RuleInput) -> RuleView:
    """A new rule, which counts from the next plan on."""
    return keep.create_rule(session, actor, request)


@rules_router.post("/dry-run")
def rehearse(session: Work, actor: CurrentActor, request: RehearsalRequest) -> Rehearsal:
    """What rules would have asked of plans that were made. Nothing is kept."""
    return rehearsal.rehearse(session, actor, rules=request.rules, run_id=request.run_id, limit=request.limit)


@rules_router.get("/{rule_id}")
def get_rule(session: Work, actor: CurrentActor, rule_id: str) -> RuleView:
    """One rule."""
    return keep.get_rule(session, actor, rule_id)


@rules_router.put("/{rule_id}")
def update_rule(session: Work, actor: CurrentActor, rule_id: str, request: RuleInput) -> RuleView:
    """Write the rule anew. What was asked about plans that are there stays as it is."""
    return keep.update_rule(session, actor, rule_id, request)


@rules_router.delete("/{rule_id}", status_code=204)
def delete_rule(session: Work, actor: CurrentActor, rule_id: str) -> None:
    """Remove the rule."""
    keep.delete_rule(session, actor, rule_id)
