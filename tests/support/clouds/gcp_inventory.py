"""What there is in the project of the stand-in for Google Cloud: answers in the shapes of Google's own references."""

from __future__ import annotations

from typing import Any, Final

P: Final = "terrace-test"
V1: Final = "https://www.googleapis.com/compute/v1"
COMPUTE: Final = f"compute/compute/v1/projects/{P}"
WEST: Final = f"{V1}/projects/{P}/regions/europe-west1"
EAST: Final = f"{V1}/projects/{P}/regions/us-east1"
APP: Final = f"{V1}/projects/{P}/global/networks/app"


def _zone(name: str, region: str) -> dict[str, Any]:
    return {"name": name, "region": region, "status": "UP"}


def _machine(name: str, cpus: int, memory: int, **more: Any) -> dict[str, Any]:
    return {"name": name, "guestCpus": cpus, "memoryMb": memory, **more}


def _usable(name: str, region: str, cidr: str, project: str = P) -> dict[str, Any]:
    return {
        "subnetwork": f"{V1}/projects/{project}/regions/{region}/subnetworks/{name}",
        "network": f"{V1}/projects/{project}/global/networks/app",
        "ipCidrRange": cidr,
    }


def _global(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "selfLink": f"{V1}/projects/{P}/global/{kind}/{name}", **more}


def _key(ring: str, name: str, purpose: str = "ENCRYPT_DECRYPT", state: str = "ENABLED") -> dict[str, Any]:
    return {"name": f"{ring}/cryptoKeys/{name}", "purpose": purpose, "primary": {"state": state}}


RING: Final = f"projects/{P}/locations/europe-west1/keyRings/data"
RING_EU: Final = f"projects/{P}/locations/europe/keyRings/shared"
QUOTAS: Final = [
    {"metric": "CPUS", "limit": 24.0, "usage": 20.0},
    {"metric": "N2_CPUS", "limit": 16.0, "usage": 0.0},
    {"metric": "SSD_TOTAL_GB", "limit": 500.0, "usage": 450.0},
    {"metric": "STATIC_ADDRESSES", "limit": 8.0, "usage": 8.0},
]

