"""Asking for approvals: who is asked, who counts, what becomes of the run."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from portal.approval import keep, links
from portal.approval.schemas import Approvers, Conditions, RuleInput, Scope
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.models import ApprovalRequest, AuditEvent, NotificationDelivery, NotificationEvent
from portal.project import service as projects
from portal.project.schemas import ProjectChange
from portal.run import approve, events, service, sweep
from portal.run.schemas import PlanWarning, RunView
from tests.service.approval import asking as a
from tests.service.run import world as w
from tests.service.run.world import World


def approval(run: RunView) -> Any:
    assert run.approval is not None
    return run.approval


def test_without_a_rule_that_asks_a_plan_waits_for_nobody(world: World) -> None:
    a.rule(world, when=Conditions(destroy=True))
    run = a.waiting(world)
    assert run.approval is None
    assert "confirm" in run.actions
    assert w.confirm(world, run.id).status == "apply_queued"


def test_a_plan_that_a_rule_asks_about_says_whom_it_waits_for(world: World) -> None:
    a.rule(world, name="Deletions", when=Conditions(destroy=True))
    run = a.waiting(world, a.DELETES)
    asked = approval(run)
    assert (asked.state, asked.required, asked.given, asked.missing) == ("waiting", 1, 0, 1)
    assert asked.requirements[0].rules == ["Deletions"]
    assert asked.requirements[0].reasons == ["it deletes something"]
    assert run.queue is not None
    assert run.queue.code == "approval"
    assert run.queue.reason == "Its plan waits to be approved by one approver of the project."
    assert run.actions == ["discard"]


def test_whoever_is_shown_how_many_wait_is_told_when_one_comes_changes_and_goes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(events.live, "nudge", told.append)

    def times() -> int:
        number = told.count(events.APPROVALS)
        told.clear()
        return number

    a.rule(world, number=2)
    run = w.create(world, w.deployment(world), auto_apply=True)
    assert times() == 0
    w.planned(run.id, a.ADDS)
    assert times() == 1
    a.decide(a.person(world), run.id)
    assert times() == 1
    a.decide(a.person(world), run.id)
    assert times() == 1
    assert w.claim(run.id, "apply") is not None
    assert times() == 0, "nobody has to agree to it any more"


def test_with_the_last_approval_a_run_that_applies_by_itself_goes_on(world: World) -> None:
    a.rule(world, number=2)
    run = a.waiting(world, auto_apply=True)
    assert run.status == "planned"
    assert a.decide(a.person(world), run.id).status == "planned"
    assert a.decide(a.person(world), run.id).status == "apply_queued"
    assert w.claim(run.id, "apply") is not None


def test_another_run_waits_for_its_confirmation_once_it_is_approved(world: World) -> None:
    a.rule(world)
    run = a.waiting(world)
    approved = a.decide(a.person(world), run.id)
    assert (approved.status, approval(approved).state) == ("planned", "approved")
    assert "confirm" in w.get(world, run.id, world.member).actions
    assert w.confirm(world, run.id).status == "apply_queued"
    assert w.claim(run.id, "apply") is not None


def test_two_approvals_at_the_same_moment_count_as_two(world: World) -> None:
    a.rule(world, number=2)
    for _ in range(3):
        run, people = a.waiting(world, auto_apply=True), [a.person(world), a.person(world)]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda actor, run_id=run.id: a.decide(actor, run_id), people))
        assert w.status(run.id) == "apply_queued"


def test_a_rejection_ends_the_run_and_says_why(world: World) -> None:
    a.rule(world)
    run, approver = a.waiting(world), a.person(world)
    with pytest.raises(Invalid, match="Say why"):
        a.decide(approver, run.id, "reject", "  ")
    ended = a.decide(approver, run.id, "reject", "Too large.")
    assert (ended.status, approval(ended).state) == ("discarded", "rejected")
    assert w.events(run.id)[-1].data["note"] == f"Rejected by {approver.label}: Too large."
    with pytest.raises(Conflict, match="nothing to decide"):
        a.decide(a.person(world), run.id)


def test_what_was_said_can_be_taken_back_before_the_apply_and_not_after(world: World) -> None:
    a.rule(world)
    run, approver = a.waiting(world), a.person(world)
    a.decide(approver, run.id)
    taken = a.decide(approver, run.id, "withdraw")
    assert (approval(taken).state, approval(taken).decisions[0].note) == ("waiting", "Withdrawn.")
    a.decide(approver, run.id)
    w.confirm(world, run.id)
    assert w.claim(run.id, "apply") is not None
    with pytest.raises(Conflict, match="gone on"):
        a.decide(approver, run.id, "withdraw")


def test_an_approval_that_is_taken_back_while_the_apply_waits_for_a_worker_stops_it(world: World) -> None:
    a.rule(world)
    run, approver = a.waiting(world), a.person(world)
    a.decide(approver, run.id)
    w.confirm(world, run.id)
    a.decide(approver, run.id, "withdraw")
    assert w.claim(run.id, "apply") is None
    assert w.status(run.id) == "canceled"


@pytest.mark.parametrize(
    ("group", "who", "may"),
    [
        ("approver", "approver", True),
        ("approver", "owner", True),
        ("approver", "deployer", False),
        ("approver", "viewer", False),
        ("owner", "owner", True),
        ("owner", "approver", False),
        ("admin", "owner", False),
    ],
)
def test_only_the_group_that_is_asked_may_decide(world: World, group: str, who: str, may: bool) -> None:
    a.rule(world, group=group)
    run, actor = a.waiting(world), a.person(world, who)
    assert approval(w.get(world, run.id, actor)).can_decide is may
    if may:
        assert approval(a.decide(actor, run.id)).state == "approved"
    else:
        with pytest.raises(Forbidden, match="This takes one"):
            a.decide(actor, run.id)


def test_an_administrator_of_the_portal_answers_for_every_group_but_named_people(world: World) -> None:
    for group in ("approver", "owner", "admin"):
        a.rule(world, group=group, name=group)
    run = a.waiting(world)
    assert approval(run).required == 3
    assert approval(a.decide(world.admin, run.id)).state == "approved"


def test_people_who_are_named_need_but_see_the_project(world: World) -> None:
    named, outside, other = a.person(world, "viewer"), world.stranger, a.person(world)
    a.rule(world, group="people", people=[named.label, outside.user_id])
    run = a.waiting(world)
    with pytest.raises(Forbidden):
        a.decide(other, run.id)
    with pytest.raises(NotFound):
        a.decide(outside, run.id)
    assert approval(a.decide(named, run.id)).state == "approved"


def test_rules_add_up_to_the_strictest_of_each_group(world: World) -> None:
    a.rule(world, name="One")
    a.rule(world, name="Two", number=2)
    a.rule(world, name="Owner", group="owner")
    asked = approval(a.waiting(world))
    assert [(item.group, item.number, item.rules) for item in asked.requirements] == [
        ("approver", 2, ["One", "Two"]),
        ("owner", 1, ["Owner"]),
    ]


def test_production_projects_have_their_own_rules_and_administrators_say_which_they_are(world: World) -> None:
    kept = a.rule(world, scope=Scope(kind="production"), when=Conditions(any_change=True))
    assert a.waiting(world).approval is None
    with unit_of_work() as session, pytest.raises(Forbidden):
        projects.update_project(session, a.person(world, "owner"), world.project_id, ProjectChange(production=True))
    with unit_of_work() as session:
        seen = projects.update_project(session, world.admin, world.project_id, ProjectChange(production=True))
    assert seen.production
    assert approval(a.waiting(world)).requirements[0].reasons == ["it changes something in production"]
    with unit_of_work() as session:
        keep.delete_rule(session, world.admin, kept.id)


def test_what_is_opened_to_the_internet_is_asked_about(world: World) -> None:
    a.rule(world, when=Conditions(public_exposure=True), name="Open")
    warned = a.ADDS.model_copy(update={"warnings": [PlanWarning(kind="public_exposure", address="x", text="Open.")]})
    assert a.waiting(world).approval is None
    assert a.waiting(world, warned).approval is not None


def test_nobody_is_asked_for_a_plan_that_is_not_applied(world: World) -> None:
    a.rule(world)
    assert a.waiting(world, kind="plan_only").approval is None
    assert a.waiting(world, w.NOTHING).approval is None


def test_what_nobody_approves_in_time_is_discarded(world: World) -> None:
    a.rule(world)
    run, approver = a.waiting(world), a.person(world)
    with clock.moved(timedelta(days=6)), unit_of_work() as session:
        sweep.sweep(session)
    assert w.status(run.id) == "planned"
    with unit_of_work() as session:
        row = session.exec(select(ApprovalRequest).where(col(ApprovalRequest.run_id) == run.id)).one()
        row.expires_at = clock.now() - timedelta(seconds=1)
    with pytest.raises(Conflict, match="has expired"):
        a.decide(approver, run.id)
    with unit_of_work() as session:
        sweep.sweep(session)
    assert (w.status(run.id), approval(w.get(world, run.id)).state) == ("discarded", "expired")


def test_the_list_of_what_waits_for_me_has_what_i_may_decide(world: World) -> None:
    a.rule(world, number=2)
    first, second = a.waiting(world), a.waiting(world)
    approver, viewer = a.person(world), world.viewer

    def mine(actor: Any) -> set[str]:
        with unit_of_work() as session:
            found = service.list_runs(session, actor, project=world.project_id, approval="mine").items
            assert approve.count_mine(session, actor) >= len(found)
            return {run.id for run in found}

    assert mine(approver) == {first.id, second.id}
    a.decide(approver, first.id)
    assert mine(approver) == {second.id}
    assert (mine(viewer), mine(world.member)) == (set(), set())
    with unit_of_work() as session:
        waits = service.list_runs(session, viewer, project=world.project_id, approval="waiting").items
    assert {run.id for run in waits} == {first.id, second.id}


def test_decisions_are_audited_with_the_plan_that_they_are_about(world: World) -> None:
    a.rule(world)
    run, approver = a.waiting(world), a.person(world)
    a.decide(approver, run.id, reason="Looks good.")
    with unit_of_work() as session:
        query = (
            select(AuditEvent)
            .where(col(AuditEvent.object_id) == run.id, col(AuditEvent.actor_id) == approver.id)
            .order_by(col(AuditEvent.n))
        )
        event = session.exec(query).one()
    assert (event.action, event.project_id) == ("approval.approve", world.project_id)
    assert event.detail["plan"] == approval(run).plan
    assert event.detail["reason"] == "Looks good."


def test_a_link_leads_its_person_to_the_run_until_they_have_decided(world: World) -> None:
    a.rule(world)
    run, approver, other = a.waiting(world), a.person(world), a.person(world)
    with unit_of_work() as session:
        url = links.make(session, run.id, approver.id)
    link = url.partition("?link=")[2]
    assert opened(approver, link) == run.id
    for somebody, given in ((other, link), (world.admin, link), (approver, link[:-1] + "_"), (approver, "x.y")):
        with pytest.raises(NotFound, match="not for you"):
            opened(somebody, given)
    assert approval(w.get(world, run.id)).given == 0
    a.decide(approver, run.id)
    with pytest.raises(Conflict, match="used already"):
        opened(approver, link)


def test_attack_23_a_link_that_was_altered_or_is_over_leads_nowhere(world: World) -> None:
    a.rule(world)
    run, approver, other = a.waiting(world), a.person(world), a.person(world)
    with unit_of_work() as session:
        link = links.make(session, run.id, approver.id).partition("?link=")[2]
        session.get_one(links.ApprovalLink, link.partition(".")[0]).user_id = other.id
    with pytest.raises(NotFound):
        opened(other, link)
    with unit_of_work() as session:
        late = links.make(session, run.id, approver.id).partition("?link=")[2]
    with clock.moved(timedelta(days=4)), pytest.raises(Conflict, match="expired"):
        opened(approver, late)


def opened(actor: Any, link: str) -> str:
    with unit_of_work() as session:
        return links.opened(session, actor, link).run_id


def test_a_rule_names_what_there_is_and_asks_for_something(world: World) -> None:
    def refused(**given: Any) -> str:
        wanted = {"name": "R", "when": Conditions(destroy=True)} | given
        with unit_of_work() as session, pytest.raises(Invalid) as error:
            keep.create_rule(session, world.admin, RuleInput(**wanted))
        return error.value.errors[0].path

    assert refused(when=Conditions()) == "when"
    assert refused(scope=Scope(kind="projects")) == "scope.projects"
    assert refused(scope=Scope(kind="projects", projects=["nowhere"])) == "scope.projects"
    assert refused(approvers=Approvers(group="people", people=["nobody@example.test"])) == "approvers.people"
    alone = Approvers(group="people", people=[world.admin.id], number=2)
    assert refused(approvers=alone) == "approvers.number"


def test_rules_are_for_administrators_and_each_change_is_in_the_trail(world: World) -> None:
    kept = a.rule(world, name="Before")
    wanted = RuleInput(name="After", enabled=False, when=Conditions(destroy=True))
    for actor in (world.member, a.person(world, "owner")):
        with unit_of_work() as session, pytest.raises(Forbidden):
            keep.update_rule(session, actor, kept.id, wanted)
    with unit_of_work() as session:
        assert keep.update_rule(session, world.admin, kept.id, wanted).name == "After"
        keep.delete_rule(session, world.admin, kept.id)
    with unit_of_work() as session:
        query = select(AuditEvent).where(col(AuditEvent.object_id) == kept.id).order_by(col(AuditEvent.n))
        events = session.exec(query).all()
    assert [event.action for event in events] == [
        "approval_rule.create", "approval_rule.update", "approval_rule.delete",
    ]  # fmt: skip
    assert (events[1].detail["before"]["name"], events[1].detail["after"]["name"]) == ("Before", "After")


def test_whoever_may_answer_is_told_with_a_link_of_their_own_and_nobody_else_is(
    world: World, settings_env: Callable[..., None]
) -> None:
    settings_env(TERRACE_SMTP_URL="smtp://mail.example.test")
    approver, named = a.person(world), a.person(world, "viewer")
    a.person(world, "deployer")
    a.rule(world)
    a.rule(world, group="people", people=[named.label])
    run = a.waiting(world)
    with unit_of_work() as session:
        event = session.exec(
            select(NotificationEvent).where(
                col(NotificationEvent.run_id) == run.id, col(NotificationEvent.event) == "approval.requested"
            )
        ).one()
        mails = session.exec(
            select(NotificationDelivery).where(col(NotificationDelivery.event) == "approval_requested")
        )
        sent = {
            row.content["to"]: row.content["facts"]["link"]
            for row in mails
            if row.content and row.content["facts"]["run"] == run.id
        }
    assert event.people is not None
    assert {approver.id, named.id} <= set(event.people)
    assert world.member.id not in event.people
    assert {approver.label, named.label} <= sent.keys()
    assert opened(approver, sent[approver.label].partition("?link=")[2]) == run.id
