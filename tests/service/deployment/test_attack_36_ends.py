"""Attack 36: what is destroyed is what somebody meant: by its id, as it is now, and only while its time is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from portal.deployment import service
from portal.deployment.schemas import DeploymentChange, DeploymentRequest
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict
from portal.models import Deployment
from portal.run import service as runs
from portal.run import work
from portal.run.schemas import Counts, PlanSummary
from portal.run.stale import StalePlan
from tests.service.approval import asking as a
from tests.service.run import world as w
from tests.service.run.world import World

DELETES = PlanSummary(counts=Counts(destroy=2), has_changes=True)


@pytest.fixture
def world(settings_env: Callable[..., None], backend: str, templates: Path) -> World:
    """In a database of its own: a sweep looks at everything."""
    settings_env(TERRACE_TEMPLATES_DIR=str(templates))
    return w.build()


def make(world: World, name: str = "shop") -> str:
    request = DeploymentRequest(
        name=name, template="azure/thing", cloud_account="sandbox-azure", project=world.project_id, values={"size": 3}
    )
    with unit_of_work() as session:
        made = service.create(session, world.member, request)
        runs.cancel(session, world.member, run_id=made.run.id)
    return made.deployment.id


def expired(world: World, deployment_id: str) -> str:
    """The id of the run by which the sweep destroys the deployment, whose time is over."""
    with unit_of_work() as session:
        session.get_one(Deployment, deployment_id).expires_at = clock.now() - timedelta(seconds=1)
    with unit_of_work() as session:
        (run_id,) = work.sweep(session).expired
    return run_id


def extend(world: World, deployment_id: str, ttl: str = "7d") -> None:
    with unit_of_work() as session:
        service.update(session, world.member, deployment_id, DeploymentChange(ttl=ttl))


@pytest.mark.parametrize(
    ("stage", "ttl"), [("plan_queued", "7d"), ("planning", "never"), ("planned", "7d"), ("apply_queued", "never")]
)
def test_attack_36_a_lifetime_that_is_extended_takes_back_the_destroy_that_its_end_began(
    world: World, stage: str, ttl: str
) -> None:
    if stage == "planned":
        a.rule(world)
    deployment_id = make(world)
    run_id = expired(world, deployment_id)
    job = w.claimed(run_id) if stage == "planning" else None
    if stage in ("planned", "apply_queued"):
        w.planned(run_id, DELETES)
    assert w.status(run_id) == stage
    extend(world, deployment_id, ttl)
    if job is not None:
        with unit_of_work() as session:
            work.finish_plan(session, run_id, job.claim, plan_file=b"P", lock_file=None, summary=DELETES)
    assert w.status(run_id) in ("canceled", "discarded")
    assert w.claim(run_id, "apply") is None
    with unit_of_work() as session:
        assert work.sweep(session).expired == ()
    assert w.row(Deployment, deployment_id).destroyed_at is None


def test_attack_36_a_worker_applies_no_end_of_a_lifetime_that_is_not_over(world: World) -> None:
    """Whoever moved the lifetime, and past whatever service: the worker looks at it before it destroys anything."""
    deployment_id = make(world)
    run_id = expired(world, deployment_id)
    w.planned(run_id, DELETES)
    with unit_of_work() as session:
        session.get_one(Deployment, deployment_id).expires_at = clock.now() + timedelta(days=1)
    assert w.claim(run_id, "apply") is None
    view = w.get(world, run_id)
    assert view.status == "canceled"
    assert view.error is not None
    assert "lifetime was extended" in view.error.detail


def test_attack_36_a_lifetime_is_not_extended_while_its_deployment_is_being_destroyed(world: World) -> None:
    deployment_id = make(world)
    run_id = expired(world, deployment_id)
    w.planned(run_id, DELETES)
    w.claimed(run_id, "apply")
    with pytest.raises(Conflict, match="being destroyed already"):
        extend(world, deployment_id)
    assert w.row(Deployment, deployment_id).expires_at < clock.now()


def test_attack_36_nobody_confirms_an_end_of_a_lifetime_that_is_not_over(world: World) -> None:
    a.rule(world)
    deployment_id = make(world)
    run_id = expired(world, deployment_id)
    w.planned(run_id, DELETES)
    with unit_of_work() as session:
        session.get_one(Deployment, deployment_id).expires_at = clock.now() + timedelta(days=1)
    assert a.decide(a.person(world), run_id).status == "planned"
    with pytest.raises(Conflict, match="lifetime was extended"):
        w.confirm(world, run_id)


def test_attack_36_a_destroy_that_somebody_asked_for_is_not_taken_back_by_a_longer_lifetime(world: World) -> None:
    deployment_id = make(world)
    with unit_of_work() as session:
        run = service.destroy(session, world.member, deployment_id)
    extend(world, deployment_id)
    assert w.status(run.id) == "plan_queued"


@pytest.mark.parametrize(("serial", "lineage"), [(8, "lineage-1"), (7, "lineage-2"), (6, "lineage-1")])
def test_attack_36_a_destroy_that_was_planned_before_a_restore_is_not_applied_after_it(
    world: World, serial: int, lineage: str
) -> None:
    deployment_id = make(world)
    w.put_state(deployment_id, 7)
    with unit_of_work() as session:
        run = service.destroy(session, world.member, deployment_id)
    w.planned(run.id, DELETES)
    w.put_state(deployment_id, serial, lineage)
    with pytest.raises(StalePlan, match="state has changed"):
        w.confirm(world, run.id)
    assert w.claim(run.id, "apply") is None


def test_attack_36_an_old_page_destroys_nothing_that_was_made_again_under_its_name(world: World) -> None:
    """A second tab still shows the deployment that is gone, its plan to confirm, and one that waited behind it."""
    old = make(world)
    with unit_of_work() as session:
        shown = service.destroy(session, world.member, old)
        behind = service.destroy(session, world.member, old)
    w.planned(shown.id, DELETES)
    w.confirm(world, shown.id)
    job = w.claimed(shown.id, "apply")
    with unit_of_work() as session:
        assert work.finish_apply(session, shown.id, job.claim, applied=2)
    new = make(world)
    for run_id in (shown.id, behind.id):
        for act in (runs.confirm, runs.retry):
            with pytest.raises(Conflict), unit_of_work() as session:
                act(session, world.member, run_id=run_id)
    for act in (service.destroy, service.start_run):
        with pytest.raises(Conflict, match="was destroyed"), unit_of_work() as session:
            act(session, world.member, old)
    with pytest.raises(Conflict, match="was destroyed"):
        extend(world, old)
    assert w.status(behind.id) == "canceled"
    with unit_of_work() as session:
        kinds = [run.kind for run in runs.list_runs(session, world.member, deployment_id=new).items]
    assert kinds == ["plan_and_apply"]
