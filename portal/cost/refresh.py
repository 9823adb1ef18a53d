"""`python -m portal.cost.refresh FOLDER`: the price book of the project, made from full price files.

FOLDER holds `azure.json` and `gcp.json`: `{sources, source_order, entries: [{service, product, sku, meter, unit, tier_min?,
prices: {region: USD per unit}, source, as_of}]}`. Of them the book keeps the meters that portal/cost/rules asks for, under
names of its own; of prices by amount, the first that is not free; of several sources, the one that comes first.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

BOOKS = Path(__file__).parent / "prices"
Entry = Mapping[str, Any]

_UNITS = {
    "1 Hour": "hour", "1/Hour": "hour", "hour": "hour", "1/Day": "day", "1/Month": "month", "1 GB Hour": "GB-hour",
    "1 GiB Hour": "GiB-hour", "1 GiB/Hour": "GiB-hour", "1 GB/Month": "GB-month", "1 GB": "GB", "1 Second": "second",
    "1 GB Second": "GB-second", "10K": "10,000 operations", "1M": "million",
    "1 Hour (per IP)": "hour", "1": "key-month", "1 vCore Hour": "hour",
    "policy-month": "month", "rule-month": "month", "zone-month": "month",
}  # fmt: skip
_UNIT_OF = {
    "adf/orchestration": "1,000 runs", "adf/movement": "DIU-hour", "vault/renewal": "renewal", "bigquery/scanned": "TB",
    "dns/queries": "million queries", "armor/requests": "million requests", "bus/operations/Basic": "million operations",
    "bus/operations/Standard": "million operations", "cosmos/serverless": "million RU",
}  # fmt: skip
"""Where the file's word says too little."""
_PLAIN = {
    ("container-instances", "Standard vCPU Duration"): "aci/vcpu",
    ("container-instances", "Standard Memory Duration"): "aci/memory",
    ("container-instances", "Standard Windows Software Duration"): "aci/windows",
    ("container-registry", "Basic Registry Unit"): "acr/Basic",
    ("container-registry", "Standard Registry Unit"): "acr/Standard",
    ("container-registry", "Premium Registry Unit"): "acr/Premium",
    ("container-registry", "Premium Registry Replication Unit"): "acr/replication",
    ("container-registry", "Data Stored"): "acr/stored",
    ("cosmos-db", "100 RU/s"): "cosmos/100 RU/s",
    ("cosmos-db", "100 Multi-master RU/s"): "cosmos/100 RU/s, several writing regions",
    ("cosmos-db", "AP1 100 RUs"): "cosmos/100 RU/s, autoscale",
    ("cosmos-db", "1M RUs"): "cosmos/serverless",
    ("data-factory", "Orchestration"): "adf/orchestration",
    ("data-factory", "Data movement activity"): "adf/movement",
    ("data-factory", "Compute (General Purpose, 8 vCores)"): "adf/flow/General",
    ("data-factory", "Compute (Compute Optimized, 16 vCores)"): "adf/flow/ComputeOptimized",
    ("function-app", "Always Ready Baseline"): "flex/baseline",
    ("function-app", "On Demand Execution Time"): "flex/execution",
    ("function-app", "Standard Execution Time"): "functions/execution",
    ("function-app", "Premium vCPU Duration"): "functions/vcpu",
    ("function-app", "Premium Memory Duration"): "functions/memory",
    ("key-vault", "Operations"): "vault/operations",
    ("key-vault", "Premium HSM-protected RSA 2048-bit key"): "vault/hsm-rsa-2048",
    ("key-vault", "Premium HSM-protected Advanced Key"): "vault/hsm-other",
    ("key-vault", "Certificate Renewal Request"): "vault/renewal",
    ("log-analytics", "Analytics Logs Data Ingestion"): "logs/ingestion",
    ("log-analytics", "Analytics Logs Data Retention"): "logs/retention",
    ("log-analytics", "Basic Logs Data Ingestion"): "logs/basic",
    ("log-analytics", "Log Analytics data export Data Exported"): "logs/export",
    ("public-ip", "Basic IPv4 Dynamic Public IP"): "ip/Basic/Dynamic",
    ("public-ip", "Basic IPv4 Static Public IP"): "ip/Basic/Static",
    ("public-ip", "Standard IPv4 Static Public IP"): "ip/Standard/Static",
    ("public-ip", "Global IPv4 Static Public IP"): "ip/Global/Static",
    ("public-ip", "Standard Static IP Addresses"): "ip-prefix/Standard",
    ("public-ip", "Global Static Public IP"): "ip-prefix/Global",
    ("public-ip", "Inter-Region Egress"): "peering/egress",
    ("service-bus", "Basic Messaging Operations"): "bus/operations/Basic",
    ("service-bus", "Standard Messaging Operations"): "bus/operations/Standard",
    ("service-bus", "Premium Messaging Unit"): "bus/Premium",
    ("aks-cluster", "Standard Uptime SLA"): "aks/Standard",
    ("aks-cluster", "Uptime SLA"): "aks/Standard",
    ("aks-cluster", "Standard Long Term Support"): "aks/Premium",
    ("load-balancer", "Standard Included LB Rules and Outbound Rules"): "lb/first-rules",
    ("load-balancer", "Rule usage"): "lb/rule",
    ("load-balancer", "Standard Data Processed"): "lb/data",
    ("virtual-network", "Private endpoint"): "private-endpoint",
    ("virtual-network", "NAT gateway"): "nat/hour",
    ("virtual-network", "Data processed"): "nat/data",
}  # fmt: skip
_SQL = {
    ("SQL Database Single/Elastic Pool General Purpose - Compute Gen5", "vCore"): "sql/GP/vcore",
    ("SQL Database Single/Elastic Pool General Purpose - Compute Gen5", "vCore ZR Zone Redundancy"): "sql/GP/zones",
    ("SQL Database Single/Elastic Pool Business Critical - Compute Gen5", "vCore"): "sql/BC/vcore",
    ("SQL Database SingleDB/Elastic Pool Hyperscale - Compute Gen5", "vCore"): "sql/HS/vcore",
    ("SQL Database General Purpose - Serverless - Compute Gen5", "1 vCore"): "sql/GP_S/vcore",
    ("SQL Database General Purpose - Serverless - Compute Gen5", "1 vCore Zone Redundancy"): "sql/GP_S/zones",
    ("SQL Database Single/Elastic Pool General Purpose - Storage", "General Purpose"): "sql/GP/stored",
    ("SQL Database Single/Elastic Pool General Purpose - Storage", "General Purpose Zone Redundancy"): "sql/GP/stored, zones",
    ("SQL Database Single/Elastic Pool Business Critical - Storage", "Business Critical"): "sql/BC/stored",
    ("SQL Database SingleDB Hyperscale - Storage", "Hyperscale"): "sql/HS/stored",
}  # fmt: skip
_GCP = {
    ("vpc-network", "external IPv4 on a VM"): "ip/used",
    ("vpc-network", "NAT gateway (>32 VMs cap)"): "nat/cap",
    ("vpc-network", "NAT data processed"): "nat/data",
    ("gke-cluster", "Cluster management fee"): "gke/cluster",
    ("gke-cluster", "Autopilot vCPU"): "gke/autopilot-vcpu",
    ("gke-cluster", "Autopilot memory"): "gke/autopilot-memory",
    ("pub-sub", "Message ingestion data"): "pubsub/published",
    ("pub-sub", "Message delivery data"): "pubsub/delivered",
    ("bigquery", "Active storage"): "bigquery/stored",
    ("bigquery", "Queries (on-demand)"): "bigquery/scanned",
    ("cloud-dns", "Managed zone"): "dns/zone",
    ("cloud-dns", "Queries"): "dns/queries",
    ("cloud-armor", "security policy"): "armor/policy",
    ("cloud-armor", "rule"): "armor/rule",
    ("cloud-armor", "requests"): "armor/requests",
    ("load-balancer", "forwarding rules"): "lb/first-rules",
    ("load-balancer", "forwarding rule"): "lb/rule",
    ("load-balancer", "Ingress data"): "lb/data",
    ("cloud-cdn", "HTTP/HTTPS cache lookup"): "cdn/lookups",
}  # fmt: skip


