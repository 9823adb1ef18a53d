"""Attack 23: approve one's own request, approve and then change what is applied, approve after the role is gone, replay."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, delete

from portal.auth import service as auth
from portal.auth.schemas import Actor, NewToken
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden
from portal.models import ApiToken, Deployment, ProjectMember, User
from portal.run import service, work
from tests.service.approval import asking as a
from tests.service.run import world as w
from tests.service.run.world import World

BOTH = (
    "UPDATE run_plan p SET (plan_file, plan_sha256) = (b.plan_file, b.plan_sha256) FROM run_plan b "
    "WHERE b.run_id = :other AND p.run_id = :id"
)
"""The file, and what is said about it."""


def sql(statement: str, **given: Any) -> None:
    """What somebody does who writes to the database and past every service."""
    with unit_of_work() as session:
        session.connection().execute(text(statement), given)


def forge(run_id: str) -> None:
    """Set the status that the worker takes runs from."""
    sql("UPDATE run SET status = 'apply_queued', confirmed_at = now() WHERE id = :id", id=run_id)


def token_of(actor: Actor) -> Actor:
    """An API token of this person."""
    assert actor.user_id is not None
    with unit_of_work() as session:
        row = ApiToken(
            id=f"tok-{actor.user_id}", user_id=actor.user_id, name="ci", prefix="p", token_hash=actor.user_id,
            created_at=clock.now(),
        )  # fmt: skip
        session.add(row)
        return Actor("token", row.id, f"{actor.label} (ci)", actor.role, actor.user_id)


def test_attack_23_nobody_approves_their_own_request(world: World) -> None:
    a.rule(world)
    owner = a.person(world, "owner")
    deployment = w.deployment(world)
    with unit_of_work() as session:
        run = service.create(session, owner, deployment_id=deployment, kind="plan_and_apply")
    w.planned(run.id, a.ADDS)
    asked = w.get(world, run.id, owner).approval
    assert asked is not None
    assert (asked.can_decide, asked.why_not) == (False, "This is your own request, so somebody else has to approve it.")
    with pytest.raises(Forbidden, match="your own request"):
        a.decide(owner, run.id)
    with pytest.raises(Forbidden, match="your own request"):
        a.decide(token_of(owner), run.id)


def test_attack_23_nobody_approves_what_their_own_token_asked_for(world: World) -> None:
    a.rule(world)
    owner = a.person(world, "owner")
    deployment = w.deployment(world)
    with unit_of_work() as session:
        run = service.create(session, token_of(owner), deployment_id=deployment, kind="plan_and_apply")
    w.planned(run.id, a.ADDS)
    with pytest.raises(Forbidden, match="your own request"):
        a.decide(owner, run.id)


def test_attack_23_whoever_makes_a_token_for_another_account_neither_asks_nor_agrees_through_it(world: World) -> None:
    a.rule(world)
    approver = a.person(world)
    with unit_of_work() as session:
        given = {"name": "theirs", "user_id": world.member.user_id}
        asking = auth.actor_for_token(session, auth.create_token(session, world.admin, NewToken(**given)).token)
        agreeing = auth.create_token(session, world.admin, NewToken(name="april", user_id=approver.user_id)).token
        speaking = auth.actor_for_token(session, agreeing)
    deployment = w.deployment(world)
    with unit_of_work() as session:
        run = service.create(session, asking, deployment_id=deployment, kind="plan_and_apply")
    w.planned(run.id, a.ADDS)
    with pytest.raises(Forbidden, match="your own request"):
        a.decide(world.admin, run.id)
    with pytest.raises(Forbidden, match="made by somebody else"):
        a.decide(speaking, run.id)
    assert _state(a.decide(approver, run.id)) == "approved"


def test_attack_23_nobody_approves_values_that_are_their_own_behind_somebody_elses_run(world: World) -> None:
    a.rule(world)
    owner = a.person(world, "owner")
    deployment = w.deployment(world)
    with unit_of_work() as session:
        first = service.create(session, owner, deployment_id=deployment, kind="plan_and_apply", values={"size": 9})
    w.planned(first.id, a.ADDS)
    with unit_of_work() as session:
        service.discard(session, owner, run_id=first.id)
        again = service.retry(session, world.member, run_id=first.id)
    w.planned(again.id, a.ADDS)
    with pytest.raises(Forbidden, match="your own request"):
        a.decide(owner, again.id)


def test_attack_23_inputs_that_change_after_the_approval_are_not_applied(world: World) -> None:
    a.rule(world)
    run = a.waiting(world)
    a.decide(a.person(world), run.id)
    with unit_of_work() as session:
        session.get_one(Deployment, run.deployment_id).values = {"size": 900}
    with pytest.raises(Conflict, match="values were changed"):
        w.confirm(world, run.id)
    assert w.status(run.id) == "discarded"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE run_plan SET plan_file = (SELECT plan_file FROM run_plan WHERE run_id = :other) WHERE run_id = :id",
        BOTH,
        "UPDATE run SET template_version_id = :version WHERE id = :id",
        "UPDATE run SET values = (SELECT values FROM run WHERE id = :other) WHERE id = :id",
        "UPDATE run_plan SET state_serial = 99 WHERE run_id = :id",
    ],
)
def test_attack_23_an_approved_plan_a_lets_no_plan_b_be_applied(world: World, statement: str) -> None:
    a.rule(world)
    run, other = a.waiting(world), w.create(world, w.deployment(world, values={"size": 77}))
    job = w.claimed(other.id)
    with unit_of_work() as session:
        assert work.finish_plan(session, other.id, job.claim, plan_file=b"B", lock_file=b"LOCK", summary=a.ADDS)
    a.decide(a.person(world), run.id)
    w.confirm(world, run.id)
    version = w.build().template_version_id
    with unit_of_work() as session:
        wanted = {"id": run.id, "other": other.id, "version": version}
        session.connection().execute(
            text(statement), {name: wanted[name] for name in wanted if f":{name}" in statement}
        )
    assert w.claim(run.id, "apply") is None
    ended = w.get(world, run.id)
    assert (ended.status, ended.error is not None and ended.error.summary) == ("canceled", "The plan was not applied.")


def test_attack_23_a_run_that_somebody_moved_past_its_approval_is_not_applied(world: World) -> None:
    a.rule(world)
    run = a.waiting(world)
    with pytest.raises(Conflict, match="waits to be approved by one approver of the project"):
        w.confirm(world, run.id)
    forge(run.id)
    assert w.claim(run.id, "apply") is None
    assert w.status(run.id) == "canceled"


def test_attack_23_an_approval_is_not_carried_from_one_run_to_another(world: World) -> None:
    a.rule(world)
    approved, run = a.waiting(world), a.waiting(world)
    a.decide(a.person(world), approved.id)
    # The same plan file, values and template: all that differs is the run. With every row of approvals moved over:
    sql("DELETE FROM approval_request WHERE run_id = :id", id=run.id)
    sql("UPDATE approval_request SET run_id = :id WHERE run_id = :other", id=run.id, other=approved.id)
    forge(run.id)
    assert w.claim(run.id, "apply") is None


def test_attack_23_an_approval_does_not_count_once_its_person_lost_the_role(world: World) -> None:
    a.rule(world)
    run, approver = a.waiting(world), a.person(world)
    assert _state(a.decide(approver, run.id)) == "approved"
    with unit_of_work() as session:
        a.put_role(session, world, approver, "deployer")
    assert _state(w.get(world, run.id)) == "waiting"
    with pytest.raises(Conflict, match="waits to be approved"):
        w.confirm(world, run.id)


@pytest.mark.parametrize("how", ["removed", "disabled", "demoted"])
def test_attack_23_a_role_that_is_lost_between_confirmation_and_apply_stops_the_apply(world: World, how: str) -> None:
    a.rule(world)
    run, approver = a.waiting(world), a.person(world)
    a.decide(approver, run.id)
    w.confirm(world, run.id)
    with unit_of_work() as session:
        user = session.get_one(User, approver.user_id)
        if how == "removed":
            session.exec(delete(ProjectMember).where(col(ProjectMember.user_id) == user.id))
        elif how == "disabled":
            user.disabled_at = clock.now()
        else:
            user.role = "viewer"
    assert w.claim(run.id, "apply") is None
    ended = w.get(world, run.id)
    assert ended.status == "canceled"
    assert ended.error is not None
    assert "waits to be approved" in ended.error.detail


def test_attack_23_a_replayed_approval_counts_once(world: World) -> None:
    a.rule(world, number=2)
    run, first, second = a.waiting(world), a.person(world), a.person(world)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: a.decide(first, run.id), range(4)))
    asked = w.get(world, run.id).approval
    assert asked is not None
    assert (asked.given, asked.missing, len(asked.decisions)) == (1, 1, 1)
    assert _state(a.decide(second, run.id)) == "approved"


def test_attack_23_an_approval_of_one_plan_is_none_of_the_next(world: World) -> None:
    a.rule(world)
    run, approver = a.waiting(world), a.person(world)
    assert run.approval is not None
    a.decide(approver, run.id)
    w.confirm(world, run.id)
    job = w.claimed(run.id, "apply")
    with unit_of_work() as session:
        assert work.plan_again(session, run.id, job.claim, here="another terraform")
    again = w.claimed(run.id)
    with unit_of_work() as session:
        assert work.finish_plan(session, run.id, again.claim, plan_file=b"NEW", lock_file=None, summary=a.ADDS)
    asked = w.get(world, run.id).approval
    assert asked is not None
    assert (asked.state, asked.decisions) == ("waiting", [])
    with pytest.raises(Conflict, match="made again since you looked"):
        a.decide(approver, run.id, plan=run.approval.plan)
    with unit_of_work() as session:
        told = a.approve.approval(session, world.member, run_id=run.id)
    assert [(item.state, item.decisions[0].note) for item in told.former] == [
        ("superseded", "It was about another plan.")
    ]


def _state(run: Any) -> str:
    assert run.approval is not None
    return run.approval.state
