"""What rules of approval would have asked of plans that were made: a rule is tried before it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from portal.approval import keep
from portal.approval import rules as approval_rules
from portal.approval.schemas import Requirement, Rule, RuleInput
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.models import Deployment, Project, Run, RunPlan
from portal.run import access, asking
from portal.run.schemas import PlanSummary, Shape

MOST = 50


class Rehearsed(Shape):
    """One plan, and what would have been asked about it; nothing when `asked` is empty."""

    run_id: str
    deployment_name: str
    project: str
    created_at: datetime
    created_by: str
    asked: list[Requirement]
    says: list[str]
    """The same in words."""


class Rehearsal(Shape):
    """The newest plans first. `asked` counts those that somebody would have had to agree to."""

    runs: list[Rehearsed]
    asked: int


def rehearse(
    session: Session,
    actor: Actor,
    *,
    rules: Sequence[RuleInput] | None = None,
    run_id: str | None = None,
    limit: int = MOST,
) -> Rehearsal:
    """Try the rules (as they are, unless others are given) on one run, or on the newest. Nothing is kept.

    Policies are not asked again, so what a rule says about them is not in it.
    """
    permissions.require(actor, "approval.manage")
    if run_id is not None and not asking.has_plan(session, run_id):
        raise access.not_found(run_id)
    wanted = keep.enabled(session) if rules is None else [keep.as_rule(keep.checked(session, item)) for item in rules]
    found = [_tried(row, wanted) for row in session.exec(_plans(run_id, min(limit, MOST))).all()]
    return Rehearsal(runs=found, asked=sum(bool(item.asked) for item in found))


def _plans(run_id: str | None, limit: int) -> Any:
    """Runs that would apply something. An administrator of the portal sees every project."""
    query = (
        select(Run.id, Run.kind, Run.created_at, Run.created_by_label, Deployment.name, Project, RunPlan.summary)  # type: ignore[call-overload]
        .join(RunPlan, col(RunPlan.run_id) == col(Run.id))
        .join(Deployment, col(Deployment.id) == col(Run.deployment_id))
        .join(Project, col(Project.id) == col(Run.project_id))
    )
    if run_id is not None:
        return query.where(col(Run.id) == run_id)
    applies = col(Run.kind).in_(("plan_and_apply", "destroy")), col(Run.has_changes)
    return query.where(*applies).order_by(col(Run.created_at).desc()).limit(limit)


def _tried(row: Any, wanted: Sequence[Rule]) -> Rehearsed:
    run_id, kind, created_at, created_by, name, project, summary = row
    facts = asking.facts(
        PlanSummary.model_validate(summary), kind=kind, project_id=project.id, production=project.production
    )
    asked = approval_rules.required(wanted, facts)
    return Rehearsed(
        run_id=run_id,
        deployment_name=name,
        project=project.slug,
        created_at=created_at,
        created_by=created_by,
        asked=asked,
        says=[
            f"{approval_rules.group_words(item.group, item.number, [])}: {', '.join(item.reasons)}" for item in asked
        ],
    )