def azure_name(entry: Entry) -> str | None:
    """What the book calls an entry of Azure; None when no rule asks for it."""
    service, sku, meter = entry["service"], entry["sku"], entry["meter"]
    if service in _NAMERS:
        return _NAMERS[service](entry)
    if service == "redis-cache":
        return f"redis/Balanced_{sku}" if entry["product"] == "Azure Managed Redis - Balanced" else None
    if service == "service-bus" and meter == "Standard Base Unit":
        return "bus/Standard" if entry["unit"] == "1/Hour" else None
    if service == "log-analytics" and (found := re.match(r"(\d+) GB Commitment Tier", sku)):
        return f"logs/commitment/{found[1]}"
    return _PLAIN.get((service, meter))


def _machine_name(entry: Entry) -> str:
    return f"vm/{entry['sku']}/{entry['os']}"


def _vpn_name(entry: Entry) -> str | None:
    if entry["meter"] == "S2S Connection":
        return "vpn/connection"
    return None if "Connect" in entry["meter"] else f"vpn/{entry['sku']}"


def _management_name(entry: Entry) -> str | None:
    sku = entry["sku"].replace(" v2", "V2")
    is_unit = entry["meter"] in (f"{entry['sku']} Unit", f"API management ({entry['sku'].lower()})")
    return f"apim/{sku}" if is_unit and sku != "Gateway" and entry["unit"] == "1 Hour" else None


