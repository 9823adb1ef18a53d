"""Things that exist in a subscription, as options of fields that take their ids: one table of resource types.

The values are whole resource ids, as Azure spells them, because that is what the fields of azurerm take; resource groups go by
name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from portal.cloud_account.azure import manager
from portal.cloud_account.azure.manager import Manager
from portal.cloud_account.schemas import Option

Item = Mapping[str, Any]
Describe = Callable[[Item], str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A resource type that can be listed over a subscription. `parts` names an array within each, to offer its entries."""

    path: str
    version: str
    describe: Describe = lambda _item: ""
    parts: str = ""


def _properties(item: Item) -> Mapping[str, Any]:
    found = item.get("properties")
    return found if isinstance(found, dict) else {}


def _field(name: str, before: str = "") -> Describe:
    def describe(item: Item) -> str:
        found = _properties(item).get(name)
        return f"{before}{found}" if found not in (None, "") else ""

    return describe


def _sku(item: Item) -> str:
    sku = item.get("sku") or {}
    return str(sku.get("name") or sku.get("size") or "")


def _ranges(item: Item) -> str:
    return ", ".join((_properties(item).get("addressSpace") or {}).get("addressPrefixes") or ())


def _subnet(item: Item) -> str:
    properties = _properties(item)
    prefixes = properties.get("addressPrefixes") or [properties.get("addressPrefix")]
    text = ", ".join(filter(None, prefixes))
    delegated = [_properties(entry).get("serviceName") for entry in properties.get("delegations") or ()]
    return text + (f", for {', '.join(map(str, delegated))} only" if delegated else "")


def _public_ip(item: Item) -> str:
    properties = _properties(item)
    used = "in use" if properties.get("ipConfiguration") or properties.get("natGateway") else "free"
    return ", ".join(filter(None, [str(properties.get("ipAddress") or ""), _sku(item), used]))


def _network(kind: str, describe: Describe = lambda _item: "", parts: str = "") -> Listed:
    return Listed(f"/providers/Microsoft.Network/{kind}", manager.NETWORK, describe, parts)


LISTS: Final[dict[str, Listed]] = {
    "networks": _network("virtualNetworks", _ranges),
    "subnets": _network("virtualNetworks", _subnet, "subnets"),
    "network-security-groups": _network("networkSecurityGroups"),
    "network-interfaces": _network("networkInterfaces"),
    "route-tables": _network("routeTables"),
    "nat-gateways": _network("natGateways"),
    "public-ips": _network("publicIPAddresses", _public_ip),
    "public-ip-prefixes": _network("publicIPPrefixes", _field("ipPrefix")),
    "ddos-protection-plans": _network("ddosProtectionPlans"),
    "load-balancers": _network("loadBalancers", _sku),
    "load-balancer-backend-pools": _network("loadBalancers", parts="backendAddressPools"),
    "load-balancer-frontends": _network("loadBalancers", parts="frontendIPConfigurations"),
    "load-balancer-probes": _network("loadBalancers", parts="probes"),
    "application-gateways": _network("applicationGateways"),
    "application-gateway-backend-pools": _network("applicationGateways", parts="backendAddressPools"),
    "private-dns-zones": Listed("/providers/Microsoft.Network/privateDnsZones", "2024-06-01"),
    "dns-zones": Listed("/providers/Microsoft.Network/dnsZones", "2018-05-01"),
    "key-vaults": Listed("/providers/Microsoft.KeyVault/vaults", "2023-07-01", _field("vaultUri")),
    "log-analytics-workspaces": Listed(
        "/providers/Microsoft.OperationalInsights/workspaces", "2023-09-01", _field("customerId", "workspace ")
    ),
    "private-link-scopes": Listed("/providers/Microsoft.Insights/privateLinkScopes", "2021-07-01-preview"),
    "action-groups": Listed("/providers/Microsoft.Insights/actionGroups", "2023-01-01"),
    "user-assigned-identities": Listed(
        "/providers/Microsoft.ManagedIdentity/userAssignedIdentities", "2024-11-30", _field("clientId", "client ")
    ),
    "storage-accounts": Listed("/providers/Microsoft.Storage/storageAccounts", manager.STORAGE, _sku),
    "container-registries": Listed(
        "/providers/Microsoft.ContainerRegistry/registries", "2025-11-01", _field("loginServer")
    ),
    "service-plans": Listed("/providers/Microsoft.Web/serverfarms", "2023-12-01", _sku),
    "web-apps": Listed("/providers/Microsoft.Web/sites", "2023-12-01", _field("defaultHostName")),
    "sql-servers": Listed("/providers/Microsoft.Sql/servers", manager.SQL, _field("fullyQualifiedDomainName")),
    "disk-encryption-sets": Listed("/providers/Microsoft.Compute/diskEncryptionSets", "2023-04-02"),
    "galleries": Listed("/providers/Microsoft.Compute/galleries", "2022-03-03"),
    "virtual-machines": Listed("/providers/Microsoft.Compute/virtualMachines", manager.COMPUTE),
    "aks-clusters": Listed(
        "/providers/Microsoft.ContainerService/managedClusters", manager.KUBERNETES, _field("kubernetesVersion")
    ),
    "purview-accounts": Listed("/providers/Microsoft.Purview/accounts", "2021-12-01"),
}
"""Kind → what to list. Versions are those of azurerm 5.2.0's own client where it has one."""
NAMES: Final = {"virtual-networks": "networks", "vnets": "networks", "identities": "user-assigned-identities"}
NARROWING: Final = ("location", "resource_group_name", "resource_group")


