"""Whose a deployment is: who may give it to whom, all of a person's at once, and who is told while nobody is there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, delete, select

from portal.auth.schemas import Actor
from portal.deployment import service as deployments
from portal.deployment.schemas import DeploymentDetail, HandedOver, HandOver, NewOwner
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.models import AuditEvent, Deployment, NotificationEvent, ProjectMember, User
from portal.notification import recipients
from portal.notification.recipients import Concerned
from portal.project import repository as projects
from portal.run import work
from tests.service.run import world as w
from tests.service.run.world import World


def somebody(world: World, role: str = "deployer", **given: Any) -> Actor:
    """A person with this role in the project."""
    with unit_of_work() as session:
        actor = w.user(session, None, "member")
        assert actor.user_id is not None
        projects.put_member(session, world.project_id, actor.user_id, role, clock.now())
        return actor


def transfer(actor: Actor, deployment_id: str, to: Actor | str) -> DeploymentDetail:
    with unit_of_work() as session:
        return deployments.transfer(
            session, actor, deployment_id, NewOwner(owner=to if isinstance(to, str) else to.label)
        )


def hand_over(actor: Actor, of: Actor, to: Actor) -> HandedOver:
    assert of.user_id is not None
    with unit_of_work() as session:
        return deployments.hand_over(session, actor, of.user_id, HandOver(to=to.label))


def close(actor: Actor) -> None:
    with unit_of_work() as session:
        session.get_one(User, actor.user_id).disabled_at = clock.now()


def without_owner(world: World) -> list[str]:
    with unit_of_work() as session:
        page = deployments.list_deployments(session, world.admin, project=world.project_id, owner="none")
        return sorted(item.id for item in page.items)


def told(deployment_id: str) -> list[NotificationEvent]:
    with unit_of_work() as session:
        found = session.exec(select(NotificationEvent).where(col(NotificationEvent.event) == "deployment.transferred"))
        return [event for event in found if event.facts["deployment_id"] == deployment_id]


def test_an_owner_gives_it_to_somebody_who_may_deploy_and_both_are_told(world: World) -> None:
    deployment_id, other = w.deployment(world), somebody(world)
    assert "transfer" in deployments_get(world.member, deployment_id).actions
    given = transfer(world.member, deployment_id, other)
    assert given.owner is not None
    assert (given.owner.id, given.owner.here, "transfer" in given.actions) == (other.user_id, True, False)
    (event,) = told(deployment_id)
    assert set(event.people or ()) == {world.member.user_id, other.user_id}
    with unit_of_work() as session:
        query = select(AuditEvent).where(col(AuditEvent.action) == "deployment.transfer").order_by(col(AuditEvent.n))
        (entry,) = session.exec(query.where(col(AuditEvent.object_id) == deployment_id)).all()
    assert entry.detail["owner"] == {"before": world.member.label, "after": other.label}
    transfer(world.admin, deployment_id, other)
    assert len(told(deployment_id)) == 1


def deployments_get(actor: Actor, deployment_id: str) -> DeploymentDetail:
    with unit_of_work() as session:
        return deployments.get(session, actor, deployment_id)


def test_attack_20_nobody_takes_what_is_not_theirs_and_gives_nothing_to_whoever_may_not_deploy(world: World) -> None:
    deployment_id, other, owner = w.deployment(world), somebody(world), somebody(world, "owner")
    viewer, approver = somebody(world, "viewer"), somebody(world, "approver")
    for actor in (other, viewer, approver, world.viewer):
        with pytest.raises(Forbidden):
            transfer(actor, deployment_id, actor)
    with pytest.raises(NotFound):
        transfer(world.stranger, deployment_id, world.stranger)
    for to in (viewer, approver, world.stranger, "nobody@example.test"):
        with pytest.raises(Invalid, match="may deploy in this project"):
            transfer(world.member, deployment_id, to)
    close(other)
    with pytest.raises(Invalid):
        transfer(owner, deployment_id, other)
    assert deployments_get(owner, transfer(owner, deployment_id, owner).id).owner is not None
    with pytest.raises(Forbidden):
        transfer(world.member, deployment_id, world.member)


def test_what_was_destroyed_is_given_to_nobody(world: World) -> None:
    deployment_id = w.deployment(world, destroyed_at=clock.now(), status="destroyed")
    with pytest.raises(Conflict):
        transfer(world.admin, deployment_id, world.admin)


@pytest.mark.parametrize("how", ["disabled", "left", "nobody"])
def test_what_a_person_leaves_behind_is_listed_until_somebody_owns_it(world: World, how: str) -> None:
    leaver = somebody(world)
    kept, left = w.deployment(world), w.deployment(world, owner_id=None if how == "nobody" else leaver.user_id)
    if how == "disabled":
        close(leaver)
    if how == "left":
        with unit_of_work() as session:
            session.exec(delete(ProjectMember).where(col(ProjectMember.user_id) == leaver.user_id))
    assert without_owner(world) == [left]
    owner = deployments_get(world.admin, left).owner
    assert (owner is not None and owner.here) is False
    transfer(world.admin, left, world.member)
    assert without_owner(world) == []
    with unit_of_work() as session:
        mine = deployments.list_deployments(session, world.member, owner="me")
        theirs = deployments.list_deployments(session, world.member, owner=world.member.label)
    assert {item.id for item in mine.items} == {item.id for item in theirs.items} == {kept, left}


def test_everything_of_a_person_goes_to_one_other_but_for_what_that_one_may_not_own(world: World) -> None:
    elsewhere, leaver, other = w.build(), somebody(world), somebody(world)
    mine = {w.deployment(world, owner_id=leaver.user_id) for _ in range(3)}
    alien = w.deployment(elsewhere, owner_id=leaver.user_id)
    gone = w.deployment(world, owner_id=leaver.user_id, destroyed_at=clock.now(), status="destroyed")
    close(leaver)
    for actor in (other, world.member, somebody(world, "owner")):
        with pytest.raises(Forbidden):
            hand_over(actor, leaver, other)
    with pytest.raises(Invalid):
        hand_over(world.admin, leaver, leaver)
    done = hand_over(world.admin, leaver, other)
    assert (done.moved, [item.id for item in done.kept]) == (3, [alien])
    assert {w.row(Deployment, item).owner_id for item in mine} == {other.user_id}
    assert {w.row(Deployment, item).owner_id for item in (alien, gone)} == {leaver.user_id}
    assert hand_over(world.admin, leaver, other).moved == 0


def test_while_the_owner_is_not_there_owners_of_the_project_are_told(world: World) -> None:
    leaver, owner, starter = somebody(world), somebody(world, "owner"), somebody(world)

    def audience(event: Any) -> set[str]:
        about = Concerned(
            project_id=world.project_id, requesters=[str(starter.user_id), str(leaver.user_id)], owner=leaver.user_id
        )
        with unit_of_work() as session:
            return {person.id for person in recipients.of(session, event, about)}

    assert audience("deployment.expiring") == {leaver.user_id}
    assert audience("run.errored") == {starter.user_id, leaver.user_id}
    close(leaver)
    assert audience("deployment.expiring") == {owner.user_id}
    assert audience("run.errored") == {starter.user_id, owner.user_id}


def test_the_end_of_a_deployment_comes_whether_or_not_its_owner_is_there(world: World) -> None:
    leaver = somebody(world)
    deployment_id = w.deployment(
        world, owner_id=leaver.user_id, status="active", expires_at=clock.now() - timedelta(minutes=1)
    )
    close(leaver)
    with unit_of_work() as session:
        work.sweep(session)
        runs = deployments.runs(session, world.admin, deployment_id)
    assert [(run.kind, run.auto_apply) for run in runs.items] == [("destroy", True)]
