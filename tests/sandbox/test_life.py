"""What happens around a stack: drift, import, moves, faults, quotas, taken names, interrupts, many runs at once."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from tests.sandbox.conftest import Workspace, events, told
from worker.sandbox.cli import app

AZURE = """terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 5.0"
    }
  }
}
provider "azurerm" {
  features {}
}
variable "name" {
  type = string
}
resource "azurerm_resource_group" "this" {
  name     = "rg-${var.name}"
  location = "westeurope"
  tags     = { owner = "ann" }
}
"""

STORAGE = """
resource "azurerm_storage_account" "this" {
  name                     = "st${var.name}"
  resource_group_name      = azurerm_resource_group.this.name
  location                 = azurerm_resource_group.this.location
  account_tier             = "Standard"
  account_replication_type = "LRS"
  blob_properties {
    versioning_enabled = true
  }
}
"""

BUCKET = """terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 8.0"
    }
  }
}
variable "name" {
  type = string
}
resource "google_storage_bucket" "this" {
  name     = "b-${var.name}"
  location = "EU"
}
"""


@pytest.fixture
def azure(workspace: Workspace) -> Workspace:
    workspace.write(AZURE)
    workspace.write(STORAGE, "storage.tf")
    workspace.init()
    return workspace


def cli(workspace: Workspace, *arguments: str, accept: int = 0) -> str:
    """The sandbox's own command line, as a person runs it."""
    done = CliRunner().invoke(app, arguments, env=told(workspace.host.database_url))
    assert done.exit_code == accept, done.output
    return done.output


def test_drift_is_made_by_hand_found_and_repaired(azure: Workspace) -> None:
    azure.apply()
    name, own = azure.variables["name"], ["--account", azure.account]
    cli(azure, "edit", f"rg-{name}", "tags.owner=eve", *own, "--type", "azurerm_resource_group")
    cli(azure, "edit", f"st{name}", "blob_properties.0.versioning_enabled=false", *own)
    shown = json.loads(cli(azure, "show", f"st{name}", *own))
    assert shown["attributes"]["blob_properties"][0]["versioning_enabled"] is False
    assert azure.changes("-refresh-only") == {
        "azurerm_resource_group.this": "update",
        "azurerm_storage_account.this": "update",
    }
    azure.apply()
    assert azure.changes("-refresh-only") == azure.changes() == {}

    cli(azure, "delete", f"rg-{name}", *own, "--type", "azurerm_resource_group")  # and all that is in it
    assert json.loads(cli(azure, "list", *own, "--json")) == []
    assert set(azure.changes().values()) == {"create"}
    azure.apply()
    assert azure.changes() == {}


def test_what_exists_is_imported_and_moved(azure: Workspace, another: Callable[[str], Workspace]) -> None:
    azure.apply()
    group, storage = (azure.state()[f"azurerm_{kind}.this"]["id"] for kind in ("resource_group", "storage_account"))
    fresh = another(azure.account)
    fresh.variables["name"] = azure.variables["name"]
    fresh.write(AZURE)
    fresh.write(STORAGE, "storage.tf")
    for kind, resource_id in (("resource_group", group), ("storage_account", storage)):
        block = f'import {{\n  to = azurerm_{kind}.this\n  id = "{resource_id}"\n}}\n'
        fresh.write(block, f"import_{kind}.tf")
    fresh.init()
    (summary,) = [
        event["changes"]
        for event in fresh.apply()
        if event["type"] == "change_summary" and event["changes"]["operation"] == "apply"
    ]
    assert (summary["import"], summary["add"], summary["change"], summary["remove"]) == (2, 0, 0, 0)
    assert fresh.changes() == {}

    fresh.write(STORAGE.replace('"this" {', '"renamed" {'), "storage.tf")
    (fresh.folder / "import_storage_account.tf").unlink()
    fresh.write(
        "moved {\n  from = azurerm_storage_account.this\n  to   = azurerm_storage_account.renamed\n}\n", "moved.tf"
    )
    assert set(fresh.changes().values()) <= {"move"}
    fresh.apply()
    assert fresh.changes() == {}


