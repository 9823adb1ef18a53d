"""What takes long is evaluated with nothing held, and what came in between counts: confirmations, overrides, approvals, plans."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlmodel import col, delete, select

from portal.kit import db
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden, NotFound
from portal.models import PolicyResult, ProjectMember, RunPlan
from portal.policy import judging
from portal.policy import service as policies
from portal.policy.schemas import PolicyView, ResultView
from portal.run import moves, work
from tests.service.approval import asking
from tests.service.policy import test_policies
from tests.service.policy.test_policies import FINE, PLAN, REGIONS, change, override, plan_of, planned
from tests.service.run import world as w
from tests.service.run.world import World

ALWAYS = {"rule": "expression", "settings": {"form": "plan", "expression": "time.year > 2000"}}
"""Depends on the time, so it is asked at each confirmation."""


@pytest.fixture
def world(settings_env: Callable[..., None], postgres_url: str, redis_url: str) -> World:
    """In a database shared with other tests: policies here are of this world's project only."""
    settings_env(TERRACE_DATABASE_URL=postgres_url, TERRACE_REDIS_URL=redis_url)
    return w.build()


def policy(world: World, level: str = "mandatory", *, name: str = "Regions", **given: Any) -> PolicyView:
    return test_policies.policy(
        world, level, **given, name=f"{name} of {world.project_id}", projects=[world.project_id]
    )


def said(world: World, run_id: str) -> dict[str, ResultView]:
    """By the first words of the policy's name."""
    return {item.policy_name.partition(" of ")[0]: item for item in plan_of(world, run_id).policy}