def _disk_name(entry: Entry) -> str | None:
    found = re.match(r"(?:Storage \()?([PES]\d+),? (LRS|ZRS)(?: Disk$|\))", entry["meter"])
    if found:
        return f"disk/{found[1]}/{found[2]}"
    kind = {"Azure Premium SSD v2": "PremiumV2", "Ultra Disks": "Ultra"}.get(entry["product"])
    part = re.search(r"Provisioned (Capacity|IOPS|Throughput)", entry["meter"])
    return f"disk/{kind}/{part[1].lower()}" if kind and part and "vCPU" not in entry["meter"] else None


def _plan_name(entry: Entry) -> str | None:
    if "SSL" in entry["meter"]:
        return None
    system = entry.get("os") or ("linux" if entry["product"].endswith("Linux") else "windows")
    sku = {"Shared": "SHARED"}.get(entry["sku"], entry["sku"].replace(" ", ""))
    return f"app-service/{sku}/{system}"


def _gateway_name(entry: Entry) -> str | None:
    product = entry["product"]
    kinds = {
        "Application Gateway Basic v2": "Basic", "Application Gateway Standard v2": "Standard_v2",
        "Application Gateway WAF v2": "WAF_v2", "Application Gateway v2": entry["sku"].split(" ")[0],
    }  # fmt: skip
    if product not in kinds:
        return None
    return f"gateway/{kinds[product]}/{'unit' if 'apacity' in entry['meter'] else 'fixed'}"


def _sql_name(entry: Entry) -> str | None:
    found = re.fullmatch(r"(B|S\d+|P\d+)", entry["sku"])
    if found and entry["unit"] == "1/Day":
        return f"sql/dtu/{'Basic' if found[1] == 'B' else found[1]}"
    return _SQL.get((entry["product"], entry["sku"])) if "IO Rate" not in entry["meter"] else None


def _storage_name(entry: Entry) -> str | None:
    if found := re.fullmatch(r"(Hot|Cool|Cold) ([\w-]+) Data Stored", entry["meter"]):
        return f"blob/{found[1]}/{found[2].replace('-', '')}" if entry["product"] == "General Block Blob v2" else None
    if found := re.fullmatch(r"Premium (LRS|ZRS) (Data Stored|Provisioned)", entry["meter"]):
        return f"{'blob/Premium' if found[2] == 'Data Stored' else 'share/Premium'}/{found[1]}"
    return None


_NAMERS: Mapping[str, Callable[[Entry], str | None]] = {
    "virtual-machine": _machine_name,
    "managed-disk": _disk_name,
    "web-app": _plan_name,
    "api-management": _management_name,
    "application-gateway": _gateway_name,
    "vpn-gateway": _vpn_name,
    "sql-database": _sql_name,
    "storage-account": _storage_name,
}


