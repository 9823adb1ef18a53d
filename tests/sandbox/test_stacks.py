"""Whole stacks through the real Terraform: created, planned again without a change, updated, replaced, destroyed."""

from __future__ import annotations

import ipaddress

import pytest

from tests.sandbox.conftest import STACKS, Workspace
from worker.sandbox.identity import identity_of


@pytest.fixture
def azure(workspace: Workspace) -> Workspace:
    workspace.write((STACKS / "azure.tf").read_text())
    workspace.init()
    return workspace


@pytest.fixture
def google(workspace: Workspace) -> Workspace:
    workspace.write((STACKS / "google.tf").read_text())
    workspace.init()
    return workspace


def test_an_azure_stack_lives_its_whole_life(azure: Workspace) -> None:
    azure.apply()
    assert azure.changes() == {}
    _azure_values_are_those_that_azure_would_give(azure)

    azure.variables["tags"] = {"environment": "production"}
    tagged = {"azurerm_resource_group.this", "azurerm_virtual_network.this", "azurerm_linux_virtual_machine.this"}
    assert azure.changes() == dict.fromkeys(tagged, "update")
    azure.apply()
    assert azure.changes() == {}

    azure.destroy()
    assert azure.host.store.search(account=azure.account) == []


def _azure_values_are_those_that_azure_would_give(azure: Workspace) -> None:
    name, address = azure.variables["name"], azure.outputs()["address"]
    subscription = f"/subscriptions/{identity_of(azure.account).subscription_id}"
    assert address["public"] == address["public_ip"]
    assert address["fqdn"] == f"{name}.westeurope.cloudapp.azure.com"
    assert address["private"] == address["nics"][0]
    inside = [ipaddress.ip_address(one) for one in [*address["nics"], address["endpoint"]]]
    assert len(set(inside)) == 4
    assert [one for one in inside if one not in ipaddress.ip_network("10.20.1.0/24")] == []
    assert address["blob"] == f"https://st{name}.blob.core.windows.net/"
    assert address["vault"] == f"https://kv-{name}.vault.azure.net/"
    vnet = f"{subscription}/resourceGroups/rg-{name}/providers/Microsoft.Network/virtualNetworks/vnet-inline-{name}"
    assert address["subnets"] == {part: f"{vnet}/subnets/{part}" for part in ("front", "back")}
    assert address["frontend"].endswith("/frontendIPConfigurations/public")
    assert (address["group"], address["own_identity"]) == ("westeurope", "")
    assert f"/subscriptions/{address['subscription']}" == subscription
    assert address["role"].endswith("2a2b9908-6ea1-4ae2-8e65-a410df84e7d1")


def test_what_azure_cannot_change_is_replaced(azure: Workspace) -> None:
    some = ["-target=azurerm_public_ip.this", "-target=azurerm_managed_disk.this"]
    azure.apply(*some)
    azure.variables["location"] = "North Europe"
    replaced = ("azurerm_resource_group.this", "azurerm_public_ip.this", "azurerm_managed_disk.this")
    assert azure.changes(*some) == dict.fromkeys(replaced, "replace")
    azure.apply(*some)
    assert azure.changes(*some) == {}


def test_a_write_only_value_is_stored_nowhere(azure: Workspace) -> None:
    azure.apply("-target=azurerm_key_vault_secret.this")
    rows = azure.host.store.search(account=azure.account, type_name="azurerm_key_vault_secret")
    assert "4711" not in str([row.attributes.get("value_wo") for row in rows])
    assert "never stored" not in (azure.folder / "terraform.tfstate").read_text()
    assert "never stored" not in str(rows)


def test_a_google_stack_lives_its_whole_life(google: Workspace) -> None:
    google.apply()
    assert google.changes() == {}
    _google_values_are_those_that_google_would_give(google)

    google.variables["machine_type"] = "e2-standard-4"
    google.variables["labels"] = {"environment": "production"}
    assert google.changes() == {"google_compute_instance.this": "update", "google_storage_bucket.this": "update"}
    google.apply()
    assert google.changes() == {}
    assert google.outputs()["address"]["labels"]["environment"] == "production"

    google.destroy()
    assert google.host.store.search(account=google.account) == []


def _google_values_are_those_that_google_would_give(google: Workspace) -> None:
    name, address = google.variables["name"], google.outputs()["address"]
    project = identity_of(google.account).project
    first, second = (ipaddress.ip_address(address[one]) for one in ("internal", "second"))
    assert first != second
    assert first in ipaddress.ip_network("10.40.0.0/24")
    assert address["reserved"] == address["address"] != address["external"]
    assert (address["url"], address["location"]) == (f"gs://bucket-{name}", "EU")
    assert address["account"] == f"sa-{name}@{project}.iam.gserviceaccount.com"
    assert address["zones"] == [f"europe-west1-{letter}" for letter in "abc"]
    assert address["project"] == project
    assert address["sql"] == f"{project}:europe-west1:sql-{name}"
    assert (bool(address["sql_ip"]), address["sql_public"]) == (True, "")
    assert address["ca"]
    assert address["self_link"].endswith(f"/projects/{project}/zones/europe-west1-b/instances/vm-{name}")
    assert address["labels"] == {"environment": "test", "owner": "team", "goog-terraform-provisioned": "true"}