class Meanwhile:
    """Does something each time while policies are asked, and counts how often they are, and how many the last time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times, self.asked = 0, 0
        self.work: Callable[[], Any] = lambda: None
        self._real = judging.judge
        monkeypatch.setattr(judging, "judge", self._judge)

    def _judge(self, subject: Any, questions: Sequence[Any]) -> Any:
        self.times, self.asked = self.times + 1, len(questions)
        self.work()
        return self._real(subject, questions)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    return Meanwhile(monkeypatch)


@pytest.fixture
def ours(world: World) -> Iterator[set[int]]:
    """The connections that this thread has from the pool, whoever else there is in this process."""
    del world
    held, thread, engine = set[int](), threading.get_ident(), db.engine()

    def taken(_connection: Any, record: Any, _proxy: Any) -> None:
        if threading.get_ident() == thread:
            held.add(id(record))

    def given_back(_connection: Any, record: Any) -> None:
        held.discard(id(record))

    event.listen(engine, "checkout", taken)
    event.listen(engine, "checkin", given_back)
    yield held
    event.remove(engine, "checkout", taken)
    event.remove(engine, "checkin", given_back)


def others_get(run_id: str, ours: set[int]) -> None:
    """Nothing of ours is held: no connection, and the lock is there for whoever wants it."""
    assert ours == set()
    with unit_of_work() as session:
        session.connection().execute(text("SET LOCAL lock_timeout = '5s'"))
        assert moves.lock_deployment(session, run_id) is not None


def test_while_a_confirmation_asks_policies_others_get_the_deployment_and_the_connection(
    world: World, meanwhile: Meanwhile, ours: set[int]
) -> None:
    run_id = planned(world)
    policy(world, **ALWAYS)
    meanwhile.work = lambda: others_get(run_id, ours)
    assert w.confirm(world, run_id).status == "apply_queued"
    assert meanwhile.times == 1


@pytest.mark.parametrize("word", ["override", "approval"])
def test_so_they_do_while_an_override_or_a_last_approval_lets_a_run_go_on(
    world: World, meanwhile: Meanwhile, ours: set[int], word: str
) -> None:
    if word == "override":
        policy(world, "override")
    else:
        asking.rule(world)
    run_id = planned(world, auto_apply=True)
    policy(world, **ALWAYS, name="Always")
    meanwhile.times, meanwhile.work = 0, lambda: others_get(run_id, ours)
    after = override(world, run_id) if word == "override" else asking.decide(asking.person(world), run_id)
    assert (after.status, meanwhile.times) == ("apply_queued", 1)


def test_who_may_not_approve_makes_the_portal_ask_nothing(world: World, meanwhile: Meanwhile) -> None:
    asking.rule(world)
    run_id = planned(world, auto_apply=True)
    policy(world, **ALWAYS)
    meanwhile.times = 0
    with pytest.raises(Forbidden):
        asking.decide(world.viewer, run_id)
    assert meanwhile.times == 0


def test_a_plan_is_judged_before_it_is_kept_and_behind_the_lock_only_what_came_in_between_is(
    world: World, meanwhile: Meanwhile, ours: set[int]
) -> None:
    policy(world, **FINE, name="Before")
    run_id = w.create(world, w.deployment(world)).id
    job = w.claimed(run_id)
    meanwhile.work = lambda: others_get(run_id, ours)
    ahead = policies.judge_ahead(run_id, PLAN)
    assert len(ahead) == meanwhile.times == 1
    meanwhile.work = lambda: None
    policy(world, "override", name="In between")
    with unit_of_work() as session:
        work.finish_plan(session, run_id, job.claim, plan_file=b"PLAN", lock_file=b"", summary=PLAN, ahead=ahead)
    assert (meanwhile.times, meanwhile.asked) == (2, 1)
    assert {name: item.passed for name, item in said(world, run_id).items()} == {"Before": True, "In between": False}
    assert w.status(run_id) == "planned"


def test_attack_23_a_policy_that_becomes_stricter_while_it_is_asked_is_asked_again_before_the_plan_is_confirmed(
    world: World, meanwhile: Meanwhile
) -> None:
    run_id = planned(world)
    found, stricter = policy(world, **FINE, name="Moving"), iter([REGIONS["settings"]])
    meanwhile.work = lambda: [change(world, found, settings=settings) for settings in stricter]
    with pytest.raises(Conflict, match="Moving"):
        w.confirm(world, run_id)
    assert (meanwhile.times, w.status(run_id)) == (2, "planned")
    assert [(item.policy_version, item.passed) for item in plan_of(world, run_id).policy] == [(2, False)]


def test_attack_23_a_policy_that_is_made_while_others_are_asked_is_asked_before_the_plan_is_confirmed(
    world: World, meanwhile: Meanwhile
) -> None:
    run_id, made = planned(world), iter(["Made meanwhile"])
    policy(world, **ALWAYS)
    meanwhile.work = lambda: [policy(world, name=name) for name in made]
    with pytest.raises(Conflict, match="Made meanwhile"):
        w.confirm(world, run_id)
    assert w.status(run_id) == "planned"


def test_attack_23_what_was_said_about_another_plan_counts_for_nothing(world: World, meanwhile: Meanwhile) -> None:
    run_id = planned(world)
    policy(world, **ALWAYS)

    def make_again() -> None:
        with unit_of_work() as session:
            session.get_one(RunPlan, run_id).plan_sha256 = "of another plan"

    meanwhile.work = make_again
    with pytest.raises(Conflict, match="made again"):
        w.confirm(world, run_id)
    assert w.status(run_id) == "planned"
    with unit_of_work() as session:
        query = select(PolicyResult.digest).where(col(PolicyResult.run_id) == run_id)
        assert session.exec(query).all() == ["of another plan"]


def test_attack_23_whoever_loses_the_right_while_policies_are_asked_confirms_nothing(
    world: World, meanwhile: Meanwhile
) -> None:
    run_id = planned(world)
    policy(world, **ALWAYS)

    def shut_out() -> None:
        with unit_of_work() as session:
            session.exec(delete(ProjectMember).where(col(ProjectMember.user_id) == world.member.user_id))

    meanwhile.work = shut_out
    with pytest.raises(NotFound):
        w.confirm(world, run_id)
    assert w.status(run_id) == "planned"


def test_attack_23_an_override_is_of_what_was_shown_and_not_of_what_a_policy_says_since(
    world: World, meanwhile: Meanwhile
) -> None:
    soft = policy(world, "override")
    run_id = planned(world, auto_apply=True)
    change(world, soft, settings={"regions": ["asia-*"]})
    policy(world, "override", name="Came later")
    with pytest.raises(Conflict, match="Look at what they say now"):
        override(world, run_id)
    assert {name: item.overridden_at for name, item in said(world, run_id).items()} == {
        "Came later": None,
        "Regions": None,
    }
    assert override(world, run_id).status == "apply_queued"


def test_policies_that_change_each_time_that_they_are_asked_are_not_asked_for_ever(
    world: World, meanwhile: Meanwhile
) -> None:
    run_id = planned(world)
    found, more = policy(world, **FINE), iter(f"us{'*' * number}" for number in range(1, 10))
    meanwhile.work = lambda: change(world, found, settings={"regions": [next(more)]})
    with pytest.raises(Conflict, match="Try again in a moment"):
        w.confirm(world, run_id)
    assert (meanwhile.times, w.status(run_id)) == (3, "planned")
    meanwhile.work = lambda: None
    assert w.confirm(world, run_id).status == "apply_queued"


def test_an_override_that_somebody_else_has_made_meanwhile_is_kept(world: World, meanwhile: Meanwhile) -> None:
    never = {"rule": "expression", "settings": {"form": "plan", "expression": "time.year < 2000"}}
    policy(world, "override", **never, name="Never")
    run_id, times = planned(world), iter([1])
    meanwhile.work = lambda: [override(world, run_id) for _ in times]
    assert w.confirm(world, run_id).status == "apply_queued"
    assert said(world, run_id)["Never"].overridden_by == world.admin.label
