"""What a plan costs reaches the run, and the deployment once that is what there is."""

from __future__ import annotations

from sqlmodel import Session

from portal.cost.schemas import CostEstimate
from portal.deployment import service as deployments
from portal.kit.db import unit_of_work
from portal.run import service, work
from portal.run.schemas import PlanSummary, RunError
from tests.service.run import world as w
from tests.service.run.world import World


def costing(before: float, after: float, summary: PlanSummary = w.CHANGES) -> PlanSummary:
    cost = CostEstimate(before_monthly=before, after_monthly=after, delta_monthly=round(after - before, 2), covered=3)
    return summary.model_copy(update={"cost": cost})


def monthly(world: World, deployment_id: str) -> float | None:
    with unit_of_work() as session:
        return deployments.get(session, world.member, deployment_id).monthly_cost


def apply(world: World, run_id: str) -> None:
    w.confirm(world, run_id)
    job = w.claimed(run_id, "apply")
    with unit_of_work() as session:
        assert work.finish_apply(session, run_id, job.claim, applied=4)


def kept_cost(session: Session, world: World, run_id: str) -> CostEstimate | None:
    return service.plan(session, world.viewer, run_id=run_id).cost


def test_a_deployment_costs_what_the_plan_says_that_was_applied_last(world: World) -> None:
    deployment = w.deployment(world)
    run = w.create(world, deployment).id
    w.planned(run, costing(0, 80))
    view = w.get(world, run)
    assert (view.monthly_cost, view.cost_delta, monthly(world, deployment)) == (80, 80, None)
    with unit_of_work() as session:
        assert kept_cost(session, world, run) == costing(0, 80).cost
    apply(world, run)
    assert monthly(world, deployment) == 80

    dearer = w.create(world, deployment).id
    w.planned(dearer, costing(80, 100.5))
    assert (w.get(world, dearer).cost_delta, monthly(world, deployment)) == (20.5, 80)
    with unit_of_work() as session:
        service.discard(session, world.member, run_id=dearer)
    assert monthly(world, deployment) == 80

    gone = w.create(world, deployment, "destroy").id
    w.planned(gone, costing(80, 0))
    apply(world, gone)
    assert monthly(world, deployment) == 0


def test_a_plan_without_changes_tells_what_there_is_and_an_apply_that_fails_does_not(world: World) -> None:
    deployment = w.deployment(world)
    failed = w.create(world, deployment).id
    w.planned(failed, costing(0, 80))
    w.confirm(world, failed)
    job = w.claimed(failed, "apply")
    with unit_of_work() as session:
        assert work.fail(session, failed, job.claim, RunError(summary="No."))
    assert monthly(world, deployment) is None

    same = w.create(world, deployment).id
    w.planned(same, costing(42, 42, w.NOTHING))
    assert w.status(same) == "planned_and_finished"
    assert monthly(world, deployment) == 42


def test_after_a_plan_without_an_estimate_nobody_knows(world: World) -> None:
    deployment = w.deployment(world)
    first = w.create(world, deployment).id
    w.planned(first, costing(0, 80))
    apply(world, first)
    second = w.create(world, deployment).id
    w.planned(second, w.CHANGES)
    view = w.get(world, second)
    assert (view.monthly_cost, view.cost_delta) == (None, None)
    apply(world, second)
    assert monthly(world, deployment) is None
