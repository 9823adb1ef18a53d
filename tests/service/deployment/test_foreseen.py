"""What a deployment would cost is told while its form is filled in, with what the project sets and has left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portal.cost import estimate
from portal.deployment import foreseen
from portal.deployment.schemas import Foreseen
from portal.kit.db import unit_of_work
from portal.kit.errors import NotFound
from portal.quota import guardrails, service
from portal.quota.schemas import GuardrailsRequest, QuotaChange
from tests.service.deployment.conftest import write_template
from tests.service.run import world as w
from tests.service.run.world import World

DISKS = """
variable "disks" {
  type        = number
  description = "How many."
  default     = 1
}
variable "kind" {
  type        = string
  description = "How good."
  default     = "Premium_LRS"
}
"""
MAIN = """
resource "azurerm_managed_disk" "this" {
  count                = var.disks
  name                 = "disk-${count.index}"
  location             = "westeurope"
  storage_account_type = var.kind
  disk_size_gb         = 128
}
resource "azurerm_something_new" "this" {
  count = var.kind == "New" ? 1 : 0
}
"""
P10 = 21.68
"""What a disk P10 costs a month in West Europe: docs/cost.md."""


@pytest.fixture
def world(settings_env: Callable[..., None], postgres_url: str, redis_url: str, tmp_path: Path) -> World:
    write_template(tmp_path / "templates" / "azure" / "disks", variables=DISKS, main=MAIN, outputs="")
    settings_env(
        TERRACE_DATABASE_URL=postgres_url,
        TERRACE_REDIS_URL=redis_url,
        TERRACE_TEMPLATES_DIR=str(tmp_path / "templates"),
    )
    return w.build()


def foresee(world: World, *, project: str | None = None, **values: object) -> Foreseen:
    with unit_of_work() as session:
        return foreseen.foresee(session, world.viewer, "azure/disks", values, project=project)


def test_each_change_of_a_value_changes_the_figure(world: World) -> None:
    one, three = foresee(world).cost, foresee(world, disks=3)
    assert one is not None
    assert three.cost is not None
    assert (one.after_monthly, one.at_least, one.budget_left) == (P10, False, None)
    assert (three.total, three.cost.after_monthly) == (3, round(3 * P10, 2))
    assert [item.what for item in three.cost.resources[0].items] == ["Disk P10 LRS, 128 GiB"]


def test_what_has_no_price_or_no_number_is_said_and_is_not_nothing(world: World) -> None:
    new = foresee(world, kind="New").cost
    assert new is not None
    assert (new.at_least, new.unpriced) == (True, ["azurerm_managed_disk.this[0]", "azurerm_something_new.this[0]"])
    unsure = foresee(world, disks="not a number").cost
    assert unsure is not None
    assert (unsure.after_monthly, unsure.at_least) == (0.0, True)


def test_a_project_sets_values_of_its_own_and_has_a_budget(world: World) -> None:
    rule = {"rule": "fixed", "variable": "disks", "value": 2}
    with unit_of_work() as session:
        guardrails.put(session, world.admin, world.project_id, GuardrailsRequest.model_validate({"guardrails": [rule]}))
        service.set_quota(session, world.admin, world.project_id, QuotaChange(monthly_budget=100))
    found = foresee(world, project=world.project_id).cost
    assert found is not None
    assert (found.after_monthly, found.budget_left) == (round(2 * P10, 2), 100.0)


def test_of_a_project_that_is_not_ones_own_nothing_is_told(world: World) -> None:
    with unit_of_work() as session, pytest.raises(NotFound):
        foreseen.foresee(session, world.stranger, "azure/disks", {}, project=world.project_id)
    with pytest.raises(NotFound):
        foresee(world, project="nothing-like-it")


def test_an_estimate_that_fails_holds_nobody_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(estimate, "of_resources", broken)
    found = foresee(world, disks=3)
    assert (found.total, found.cost) == (3, None)
