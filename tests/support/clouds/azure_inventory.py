"""What is in the stand-in's subscription, in the shapes that Resource Manager answers with."""

from __future__ import annotations

from typing import Any

from tests.support.clouds.azure import Azure
from tests.support.clouds.azure_account import SUBSCRIPTION

ROOT = f"/subscriptions/{SUBSCRIPTION}"


def resource_id(kind: str, name: str, group: str = "rg-net") -> str:
    """The id of a resource, whose kind is like Microsoft.Network/virtualNetworks."""
    return f"{ROOT}/resourceGroups/{group}/providers/{kind}/{name}"


def resource(kind: str, name: str, group: str = "rg-net", location: str = "westeurope", **rest: Any) -> dict[str, Any]:
    """One entry of a list."""
    return {"id": resource_id(kind, name, group), "name": name, "location": location, **rest}


def network(name: str, location: str, *subnets: tuple[str, str]) -> dict[str, Any]:
    """A virtual network with subnets by name and range."""
    kind = "Microsoft.Network/virtualNetworks"
    parts = [
        {"id": f"{resource_id(kind, name)}/subnets/{part}", "name": part, "properties": {"addressPrefix": prefix}}
        for part, prefix in subnets
    ]
    properties = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": parts}
    return resource(kind, name, location=location, properties=properties)


def size(name: str, family: str, cores: int, memory: int, **rest: Any) -> dict[str, Any]:
    """A size of machines in westeurope."""
    facts = [{"name": "vCPUs", "value": str(cores)}, {"name": "MemoryGB", "value": str(memory)}]
    info = [{"location": "westeurope", "zones": ["1", "2", "3"]}]
    return {
        "resourceType": "virtualMachines", "name": name, "family": family, "capabilities": facts, "locationInfo": info,
        "restrictions": [], **rest,
    }  # fmt: skip


CLOSED = [{"type": "Location", "reasonCode": "NotAvailableForSubscription", "restrictionInfo": {}}]
NOT_IN_ZONE_2 = [{"type": "Zone", "reasonCode": "NotAvailableForSubscription", "restrictionInfo": {"zones": ["2"]}}]


