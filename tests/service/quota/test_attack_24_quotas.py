"""Attack 24: a quota is a quota, also when everything comes at once, and at each of the doors: submit, plan, confirm."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlmodel import col, select

from portal.deployment import service as deployments
from portal.deployment.schemas import DeploymentChange, DeploymentRequest
from portal.kit import ids
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Invalid
from portal.models import Deployment, Run
from portal.quota import service as quotas
from portal.quota.schemas import QuotaChange
from portal.run import service as runs
from portal.run.schemas import Counts, PlanSummary
from tests.service.deployment.conftest import write_template
from tests.service.run import world as w
from tests.service.run.world import World


@pytest.fixture
def world(settings_env: Callable[..., None], postgres_url: str, redis_url: str, tmp_path: Path) -> World:
    write_template(tmp_path / "templates" / "azure" / "thing")
    folder = str(tmp_path / "templates")
    settings_env(TERRACE_DATABASE_URL=postgres_url, TERRACE_REDIS_URL=redis_url, TERRACE_TEMPLATES_DIR=folder)
    return w.build()


def limit(world: World, **given: int | float | None) -> None:
    with unit_of_work() as session:
        quotas.set_quota(session, world.admin, world.project_id, QuotaChange.model_validate(given))


def submit(world: World, name: str | None = None) -> str:
    request = DeploymentRequest(
        name=name or ids.new_id("d").lower(), template="azure/thing", cloud_account="sandbox-azure", project=world.project_id,
        values={"size": 3},
    )  # fmt: skip
    try:
        with unit_of_work() as session:
            return deployments.create(session, world.member, request).deployment.id
    except (Conflict, Invalid) as error:
        return error.message


def planned(world: World, add: int, deployment_id: str | None = None) -> str:
    """The id of a run whose plan wants so many resources."""
    run = w.create(world, deployment_id or w.deployment(world))
    w.planned(run.id, PlanSummary(counts=Counts(add=add), has_changes=True))
    return run.id


def used(world: World, name: str) -> float:
    with unit_of_work() as session:
        meters = quotas.usage(session, world.viewer, world.project_id).meters
    return next(meter.used for meter in meters if meter.name == name)


def test_attack_24_of_fifty_submits_at_once_a_quota_of_ten_lets_ten_through(world: World) -> None:
    limit(world, deployments=10)
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: submit(world), range(50)))
    made = [text for text in found if text.startswith("dep-")]
    refused = [text for text in found if not text.startswith("dep-")]
    assert (len(made), len(refused)) == (10, 40)
    assert all("10 of 10 deployments" in text and "administrator" in text for text in refused)
    with unit_of_work() as session:
        there = session.exec(select(col(Deployment.id)).where(col(Deployment.project_id) == world.project_id)).all()
    assert set(there) == set(made)


def test_attack_24_plans_that_are_confirmed_at_once_share_what_is_left(world: World) -> None:
    waiting = [planned(world, 4) for _ in range(6)]
    limit(world, resources=10)

    def confirm(run_id: str) -> str:
        try:
            return w.confirm(world, run_id).status
        except Conflict as error:
            return error.message

    with ThreadPoolExecutor(6) as pool:
        found = sorted(pool.map(confirm, waiting))
    assert found[-2:] == ["apply_queued", "apply_queued"]
    assert all("12 resources" in text and "10" in text for text in found[:-2])
    assert used(world, "resources") == 8


def test_attack_24_a_plan_that_would_be_applied_by_itself_is_denied(world: World) -> None:
    limit(world, resources=3)
    deployment_id = w.deployment(world, auto_apply=True)
    run = w.create(world, deployment_id)
    w.planned(run.id, PlanSummary(counts=Counts(add=4), has_changes=True))
    found = w.get(world, run.id)
    assert found.status == "policy_denied"
    assert found.error is not None
    assert "its quota is 3" in (found.error.explanation or "")


def test_attack_24_nothing_begins_where_everything_is_used(world: World) -> None:
    limit(world, resources=4)
    waiting = w.create(world, w.deployment(world))
    w.confirm(world, planned(world, 4))
    assert "uses 4 of 4 resources" in submit(world)
    with pytest.raises(Conflict, match="nothing can be added"):
        w.create(world, w.deployment(world))
    w.planned(waiting.id, PlanSummary(counts=Counts(add=1), has_changes=True))
    assert w.status(waiting.id) == "policy_denied"


def test_a_budget_counts_what_was_applied_and_what_is_being(world: World) -> None:
    first, second = planned(world, 1), planned(world, 1)
    with unit_of_work() as session:
        for run_id in (first, second):
            session.get_one(Run, run_id).monthly_cost = 60.0
    limit(world, monthly_budget=100)
    w.confirm(world, first)
    assert used(world, "budget") == 60
    with pytest.raises(Conflict, match=r"\$120\.00 a month; its budget is \$100\.00, and \$60\.00 are spent"):
        w.confirm(world, second)


def test_a_price_that_nobody_knows_is_counted_as_unknown(world: World) -> None:
    deployment_id = w.deployment(world)
    w.applied(world, w.create(world, deployment_id).id)
    with unit_of_work() as session:
        meters = quotas.usage(session, world.viewer, world.project_id).meters
    assert "the price of 1 is not known" in meters[-1].text


def test_a_destroy_meets_no_quota(world: World) -> None:
    deployment_id = w.deployment(world)
    w.applied(world, w.create(world, deployment_id).id)
    limit(world, deployments=0, resources=0, monthly_budget=0)
    run = w.create(world, deployment_id, "destroy")
    w.planned(run.id, PlanSummary(counts=Counts(destroy=1), has_changes=True))
    w.confirm(world, run.id)
    job = w.claimed(run.id, "apply")
    with unit_of_work() as session:
        assert w.work.finish_apply(session, run.id, job.claim, applied=1)
    assert used(world, "deployments") == 0


def test_a_first_run_that_made_nothing_gives_its_place_back_when_the_deployment_is_removed(world: World) -> None:
    limit(world, deployments=1)
    deployment_id = submit(world)
    with unit_of_work() as session:
        run_id = session.exec(select(col(Run.id)).where(col(Run.deployment_id) == deployment_id)).one()
        runs.cancel(session, world.member, run_id=run_id)
    assert "1 of 1 deployments" in submit(world)
    gone = w.create(world, deployment_id, "destroy")
    w.planned(gone.id, PlanSummary())
    assert submit(world).startswith("dep-")


def test_submits_changes_and_confirms_at_once_never_wait_in_a_circle(world: World) -> None:
    """Half of the submits want a name that a change takes at the same moment, which makes one wait for the other."""
    mine = [submit(world) for _ in range(3)]
    waiting = [planned(world, 1) for _ in range(3)]
    limit(world, deployments=100, resources=1000)

    def one(number: int) -> None:
        name = f"n{number // 3}"
        if number % 3 == 0:
            submit(world, name)
        elif number % 3 == 1:
            change = DeploymentChange(name=name, values={"size": 1 + number % 8})
            with suppress(Invalid), unit_of_work() as session:
                deployments.update(session, world.member, mine[number // 3 % 3], change)
        else:
            with suppress(Conflict):
                w.confirm(world, waiting[number // 3 % 3])

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(one, range(30)))  # raises what PostgreSQL says of a deadlock
    assert [w.status(run_id) for run_id in waiting] == ["apply_queued"] * 3


def test_quotas_are_set_by_administrators_and_read_by_members(world: World) -> None:
    limit(world, deployments=3, run_limit=2)
    with unit_of_work() as session:
        found = quotas.quota(session, world.viewer, world.project_id)
        assert (found.deployments, found.run_limit, found.resources) == (3, 2, None)
        with pytest.raises(Exception, match="Ask an administrator"):
            quotas.set_quota(session, world.member, world.project_id, QuotaChange(deployments=99))
    limit(world, deployments=None)
    with unit_of_work() as session:
        assert quotas.quota(session, world.viewer, world.project_id).deployments is None


def test_a_project_without_quotas_of_its_own_has_those_of_the_portal(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.kit.config import settings

    monkeypatch.setenv("TERRACE_PROJECT_DEPLOYMENTS", "1")
    settings.cache_clear()
    assert submit(world).startswith("dep-")
    assert "1 of 1 deployments" in submit(world)
    limit(world, deployments=2)
    assert submit(world).startswith("dep-")