def options(asked: Manager, kind: str, parameters: Mapping[str, str]) -> list[Option]:
    """What there is of a kind, by name, narrowed to a location, a resource group and, for parts, their whole."""
    listed = LISTS[kind]
    items = [item for item in asked.items(listed.path, listed.version) if fits(item, parameters)]
    found = _parts(items, listed, parameters) if listed.parts else (_option(item, listed.describe) for item in items)
    return sorted(found, key=lambda option: (option.group or "", option.label.lower()))


def groups(asked: Manager, parameters: Mapping[str, str]) -> list[Option]:
    """The resource groups, by name."""
    found = [
        item for item in asked.items("/resourcegroups", manager.GROUPS) if _is_in(item, parameters.get("location"))
    ]
    options_ = [Option(value=item["name"], label=item["name"], description=item.get("location")) for item in found]
    return sorted(options_, key=lambda option: option.label.lower())


def images(asked: Manager, parameters: Mapping[str, str]) -> list[Option]:
    """Images of the subscription's own: managed ones, and those of its galleries by definition, which stand for the newest."""
    own = asked.items("/providers/Microsoft.Compute/images", "2022-03-01")
    found = [_option(item, lambda _item: "Managed image") for item in own if fits(item, parameters)]
    for gallery in asked.items(LISTS["galleries"].path, LISTS["galleries"].version):
        definitions = asked.items_of(f"{gallery['id']}/images", "2022-03-03")
        found += [
            _option(item, _field("osType", "Newest version, ")).model_copy(update={"group": gallery["name"]})
            for item in definitions
        ]
    return sorted(found, key=lambda option: (option.group or "", option.label.lower()))


def location_name(text: str) -> str:
    """One spelling: `West Europe` is westeurope."""
    return text.replace(" ", "").lower()


def group_of(item: Item) -> str:
    """The resource group in an id, as it is written there."""
    parts = str(item.get("id", "")).split("/")
    return parts[4] if len(parts) > 4 and parts[3].lower() == "resourcegroups" else ""


def fits(item: Item, parameters: Mapping[str, str]) -> bool:
    """Whether it is in the location and the resource group that were chosen."""
    group = parameters.get("resource_group_name") or parameters.get("resource_group")
    return _is_in(item, parameters.get("location")) and (not group or group_of(item).lower() == group.lower())


def _is_in(item: Item, location: str | None) -> bool:
    found = location_name(str(item.get("location") or ""))
    return not location or found in ("", "global", location_name(location))


def _option(item: Item, describe: Describe) -> Option:
    text = ", ".join(filter(None, [describe(item), str(item.get("location") or "")]))
    return Option(
        value=str(item["id"]), label=str(item["name"]), description=text or None, group=group_of(item) or None
    )


def is_whole(item: Item, parameters: Mapping[str, str]) -> bool:
    """Whether it is the one that another field has chosen by id or name; any is, where none has."""
    chosen = {
        value.lower()
        for name, value in parameters.items()
        if value
        and name not in NARROWING
        and name.endswith(("_id", "_name", "network", "balancer", "gateway", "vault", "server"))
    }
    return not chosen or bool(chosen & {str(item["id"]).lower(), str(item["name"]).lower()})


def _parts(items: Iterable[Item], listed: Listed, parameters: Mapping[str, str]) -> Iterator[Option]:
    for item in items:
        if not is_whole(item, parameters):
            continue
        for part in _properties(item).get(listed.parts) or ():
            found = _option(part, listed.describe)
            yield found.model_copy(update={"group": str(item["name"])})