def fill(cloud: Azure) -> Azure:
    """A subscription in which there is something of everything that is looked up."""
    lists, objects = cloud.manager.lists, cloud.manager.objects
    lists["/locations"] = [
        {"name": "westeurope", "displayName": "West Europe", "availabilityZoneMappings": [{"logicalZone": z} for z in "123"],
         "metadata": {"regionType": "Physical", "geographyGroup": "Europe", "physicalLocation": "Netherlands"}},
        {"name": "westus", "displayName": "West US", "metadata": {"regionType": "Physical", "geographyGroup": "US"}},
        {"name": "europe", "displayName": "Europe", "metadata": {"regionType": "Logical"}},
    ]  # fmt: skip
    lists["/resourcegroups"] = [
        {"id": f"{ROOT}/resourceGroups/{n}", "name": n, "location": "westeurope"} for n in ("rg-b", "rg-a")
    ]
    lists["/providers/microsoft.network/virtualnetworks"] = [
        network("vnet-a", "westeurope", ("apps", "10.0.1.0/24"), ("data", "10.0.2.0/24")),
        network("vnet-b", "westus", ("apps", "10.9.1.0/24")),
    ]
    free, used = {"ipAddress": "20.0.0.1"}, {"ipAddress": "20.0.0.2", "ipConfiguration": {"id": "x"}}
    lists["/providers/microsoft.network/publicipaddresses"] = [
        resource("Microsoft.Network/publicIPAddresses", name, sku={"name": "Standard"}, properties=properties)
        for name, properties in (("pip-a", free), ("pip-b", used))
    ]
    lists["/providers/microsoft.network/privatednszones"] = [
        resource("Microsoft.Network/privateDnsZones", "corp.example", location="global")
    ]
    balancer = resource_id("Microsoft.Network/loadBalancers", "lb-a")
    lists["/providers/microsoft.network/loadbalancers"] = [
        resource("Microsoft.Network/loadBalancers", "lb-a", properties={
            "backendAddressPools": [{"id": f"{balancer}/backendAddressPools/p", "name": "p"}],
        })
    ]  # fmt: skip
    lists["/providers/microsoft.compute/skus"] = [
        size("Standard_D2s_v5", "standardDSv5Family", 2, 8),
        size("Standard_D4s_v5", "standardDSv5Family", 4, 16, restrictions=NOT_IN_ZONE_2),
        size("Standard_M128s", "standardMSFamily", 128, 2048, restrictions=CLOSED),
        size("Standard_B1s", "standardBSFamily", 1, 1),
        {"resourceType": "disks", "name": "Premium_LRS", "restrictions": []},
        {"resourceType": "disks", "name": "UltraSSD_LRS", "restrictions": CLOSED},
    ]
    lists["/providers/microsoft.compute/images"] = [resource("Microsoft.Compute/images", "golden")]
    gallery = resource("Microsoft.Compute/galleries", "gallery")
    lists["/providers/microsoft.compute/galleries"] = [gallery]
    lists[f"{gallery['id']}/images".lower().removeprefix(ROOT)] = [
        {
            "id": f"{gallery['id']}/images/web",
            "name": "web",
            "location": "westeurope",
            "properties": {"osType": "Linux"},
        }
    ]
    usage = {"cores": (95, 100, "Total Regional vCPUs"), "standardDSv5Family": (0, 50, "Standard DSv5 Family vCPUs")}
    lists["/providers/microsoft.compute/locations/westeurope/usages"] = [
        {"name": {"value": name, "localizedValue": title}, "currentValue": used_, "limit": limit}
        for name, (used_, limit, title) in usage.items()
    ]
    lists["/providers/microsoft.network/locations/westeurope/usages"] = [
        {
            "name": {"value": "PublicIPAddresses", "localizedValue": "Public IP Addresses"},
            "currentValue": 20,
            "limit": 20,
        }
    ]
    ubuntu = "canonical/artifacttypes/vmimage/offers/ubuntu-24_04-lts/skus/server/versions"
    objects[f"/providers/microsoft.compute/locations/westeurope/publishers/{ubuntu}"] = [{"name": "24.04.202610140"}]
    for missing in ("debian/artifacttypes/vmimage/offers/debian-12/skus/12-gen2/versions",):
        objects[f"/providers/microsoft.compute/locations/westeurope/publishers/{missing}"] = []
    vault, server = resource("Microsoft.KeyVault/vaults", "kv-a"), resource("Microsoft.Sql/servers", "sql-a")
    lists["/providers/microsoft.keyvault/vaults"] = [vault, resource("Microsoft.KeyVault/vaults", "kv-b")]
    lists["/providers/microsoft.sql/servers"] = [server]
    address = "https://kv-a.vault.azure.net"
    for part, name in (("keys", "keyUri"), ("secrets", "secretUri")):
        lists[f"{vault['id']}/{part}".lower().removeprefix(ROOT)] = [
            {"id": f"{vault['id']}/{part}/one", "name": "one", "properties": {name: f"{address}/{part}/one"}}
        ]
    lists[f"{server['id']}/databases".lower().removeprefix(ROOT)] = [
        {"id": f"{server['id']}/databases/{name}", "name": name} for name in ("master", "app")
    ]
    fill_versions(objects, lists)
    return cloud


def fill_versions(objects: dict[str, Any], lists: dict[str, list[dict[str, Any]]]) -> None:
    """Versions of managed services in westeurope."""
    objects["/providers/microsoft.containerservice/locations/westeurope/kubernetesversions"] = {
        "values": [
            {"version": "1.33", "isDefault": True, "patchVersions": {"1.33.2": {}, "1.33.10": {}}},
            {"version": "1.34", "patchVersions": {"1.34.1": {}}},
            {"version": "1.31", "capabilities": {"supportPlan": ["AKSLongTermSupport"]}},
            {"version": "1.36", "isPreview": True},
        ]
    }
    objectives = [
        {"name": "GP_Gen5_2", "status": "Available", "performanceLevel": {"value": 2, "unit": "VCores"}},
        {"name": "GP_Gen4_1", "status": "Disabled"},
    ]
    edition = {"name": "GeneralPurpose", "supportedServiceLevelObjectives": objectives}
    objects["/providers/microsoft.sql/locations/westeurope/capabilities"] = {
        "supportedServerVersions": [{"name": "12.0", "status": "Default", "supportedEditions": [edition]}]
    }
    lists["/providers/microsoft.dbforpostgresql/locations/westeurope/capabilities"] = [
        {
            "supportedServerVersions": [
                {"name": "16", "status": "Available"},
                {"name": "17"},
                {"name": "11", "status": "Disabled"},
            ]
        }
    ]
    editions = [{"supportedServerVersions": [{"name": "8.0.21"}, {"name": "8.4"}]}]
    lists["/providers/microsoft.dbformysql/locations/westeurope/capabilities"] = [
        {"zone": "1", "supportedFlexibleServerEditions": editions}
    ]