def gcp_name(entry: Entry) -> str | None:
    """What the book calls an entry of Google Cloud; None when no rule asks for it."""
    service, sku, meter = entry["service"], entry["sku"], entry["meter"]
    if service == "compute-instance":
        if entry["product"] == "OS licence":
            return f"licence/{meter}/{sku}"
        return f"vm/{sku}/{'spot' if meter == 'spot' else 'standard'}"
    if service == "persistent-disk" and "lssd" not in meter:
        return f"disk/{meter}{'/regional' if sku.endswith('-replicated') else ''}"
    if service == "storage-bucket" and meter == "data at rest" and not sku.startswith("dra"):
        return f"bucket/{sku.replace('archiv', 'archive')}"
    if service == "cloud-sql":
        return _cloud_sql_name(entry)
    if service == "cloud-run":
        return _run_name(entry)
    if service == "cloud-cdn" and sku.endswith("Europe") and meter == "<10 TiB":
        return "cdn/europe"
    return _GCP.get((service, meter))


def _cloud_sql_name(entry: Entry) -> str | None:
    name, _, kind = entry["sku"].partition(" ")
    scope = "regional" if "regional" in kind else "zonal"
    if name == "backup":
        return "sql/backup"
    return f"sql/{ {'vCPU': 'vcpu', 'RAM': 'memory', 'SSD': 'PD_SSD'}.get(name, name) }/{scope}".replace(" ", "")


def _run_name(entry: Entry) -> str | None:
    found = re.fullmatch(r"Tier 1 region, (request|instance)-based (CPU|memory).*", entry["sku"])
    if found:
        return f"run/{found[1]}/{found[2].lower()}"
    return "run/requests" if entry["sku"] == "requests" else None


def book(full: Mapping[str, Any], name_of: Callable[[Entry], str | None]) -> dict[str, Any]:
    """The compact book: `meters: {name: {unit, prices: {region: [USD, origin]}}}`, and where each figure is from."""
    order = list(full["source_order"])
    named = [(name, entry) for entry in full["entries"] if (name := name_of(entry))]
    named.sort(
        key=lambda pair: (pair[0], order.index(pair[1]["source"]), _is_free(pair[1]), pair[1].get("tier_min", 0))
    )
    origins: list[str] = []
    meters: dict[str, Any] = {}
    for name, entry in named:
        origin = f"{entry['source']} {entry['as_of']}"
        if origin not in origins:
            origins.append(origin)
        meter = meters.setdefault(
            name, {"unit": _UNIT_OF.get(name) or _UNITS.get(entry["unit"], entry["unit"]), "prices": {}}
        )
        for region, price in entry["prices"].items():
            meter["prices"].setdefault(region, [price, origins.index(origin)])
    used = {origin.split(" ")[0] for origin in origins}
    return {
        "cloud": full["cloud"], "currency": full["currency"], "kind": full["kind"], "generated": full["generated"],
        "sources": {name: _origin(source) for name, source in full["sources"].items() if name in used},
        "origins": origins, "meters": meters,
    }  # fmt: skip


def _origin(source: Mapping[str, str]) -> dict[str, str]:
    kept = {key: source[key] for key in ("repo", "url", "commit", "licence") if key in source}
    return {key: text.partition(" (public")[0] for key, text in kept.items()}


def _is_free(entry: Entry) -> bool:
    return not any(entry["prices"].values())


def write(folder: Path) -> None:
    """Make both books."""
    for cloud, name_of in (("azure", azure_name), ("gcp", gcp_name)):
        made = book(json.loads((folder / f"{cloud}.json").read_text(encoding="utf-8")), name_of)
        (BOOKS / f"{cloud}.json").write_text(text_of(made), encoding="utf-8")


def text_of(made: Mapping[str, Any]) -> str:
    """The book as it is kept: a line for each meter."""
    head = json.dumps({key: value for key, value in made.items() if key != "meters"}, indent=1, ensure_ascii=False)
    rows = [f"  {json.dumps(name)}: {json.dumps(meter)}" for name, meter in made["meters"].items()]
    return head.removesuffix("\n}") + ',\n "meters": {\n' + ",\n".join(rows) + "\n }\n}\n"


if __name__ == "__main__":
    write(Path(sys.argv[1]))
