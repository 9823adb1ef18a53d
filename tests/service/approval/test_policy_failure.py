"""A rule that asks when a policy says no: four eyes on an override. Neither word stands for the other."""

from __future__ import annotations

from typing import Any

import pytest

from portal.approval.schemas import Conditions
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden
from portal.policy import service as policies
from portal.policy.schemas import NewPolicy, Override
from portal.run import service
from portal.run.schemas import RunView
from tests.service.approval.asking import decide, person, rule
from tests.service.policy.test_policies import PLAN
from tests.service.run import world as w
from tests.service.run.world import World


@pytest.fixture
def run(world: World) -> RunView:
    """Applies by itself, but its plan has failed a policy that may be overridden, and a rule asks about that."""
    asked = {"rule": "allowed_regions", "settings": {"regions": ["europe-*"]}, "projects": [world.project_id]}
    with unit_of_work() as session:
        wanted = NewPolicy.model_validate({"name": f"Regions of {world.project_id}", "level": "override", **asked})
        policies.create_policy(session, world.admin, wanted)
    rule(world, when=Conditions(policy_failure=True))
    found = w.create(world, w.deployment(world), auto_apply=True)
    w.planned(found.id, PLAN)
    return w.get(world, found.id)


def override(world: World, run_id: str) -> RunView:
    with unit_of_work() as session:
        return service.override_policy(session, world.admin, run_id=run_id, request=Override(reason="Agreed."))


def waits_for(run: RunView) -> tuple[Any, ...]:
    return run.status, run.queue.code if run.queue else None


def test_after_the_override_somebody_has_to_agree_and_then_it_goes_on(world: World, run: RunView) -> None:
    assert waits_for(override(world, run.id)) == ("planned", "approval")
    with pytest.raises(Conflict, match="waits to be approved"):
        w.confirm(world, run.id)
    assert decide(person(world), run.id).status == "apply_queued"


def test_an_approval_overrides_nothing_and_what_was_approved_goes_on_once_it_is_overridden(
    world: World, run: RunView
) -> None:
    approver = person(world)
    assert waits_for(decide(approver, run.id)) == ("planned", "policy")
    with pytest.raises(Forbidden), unit_of_work() as session:
        service.override_policy(session, approver, run_id=run.id, request=Override(reason="I approved it."))
    with pytest.raises(Conflict, match="does not allow this plan"):
        w.confirm(world, run.id)
    assert override(world, run.id).status == "apply_queued"


def test_a_plan_that_meets_its_policies_asks_nobody(world: World, run: RunView) -> None:
    fine = w.create(world, w.deployment(world), auto_apply=True)
    w.planned(fine.id, PLAN.model_copy(update={"changes": []}))
    assert w.status(fine.id) == "apply_queued"
