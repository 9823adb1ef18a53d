"""Options, free names and quotas out of an Azure subscription: GET where its interfaces allow, to its own hosts, in 3 s."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.cloud_account import azure
from portal.cloud_account.azure import children, lists, lookups, manager
from portal.cloud_account.outgoing import Throttled
from portal.cloud_account.provider import Availability
from portal.cloud_account.schemas import Option
from portal.kit.errors import NotFound, Unavailable
from tests.support.clouds.azure import READER, Application, Azure
from tests.support.clouds.azure_account import CANARY, PLANS, SUBSCRIPTION, given, unsigned
from tests.support.clouds.azure_account import cloud as a_cloud
from tests.support.clouds.azure_inventory import fill, resource_id
from tests.support.clouds.loopback import Answer, Loopback, standing_in

WEST = {"location": "West Europe"}


@pytest.fixture(name="cloud")
def _cloud() -> Azure:
    return fill(a_cloud())


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tests on a busy machine waits longer than whoever fills in a form."""
    monkeypatch.setattr(manager, "SECONDS", 60.0)


@pytest.fixture(autouse=True)
def outside(cloud: Azure, tmp_path: Path) -> Iterator[Loopback]:
    with standing_in(cloud.hosts, tmp_path) as loopback:
        yield loopback


def options(kind: str, /, **parameters: str) -> list[Option]:
    found = azure.lookup(given(), unsigned, kind, parameters)
    assert found.source == f"https://management.azure.com/subscriptions/{SUBSCRIPTION}"
    return list(found.options)


def values(kind: str, /, **parameters: str) -> list[str]:
    return [option.value for option in options(kind, **parameters)]


def named(kind: str, /, **parameters: str) -> list[str]:
    return [option.value.rpartition("/")[2] for option in options(kind, **parameters)]


class TestPlaces:
    def test_regions_that_are_open_to_the_subscription(self) -> None:
        found = options("locations")
        assert [(option.value, option.label) for option in found] == [
            ("westus", "West US"),
            ("westeurope", "West Europe"),
        ]
        assert found[1].description == "Netherlands, with zones"
        assert {option.group for option in found} == {"Americas", "Europe"}

    def test_zones_of_a_region_and_of_a_size_in_it(self) -> None:
        assert values("zones", **WEST) == ["1", "2", "3"]
        assert values("zones", location="westus") == []
        assert values("zones", size="Standard_D4s_v5", **WEST) == ["1", "3"]
        assert values("zones", size="Standard_M128s", **WEST) == []

    def test_resource_groups_by_name(self) -> None:
        assert values("resource-groups") == ["rg-a", "rg-b"]
        assert values("resource-groups", location="westus") == []


class TestMachines:
    def test_sizes_that_the_subscription_may_use_by_family_and_cores(self) -> None:
        found = options("vm-sizes", **WEST)
        assert [option.value for option in found] == ["Standard_B1s", "Standard_D2s_v5", "Standard_D4s_v5"]
        assert found[0].group == "Burstable"
        assert found[1].description == "2 vCPU, 8 GiB"
        assert found[2].description == "4 vCPU, 16 GiB, not in zone 2"

    def test_types_of_disks(self) -> None:
        assert values("vm-disk-types", **WEST) == ["Premium_LRS"]

    def test_images_of_the_subscriptions_own(self) -> None:
        assert values("images") == [
            f"{resource_id('Microsoft.Compute/galleries', 'gallery')}/images/web",
            resource_id("Microsoft.Compute/images", "golden"),
        ]

    def test_images_of_the_templates_that_the_region_has(self) -> None:
        (found,) = options("linux-images", **WEST)
        assert (found.value, found.label) == ("ubuntu-24.04", "Ubuntu Server 24.04 LTS")
        assert found.description == "Supported until 2029. Newest: 24.04.202610140."
        assert values("windows-images", **WEST) == []

    def test_what_depends_on_a_region_says_so(self, outside: Loopback) -> None:
        for kind in ("vm-sizes", "zones", "vm-disk-types", "aks-kubernetes-versions", "sql-skus"):
            with pytest.raises(Unavailable, match="Choose a region first"):
                options(kind)

    @pytest.mark.parametrize("location", ["x' or '1' eq '1", "../../tenants", "west/europe", "?a=b"])
    def test_no_text_of_a_form_becomes_part_of_a_question(self, location: str) -> None:
        for kind in ("vm-sizes", "aks-kubernetes-versions"):
            with pytest.raises(Unavailable, match="Choose a region first"):
                options(kind, location=location)


