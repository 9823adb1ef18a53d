"""What will be created is told from the values alone: exactly where it can be known, and never by a guess."""

from __future__ import annotations

from typing import Any

import pytest

from portal.template.module import read_module
from portal.template.preview import preview
from portal.template.schemas import ResourcePreview
from portal.template.words import type_words

VARIABLES = """
variable "name" { type = string }
variable "secret" {
  type      = string
  default   = null
  sensitive = true
}
variable "lock_enabled" {
  type    = bool
  default = false
}
variable "disks" {
  type    = list(object({ name = string, backed_up = optional(bool, false) }))
  default = []
}
variable "network_id" {
  type    = string
  default = null
}
variable "mode" {
  type    = string
  default = "one"
  validation {
    condition     = contains(["one", "many"], var.mode)
    error_message = "One or many."
  }
}
"""


def drawn(source: str, /, files: dict[str, str] | None = None, **values: Any) -> dict[str, ResourcePreview]:
    """The resources of a module by address, with these values."""
    texts = {"variables.tf": VARIABLES, "main.tf": source, **(files or {})}
    module = read_module({name: text.encode() for name, text in texts.items()})
    return {item.address: item for item in preview(module, values).resources}


def one(arguments: str, /, locals_: str = "", **values: Any) -> ResourcePreview:
    """One resource with these arguments."""
    return drawn(f'locals {{\n{locals_}\n}}\nresource "azurerm_lb" "it" {{\n{arguments}\n}}', **values)["azurerm_lb.it"]


@pytest.mark.parametrize(
    ("arguments", "values", "number"),
    [
        ("", {}, 1),
        ("count = 3", {}, 3),
        ("count = var.lock_enabled ? 1 : 0", {}, 0),
        ("count = var.lock_enabled ? 1 : 0", {"lock_enabled": True}, 1),
        ("for_each = { for disk in var.disks : disk.name => disk }", {"disks": [{"name": "a"}, {"name": "b"}]}, 2),
        ("for_each = toset([for disk in var.disks : disk.name])", {"disks": [{"name": "a"}, {"name": "a"}]}, 1),
        ("for_each = { a = azurerm_x.y.id, b = data.azurerm_z.q.id }", {}, 2),
        ("for_each = { for key, value in { a = azurerm_x.y.id } : key => value if key == \"b\" }", {}, 0),
        ("for_each = merge({ a = azurerm_x.y.id }, { b = 1 })", {}, 2),
        ("count = length(flatten([[{ id = azurerm_x.y.id }], [1, 2]]))", {}, 3),
        ("count = var.network_id == null ? 0 : 1", {"network_id": None}, 0),
    ],
)  # fmt: skip
def test_what_depends_on_values_alone_is_counted(arguments: str, values: dict[str, Any], number: int) -> None:
    assert one(arguments, **values).number == number


@pytest.mark.parametrize(
    ("arguments", "amount"),
    [
        ('count = data.azurerm_z.q.sku == "x" ? 1 : 0', "0 or 1"),
        ("count = data.azurerm_z.q.number", "some"),
        ("for_each = toset(data.azurerm_z.q.zones)", "some"),
        ("for_each = toset([azurerm_x.y.id, azurerm_x.z.id])", "some"),
        ("for_each = { for key, value in { a = azurerm_x.y.id } : key => value if value == null }", "some"),
        ("count = length(distinct([azurerm_x.y.id, azurerm_x.z.id]))", "some"),
        ('count = var.name == "x" ? 1 : 0', "0 or 1"),
        ("count = length(flatten([azurerm_x.y.ids]))", "some"),
        ("count = timestamp() == \"\" ? 1 : 0", "0 or 1"),
    ],
)  # fmt: skip
def test_what_only_terraform_can_know_is_said_to_be_so(arguments: str, amount: str) -> None:
    found = one(arguments)
    assert (found.number, found.present, found.amount) == (None, None, amount)


def test_resources_that_are_counted_by_others_follow_them() -> None:
    found = drawn(
        """
        resource "azurerm_managed_disk" "this" { for_each = { for disk in var.disks : disk.name => disk } }
        resource "azurerm_backup" "this" { for_each = azurerm_managed_disk.this }
        resource "azurerm_snapshot" "this" { count = length(azurerm_managed_disk.this) > 1 ? 1 : 0 }
        resource "azurerm_loop" "a" { for_each = azurerm_loop.b }
        resource "azurerm_loop" "b" { for_each = azurerm_loop.a }
        """,
        disks=[{"name": "a"}, {"name": "b"}],
    )
    assert [item.number for item in found.values()] == [2, 2, 1, None, None]


