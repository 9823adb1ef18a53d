"""What rules of approval would have asked of past plans and actions: a rule is tried before it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from portal.approval import keep
from portal.approval import rules as approval_rules
from portal.approval.schemas import Facts, Requirement, Rule, RuleInput
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.models import Deployment, Project, Run, RunPlan
from portal.project import service as projects
from portal.run import access, asking
from portal.run.schemas import PlanSummary, Shape

MOST = 50


class Rehearsed(Shape):
    """One plan or action, and what would have been asked about it; nothing when `asked` is empty."""

    run_id: str
    action: str = ""
    """The title of an action; "" of a plan."""
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
    wanted = keep.enabled(session) if rules is None else [keep.as_rule(keep.checked(session, item)) for item in rules]
    seen = projects.readable_ids(session, actor, "run.read")
    found = [_tried(row, wanted) for row in session.exec(_plans(run_id, seen, min(limit, MOST))).all()]
    if run_id is not None and not found:
        raise access.not_found(run_id)
    return Rehearsal(runs=found, asked=sum(bool(item.asked) for item in found))


def _plans(run_id: str | None, project_ids: set[str] | None, limit: int) -> Any:
    """Runs that would apply something, in these projects; None means every one."""
    query = (
        select(Run, Deployment.name, Project, RunPlan.summary)  # type: ignore[call-overload]
        .join(RunPlan, col(RunPlan.run_id) == col(Run.id), isouter=True)
        .join(Deployment, col(Deployment.id) == col(Run.deployment_id))
        .join(Project, col(Project.id) == col(Run.project_id))
    )
    action, planned = col(Run.kind) == "action", col(RunPlan.run_id).is_not(None)
    if project_ids is not None:
        query = query.where(col(Run.project_id).in_(project_ids))
    query = query.options(defer(Run.values), defer(Run.result))  # type: ignore[arg-type]
    if run_id is not None:
        return query.where(col(Run.id) == run_id, action | planned)
    applies = col(Run.kind).in_(("plan_and_apply", "destroy")) & col(Run.has_changes) & planned
    return query.where(action | applies).order_by(col(Run.created_at).desc()).limit(limit)


def _tried(row: Any, wanted: Sequence[Rule]) -> Rehearsed:
    run, name, project, summary = row
    facts = _facts(run, project, summary)
    asked = approval_rules.required(wanted, facts)
    return Rehearsed(
        run_id=run.id,
        action=facts.action_title,
        deployment_name=name,
        project=project.slug,
        created_at=run.created_at,
        created_by=run.created_by_label,
        asked=asked,
        says=[
            f"{approval_rules.group_words(item.group, item.number, [])}: {', '.join(item.reasons)}" for item in asked
        ],
    )


def _facts(run: Run, project: Project, summary: Any) -> Facts:
    if run.kind == "action":
        return asking.action_facts(run, project)
    plan = PlanSummary.model_validate(summary)
    return asking.facts(plan, kind=run.kind, project_id=project.id, production=project.production)
