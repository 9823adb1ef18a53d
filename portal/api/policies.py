"""Policies on plans: keeping them, trying a draft, and what they said."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel

from portal.api.deps import CurrentActor, Cursor, Limit, Work
from portal.kit.pagination import Page
from portal.policy import service as policies
from portal.policy.schemas import (
    NewPolicy,
    PastResultView,
    PolicyChange,
    PolicyView,
    RuleView,
    TrialRequest,
    TrialView,
    VersionView,
)

router = APIRouter(prefix="/policies", tags=["policies"])


class Policies(BaseModel):
    items: list[PolicyView]


class Rules(BaseModel):
    items: list[RuleView]


class Versions(BaseModel):
    items: list[VersionView]


@router.get("")
def list_policies(session: Work, actor: CurrentActor) -> Policies:
    """Every policy, by name; for whoever may not manage them, those that judge projects of theirs."""
    return Policies(items=policies.list_policies(session, actor))


@router.post("", status_code=201)
def create_policy(session: Work, actor: CurrentActor, request: NewPolicy) -> PolicyView:
    """A new policy. 422 with the place of each mistake when a setting or an expression cannot be used."""
    return policies.create_policy(session, actor, request)


@router.get("/rules")
def list_rules(session: Work, actor: CurrentActor) -> Rules:
    """The built-in rules; `form` is the JSON Schema of a rule's settings."""
    return Rules(items=policies.list_rules(session, actor))


@router.post("/test")
def test_policy(session: Work, actor: CurrentActor, request: TrialRequest) -> TrialView:
    """What a draft says of the newest kept plans. Nothing is kept."""
    return policies.test(session, actor, request)


@router.get("/{policy_id}")
def get_policy(session: Work, actor: CurrentActor, policy_id: str) -> PolicyView:
    """One policy."""
    return policies.get_policy(session, actor, policy_id)


@router.patch("/{policy_id}")
def change_policy(session: Work, actor: CurrentActor, policy_id: str, change: PolicyChange) -> PolicyView:
    """Change what is given; each change is a new version."""
    return policies.change_policy(session, actor, policy_id, change)


@router.delete("/{policy_id}", status_code=204)
def delete_policy(session: Work, actor: CurrentActor, policy_id: str) -> Response:
    """It judges nothing any more; what it said stays with the runs."""
    policies.delete_policy(session, actor, policy_id)
    return Response(status_code=204)


@router.get("/{policy_id}/versions")
def list_versions(session: Work, actor: CurrentActor, policy_id: str) -> Versions:
    """What the policy was, the newest version first."""
    return Versions(items=policies.list_versions(session, actor, policy_id))


@router.get("/{policy_id}/results")
def list_results(
    session: Work, actor: CurrentActor, policy_id: str, cursor: Cursor = None, limit: Limit = 50
) -> Page[PastResultView]:
    """What the policy said of plans, the newest first."""
    return policies.list_results(session, actor, policy_id, cursor=cursor, limit=limit)
