"""Policies and runs on a real database: denied, held, overridden, asked again; and who may see and change what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from portal.auth.schemas import Actor
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.models import AuditEvent, PolicyResult, Project, ProjectMember
from portal.policy import service as policies
from portal.policy.schemas import NewPolicy, Override, PolicyChange, PolicyView, TrialRequest
from portal.run import service
from portal.run.schemas import AttributeChange, Counts, PlanSummary, PlanWarning, ResourceChange, RunView
from tests.service.run import world as w
from tests.service.run.world import World

BUCKET = ResourceChange(
    address="google_storage_bucket.this",
    type="google_storage_bucket",
    name="this",
    action="create",
    attributes=[AttributeChange(path="location", after="US"), AttributeChange(path="name", after="shop")],
)
PLAN = PlanSummary(
    counts=Counts(add=1),
    has_changes=True,
    changes=[BUCKET],
    warnings=[PlanWarning(kind="public_exposure", address=BUCKET.address, text="Everybody can read it.")],
)
REGIONS = {"rule": "allowed_regions", "settings": {"regions": ["europe-west*"]}}
FINE = {"rule": "allowed_regions", "settings": {"regions": ["us"]}}


def call(service_function: Callable[..., Any], actor: Actor, *args: Any, **given: Any) -> Any:
    with unit_of_work() as session:
        return service_function(session, actor, *args, **given)


def policy(world: World, level: str = "mandatory", **given: Any) -> PolicyView:
    request = NewPolicy.model_validate({"name": f"Regions {level}", "level": level, **REGIONS, **given})
    return call(policies.create_policy, world.admin, request)


def change(world: World, found: PolicyView, **given: Any) -> PolicyView:
    return call(policies.change_policy, world.admin, found.id, PolicyChange.model_validate(given))


def planned(world: World, **given: Any) -> str:
    run = w.create(world, w.deployment(world), **given)
    w.planned(run.id, PLAN)
    return run.id


def plan_of(world: World, run_id: str) -> PlanSummary:
    return call(service.plan, world.member, run_id)


def override(world: World, run_id: str, actor: Actor | None = None) -> RunView:
    request = Override(reason="Agreed with security.")
    return call(service.override_policy, actor or world.admin, run_id=run_id, request=request)


def audit_events(action: str) -> list[AuditEvent]:
    with unit_of_work() as session:
        return list(
            session.exec(select(AuditEvent).where(col(AuditEvent.action) == action).order_by(col(AuditEvent.n)))
        )


def test_a_plan_that_fails_a_mandatory_policy_ends_and_says_which_where_and_what_to_do(world: World) -> None:
    policy(world, name="Only Europe")
    run = w.get(world, planned(world))
    assert run.status == "policy_denied"
    assert run.error is not None
    assert run.error.summary == "The policy “Only Europe” does not allow this plan."
    assert run.error.address == BUCKET.address
    assert f"{BUCKET.address}: It would be in us; allowed: europe-west*." in run.error.detail
    assert run.error.next_step
    (result,) = plan_of(world, run.id).policy
    assert (result.policy_name, result.policy_version, result.level, result.passed) == (
        "Only Europe",
        1,
        "mandatory",
        False,
    )
    assert result.problems[0].address == BUCKET.address
    assert [event.data for event in w.events(run.id) if event.type == "policy"] == [
        {"passed": 0, "failed": ["Only Europe"], "denied": True}
    ]


def test_an_advisory_policy_is_shown_and_stops_nothing(world: World) -> None:
    policy(world, "advisory")
    run = w.get(world, planned(world))
    assert run.checks is not None
    assert (run.status, run.checks.failed, run.checks.blocking) == ("planned", 1, [])
    assert "confirm" in w.get(world, run.id, world.member).actions
    assert w.confirm(world, run.id).status == "apply_queued"


def test_a_soft_failure_holds_the_plan_also_from_being_applied_by_itself_until_somebody_overrides_it(
    world: World,
) -> None:
    policy(world, "override")
    assert w.status(planned(world, auto_apply=True)) == "planned"
    run_id = planned(world)
    run = w.get(world, run_id)
    assert run.queue is not None
    assert run.queue.code == "policy"
    assert "confirm" not in run.actions
    with pytest.raises(Conflict, match="Regions override"):
        w.confirm(world, run_id)
    with pytest.raises(Forbidden):
        override(world, run_id, world.member)
    with pytest.raises(NotFound):
        override(world, run_id, world.stranger)
    assert "override_policy" in run.actions
    assert "override_policy" not in w.get(world, run_id, world.member).actions
    overridden = override(world, run_id)
    assert overridden.checks is not None
    assert (overridden.checks.overridden, overridden.checks.blocking) == (1, [])
    assert w.confirm(world, run_id).status == "apply_queued"
    (event,) = audit_events("policy.override")
    assert event.detail["reason"] == "Agreed with security."
    (result,) = plan_of(world, run_id).policy
    assert (result.overridden_by, result.override_reason) == (world.admin.label, "Agreed with security.")


def test_a_run_that_applies_by_itself_goes_on_once_it_was_overridden(world: World) -> None:
    policy(world, "override")
    run_id = planned(world, auto_apply=True)
    assert override(world, run_id).status == "apply_queued"
    assert [event.data["text"] for event in w.events(run_id) if event.type == "log"] == [
        f"{world.admin.label} lets the plan pass: Agreed with security."
    ]


def test_only_a_plan_that_waits_and_has_failed_softly_is_overridden(world: World) -> None:
    run_id = planned(world)
    with pytest.raises(Conflict, match="No policy"):
        override(world, run_id)
    w.confirm(world, run_id)
    with pytest.raises(Conflict, match="waits"):
        override(world, run_id)


def test_attack_23_an_override_is_of_one_plan_and_one_version_of_the_policy(world: World) -> None:
    soft = policy(world, "override")
    run_id = planned(world)
    override(world, run_id)
    change(world, soft, settings={"regions": ["asia-*"]})
    with pytest.raises(Conflict, match="Regions override"):
        w.confirm(world, run_id)
    override(world, run_id)
    with unit_of_work() as session:
        row = session.exec(select(PolicyResult).where(col(PolicyResult.run_id) == run_id)).one()
        row.digest = "of another plan"
    with pytest.raises(Conflict, match="Regions override"):
        w.confirm(world, run_id)


def test_a_policy_that_came_after_the_plan_is_asked_when_the_plan_is_confirmed_and_what_it_says_is_kept(
    world: World,
) -> None:
    run_id = planned(world)
    found = policy(world, name="Came later")
    assert "confirm" in w.get(world, run_id, world.member).actions
    with pytest.raises(Conflict, match=r"Came later.* It would be in us"):
        w.confirm(world, run_id)
    assert [(item.policy_name, item.passed) for item in plan_of(world, run_id).policy] == [("Came later", False)]
    assert "confirm" not in w.get(world, run_id, world.member).actions
    change(world, found, settings=FINE["settings"])
    assert w.confirm(world, run_id).status == "apply_queued"
    assert [(item.policy_version, item.passed) for item in plan_of(world, run_id).policy] == [(2, True)]


@pytest.mark.parametrize("gone", ["disabled", "deleted"])
def test_a_policy_that_is_gone_keeps_no_plan_back(world: World, gone: str) -> None:
    soft = policy(world, "override")
    run_id = planned(world)
    if gone == "disabled":
        change(world, soft, enabled=False)
    else:
        call(policies.delete_policy, world.admin, soft.id)
    assert "confirm" in w.get(world, run_id, world.member).actions
    assert w.confirm(world, run_id).status == "apply_queued"


def test_outside_of_its_window_a_plan_waits_and_inside_it_is_applied(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sunday = datetime(2026, 11, 22, 12, tzinfo=UTC)
    policy(world, name="Office hours", rule="change_window", settings={})
    real = clock.now
    monkeypatch.setattr("portal.policy.runs.clock.now", lambda: sunday)
    run_id = planned(world, auto_apply=True)
    assert w.status(run_id) == "planned"
    with pytest.raises(Conflict, match="Sunday 12:00 in UTC"):
        w.confirm(world, run_id)
    monkeypatch.setattr("portal.policy.runs.clock.now", lambda: sunday + timedelta(days=1))
    assert "confirm" in w.get(world, run_id, world.member).actions
    assert w.confirm(world, run_id).status == "apply_queued"
    monkeypatch.setattr("portal.policy.runs.clock.now", real)


def test_drift_is_not_judged_and_a_destroy_only_by_policies_that_say_so(world: World) -> None:
    policy(world, rule="data_loss", settings={}, name="Data", kinds=["destroy"])
    lost = PlanSummary(
        counts=Counts(destroy=1),
        has_changes=True,
        changes=[BUCKET.model_copy(update={"action": "delete"})],
        warnings=[PlanWarning(kind="data_loss", address=BUCKET.address, text="It is deleted.")],
    )
    for kind, status in (
        ("drift", "planned_and_finished"),
        ("plan_and_apply", "planned"),
        ("destroy", "policy_denied"),
    ):
        run = w.create(world, w.deployment(world), kind=kind)  # type: ignore[arg-type]
        w.planned(run.id, lost)
        assert w.status(run.id) == status, kind


def test_a_policy_judges_the_projects_and_templates_that_it_names(world: World) -> None:
    other = w.build()
    policy(world, projects=[world.project_id], templates=["azure/*"])
    assert w.status(planned(world)) == "policy_denied"
    assert w.status(planned(other)) == "planned"
    policy(other, name="Another template", templates=["gcp/*"])
    assert w.status(planned(other)) == "planned"


def test_an_expression_that_cannot_be_evaluated_denies_when_it_is_mandatory(world: World) -> None:
    policy(world, name="Owned", rule="expression", settings={"expression": "change.after.tags.owner != ''"})
    run = w.get(world, planned(world))
    assert run.status == "policy_denied"
    assert run.error is not None
    assert "there is no attribute 'tags'" in run.error.detail


def test_a_plan_that_is_made_again_is_judged_again_and_nothing_of_before_counts(world: World) -> None:
    found = policy(world, "override")
    run_id = planned(world)
    override(world, run_id)
    w.confirm(world, run_id)
    job = w.claimed(run_id, "apply")
    with unit_of_work() as session:
        from portal.run import work

        assert work.plan_again(session, run_id, job.claim, here="terraform 9.9")
    again = w.claimed(run_id)
    with unit_of_work() as session:
        assert work.finish_plan(session, run_id, again.claim, plan_file=b"OTHER", lock_file=b"LOCK", summary=PLAN)
    run = w.get(world, run_id)
    assert run.status == "planned"
    assert run.checks is not None
    assert run.checks.blocking == [found.name]


def test_every_change_is_a_version_with_what_it_was_before_and_is_audited(world: World) -> None:
    found = policy(world, "advisory", name="Ours")
    assert change(world, found, level="mandatory").version == 2
    assert change(world, found, level="mandatory").version == 2
    kept = call(policies.list_versions, world.admin, found.id)
    assert [(item.version, item.body["level"]) for item in kept] == [(2, "mandatory"), (1, "advisory")]
    call(policies.delete_policy, world.admin, found.id)
    (updated,) = audit_events("policy.update")
    assert (updated.detail["before"]["level"], updated.detail["after"]["level"]) == ("advisory", "mandatory")
    assert len(audit_events("policy.create")) == len(audit_events("policy.delete")) == 1
    assert len(call(policies.list_versions, world.admin, found.id)) == 2


def test_two_policies_cannot_have_one_name_and_bad_settings_are_refused(world: World) -> None:
    policy(world, name="Ours")
    with pytest.raises(Conflict, match="ours"):
        policy(world, name="ours")
    second = policy(world, name="Theirs")
    with pytest.raises(Conflict):
        change(world, second, name="OURS")
    with pytest.raises(Invalid):
        change(world, second, settings={"regions": []})
    with pytest.raises(Invalid, match="no project"):
        change(world, second, projects=["nowhere"])


def test_nobody_but_administrators_changes_tries_or_counts(world: World) -> None:
    found = policy(world)
    for actor in (world.member, world.viewer):
        with pytest.raises(Forbidden):
            call(policies.create_policy, actor, NewPolicy.model_validate({"name": "Mine", **REGIONS}))
        with pytest.raises(Forbidden):
            call(policies.change_policy, actor, found.id, PolicyChange(enabled=False))
        with pytest.raises(Forbidden):
            call(policies.delete_policy, actor, found.id)
        with pytest.raises(Forbidden):
            call(policies.test, actor, TrialRequest.model_validate(REGIONS))
        with pytest.raises(Forbidden):
            call(policies.list_versions, actor, found.id)
        assert call(policies.get_policy, actor, found.id).judged is None


def test_attack_20_of_other_peoples_projects_a_policy_tells_nothing(world: World) -> None:
    other = w.build()
    theirs = policy(world, name="Theirs", projects=[other.project_id])
    both = policy(world, name="Both", projects=[other.project_id, world.project_id])
    w.get(other, planned(other))
    assert [item.id for item in call(policies.list_policies, world.member)] == [both.id]
    (shown,) = call(policies.list_policies, world.member)
    assert [project.id for project in shown.projects] == [world.project_id]
    with pytest.raises(NotFound):
        call(policies.get_policy, world.member, theirs.id)
    assert call(policies.list_results, world.member, both.id).items == []
    assert len(call(policies.list_results, other.member, both.id).items) == 1


def test_a_draft_is_tried_on_the_plans_that_were_kept_and_keeps_nothing(world: World) -> None:
    other = w.build()
    first, second = planned(world), planned(other)
    view = call(policies.test, world.admin, TrialRequest.model_validate(REGIONS))
    assert {run.run_id for run in view.runs} == {first, second}
    assert (view.failed, view.complete) == (2, True)
    assert view.runs[0].problems[0].address == BUCKET.address
    alone = call(policies.test, world.admin, TrialRequest.model_validate(FINE | {"project": world.project_id}))
    assert [(run.run_id, run.passed) for run in alone.runs] == [(first, True)]
    assert call(policies.test, world.admin, TrialRequest.model_validate(REGIONS | {"templates": ["gcp/*"]})).runs == []
    assert plan_of(world, first).policy == []
    with pytest.raises(Invalid, match="cannot be used yet"):
        call(policies.test, world.admin, TrialRequest(rule="expression", settings={"expression": "change.typo == 1"}))


def test_how_often_a_policy_failed_is_counted(world: World) -> None:
    found = policy(world, "advisory")
    planned(world)
    change(world, found, settings=FINE["settings"])
    planned(world)
    shown = call(policies.get_policy, world.admin, found.id)
    assert (shown.judged, shown.failed) == (2, 1)
    assert shown.last_failed_at is not None
    page = call(policies.list_results, world.admin, found.id, limit=1)
    assert (page.items[0].policy_version, page.items[0].passed) == (2, True)
    following = call(policies.list_results, world.admin, found.id, limit=1, cursor=page.next_cursor)
    assert (following.items[0].policy_version, following.items[0].passed, following.next_cursor) == (1, False, None)


def test_whoever_is_no_member_any_more_overrides_nothing(world: World) -> None:
    policy(world, "override")
    run_id = planned(world)
    with unit_of_work() as session:
        owner = w.user(session, world.project_id, "viewer")
        row = session.get_one(ProjectMember, (world.project_id, owner.user_id))
        session.delete(row)
        assert session.get_one(Project, world.project_id)
    with pytest.raises(NotFound):
        override(world, run_id, owner)
