"""A plan's cost: what is in the sums, what is not, and that the two are never mixed up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portal.cost import book
from portal.cost.estimate import estimate
from portal.cost.schemas import CostEstimate, CostItem
from portal.run import plan as run_plan
from portal.run.plan import summarize
from tests.unit.cost.documents import change, machine, plan

VM = "azurerm_linux_virtual_machine.this"


def items(found: CostEstimate, address: str) -> dict[str, CostItem]:
    return {item.what: item for cost in found.resources if cost.address == address for item in cost.items}


def one(type_: str, values: dict[str, Any], *others: dict[str, Any]) -> CostEstimate:
    return estimate(plan(change(f"{type_}.this", after=values), *others))


def test_a_new_machine_costs_its_hours_and_its_disk() -> None:
    found = estimate(plan(change(VM, after=machine())))
    # 730 hours of 0.096 and a P6 disk of 11.2272, both of West Europe.
    assert (found.before_monthly, found.after_monthly, found.delta_monthly) == (0.0, 81.31, 81.31)
    assert [(item.quantity, item.unit, item.price, item.monthly) for item in items(found, VM).values()] == [
        (730.0, "hour", 0.096, 70.08),
        (1.0, "month", 11.2272, 11.23),
    ]
    assert (found.covered, found.unpriced, found.currency, found.as_of) == (1, [], "USD", "2026-08-15")


def test_a_larger_size_costs_the_difference_more() -> None:
    found = estimate(plan(change(VM, before=machine(), after=machine("Standard_D4s_v5"))))
    assert (found.before_monthly, found.after_monthly) == (81.31, 179.13)
    assert found.delta_monthly == pytest.approx(730 * 0.23 - 730 * 0.096, abs=0.005)


def test_what_is_destroyed_costs_nothing_afterwards_and_is_still_told() -> None:
    found = estimate(plan(change(VM, before=machine())))
    assert (found.before_monthly, found.after_monthly, found.delta_monthly) == (81.31, 0.0, -81.31)
    assert [(cost.address, cost.before, cost.items) for cost in found.resources] == [(VM, 81.31, [])]
    assert found.covered == 1


def test_what_stays_counts_on_both_sides_although_it_does_not_change() -> None:
    stays = {"address": VM, "type": "azurerm_linux_virtual_machine", "mode": "managed", "values": machine()}
    tree = {"root_module": {"child_modules": [{"address": "module.a", "resources": [stays]}]}}
    found = estimate({"prior_state": {"values": tree}, "planned_values": tree, "resource_changes": []})
    assert (found.before_monthly, found.after_monthly, found.delta_monthly) == (81.31, 81.31, 0.0)


def test_each_instance_of_a_count_is_charged() -> None:
    found = estimate(plan(*(change(f"{VM}[{number}]", after=machine()) for number in range(12))))
    assert found.after_monthly == pytest.approx(12 * 81.31)


def test_a_type_that_nobody_knows_is_listed_and_not_nothing() -> None:
    found = one("azurerm_quantum_computer", {"qubits": 3})
    assert (found.unpriced, found.covered, found.free) == (["azurerm_quantum_computer.this"], 0, [])


@pytest.mark.parametrize(
    ("type_", "values"),
    [
        ("azurerm_linux_virtual_machine", machine("Standard_M416")),
        ("azurerm_linux_virtual_machine", machine(priority="Spot")),
        ("azurerm_linux_virtual_machine", machine(license_type="UBUNTU_PRO")),
        ("azurerm_linux_virtual_machine", {"location": "westeurope"}),
        ("azurerm_managed_disk", {"storage_account_type": "Premium_LRS", "location": "westeurope"}),
        ("azurerm_bastion_host", {"sku": "Standard"}),
        ("azurerm_mssql_database", {"sku_name": "GP_Gen5_2", "license_type": "LicenseIncluded", "max_size_gb": 32}),
        ("azurerm_public_ip", {"ip_version": "IPv6", "sku": "Standard"}),
        ("google_sql_database_instance", {"settings": [{"tier": "db-perf-optimized-N-4"}]}),
        ("google_compute_disk", {"type": "hyperdisk-balanced", "size": 10, "zone": "europe-west1-b"}),
    ],
)
def test_a_charge_without_a_price_is_named(type_: str, values: dict[str, Any]) -> None:
    found = one(type_, values)
    assert (found.unpriced, found.covered) == ([f"{type_}.this"], 0)
    assert any(not item.priced for item in items(found, f"{type_}.this").values())


def test_what_depends_on_use_has_a_price_and_no_sum() -> None:
    values = {
        "account_tier": "Standard",
        "account_replication_type": "ZRS",
        "access_tier": "Cool",
        "location": "uksouth",
    }
    found = one("azurerm_storage_account", values)
    stored = items(found, "azurerm_storage_account.this")["Stored data"]
    assert (stored.price, stored.unit, stored.quantity, stored.monthly) == (0.013125, "GB-month", None, None)
    assert (found.after_monthly, found.usage_dependent) == (0.0, ["azurerm_storage_account.this"])
    assert (found.covered, found.unpriced) == (1, [])


def test_what_is_free_by_design_is_listed_as_that() -> None:
    found = one("azurerm_resource_group", {"location": "westeurope"}, change("random_password.x", after={}))
    assert found.free == ["azurerm_resource_group.this", "random_password.x"]
    assert (found.covered, found.resources) == (2, [])


def test_the_price_of_another_region_is_marked() -> None:
    found = one("azurerm_linux_virtual_machine", machine(location="germanywestcentral"))
    marks = {item.assumption for item in items(found, "azurerm_linux_virtual_machine.this").values()}
    assert marks == {"Price of West Europe"}
    american = one("azurerm_linux_virtual_machine", machine(location="West US 3"))
    assert {item.assumption for cost in american.resources for item in cost.items} == {"Price of East US 2"}


def test_a_region_is_read_as_people_write_it() -> None:
    found = one("azurerm_linux_virtual_machine", machine(location="West Europe"))
    assert found.after_monthly == 81.31
    assert {item.assumption for cost in found.resources for item in cost.items} == {""}


def test_a_zone_is_in_its_region_and_a_pool_is_where_its_group_is() -> None:
    disk = one("google_compute_disk", {"type": "pd-ssd", "size": 100, "zone": "europe-west4-a"})
    assert disk.after_monthly == 18.7
    pool = {"vm_size": "Standard_D4s_v5", "node_count": 1, "os_disk_type": "Ephemeral"}
    group = change("azurerm_resource_group.this", after={"location": "northeurope"})
    assert one("azurerm_kubernetes_cluster_node_pool", pool, group).after_monthly == pytest.approx(730 * 0.214)


def test_rules_of_a_load_balancer_cost_by_their_number() -> None:
    rules = [change(f'azurerm_lb_rule.this["{n}"]', after={}) for n in range(7)]
    found = one("azurerm_lb", {"sku": "Standard", "location": "westeurope"}, *rules)
    assert found.after_monthly == pytest.approx(730 * 0.025 + 2 * 730 * 0.01)


def test_the_first_five_forwarding_rules_cost_together_what_one_does() -> None:
    rules = [change(f"google_compute_global_forwarding_rule.this[{n}]", after={}) for n in range(6)]
    assert estimate(plan(*rules)).after_monthly == pytest.approx(730 * 0.025 + 730 * 0.01)


def test_a_licence_of_ones_own_is_not_charged() -> None:
    paid = one("azurerm_windows_virtual_machine", machine())
    own = one("azurerm_windows_virtual_machine", machine(license_type="Windows_Server"))
    assert paid.after_monthly - own.after_monthly == pytest.approx(730 * (0.105 - 0.096))


def test_rows_add_up_to_the_sums() -> None:
    found = estimate(plan(change(VM, after=machine()), change("azurerm_public_ip.a", after={"sku": "Standard"})))
    assert round(sum(cost.after for cost in found.resources), 2) == found.after_monthly
    for cost in found.resources:
        assert round(sum(item.monthly or 0 for item in cost.items), 2) == cost.after


def test_an_estimate_that_cannot_be_made_leaves_the_plan_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_document: object) -> CostEstimate:
        raise RuntimeError("secret-value")

    monkeypatch.setattr(run_plan, "estimate", fails)
    summary = summarize(plan(change(VM, after=machine())))
    assert (summary.cost, summary.counts.add) == (None, 1)


def test_a_secret_is_in_no_part_of_the_estimate() -> None:
    item = change(f'{VM}["hunter2-key"]', after=machine("Standard_hunter2-size"))
    item["change"]["after_sensitive"] = {"size": True}
    text = summarize(plan(item), secrets=["hunter2-key"]).model_dump_json()
    assert "hunter2" not in text
    assert "(sensitive)" in text


@pytest.mark.parametrize("cloud", ["azure", "gcp"])
def test_every_figure_of_a_book_says_where_it_is_from(cloud: book.Cloud) -> None:
    found = book.load(cloud)
    sources = {origin.partition(" ")[0] for origin in found["origins"]}
    assert sources == found["sources"].keys()
    assert all(source.get("licence") for source in found["sources"].values())
    for name, meter in found["meters"].items():
        for price, origin in meter["prices"].values():
            assert (price >= 0, 0 <= origin < len(found["origins"])) == (True, True), name


def test_a_summary_from_before_there_were_prices_is_still_read() -> None:
    kept = json.loads(summarize(plan()).model_dump_json())
    del kept["cost"]
    assert run_plan.PlanSummary.model_validate(kept).cost is None