def test_an_import_of_nothing_says_so(azure: Workspace) -> None:
    azure.write(
        'import {\n  to = azurerm_resource_group.this\n  id = "/subscriptions/a/resourceGroups/none"\n}\n', "import.tf"
    )
    (first, *_) = azure.refused()
    assert first["summary"] == "Cannot import non-existent remote object"


def test_a_resource_that_exists_already_must_be_imported(azure: Workspace, another: Callable[[str], Workspace]) -> None:
    azure.apply()
    fresh = another(azure.account)
    fresh.variables["name"] = azure.variables["name"]
    fresh.write(AZURE)
    fresh.init()
    (diagnostic,) = fresh.refused()
    assert "already exists - to be managed via Terraform this resource needs to be imported" in diagnostic["summary"]


def test_a_global_name_is_refused_to_another_account_and_free_after_its_end(
    azure: Workspace, another: Callable[[str], Workspace]
) -> None:
    azure.apply()
    other = another(f"{azure.account}-other")
    other.variables["name"] = azure.variables["name"]
    other.write(AZURE)
    other.write(STORAGE, "storage.tf")
    other.init()
    (diagnostic,) = other.refused()
    assert "StorageAccountAlreadyTaken" in diagnostic["summary"]
    assert diagnostic["address"] == "azurerm_storage_account.this"
    azure.destroy()
    other.apply()


def test_a_bucket_name_is_one_for_the_whole_world(workspace: Workspace, another: Callable[[str], Workspace]) -> None:
    other = another(f"{workspace.account}-other")
    other.variables["name"] = workspace.variables["name"]
    for one in (workspace, other):
        one.write(BUCKET)
        one.init()
    workspace.apply()
    assert "Error 409: The requested bucket name is not available" in other.refused()[0]["summary"]


def test_a_resource_needs_what_it_stands_in(azure: Workspace) -> None:
    azure.write(STORAGE.replace("azurerm_resource_group.this.name", '"nowhere"'), "storage.tf")
    (diagnostic,) = azure.refused("-target=azurerm_storage_account.this")
    assert "ResourceGroupNotFound: Resource group 'nowhere' could not be found" in diagnostic["summary"]


def test_a_group_with_something_in_it_is_not_deleted(azure: Workspace) -> None:
    azure.apply()
    azure.run("state", "rm", "azurerm_storage_account.this")
    (azure.folder / "storage.tf").unlink()
    done = azure.run("destroy", "-auto-approve", "-json", accept=(1,))
    (diagnostic,) = [event["diagnostic"] for event in events(done.stdout) if event["type"] == "diagnostic"]
    assert "still contains Resources" in diagnostic["summary"]
    assert f"st{azure.variables['name']}" in diagnostic["detail"]


def test_a_fault_fails_one_create_and_leaves_nothing_behind(azure: Workspace) -> None:
    own = ["--account", azure.account]
    cli(
        azure,
        "fault",
        "503 ServerBusy: try later",
        *own,
        "--type",
        "azurerm_storage_account",
        "--operation",
        "create",
        "--once",
    )
    (diagnostic,) = azure.refused()
    assert (diagnostic["summary"], diagnostic["address"]) == (
        "503 ServerBusy: try later",
        "azurerm_storage_account.this",
    )
    assert azure.changes() == {"azurerm_storage_account.this": "create"}
    azure.apply()


def test_a_fault_for_good_stays_until_it_is_removed(azure: Workspace) -> None:
    number = cli(
        azure, "fault", "AuthorizationFailed", "--account", azure.account, "--type", "azurerm_storage_*"
    ).split()[1]
    for _ in range(2):
        assert azure.refused()[0]["summary"] == "AuthorizationFailed"
    cli(azure, "rules", "--remove", number)
    azure.apply()