def test_names_are_shown_where_they_are_known_and_never_with_a_secret_in_them() -> None:
    assert one('name = "lb-${var.name}"', name="shop").names == ["lb-shop"]
    assert one('name = "lb-${var.name}"').names == []
    assert one('name = "lb-${var.secret}"', secret="hush").names == []
    each = 'for_each = { for disk in var.disks : disk.name => disk }\nname = "disk-${each.key}-${each.value.name}"'
    assert one(each, disks=[{"name": "b"}, {"name": "a"}]).names == ["disk-a-a", "disk-b-b"]
    assert one("count = 2\nname = format(\"lb-%02d\", count.index)").names == ["lb-00", "lb-01"]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "values", "why"),
    [
        ("count = var.lock_enabled ? 1 : 0", {}, "Only when “Lock enabled” is on."),
        ("count = var.lock_enabled ? 0 : 1", {"lock_enabled": True}, "Only when “Lock enabled” is off."),
        ("count = var.network_id == null ? 0 : 1", {}, "Only when “Network ID” is set."),
        ("count = var.network_id == null ? 1 : 0", {"network_id": "n"}, "Only when “Network ID” is not set."),
        ('count = var.mode == "one" ? 0 : 1', {}, "Only when “Mode” is “many”."),
        ('count = var.mode == "many" ? 1 : 0', {}, "Only when “Mode” is “many”."),
        ("for_each = { for disk in var.disks : disk.name => disk }", {}, "Only when “Disks” has entries."),
        ("count = length(var.disks) > 0 ? 1 : 0", {}, "Only when “Disks” has entries."),
        (
            "for_each = { for disk in var.disks : disk.name => disk if disk.backed_up }",
            {"disks": [{"name": "a"}]},
            "Only for entries of “Disks” that ask for it.",
        ),
        (
            "count = var.lock_enabled && var.network_id != null ? 1 : 0",
            {"lock_enabled": True},
            "Only when “Network ID” is set.",
        ),
        (
            "count = var.lock_enabled && var.network_id != null ? 1 : 0",
            {},
            "Only when “Lock enabled” is on and “Network ID” is set.",
        ),
        (
            "count = var.lock_enabled || length(var.disks) != 0 ? 1 : 0",
            {},
            "Only when “Lock enabled” is on or “Disks” has entries.",
        ),
        ("count = local.wanted ? 1 : 0", {}, "Only when “Lock enabled” is on."),
        ("count = (var.lock_enabled ? 1 : 0) * 2", {}, "It depends on “Lock enabled”."),
        ("count = 0", {}, None),
        ("count = var.lock_enabled ? 1 : 0", {"lock_enabled": True}, None),
    ],
)
def test_what_is_not_there_says_what_would_bring_it(arguments: str, values: dict[str, Any], why: str | None) -> None:
    assert one(arguments, "wanted = var.lock_enabled", **values).why == why


def test_resources_of_local_modules_are_counted_with_what_is_handed_in() -> None:
    inner = """
    variable "size" { type = number }
    variable "extra" { default = false }
    resource "azurerm_subnet" "this" { count = var.size }
    resource "azurerm_route" "this" { count = var.extra ? 1 : 0 }
    """
    source = """
    module "net" {
      source = "./net"
      count  = 2
      size   = length(var.disks)
    }
    module "off" {
      source   = "./net"
      for_each = {}
      size     = data.azurerm_x.y.size
    }
    module "unsure" {
      source = "./net"
      size   = data.azurerm_x.y.size
    }
    """
    found = drawn(source, files={"net/main.tf": inner}, disks=[{"name": "a"}, {"name": "b"}])
    assert {address: item.number for address, item in found.items()} == {
        "module.net.azurerm_subnet.this": 4, "module.net.azurerm_route.this": 0,
        "module.off.azurerm_subnet.this": 0, "module.off.azurerm_route.this": 0,
        "module.unsure.azurerm_subnet.this": None, "module.unsure.azurerm_route.this": 0,
    }  # fmt: skip


def test_bad_values_make_uncertain_and_break_nothing() -> None:
    found = one("for_each = { for disk in var.disks : disk.name => disk }", disks="no list", unheard_of=1)
    assert found.amount == "some"
    assert one("count = -1").number is None
    assert one("count = 1000000000").number is None


def test_a_total_is_exact_or_at_least_so_many() -> None:
    source = 'resource "azurerm_lb" "a" {{}}\nresource "azurerm_lb" "b" {{ {} }}'
    sure = preview(read_module({"main.tf": source.format("count = 2").encode()}), {})
    assert (sure.total, sure.exact) == (3, True)
    unsure = preview(read_module({"main.tf": source.format("count = data.x.y.z").encode()}), {})
    assert (unsure.total, unsure.exact) == (1, False)


def test_an_expression_that_would_run_for_ever_is_given_up() -> None:
    long = "for_each = { for a in range(1000) : a => [for b in range(1000) : [for c in range(1000) : c]] }"
    assert one(long).number is None


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("azurerm_storage_account", "Storage account"),
        ("azurerm_lb_rule", "Load balancer rule"),
        ("azurerm_mssql_server", "SQL server"),
        ("google_pubsub_topic", "Pub/Sub topic"),
        ("google_compute_subnetwork_iam_member", "Compute subnetwork IAM member"),
        ("google_gke_backup_backup_plan", "GKE backup plan"),
        ("random_password", "Random password"),
    ],
)
def test_types_are_told_in_words(kind: str, words: str) -> None:
    assert type_words(kind) == words
