"""What `terraform validate` refuses in the sandbox, and where it says so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.conftest import Workspace
from worker.sandbox import validate
from worker.sandbox.protocol import UNKNOWN
from worker.sandbox.schema import Attribute, Block, NestedBlock

HEAD = """terraform {
  required_providers {
    azurerm = {
      source = "hashicorp/azurerm"
    }
    google = {
      source = "hashicorp/google"
    }
  }
}
provider "azurerm" {
  features {}
}
"""

ZONES = "/subscriptions/0/resourceGroups/g/providers/Microsoft.Network"

# Each block has one mistake, on the line that ends with "# here".
MISTAKES: list[tuple[str, str]] = [
    (
        'Unsupported argument|Did you mean "account_tier"',
        """resource "azurerm_storage_account" "misspelt" {
  name                     = "a"
  resource_group_name      = "g"
  location                 = "westeurope"
  acount_tier              = "Standard" # here
  account_replication_type = "LRS"
}""",
    ),
    (
        'Missing required argument|"location" is required',
        """resource "azurerm_resource_group" "missing" { # here
  name = "g"
}""",
    ),
    (
        "Incorrect attribute value type|list of string required",
        """resource "azurerm_virtual_network" "type" {
  name                = "v"
  resource_group_name = "g"
  location            = "westeurope"
  address_space       = true # here
}""",
    ),
    (
        "expected account_tier to be one of",
        """resource "azurerm_storage_account" "enum" {
  name                     = "a"
  resource_group_name      = "g"
  location                 = "westeurope"
  account_tier             = "Gold" # here
  account_replication_type = "LRS"
}""",
    ),
    (
        "to be in the range \\(1 - 365\\), got 400",
        """resource "azurerm_storage_account" "range" {
  name                     = "a"
  resource_group_name      = "g"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
  blob_properties {
    delete_retention_policy {
      days = 400 # here
    }
  }
}""",
    ),
    (
        "Value for unconfigurable attribute|decided automatically",
        """resource "azurerm_public_ip" "computed" {
  name                = "p"
  resource_group_name = "g"
  location            = "westeurope"
  allocation_method   = "Static"
  ip_address          = "1.2.3.4" # here
}""",
    ),
    (
        "parsing .* must be an id such as",
        """resource "azurerm_lb_probe" "id" {
  loadbalancer_id = "lb" # here
  name            = "p"
  port            = 80
}""",
    ),
    (
        "Invalid combination of arguments|only one of `address_space,ip_address_pool`",
        """resource "azurerm_virtual_network" "both" {
  name                = "v"
  resource_group_name = "g"
  location            = "westeurope"
  address_space       = ["10.0.0.0/16"] # here
  ip_address_pool {
    id                     = "/subscriptions/a/resourceGroups/g/providers/Microsoft.Network/networkManagers/m/ipamPools/p"
    number_of_ip_addresses = "256"
  }
}""",
    ),
    (
        "expected security_rule|expected access to be one of",
        """resource "azurerm_network_security_group" "inline" { # here or in it
  name                = "n"
  resource_group_name = "g"
  location            = "westeurope"
  security_rule {
    name                       = "r"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Perhaps"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "*"
    source_address_prefix      = "*"
    destination_address_prefix = "*"
  }
}""",
    ),
    (
        "invalid value for network",
        """resource "google_compute_network_peering" "pattern" {
  name         = "p"
  network      = "no link" # here
  peer_network = "projects/p/global/networks/n"
}""",
    ),
    (
        "expected direction to be one of",
        """resource "google_compute_firewall" "enum" {
  name      = "f"
  network   = "n"
  direction = "SIDEWAYS" # here
  allow {
    protocol = "tcp"
  }
}""",
    ),
    (
        "Insufficient boot_disk blocks",
        """resource "google_compute_instance" "block" { # here
  name         = "i"
  machine_type = "e2-small"
  network_interface {}
}""",
    ),
]


@pytest.fixture(scope="module")
def diagnostics(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What one validation says about all mistakes at once."""
    host = request.getfixturevalue("host")
    workspace = Workspace(host, tmp_path_factory.mktemp("mistakes"), "test-mistakes")
    workspace.write(HEAD, "head.tf")
    for number, (_, text) in enumerate(MISTAKES):
        workspace.write(text + "\n", f"m{number}.tf")
    workspace.init()
    return json.loads(workspace.run("validate", "-json", accept=(1,)).stdout)["diagnostics"]