def test_a_quota_stops_the_one_too_many(azure: Workspace) -> None:
    cli(azure, "quota", "0", "--account", azure.account, "--type", "azurerm_storage_account")
    (diagnostic,) = azure.refused()
    assert "QuotaExceeded" in diagnostic["summary"]


def test_a_protected_resource_is_not_destroyed(workspace: Workspace) -> None:
    table = """resource "google_bigquery_dataset" "this" {
  dataset_id = "d${var.name}"
}
resource "google_bigquery_table" "this" {
  dataset_id          = google_bigquery_dataset.this.dataset_id
  table_id            = "t"
  deletion_protection = true
}
"""
    workspace.write(BUCKET)
    workspace.write(table, "table.tf")
    workspace.init()
    workspace.apply()
    done = workspace.run("destroy", "-auto-approve", "-no-color", accept=(1,))
    assert "cannot destroy table t without setting deletion_protection=false" in done.stderr
    workspace.write(table.replace("= true", "= false"), "table.tf")
    workspace.apply()
    workspace.destroy()


def test_without_a_region_a_regional_resource_is_refused(workspace: Workspace) -> None:
    workspace.write(BUCKET)
    workspace.write('resource "google_compute_address" "this" {\n  name = "a"\n}\n', "address.tf")
    workspace.init()
    assert any("Cannot determine region" in one["summary"] for one in workspace.refused())


def test_twenty_alike_have_twenty_ids(workspace: Workspace) -> None:
    workspace.write(AZURE)
    workspace.write(
        """resource "azurerm_role_assignment" "this" {
  count                = 20
  scope                = azurerm_resource_group.this.id
  role_definition_name = "Reader"
  principal_id         = "00000000-0000-0000-0000-000000000001"
}
""",
        "roles.tf",
    )
    workspace.init()
    workspace.apply("-parallelism=20")
    assert len({row["id"] for row in workspace.state().values()}) == 21
    assert workspace.changes() == {}


def test_a_megabyte_and_odd_text_come_through_unchanged(workspace: Workspace) -> None:
    workspace.write(BUCKET)
    workspace.write(
        """variable "content" {
  type = string
}
resource "google_storage_bucket_object" "this" {
  bucket  = google_storage_bucket.this.name
  name    = "../../etc/passwd'; DROP SCHEMA sandbox_cloud; --"
  content = var.content
}
""",
        "object.tf",
    )
    content = "$${é\n\u2028" + "x" * 1_000_000
    (workspace.folder / "terraform.tfvars.json").write_text(json.dumps({"content": content}))
    workspace.init()
    workspace.apply()
    assert workspace.state()["google_storage_bucket_object.this"]["content"] == content
    assert workspace.changes() == {}


def test_numbers_keep_every_digit(workspace: Workspace) -> None:
    workspace.write(BUCKET)
    workspace.write(
        """resource "google_monitoring_alert_policy" "this" {
  display_name = "odd numbers"
  combiner     = "OR"
  conditions {
    display_name = "c"
    condition_threshold {
      comparison      = "COMPARISON_GT"
      duration        = "60s"
      filter          = "f"
      threshold_value = 0.1
    }
  }
}
""",
        "alert.tf",
    )
    workspace.init()
    workspace.apply()
    assert workspace.changes() == {}
    threshold = workspace.state()["google_monitoring_alert_policy.this"]["conditions"][0]["condition_threshold"][0]
    assert threshold["threshold_value"] == 0.1


def test_an_account_named_like_a_path_is_only_a_name(another: Callable[[str], Workspace], account: str) -> None:
    odd = another(f"../{account}/%2e%2e'\"")
    odd.variables["name"] = f"o{account[5:]}"
    odd.write(AZURE)
    odd.init()
    odd.apply()
    assert [row.key.account for row in odd.host.store.search(account=odd.account)] == [odd.account]
    odd.destroy()