class TestThingsThatExist:
    def test_networks_and_subnets_by_id_with_their_ranges(self) -> None:
        assert named("networks") == ["vnet-a", "vnet-b"]
        assert values("networks", **WEST) == [resource_id("Microsoft.Network/virtualNetworks", "vnet-a")]
        found = options("subnets", **WEST)
        assert [(option.label, option.description, option.group) for option in found] == [
            ("apps", "10.0.1.0/24", "vnet-a"),
            ("data", "10.0.2.0/24", "vnet-a"),
        ]
        assert found[0].value == f"{resource_id('Microsoft.Network/virtualNetworks', 'vnet-a')}/subnets/apps"

    def test_subnets_of_one_network_by_its_id_or_name(self) -> None:
        whole = resource_id("Microsoft.Network/virtualNetworks", "vnet-b")
        for chosen in (whole, whole.lower(), "vnet-b"):
            assert values("subnets", virtual_network_id=chosen) == [f"{whole}/subnets/apps"]

    def test_what_a_resource_group_holds(self) -> None:
        assert named("networks", resource_group_name="RG-NET") == ["vnet-a", "vnet-b"]
        assert named("networks", resource_group_name="rg-other") == []

    def test_public_addresses_say_whether_they_are_free(self) -> None:
        found = options("public-ips")
        assert [option.description for option in found] == [
            "20.0.0.1, Standard, free, westeurope",
            "20.0.0.2, Standard, in use, westeurope",
        ]

    def test_what_is_everywhere_is_offered_in_every_region(self) -> None:
        assert named("private-dns-zones", **WEST) == ["corp.example"]

    def test_parts_of_load_balancers(self) -> None:
        assert named("load-balancer-backend-pools") == ["p"]

    def test_keys_and_secrets_of_vaults_by_the_address_that_a_field_takes(self) -> None:
        assert values("key-vault-keys") == ["https://kv-a.vault.azure.net/keys/one"]
        assert values("key-vault-secrets", key_vault_id=resource_id("Microsoft.KeyVault/vaults", "kv-a")) == [
            "https://kv-a.vault.azure.net/secrets/one"
        ]
        assert values("key-vault-keys", key_vault="kv-b") == []

    def test_databases_of_servers(self) -> None:
        assert named("sql-databases") == ["app"]

    @pytest.mark.parametrize("kind", sorted({*lists.LISTS, *children.CHILDREN}))
    def test_every_kind_asks_for_a_list_of_the_subscription(self, kind: str, outside: Loopback) -> None:
        options(kind)
        asked = [asked for asked in outside.asked if asked.host == "management.azure.com"]
        assert {item.method for item in asked} == {"GET"}
        assert all(item.path.startswith(f"/subscriptions/{SUBSCRIPTION}/") for item in asked)


class TestVersions:
    def test_kubernetes_without_previews_the_newest_first(self) -> None:
        found = options("aks-kubernetes-versions", **WEST)
        assert [option.value for option in found] == ["1.34", "1.33", "1.31"]
        assert [option.description for option in found] == [
            "Newest 1.34.1", "The default, newest 1.33.10", "Long-term support only",
        ]  # fmt: skip

    def test_databases(self) -> None:
        (found,) = options("sql-skus", **WEST)
        assert found.value == "GP_Gen5_2"
        assert found.label != found.value, "the list of the templates has words for it"
        assert values("sql-versions", **WEST) == ["12.0"]
        assert values("postgresql-versions", **WEST) == ["17", "16"]
        assert values("mysql-versions", **WEST) == ["8.4", "8.0.21"]


class TestNames:
    @pytest.mark.parametrize("resource_type", ["azurerm_storage_account", "azurerm_mssql_server", "azurerm_linux_web_app",
                                               "azurerm_servicebus_namespace", "azurerm_cosmosdb_account"])  # fmt: skip
    def test_one_that_is_free_and_one_that_is_taken(self, cloud: Azure, resource_type: str) -> None:
        cloud.manager.taken = {"taken"}
        free = azure.name_available(given(), unsigned, resource_type, "free")
        taken = azure.name_available(given(), unsigned, resource_type, "taken")
        assert (free.known, free.ok, taken.known, taken.ok) == (True, True, True, False)
        assert "taken" in taken.message

    def test_what_nobody_can_say_is_not_known(self, outside: Loopback) -> None:
        assert azure.name_available(given(), unsigned, "azurerm_data_factory", "x") == Availability(known=False)
        assert azure.name_available(given(), unsigned, "azurerm_cosmosdb_account", "../x").known is False

    def test_nothing_but_the_question_is_posted(self, outside: Loopback) -> None:
        azure.name_available(given(), unsigned, "azurerm_storage_account", "free")
        (asked,) = [asked for asked in outside.asked if asked.host == "management.azure.com"]
        assert asked.path.endswith("/providers/Microsoft.Storage/checkNameAvailability")
        assert asked.json == {"name": "free", "type": "Microsoft.Storage/storageAccounts"}


