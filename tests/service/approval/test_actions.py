"""Actions that somebody has to agree to: asked, bound to their command, never one's own, counted by the worker."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from portal.approval.schemas import Approvers, Conditions, RuleInput, Scope
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden
from portal.models import CloudAccount, Project, User
from portal.run import rehearsal, service
from portal.run.schemas import Command, RunView
from tests.service.approval import asking as a
from tests.service.run import world as w
from tests.service.run.world import World

RESTART = Command(
    name="restart", title="Restart", address="azurerm_linux_virtual_machine.this", tool="az",
    arguments=["vm", "restart", "--ids", "/vm/1"],
)  # fmt: skip
ANY = Conditions(any_action=True)


def started(world: World, command: Command = RESTART, deployment: str | None = None) -> RunView:
    """An action that the world's member started."""
    return w.create(world, deployment or w.deployment(world), "action", command=command)


@pytest.mark.parametrize(
    ("when", "production", "asks"),
    [
        (ANY, False, True),
        (Conditions(actions=["restart"]), False, True),
        (Conditions(actions=["renew-*", "rest*"]), False, True),
        (Conditions(actions=["renew-*"]), False, False),
        (Conditions(any_change=True, destroy=True, resource_types=["*"]), False, False),
        (ANY, True, True),
        (ANY, None, False),
    ],
)
def test_a_rule_asks_for_any_action_or_for_those_that_it_names_or_in_production(
    world: World, when: Conditions, production: bool | None, asks: bool
) -> None:
    scope: dict[str, Any] = {} if production is False else {"scope": Scope(kind="production")}
    if production:
        with unit_of_work() as session:
            session.get_one(Project, world.project_id).production = True
    made = a.rule(world, when=when, **scope)
    run = started(world)
    assert (run.status, run.approval is not None) == (("planned", True) if asks else ("apply_queued", False))
    if scope:
        with unit_of_work() as session:
            a.keep.delete_rule(session, world.admin, made.id)


def test_an_action_waits_says_for_whom_and_goes_on_by_itself_when_the_last_has_agreed(world: World) -> None:
    a.rule(world, when=ANY, number=2)
    run, first, second = started(world), a.person(world), a.person(world, "owner")
    assert run.queue is not None
    assert (run.queue.code, run.queue.reason) == (
        "approval", "It waits to be approved by 2 approvers of the project.",
    )  # fmt: skip
    assert run.approval is not None
    assert run.approval.requirements[0].reasons == ["it is the action “Restart”"]
    assert run.actions == ["discard"]
    with unit_of_work() as session:
        assert run.id in service.list_runs(session, first, approval="mine").model_dump_json()
    with pytest.raises(Conflict, match="waits to be approved by 2 approvers"):
        w.confirm(world, run.id)
    behind = w.create(world, run.deployment_id)
    a.decide(first, run.id)
    done = a.decide(second, run.id)
    assert (done.status, done.confirmed_by) == ("apply_queued", world.member.label)
    job = w.claimed(run.id, "apply")
    assert (job.command, job.plan_file) == (RESTART, None)
    assert w.status(behind.id) == "pending"


def test_an_action_that_is_rejected_is_not_carried_out_and_the_next_run_starts(world: World) -> None:
    a.rule(world, when=ANY)
    run, approver = started(world), a.person(world)
    behind = w.create(world, run.deployment_id)
    assert a.decide(approver, run.id, "reject", "Not during the day.").status == "discarded"
    assert w.status(behind.id) == "plan_queued"
    assert [event.data["text"] for event in w.events(run.id) if event.type == "log"] == [
        f"{approver.label} rejected this action: Not during the day."
    ]


def test_an_action_behind_another_run_is_asked_about_when_its_turn_comes(world: World) -> None:
    deployment = w.deployment(world)
    before = w.create(world, deployment)
    run = started(world, deployment=deployment)
    a.rule(world, when=ANY)
    assert (run.status, run.approval) == ("pending", None)
    with unit_of_work() as session:
        service.cancel(session, world.member, run_id=before.id)
    now = w.get(world, run.id)
    assert (now.status, now.approval is not None and now.approval.state) == ("planned", "waiting")


