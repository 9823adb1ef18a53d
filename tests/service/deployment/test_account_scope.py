"""Attack 22, for cloud accounts: what an account is not open to cannot be reached around the form, now or by a later run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.auth.schemas import SYSTEM
from portal.cloud_account import service as accounts
from portal.cloud_account.schemas import CloudAccountChange, NewCloudAccount, Reason, Scope
from portal.deployment import service
from portal.deployment.schemas import Created, DeploymentRequest
from portal.kit import ids
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Invalid, NotFound
from portal.run import service as runs
from portal.run import stale
from tests.service.deployment.conftest import MAIN, VARIABLES, write_template
from tests.service.deployment.test_deployments import change, problems
from tests.service.run import world as w
from tests.service.run.world import World

MANIFEST = """
title: A thing
summary: For tests.
category: Tests
icon: box
version: 1.0.0
variables:
  place: {options_from: {kind: azure-locations}}
  "copies[].zone": {options_from: {kind: azure-zones}}
  other: {visible_when: "var.place == null", options_from: {kind: azure-locations}}
"""
MORE = """
variable "place" {
  type        = string
  description = "Where."
  default     = "westeurope"
}
variable "copies" {
  type        = list(object({ zone = string }))
  description = "More."
  default     = []
}
variable "other" {
  type        = string
  description = "Never asked for."
  default     = "eastus"
}
"""
USED = 'resource "terraform_data" "more" {\n  input = [var.place, var.copies, var.other]\n}\n'


@pytest.fixture(autouse=True)
def _with_places(templates: Path) -> None:
    folder = templates / "azure" / "thing"
    write_template(folder, variables=VARIABLES + MORE, main=MAIN + USED)
    (folder / "manifest.yaml").write_text(MANIFEST)


@pytest.fixture
def alone(settings_env: Callable[..., None], backend: str, templates: Path) -> World:
    """As `world`, in a database of the test's own."""
    settings_env(TERRACE_TEMPLATES_DIR=str(templates), TERRACE_DATABASE_URL=backend)
    return w.build()


@pytest.fixture
def account(world: World) -> str:
    """A sandbox account of this test's own."""
    with unit_of_work() as session:
        request = NewCloudAccount(name=ids.new_id("Team").lower(), cloud="azure", kind="sandbox")
        return accounts.create(session, SYSTEM, request).slug


def narrow(account: str, **scope: Any) -> None:
    with unit_of_work() as session:
        accounts.update(session, SYSTEM, account, CloudAccountChange(scope=Scope(**scope)))


def make(world: World, account: str, **values: Any) -> Created:
    request = DeploymentRequest(
        name=ids.new_id("d").lower(), template="azure/thing", cloud_account=account, project=world.project_id,
        values={"size": 3, **values},
    )  # fmt: skip
    with unit_of_work() as session:
        return service.create(session, world.member, request)


def refusal(world: World, account: str, **values: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        make(world, account, **values)
    return problems(caught)


def test_attack_22_an_account_of_other_projects_is_not_there(world: World, account: str) -> None:
    narrow(account, projects=[w.build().project_id])
    assert "There is no cloud account" in refusal(world, account)["cloud_account"]
    with unit_of_work() as session:
        assert account not in {item.slug for item in accounts.list_accounts(session, world.member).items}
        assert account in {item.slug for item in accounts.list_accounts(session, world.admin).items}
        with pytest.raises(NotFound):
            accounts.get(session, world.member, account)
    with pytest.raises(NotFound):
        accounts.lookup(world.member, account, "networks")


def test_attack_22_a_member_of_two_projects_cannot_carry_an_account_from_one_into_the_other(
    world: World, account: str
) -> None:
    second = w.build()
    with unit_of_work() as session:
        from portal.project import service as projects
        from portal.project.schemas import NewMember

        projects.add_member(session, SYSTEM, second.project_id, NewMember(user=world.member.id, role="member"))
    narrow(account, projects=[second.project_id])
    assert "is not open to this project" in refusal(world, account)["cloud_account"]


def test_attack_22_templates_and_regions_bind_whoever_asks(world: World, account: str) -> None:
    narrow(account, templates=["azure/another"])
    assert "is not open to this template" in refusal(world, account)["cloud_account"]
    narrow(account, regions=["West Europe"])
    assert refusal(world, account, place="eastus") == {"values.place": "The cloud account may not be used in eastus."}
    assert "values.copies[1].zone" in refusal(world, account, copies=[{"zone": "westeurope"}, {"zone": "eastus"}])
    made = make(world, account, place="West Europe")
    with pytest.raises(Invalid) as caught:
        change(world, made.deployment.id, values={"size": 3, "place": "eastus"})
    assert "values.place" in problems(caught)


def test_a_default_counts_as_much_as_a_value_that_was_given(world: World, account: str) -> None:
    narrow(account, regions=["northeurope"])
    assert "westeurope" in refusal(world, account)["values.place"]


def test_a_scope_that_shrank_stops_new_runs_and_waiting_plans_but_not_the_destroy(world: World, account: str) -> None:
    made = make(world, account)
    w.planned(made.run.id)
    narrow(account, projects=[w.build().project_id])
    with unit_of_work() as session:
        assert "not open to this project" in (stale.reason(session, made.run.id) or "")
        with pytest.raises(Conflict, match="not open to this project"):
            service.start_run(session, world.admin, made.deployment.id)
        assert service.destroy(session, world.member, made.deployment.id).kind == "destroy"


def test_a_run_that_waits_when_the_scope_shrinks_never_reaches_the_cloud(world: World, account: str) -> None:
    made = make(world, account)
    narrow(account, templates=["azure/another"])
    assert w.claim(made.run.id) is None
    ended = w.get(world, made.run.id)
    assert ended.status == "errored"
    assert ended.error
    assert "not open to this template" in ended.error.detail


def test_a_retry_asks_again_what_the_regions_are(world: World, account: str) -> None:
    made = make(world, account)
    job = w.claimed(made.run.id)
    with unit_of_work() as session:
        from portal.run import work
        from portal.run.schemas import RunError

        work.fail(session, made.run.id, job.claim, RunError(summary="It broke."))
    narrow(account, regions=["northeurope"])
    with pytest.raises(Conflict, match="may not be used in westeurope"), unit_of_work() as session:
        runs.retry(session, world.member, run_id=made.run.id)


def test_on_a_disabled_account_nothing_starts_and_everybody_sees_why(alone: World) -> None:
    with unit_of_work() as session:
        slug = accounts.create(session, SYSTEM, NewCloudAccount(name="Team", cloud="azure", kind="sandbox")).slug
    made = make(alone, slug)
    with unit_of_work() as session:
        accounts.disable(session, SYSTEM, slug, Reason(reason="The secret leaked."))
    assert w.take() is None
    waits = w.get(alone, made.run.id).queue
    assert waits
    assert (waits.code, waits.reason) == (
        "account_disabled", "Its cloud account was disabled by Terrace: The secret leaked.",
    )  # fmt: skip
    assert "was disabled by Terrace: The secret leaked." in refusal(alone, slug)["cloud_account"]
    with unit_of_work() as session:
        accounts.enable(session, SYSTEM, slug)
    job = w.take()
    assert job
    assert job.run_id == made.run.id