class TestQuotas:
    def left(self, resource_type: str, **parameters: str) -> Availability:
        return azure.quota_left(given(), unsigned, resource_type, {**WEST, **parameters})

    def test_machines_need_cores_of_their_family_and_of_the_region_whichever_is_less(self) -> None:
        found = self.left("azurerm_linux_virtual_machine", size="Standard_D4s_v5")
        assert (found.known, found.ok) == (True, True)
        assert found.facts == {"limit": 100, "used": 95, "unit": "vCPUs", "needed": 4}
        more = self.left("azurerm_kubernetes_cluster", vm_size="Standard_D4s_v5", node_count="3")
        assert not more.ok
        assert "5 of 100 are left of Total Regional vCPUs in westeurope, 12 are needed" in more.message

    def test_a_size_that_is_closed(self) -> None:
        found = self.left("azurerm_linux_virtual_machine", size="Standard_M128s")
        assert (found.known, found.ok) == (True, False)
        assert "not open to this subscription" in found.message

    def test_public_addresses(self) -> None:
        found = self.left("azurerm_public_ip")
        assert (found.known, found.ok) == (True, False)
        assert "Quotas" in found.message

    def test_what_has_no_quota_or_no_region_is_not_known(self) -> None:
        assert self.left("azurerm_resource_group") == Availability(known=False)
        assert azure.quota_left(given(), unsigned, "azurerm_public_ip", {}) == Availability(known=False)


class TestWhoAsks:
    def test_look_ups_are_made_as_the_identity_that_may_only_read(self, cloud: Azure) -> None:
        cloud.entra.applications[PLANS] = Application("object-2", secret="for plans")
        cloud.manager.roles["object-2"] = [READER]
        account = given(settings={"plan_client_id": PLANS}, plan_client_secret="for plans")
        assert azure.lookup(account, unsigned, "networks", {}).options
        assert {claims["oid"] for claims in cloud.manager.seen} == {"object-2"}

    def test_a_kind_that_there_is_not(self, outside: Loopback) -> None:
        with pytest.raises(NotFound):
            options("nothing")
        assert outside.asked == []


class TestTrouble:
    def failure(self) -> Unavailable:
        with pytest.raises(Unavailable) as caught:
            azure.lookup(given(), unsigned, "networks", {})
        assert CANARY not in caught.value.message
        return caught.value

    def test_patience_is_asked_for(self, cloud: Azure) -> None:
        cloud.manager.trouble.throttled = "12"
        found = self.failure()
        assert isinstance(found, Throttled)
        assert found.retry_after == 12

    def test_a_slow_answer_is_not_waited_for(self, cloud: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
        cloud.manager.trouble.slow = 30.0
        with pytest.raises(Unavailable, match="did not answer within"):
            lookups.lookup(given(), unsigned, "networks", {}, 0.7)

    @pytest.mark.parametrize(
        ("trouble", "said"),
        [({"garbage": True}, "not JSON"), ({"status": 500}, "500"), ({"redirect": "https://x.example/"}, "redirect")],
    )
    def test_other_answers_are_told_in_a_sentence(self, cloud: Azure, trouble: dict[str, Any], said: str) -> None:
        for name, value in trouble.items():
            setattr(cloud.manager.trouble, name, value)
        assert said in self.failure().message

    def test_a_next_page_elsewhere_is_not_asked_for(self, cloud: Azure, tmp_path: Path) -> None:
        page = {"value": [], "nextLink": "https://attacker.example/more"}
        cloud.manager.objects["/providers/microsoft.network/virtualnetworks"] = page
        with standing_in({**cloud.hosts, "attacker.example": lambda _asked: Answer({})}, tmp_path) as outside:
            assert "does not call" in self.failure().message
        assert "attacker.example" not in {asked.host for asked in outside.asked}

    def test_rights_that_are_missing_are_told(self, cloud: Azure) -> None:
        cloud.manager.roles.clear()
        assert "AuthorizationFailed" in self.failure().message


def test_every_id_that_a_template_asks_for_can_be_looked_up() -> None:
    """Kinds for fields that take ids of what exists; the rest are ids of Entra ID, or written by hand."""
    needed = {
        "subnets", "networks", "network-security-groups", "route-tables", "network-interfaces", "public-ips",
        "public-ip-prefixes", "ddos-protection-plans", "private-dns-zones", "dns-zones", "key-vaults",
        "log-analytics-workspaces", "action-groups", "user-assigned-identities", "storage-accounts",
        "container-registries", "service-plans", "disk-encryption-sets", "load-balancer-backend-pools",
        "load-balancer-frontends", "load-balancer-probes", "application-gateway-backend-pools", "private-link-scopes",
        "purview-accounts", "images", "resource-groups",
    }  # fmt: skip
    assert needed <= azure.LOOKUPS
