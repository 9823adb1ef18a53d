from __future__ import annotations

import json
import re
from typing import Any

import pytest

from portal.cloud_account import azure
from portal.cloud_account.azure import market, needs, rights
from portal.kit.config import PROJECT_DIR
from tests.support.clouds.azure import CONTRIBUTOR, OWNER, READER

OPTIONAL = ("Microsoft.Authorization/locks/", "Microsoft.Authorization/roleAssignments/")
VNET = "Microsoft.Network/virtualNetworks/write"


def types_of_the_templates() -> set[str]:
    files = (PROJECT_DIR / "templates" / "azure").glob("*/*.tf")
    return {name for path in files for name in re.findall(r'^resource "(azurerm_\w+)"', path.read_text(), re.MULTILINE)}


def test_what_every_type_of_the_templates_needs_is_known() -> None:
    assert types_of_the_templates()
    assert types_of_the_templates() - needs.known() == set()


def test_a_type_needs_its_provider_and_the_rights_to_read_make_and_remove_it() -> None:
    found = needs.actions({"azurerm_subnet", "random_password"})
    assert found == {f"Microsoft.Network/virtualNetworks/subnets/{verb}" for verb in ("read", "write", "delete")}
    assert needs.actions({"azurerm_subnet"}, reads_only=True) == {"Microsoft.Network/virtualNetworks/subnets/read"}
    assert needs.namespaces({"azurerm_subnet", "azurerm_role_assignment", "random_password"}) == {"Microsoft.Network"}


def test_what_joins_another_resource_needs_that_right_too() -> None:
    assert "Microsoft.Network/virtualNetworks/subnets/join/action" in needs.actions({"azurerm_private_endpoint"})


def test_owners_may_do_what_the_templates_need_contributors_all_but_roles_and_locks_and_readers_read() -> None:
    everything = needs.actions(types_of_the_templates())
    assert rights.missing([OWNER], everything) == []
    left = rights.missing([CONTRIBUTOR], everything)
    assert left
    assert all(action.startswith(OPTIONAL) for action in left)
    assert rights.missing([READER], needs.actions(types_of_the_templates(), reads_only=True)) == []
    assert VNET in rights.missing([READER], everything)


@pytest.mark.parametrize(
    ("entries", "allowed"),
    [
        ([{"actions": ["microsoft.network/*/WRITE"]}], True),
        ([{"actions": ["Microsoft.Network/virtualNetworks/*"], "notActions": ["Microsoft.Network/*/write"]}], False),
        ([{"actions": ["*"], "notActions": ["*/write"]}, {"actions": [VNET]}], True),
        ([{"actions": ["Microsoft.Network/virtualNetworks"]}], False),
        ([{"actions": ["Microsoft.Network.virtualNetworks/write"]}], False),
        ([], False),
        ([{}], False),
    ],
)
def test_permissions_add_up_and_stars_stand_for_any_text(entries: list[dict[str, Any]], allowed: bool) -> None:
    assert (rights.missing(entries, [VNET]) == []) is allowed


def test_the_role_of_the_documentation_is_enough_for_the_templates() -> None:
    page = (PROJECT_DIR / "docs" / "cloud-accounts.md").read_text(encoding="utf-8")
    found = re.search(r"--role-definition '(\{.*?\})'", page, re.DOTALL)
    assert found is not None
    role = json.loads(found[1])
    lacking = rights.missing([{"actions": role["Actions"]}], needs.actions(types_of_the_templates()))
    assert all(action.startswith(OPTIONAL) for action in lacking)


def test_the_images_are_those_of_the_templates() -> None:
    pattern = r'"([\w.-]+)"\s*= \{ publisher = "(\w+)", offer = "([\w-]+)", sku = "([\w-]+)" \}'
    for template in ("virtual-machine", "vm-scale-set"):
        found = re.findall(pattern, (PROJECT_DIR / "templates" / "azure" / template / "main.tf").read_text())
        assert {name: tuple(rest) for name, *rest in found} == market.IMAGES


def test_every_kind_that_can_be_looked_up_is_in_the_documentation() -> None:
    page = (PROJECT_DIR / "docs" / "cloud-accounts.md").read_text(encoding="utf-8")
    section = page[page.index("## Azure") : page.index("## Google Cloud")]
    assert [kind for kind in sorted(azure.LOOKUPS) if f"`{kind}`" not in section] == []