INVENTORY: Final[dict[str, Any]] = {
    COMPUTE: {"name": P, "quotas": [{"metric": "NETWORKS", "limit": 5.0, "usage": 5.0}]},
    f"{COMPUTE}/regions": {
        "items": [
            {"name": "europe-west1", "status": "UP"},
            {"name": "us-east1", "status": "UP"},
            {"name": "asia-east1", "status": "DOWN"},
        ]
    },
    f"{COMPUTE}/regions/europe-west1": {"name": "europe-west1", "status": "UP", "quotas": QUOTAS},
    f"{COMPUTE}/zones": {
        "items": [
            _zone("europe-west1-b", WEST),
            _zone("europe-west1-c", WEST),
            _zone("us-east1-b", EAST),
        ]
    },
    f"{COMPUTE}/zones/europe-west1-b": {"name": "europe-west1-b", "status": "UP"},
    f"{COMPUTE}/zones/europe-west1-b/machineTypes": {
        "items": [
            _machine("e2-medium", 2, 4096),
            _machine("n2-standard-4", 4, 16384),
            _machine("f1-micro", 1, 614, deprecated={"state": "OBSOLETE"}),
        ]
    },
    f"{COMPUTE}/zones/europe-west1-c/machineTypes": {"items": [_machine("e2-medium", 2, 4096)]},
    f"{COMPUTE}/aggregated/machineTypes": {
        "items": {
            "zones/europe-west1-b": {"machineTypes": [_machine("e2-medium", 2, 4096)]},
            "zones/us-east1-b": {"machineTypes": [_machine("e2-medium", 2, 4096), _machine("c4-standard-2", 2, 7168)]},
            "zones/us-east1-c": {"warning": {"code": "NO_RESULTS_ON_PAGE"}},
        }
    },
    f"{COMPUTE}/zones/europe-west1-b/diskTypes": {
        "items": [
            {"name": "pd-balanced", "description": "Balanced Persistent Disk"},
            {"name": "local-ssd", "description": "Local SSD"},
            {"name": "pd-ssd", "description": "SSD Persistent Disk"},
        ]
    },
    f"{COMPUTE}/global/images": {
        "items": [
            {"name": "web-20261101", "family": "web"},
            {"name": "golden", "description": "Made by hand"},
            {"name": "web-20260101", "family": "web", "deprecated": {"state": "DEPRECATED"}},
        ]
    },
    "compute/compute/v1/projects/debian-cloud/global/images": {
        "items": [{"name": "debian-13-v2", "family": "debian-13"}]
    },
    **{
        f"compute/compute/v1/projects/{project}/global/images": {"items": []}
        for project in ("ubuntu-os-cloud", "rocky-linux-cloud", "rhel-cloud", "windows-cloud", "cos-cloud")
    },
    f"{COMPUTE}/global/networks": {
        "items": [_global("networks", "app"), _global("networks", "default", autoCreateSubnetworks=True)]
    },
    f"{COMPUTE}/global/networks/app": _global("networks", "app"),
    f"{COMPUTE}/aggregated/subnetworks/listUsable": {
        "items": [
            _usable("web", "europe-west1", "10.10.0.0/20"),
            _usable("web", "us-east1", "10.20.0.0/20"),
            _usable("shared", "europe-west1", "10.99.0.0/16", "acme-host"),
        ]
    },
    f"{COMPUTE}/global/sslCertificates": {"items": [_global("sslCertificates", "shop")]},
    f"{COMPUTE}/global/securityPolicies": {
        "items": [
            _global("securityPolicies", "web", type="CLOUD_ARMOR"),
            _global("securityPolicies", "edge", type="CLOUD_ARMOR_EDGE"),
        ]
    },
    f"{COMPUTE}/global/backendServices": {
        "items": [_global("backendServices", "web", loadBalancingScheme="EXTERNAL_MANAGED")]
    },
    f"{COMPUTE}/aggregated/instanceGroups": {
        "items": {
            "zones/europe-west1-b": {
                "instanceGroups": [
                    {"name": "web", "selfLink": f"{V1}/projects/{P}/zones/europe-west1-b/instanceGroups/web"}
                ]
            }
        }
    },
    f"{COMPUTE}/aggregated/networkEndpointGroups": {"items": {}},
    f"{COMPUTE}/aggregated/instances": {"items": {"zones/europe-west1-b": {"instances": [{"name": "build"}]}}},
    "cloudresourcemanager/v3/projects:search": {
        "projects": [
            {"projectId": P, "displayName": "Terrace Test", "state": "ACTIVE"},
            {"projectId": "acme-host", "displayName": "Shared networks", "state": "ACTIVE"},
            {"projectId": "acme-shop", "displayName": "Shop", "state": "ACTIVE"},
        ]
    },
    f"iam/v1/projects/{P}/serviceAccounts": {
        "accounts": [
            {"email": f"app@{P}.iam.gserviceaccount.com", "displayName": "App"},
            {"email": f"old@{P}.iam.gserviceaccount.com", "disabled": True},
        ]
    },
    f"dns/dns/v1/projects/{P}/managedZones": {
        "managedZones": [{"name": "shop", "dnsName": "shop.example.com.", "visibility": "public"}]
    },
    f"cloudkms/v1/projects/{P}/locations/europe-west1/keyRings": {"keyRings": [{"name": RING}]},
    f"cloudkms/v1/projects/{P}/locations/europe/keyRings": {"keyRings": [{"name": RING_EU}]},
    f"cloudkms/v1/{RING}/cryptoKeys": {
        "cryptoKeys": [
            _key(RING, "disks"),
            _key(RING, "signing", "ASYMMETRIC_SIGN"),
            _key(RING, "gone", state="DESTROYED"),
        ]
    },
    f"cloudkms/v1/{RING_EU}/cryptoKeys": {"cryptoKeys": [_key(RING_EU, "buckets")]},
    f"container/v1/projects/{P}/locations/europe-west1/serverConfig": {
        "channels": [
            {"channel": "REGULAR", "validVersions": ["1.35.2-gke.1", "1.35.1-gke.9", "1.34.7-gke.3"]},
            {"channel": "STABLE", "validVersions": ["1.34.7-gke.3"]},
        ]
    },
    f"container/v1/projects/{P}/locations/-/clusters": {"clusters": [{"name": "shop", "location": "europe-west1"}]},
    f"container/v1/projects/{P}/locations/europe-west1/clusters/shop": {"name": "shop"},
    "sqladmin/v1/flags": {
        "items": [
            {"name": "a", "appliesTo": ["POSTGRES_17", "POSTGRES_18", "POSTGRES_9_6"]},
            {"name": "b", "appliesTo": ["MYSQL_8_4", "SQLSERVER_2022_STANDARD", "MYSQL_5_6"]},
        ]
    },
    f"sqladmin/v1/projects/{P}/tiers": {
        "items": [
            {"tier": "db-f1-micro", "RAM": "643825664", "region": ["europe-west1", "us-east1"]},
            {"tier": "db-n1-standard-1", "RAM": "4026531840", "region": ["europe-west1"]},
            {"tier": "db-perf-optimized-N-2", "RAM": "17179869184", "region": ["europe-west1"]},
            {"tier": "db-perf-optimized-N-4", "RAM": "34359738368", "region": ["us-east1"]},
        ]
    },
    f"sqladmin/v1/projects/{P}/instances": {
        "items": [{"name": "orders", "connectionName": f"{P}:europe-west1:orders", "databaseVersion": "POSTGRES_18"}]
    },
    f"sqladmin/v1/projects/{P}/instances/orders": {"name": "orders"},
    f"artifactregistry/v1/projects/{P}/locations/europe-west1/repositories": {
        "repositories": [
            {"name": f"projects/{P}/locations/europe-west1/repositories/images", "format": "DOCKER"},
            {"name": f"projects/{P}/locations/europe-west1/repositories/jars", "format": "MAVEN"},
        ]
    },
    "storage/storage/v1/b": {"items": [{"name": "acme-assets", "location": "EU"}]},
    "storage/storage/v1/b/acme-assets": {"name": "acme-assets"},
    f"pubsub/v1/projects/{P}/topics": {"topics": [{"name": f"projects/{P}/topics/orders"}]},
    f"pubsub/v1/projects/{P}/topics/orders": {"name": f"projects/{P}/topics/orders"},
    f"pubsub/v1/projects/{P}/schemas": {"schemas": [{"name": f"projects/{P}/schemas/order"}]},
    f"secretmanager/v1/projects/{P}/secrets": {"secrets": [{"name": "projects/123456789012/secrets/api-key"}]},
    f"vpcaccess/v1/projects/{P}/locations/europe-west1/connectors": {
        "connectors": [
            {"name": f"projects/{P}/locations/europe-west1/connectors/run", "state": "READY", "network": "app"},
            {"name": f"projects/{P}/locations/europe-west1/connectors/new", "state": "CREATING", "network": "app"},
        ]
    },
    f"cloudfunctions/v2/projects/{P}/locations/europe-west1/runtimes": {
        "runtimes": [
            {"name": "python313", "displayName": "Python 3.13", "stage": "GA", "environment": "GEN_2"},
            {"name": "python27", "displayName": "Python 2.7", "stage": "DECOMMISSIONED", "environment": "GEN_2"},
        ]
    },
    f"iam/v1/projects/{P}/serviceAccounts/app@{P}.iam.gserviceaccount.com": {"email": "app"},
}
LISTS: Final = {
    place: key
    for place, found in INVENTORY.items()
    for key, items in found.items()
    if isinstance(items, list) and key not in ("quotas", "channels", "clusters")
}
"""What comes in pages, and the name of its items."""
