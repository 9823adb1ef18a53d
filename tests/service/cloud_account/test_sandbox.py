"""A sandbox account looks up what exists in the sandbox cloud, its own and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.auth.schemas import SYSTEM
from portal.cloud_account import sandbox
from portal.cloud_account import service as accounts
from portal.cloud_account.schemas import Lookup
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from worker.sandbox import behaviour
from worker.sandbox import store as store_module
from worker.sandbox.store import Claim, Key, Store

GROUP = "/subscriptions/s/resourceGroups/rg"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet"


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    with unit_of_work() as session:
        accounts.ensure_sandbox_accounts(session)
    found = Store(settings().require_database_url())
    yield found
    found.close()


def put(store: Store, kind: str, resource_id: str, account: str = "sandbox-azure", **attributes: str) -> Key:
    key = Key(account, "azurerm", kind, resource_id)
    store.create(key, attributes)
    return key


def look(kind: str, **parameters: str) -> Lookup:
    return accounts.lookup(SYSTEM, "sandbox-azure", kind, parameters)


def test_before_anything_ran_there_is_nothing_and_no_error(store: Store) -> None:
    assert look("networks").options == []
    assert accounts.name_available(SYSTEM, "sandbox-azure", "azurerm_key_vault", "x").ok


def test_it_lists_what_the_account_has_with_the_values_that_fields_take(store: Store) -> None:
    store.set_up()
    put(store, "azurerm_resource_group", GROUP, name="rg", location="westeurope")
    put(store, "azurerm_virtual_network", NETWORK, name="vnet", location="westeurope")
    put(store, "azurerm_virtual_network", f"{NETWORK}2", "another", name="vnet2", location="westeurope")
    put(store, "azurerm_subnet", f"{NETWORK}/subnets/app", name="app")
    assert [option.value for option in look("resource-groups").options] == ["rg"]
    assert [(option.value, option.label) for option in look("networks").options] == [(NETWORK, "vnet")]
    [subnet] = look("subnets", network=NETWORK).options
    assert (subnet.value, subnet.label) == (f"{NETWORK}/subnets/app", "vnet / app")
    assert look("subnets", network=f"{NETWORK}2").options == []
    assert look("networks", location="eastus").options == []
    assert look("networks").live


def test_a_name_is_taken_across_accounts_and_a_quota_is_what_somebody_set(store: Store) -> None:
    store.set_up()
    key = Key("another", "azurerm", "azurerm_storage_account", f"{GROUP}/acme")
    store.create(key, {"name": "acme"}, [Claim("storageAccounts", "acme")])
    taken = accounts.name_available(SYSTEM, "sandbox-azure", "azurerm_storage_account", "acme")
    free = accounts.name_available(SYSTEM, "sandbox-azure", "azurerm_storage_account", "acme2")
    assert (taken.ok, free.ok) == (False, True)
    assert not accounts.quota_left(SYSTEM, "sandbox-azure", "azurerm_resource_group", {}).known
    store.add_rule("quota", account="sandbox-azure", type_name="azurerm_resource_group", operation="create", amount=1)
    put(store, "azurerm_resource_group", GROUP, name="rg")
    left = accounts.quota_left(SYSTEM, "sandbox-azure", "azurerm_resource_group", {})
    assert (left.known, left.ok, left.facts["limit"], left.facts["used"]) == (True, False, 1, 1)


def test_it_knows_the_scopes_in_which_the_sandbox_keeps_names_apart() -> None:
    """The portal must not import the sandbox, so it has a table of its own; this holds the two together."""
    found = {}
    for provider in sandbox.PROVIDERS.values():
        known = behaviour.load(provider)
        found |= {name: unique["scope"] for name, unique in known.raw["unique"].items() if "{" not in unique["scope"]}
    assert found == sandbox.CLAIMS
    assert sandbox.LABEL == store_module._LABEL