@pytest.mark.parametrize(
    "number", range(len(MISTAKES)), ids=[text.split('"')[1] + "." + text.split('"')[3] for _, text in MISTAKES]
)
def test_a_mistake_is_refused_with_file_and_line(diagnostics: list[dict[str, Any]], number: int) -> None:
    import re

    expected, text = MISTAKES[number]
    found = [one for one in diagnostics if one["range"]["filename"] == f"m{number}.tf"]
    said = "\n".join(f"{one['summary']}\n{one['detail']}" for one in found)
    assert any(re.search(part, said) for part in expected.split("|")), said
    wanted = next(line for line, content in enumerate(text.splitlines(), 1) if "# here" in content)
    lines = [one["range"]["start"]["line"] for one in found]
    assert wanted in lines or "or in it" in text, (lines, said)


def block(**facts: Any) -> Block:
    """A block with one optional text called x that has these facts, and two more."""
    names = {"x": facts, "y": {}, "z": {}}
    return Block({name: Attribute(name, "string", False, True, False, given) for name, given in names.items()}, {})


@pytest.mark.parametrize(
    ("facts", "good", "bad"),
    [
        ({"enum": ["A", "B"]}, "A", "a"),
        ({"enum": ["A", "B"], "enum_ci": True}, "a", "c"),
        ({"enum": ["A"], "enum_open": True}, "anything", None),
        ({"regex": "^[a-z]{2,4}$"}, "abc", "ABC"),
        ({"regex": "(?P<broken"}, "anything", None),
        ({"length": [2, 4]}, "abc", "a"),
        ({"length": [2, None]}, "abcdef", "a"),
        ({"range": [1, 5]}, "3", "6"),
        ({"range": [None, 5]}, "-3", "6"),
        ({"multiple_of": 100}, "400", "450"),
        ({}, "x", "a\0b"),
    ],
)
def test_a_fact_accepts_and_refuses(facts: dict[str, Any], good: str, bad: str | None) -> None:
    assert validate.check(block(**facts), {"x": good}) == []
    assert validate.check(block(**facts), {"x": UNKNOWN}) == []
    assert validate.check(block(**facts), {"x": None}) == []
    if bad is not None:
        (finding,) = validate.check(block(**facts), {"x": bad})
        assert (finding.severity, finding.path) == (validate.ERROR, ("x",))


@pytest.mark.parametrize(
    ("facts", "config", "summary"),
    [
        ({"conflicts_with": ["y"]}, {"x": "1", "y": "1"}, "Conflicting configuration arguments"),
        ({"conflicts_with": ["y"]}, {"x": "1", "y": UNKNOWN}, None),
        ({"required_with": ["y"]}, {"x": "1"}, "Missing required argument"),
        ({"required_with": ["y"]}, {"x": "1", "y": UNKNOWN}, None),
        ({"exactly_one_of": ["x", "y"]}, {}, "Invalid combination of arguments"),
        ({"exactly_one_of": ["x", "y"]}, {"x": "1", "y": "1"}, "Invalid combination of arguments"),
        ({"exactly_one_of": ["x", "y"]}, {"y": UNKNOWN}, None),
        ({"at_least_one_of": ["x", "y"]}, {"z": "1"}, "Missing required argument"),
        ({"at_least_one_of": ["x", "y"]}, {"y": "1"}, None),
    ],
)
def test_arguments_are_judged_together(facts: dict[str, Any], config: dict[str, Any], summary: str | None) -> None:
    found = validate.check(block(**facts), config)
    assert [finding.summary for finding in found] == ([summary] if summary else [])


def test_a_place_in_a_list_has_its_number_and_in_a_set_has_none() -> None:
    inner = block(enum=["A"])
    outer = Block({}, {mode: NestedBlock(mode, mode, 0, 0, inner) for mode in ("list", "set")})
    found = validate.check(outer, {"list": [{"x": "A"}, {"x": "B"}], "set": [{"x": "B"}]})
    assert [finding.path for finding in found] == [("list", 1, "x"), ("set", "x")]


def test_a_deprecated_argument_is_a_warning() -> None:
    (finding,) = validate.check(block(deprecated=True), {"x": "1"})
    assert finding.severity == validate.WARNING


@pytest.mark.parametrize(("value", "findings"), [("-1", 0), ("60", 0), ("5", 2)])
def test_values_and_bounds_together_are_alternatives(value: str, findings: int) -> None:
    assert len(validate.check(block(enum=[-1], range=[15, 10080]), {"x": value})) == findings


@pytest.mark.parametrize(("value", "findings"), [("System", 0), (f"{ZONES}/privateDnsZones/z", 0), ("system", 1)])
def test_a_word_may_stand_where_an_id_is_expected(value: str, findings: int) -> None:
    facts = {"enum": ["System", "None"], "enum_open": True, "id_format": f"{ZONES}/privateDnsZones/name"}
    assert len(validate.check(block(**facts), {"x": value})) == findings