def test_attack_23_nobody_approves_their_own_action(world: World) -> None:
    a.rule(world, when=ANY)
    owner, deployment = a.person(world, "owner"), w.deployment(world)
    with unit_of_work() as session:
        run = service.create(session, owner, deployment_id=deployment, kind="action", command=RESTART)
    with pytest.raises(Forbidden, match="your own request"):
        a.decide(owner, run.id)
    assert a.decide(world.admin, run.id).status == "apply_queued"


OTHER = (
    "UPDATE run SET action = jsonb_set(action::jsonb, '{arguments}', '[\"vm\", \"delete\"]') WHERE id = :id",
    "UPDATE run SET action = jsonb_set(action::jsonb, '{address}', '\"other.this\"') WHERE id = :id",
    "UPDATE run SET template_version_id = :version WHERE id = :id",
)


@pytest.mark.parametrize("statement", OTHER)
def test_attack_23_an_approved_action_lets_no_other_be_carried_out(world: World, statement: str) -> None:
    a.rule(world, when=ANY)
    run = started(world)
    a.decide(a.person(world), run.id)
    given = {"id": run.id, "version": w.build().template_version_id}
    wanted = {name: value for name, value in given.items() if f":{name}" in statement}
    with unit_of_work() as session:
        session.connection().execute(text(statement), wanted)
    assert w.claim(run.id, "apply") is None
    ended = w.get(world, run.id)
    assert ended.error is not None
    assert (ended.status, ended.error.summary) == ("canceled", "The action was not carried out.")


def test_attack_23_an_approved_action_is_not_carried_out_where_the_account_leads_by_now(world: World) -> None:
    a.rule(world, when=ANY)
    run = started(world)
    a.decide(a.person(world), run.id)
    with unit_of_work() as session:
        account = session.get_one(CloudAccount, world.account_id)
        before, account.settings = account.settings, {**account.settings, "leads": "elsewhere"}
    taken = w.claim(run.id, "apply")
    with unit_of_work() as session:
        session.get_one(CloudAccount, world.account_id).settings = before
    assert (taken, w.status(run.id)) == (None, "canceled")


def test_attack_23_an_approval_of_an_action_is_counted_again_by_the_worker(world: World) -> None:
    a.rule(world, when=ANY)
    run, approver = started(world), a.person(world)
    with unit_of_work() as session:
        session.connection().execute(text("UPDATE run SET status = 'apply_queued' WHERE id = :id"), {"id": run.id})
    assert w.claim(run.id, "apply") is None
    assert w.status(run.id) == "canceled"
    other = started(world)
    a.decide(approver, other.id)
    with unit_of_work() as session:
        session.get_one(User, approver.user_id).role = "viewer"
    assert w.claim(other.id, "apply") is None
    ended = w.get(world, other.id)
    assert ended.error is not None
    assert "waits to be approved" in ended.error.detail


def test_a_rule_is_tried_on_past_actions_too(world: World) -> None:
    run = started(world)
    draft = RuleInput(name="Actions", when=Conditions(actions=["restart"]), approvers=Approvers(number=1))
    with unit_of_work() as session:
        found: Any = rehearsal.rehearse(session, world.admin, rules=[draft], run_id=run.id)
    assert [(item.action, item.says) for item in found.runs] == [
        ("Restart", ["one approver of the project: it is the action “Restart”"])
    ]


def test_a_rule_that_asks_for_no_action_is_kept_as_older_code_reads_it(world: World) -> None:
    made = a.rule(world)
    row = w.row(a.keep.ApprovalRule, made.id)
    assert not {"any_action", "actions"} & set(row.conditions)
    assert a.rule(world, when=Conditions(actions=["restart"])).says.startswith("When the action restart is started")
