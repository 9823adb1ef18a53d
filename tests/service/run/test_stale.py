"""A finished plan is bound to what it was made from; whatever moves makes it stale, says so, and it is planned again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.kit import clock, ids
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict
from portal.models import CloudAccount, Deployment, TemplateVersion
from portal.run import archive, service, stale, work
from portal.run.schemas import RunView
from tests.service.run import world as w
from tests.service.run.world import World


@pytest.fixture
def world(alone: World) -> World:
    """Accounts are changed and the sweep looks at everything, so each test has a database of its own."""
    return alone


def planned(world: World) -> RunView:
    run = w.create(world, w.deployment(world))
    w.planned(run.id)
    return w.get(world, run.id)


def upgrade(world: World, deployment: Deployment) -> None:
    row = TemplateVersion(
        id=ids.new_id("tv"), key="azure/tiny", version="2.0.0", content_hash=ids.new_id("hash"), title="Tiny",
        archive=archive.pack(w.FILES), created_at=clock.now(),
    )  # fmt: skip
    with unit_of_work() as session:
        session.add(row)
    deployment.template_version_id = row.id


def new_values(world: World, deployment: Deployment) -> None:
    deployment.values = {**deployment.values, "size": 4}


def changed(run: RunView, change: Callable[[Deployment], None]) -> None:
    with unit_of_work() as session:
        change(session.get_one(Deployment, run.deployment_id))


def another_subscription(world: World) -> None:
    with unit_of_work() as session:
        account = session.get_one(CloudAccount, world.account_id)
        account.settings = {**account.settings, "subscription_id": "another"}


MOVES: dict[str, Callable[[World, RunView], None]] = {
    "The state": lambda _, run: w.put_state(run.deployment_id, 8),
    "another version of its template": lambda world, run: changed(run, lambda item: upgrade(world, item)),
    "values were changed": lambda world, run: changed(run, lambda item: new_values(world, item)),
    "cloud account leads": lambda world, _: another_subscription(world),
}


@pytest.mark.parametrize("words", MOVES)
def test_whatever_moved_is_said_and_confirming_is_refused_with_it(world: World, words: str) -> None:
    run = planned(world)
    assert run.stale is None
    assert "confirm" in run.actions
    MOVES[words](world, run)
    seen = w.get(world, run.id)
    assert seen.stale is not None
    assert words in seen.stale
    assert "confirm" not in seen.actions
    assert "retry" in seen.actions
    with pytest.raises(stale.StalePlan, match=words):
        w.confirm(world, run.id)
    ended = w.get(world, run.id)
    assert (ended.status, ended.stale) == ("discarded", None)
    assert words in w.events(run.id)[-1].data["note"]


def test_renewed_credentials_lead_to_the_same_place(world: World) -> None:
    run = planned(world)
    with unit_of_work() as session:
        session.get_one(CloudAccount, world.account_id).credentials = {"client_secret": "renewed"}
    assert w.confirm(world, run.id).status == "apply_queued"


def test_planning_again_discards_the_stale_plan_and_plans_what_there_is_now(world: World) -> None:
    run = planned(world)
    w.put_state(run.deployment_id, 8)
    with unit_of_work() as session:
        again = service.retry(session, world.member, run_id=run.id)
    assert (w.status(run.id), again.status) == ("discarded", "plan_queued")
    w.planned(again.id)
    assert w.confirm(world, again.id).status == "apply_queued"


def test_planning_again_makes_way_for_the_run_that_waits_already(world: World) -> None:
    run = planned(world)
    waiting = w.create(world, run.deployment_id)
    w.put_state(run.deployment_id, 8)
    with unit_of_work() as session:
        assert service.retry(session, world.member, run_id=run.id).id == waiting.id
    assert w.status(waiting.id) == "plan_queued"


def test_a_plan_that_is_up_to_date_is_not_planned_again(world: World) -> None:
    run = planned(world)
    with pytest.raises(Conflict), unit_of_work() as session:
        service.retry(session, world.member, run_id=run.id)
    assert w.status(run.id) == "planned"


def test_a_plan_that_nobody_confirms_expires_and_lets_the_next_one_start(world: World) -> None:
    run = planned(world)
    waiting = w.create(world, run.deployment_id)
    with clock.moved(timedelta(days=6)), unit_of_work() as session:
        work.sweep(session)
        assert stale.reason(session, run.id) is None
    with clock.moved(timedelta(days=8)):
        with pytest.raises(stale.StalePlan, match="older than 7 days"), unit_of_work() as session:
            service.confirm(session, world.member, run_id=run.id)
        other = planned(world)
        with clock.moved(timedelta(days=16)), unit_of_work() as session:
            work.sweep(session)
        assert w.status(other.id) == "discarded"
        assert "older than 7 days" in w.events(other.id)[-1].data["note"]
    assert w.status(waiting.id) == "plan_queued"
