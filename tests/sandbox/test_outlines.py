"""Terraform is shown the schemas of the types in use, and outlines of all others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import Workspace
from worker.sandbox import mirror, schema
from worker.sandbox.protocol import message

GROUP = """
terraform {
  required_providers {
    azurerm = { source = "hashicorp/azurerm" }
  }
}
provider "azurerm" {
  features {}
}
resource "azurerm_resource_group" "this" {
  name     = "rg-outline"
  location = "westeurope"
}
"""
NETWORK = """
resource "azurerm_virtual_network" "this" {
  name                = "vnet-outline"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  address_space       = ["10.0.0.0/16"]
}
"""


def _served(used: frozenset[str] | None) -> Mapping[str, Any]:
    answer = message("GetProviderSchema.Response")()
    answer.ParseFromString(schema.load("azurerm").response(used))
    return answer.resource_schemas


def _apply(workspace: Workspace) -> None:
    used = mirror.named_types(path.read_bytes() for path in workspace.folder.glob("*.tf"))
    named = mirror.environment(account=workspace.account, run_id="r", types=used)
    workspace.run("apply", "-auto-approve", TERRACE_SANDBOX_TYPES=named["TERRACE_SANDBOX_TYPES"])


def test_a_used_type_is_whole_and_the_others_keep_their_id_and_version() -> None:
    whole, served = _served(None), _served(frozenset({"azurerm_key_vault", "azurerm_no_such_type"}))
    assert served.keys() == whole.keys()
    assert served["azurerm_key_vault"] == whole["azurerm_key_vault"]
    assert [one.name for one in served["azurerm_storage_account"].block.attributes] == ["id"]
    assert served["azurerm_storage_account"].version == whole["azurerm_storage_account"].version


def test_every_type_that_a_file_names_is_found_wherever_it_stands() -> None:
    text = b'data "azurerm_client_config" "me" {}\nimport { to = azurerm_key_vault.this }\n# google_storage_bucket\n'
    assert mirror.named_types([text]) == {"azurerm_client_config", "azurerm_key_vault", "google_storage_bucket"}


def test_a_configuration_that_names_more_than_can_be_listed_gets_every_schema() -> None:
    names = [f"azurerm_type_{number}" for number in range(mirror.MOST_TYPES + 1)]
    assert "TERRACE_SANDBOX_TYPES" not in mirror.environment(account="a", run_id="r", types=names)


@pytest.mark.parametrize("lost", [False, True], ids=["still there", "deleted behind Terraform's back"])
def test_a_resource_of_a_type_that_the_configuration_names_no_longer_is_destroyed(
    workspace: Workspace, lost: bool
) -> None:
    workspace.write(GROUP)
    workspace.write(NETWORK, "network.tf")
    workspace.init()
    _apply(workspace)
    Path(workspace.folder / "network.tf").unlink()
    if lost:
        network = workspace.host.store.search(account=workspace.account, type_name="azurerm_virtual_network")[0]
        workspace.host.store.delete(network.key)

    _apply(workspace)

    assert workspace.state().keys() == {"azurerm_resource_group.this"}
    assert [one.key.type for one in workspace.host.store.search(account=workspace.account)] == [
        "azurerm_resource_group"
    ]
