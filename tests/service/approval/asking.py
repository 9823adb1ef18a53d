"""Rules for one project, people who may approve in it, and plans that wait for them."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from portal.approval import keep
from portal.approval.schemas import Approvers, Conditions, Decide, RuleInput, RuleView, Scope
from portal.auth.schemas import Actor
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.project import repository
from portal.run import approve
from portal.run.schemas import Counts, PlanSummary, RunView
from tests.service.run import world as w
from tests.service.run.world import World

ADDS = PlanSummary(counts=Counts(add=1), has_changes=True)
DELETES = PlanSummary(counts=Counts(add=0, destroy=1), has_changes=True)


def rule(
    world: World, *, when: Conditions | None = None, number: int = 1, group: Any = "approver", **given: Any
) -> RuleView:
    """A rule for this world's project."""
    wanted = RuleInput(
        name=given.pop("name", "Four eyes"),
        scope=given.pop("scope", Scope(kind="projects", projects=[world.project_id])),
        when=when or Conditions(any_change=True),
        approvers=Approvers(number=number, group=group, people=given.pop("people", [])),
        **given,
    )
    with unit_of_work() as session:
        return keep.create_rule(session, world.admin, wanted)


def person(world: World, role: str = "approver") -> Actor:
    """A member of the portal with this role in the project."""
    with unit_of_work() as session:
        actor = w.user(session, None, "member")
        put_role(session, world, actor, role)
        return actor


def put_role(session: Session, world: World, actor: Actor, role: str) -> None:
    """Make somebody a member of the project, with this role."""
    assert actor.user_id is not None
    repository.put_member(session, world.project_id, actor.user_id, role, clock.now())


def waiting(world: World, summary: PlanSummary = ADDS, **given: Any) -> RunView:
    """A run whose plan was just made, asked for by the world's member."""
    run = w.create(world, given.pop("deployment_id", None) or w.deployment(world), **given)
    w.planned(run.id, summary)
    return w.get(world, run.id, world.member)


def decide(actor: Actor, run_id: str, decision: Any = "approve", reason: str = "", plan: str | None = None) -> RunView:
    with unit_of_work() as session:
        return approve.decide(session, actor, run_id=run_id, wish=Decide(decision=decision, reason=reason, plan=plan))
