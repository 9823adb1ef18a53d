"""Databases, caches, storage, registries, vaults and pipelines of Azure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from portal.cost.rules.charges import Line, Resource, by_use, number, standing, without_price

_INCLUDED_GB = {"Basic": 2, "S": 250, "P": 500}
"""What the DTU of a database includes, by the beginning of its size's name."""
_LEAST_AUTOSCALE = Decimal("0.1")
"""Cosmos DB never scales below a tenth of the most."""


def database(resource: Resource) -> Iterator[Line]:
    """azurerm_mssql_database."""
    sku = resource.text("sku_name")
    if resource.text("elastic_pool_id"):
        return
    if not sku:
        yield without_price("Database", "Its size is not known before the apply")
    elif "_" in sku:
        yield from _cores(resource, sku)
    else:
        yield standing(f"Database {sku}", f"sql/dtu/{sku}")
        size, included = resource.number("max_size_gb"), _INCLUDED_GB.get(sku) or _INCLUDED_GB.get(sku[:1])
        if size is not None and included and size > included:
            yield without_price("Storage beyond what is included")
    yield by_use("Backups beyond what is included")


def _cores(resource: Resource, sku: str) -> Iterator[Line]:
    """Sizes such as GP_Gen5_2, GP_S_Gen5_1, BC_Gen5_4: tier, generation, vCores."""
    words = sku.split("_")
    tier, cores = words[0], number(words[-1]) or Decimal(1)
    zones = resource.flag("zone_redundant")
    if "Gen5" not in words or tier not in ("GP", "BC", "HS"):
        yield without_price(f"Database {sku}")
        return
    if "S" in words:
        yield by_use(f"vCores while it is awake ({sku})", "sql/GP_S/vcore" if tier == "GP" else None)
        if resource.number("auto_pause_delay_in_minutes") == -1:
            least = resource.number("min_capacity") or Decimal("0.5")
            yield standing("The least of vCores", f"sql/{tier}_S/vcore", least, "It never pauses")
            if zones:
                yield standing("Zone redundancy", f"sql/{tier}_S/zones", least)
    else:
        copies = 1 + (resource.number("read_replica_count") or 0) if tier == "HS" else Decimal(1)
        yield standing(f"vCores of {sku}", f"sql/{tier}/vcore", cores * copies)
        if zones and tier == "GP":
            yield standing("Zone redundancy", "sql/GP/zones", cores)
        if zones and tier == "HS":
            yield without_price("Zone redundancy")
        if tier != "HS" and resource.text("license_type", "LicenseIncluded") != "BasePrice":
            yield without_price("Licence of SQL Server", "The price of the vCores is without it")
    yield from _stored(resource, tier, zones)


def _stored(resource: Resource, tier: str, zones: bool) -> Iterator[Line]:
    if tier == "HS":
        yield by_use("Storage that is used", "sql/HS/stored")
        return
    size = resource.number("max_size_gb")
    meter = "sql/GP/stored, zones" if zones and tier == "GP" else f"sql/{tier}/stored"
    yield standing("Storage", meter, size or Decimal(32), "" if size else "32 GB are assumed")


def protection(resource: Resource) -> Iterator[Line]:
    """azurerm_mssql_server_security_alert_policy: Microsoft Defender for SQL, when it is on."""
    if resource.text("state", "Enabled") == "Enabled":
        yield without_price("Defender for SQL")


def account(resource: Resource) -> Iterator[Line]:
    """azurerm_cosmosdb_account: what its databases ask for is charged there."""
    if any(block.get("name") == "EnableServerless" for block in resource.blocks("capabilities")):
        yield by_use("Requests", "cosmos/serverless")
    yield by_use("Stored data and backups")


def throughput(resource: Resource) -> Iterator[Line]:
    """Databases and containers of Cosmos DB: request units that are set aside, in every region of the account."""
    accounts = resource.neighbours("azurerm_cosmosdb_account")
    regions = Decimal(max(1, len(accounts[0].blocks("geo_location")))) if accounts else Decimal(1)
    several = bool(accounts) and accounts[0].flag("multiple_write_locations_enabled") and regions > 1
    most = resource.number("autoscale_settings.max_throughput")
    place = accounts[0].text("location") if accounts else None
    note = "" if regions == 1 else f"In {regions:f} regions"
    if accounts and accounts[0].flag("free_tier_enabled"):
        note = f"{note}. The free tier is not taken off".lstrip(". ")
    meter = "cosmos/100 RU/s, several writing regions" if several else "cosmos/100 RU/s"
    if most is not None:
        scaled = meter if several else "cosmos/100 RU/s, autoscale"
        least = most * _LEAST_AUTOSCALE / 100 * regions
        yield standing("The least throughput", scaled, least, f"A tenth of {most:f} RU/s. {note}".strip(), place)
        yield by_use(f"Throughput up to {most:f} RU/s", scaled, region=place)
    elif fixed := resource.number("throughput"):
        yield standing(f"Throughput of {fixed:f} RU/s", meter, fixed / 100 * regions, note, place)


def redis(resource: Resource) -> Iterator[Line]:
    """azurerm_managed_redis: two nodes, unless it may fail."""
    sku = resource.text("sku_name")
    alone = resource.value("high_availability_enabled") is False
    yield standing(f"Nodes {sku}", f"redis/{sku}", 1 if alone else 2)


def storage_account(resource: Resource) -> Iterator[Line]:
    """azurerm_storage_account: nothing until something is stored."""
    copies, tier = resource.text("account_replication_type", "LRS"), resource.text("access_tier", "Hot")
    premium = resource.text("account_tier") == "Premium"
    meter = f"blob/{'Premium' if premium else tier}/{copies}"
    yield by_use("Stored data", meter, "The first tier of blobs")
    yield by_use("Operations and data out")


def share(resource: Resource) -> Iterator[Line]:
    """azurerm_storage_share: provisioned in an account for files, else by what is stored."""
    accounts = resource.neighbours("azurerm_storage_account")
    if any(found.text("account_kind") == "FileStorage" for found in accounts):
        copies = accounts[0].text("account_replication_type", "LRS")
        quota = resource.number("quota") or Decimal(0)
        yield standing("Provisioned share", f"share/Premium/{copies}", quota)
    else:
        yield by_use("Stored files")


def registry(resource: Resource) -> Iterator[Line]:
    """azurerm_container_registry: a day of its tier, and of each further region."""
    sku = resource.text("sku", "Basic")
    yield standing(f"Registry, {sku}", f"acr/{sku}")
    for block in resource.blocks("georeplications"):
        place = str(block.get("location") or "")
        yield standing(f"Copy in {place}", "acr/replication", region=place)
    yield by_use("Images beyond what is included", "acr/stored")


def vault(resource: Resource) -> Iterator[Line]:
    """azurerm_key_vault."""
    del resource
    yield by_use("Operations", "vault/operations")


def key(resource: Resource) -> Iterator[Line]:
    """azurerm_key_vault_key: those in hardware are charged each."""
    if resource.text("key_type").endswith("-HSM"):
        small = resource.text("key_type") == "RSA-HSM" and (resource.number("key_size") or Decimal(2048)) <= 2048
        yield standing("Key in hardware", "vault/hsm-rsa-2048" if small else "vault/hsm-other")


def certificate(resource: Resource) -> Iterator[Line]:
    """azurerm_key_vault_certificate."""
    del resource
    yield by_use("Renewals", "vault/renewal")


def factory(resource: Resource) -> Iterator[Line]:
    """azurerm_data_factory."""
    del resource
    yield by_use("Runs of activities", "adf/orchestration")


def runtime(resource: Resource) -> Iterator[Line]:
    """azurerm_data_factory_integration_runtime_azure: charged while something runs on it."""
    yield by_use("Data that is moved", "adf/movement")
    yield by_use("vCore hours of data flows", f"adf/flow/{resource.text('compute_type', 'General')}")


def own_runtime(resource: Resource) -> Iterator[Line]:
    """azurerm_data_factory_integration_runtime_self_hosted."""
    del resource
    yield by_use("Activities on it")


def managed_endpoint(resource: Resource) -> Iterator[Line]:
    """azurerm_data_factory_managed_private_endpoint."""
    del resource
    yield without_price("Managed private endpoint")


def protected(resource: Resource) -> Iterator[Line]:
    """azurerm_backup_protected_vm."""
    del resource
    yield without_price("Protected machine")
    yield by_use("Backup storage")


RULES = {
    "azurerm_mssql_database": database,
    "azurerm_mssql_server_security_alert_policy": protection,
    "azurerm_cosmosdb_account": account,
    "azurerm_cosmosdb_sql_database": throughput,
    "azurerm_cosmosdb_sql_container": throughput,
    "azurerm_cosmosdb_mongo_database": throughput,
    "azurerm_cosmosdb_mongo_collection": throughput,
    "azurerm_cosmosdb_gremlin_database": throughput,
    "azurerm_cosmosdb_gremlin_graph": throughput,
    "azurerm_cosmosdb_cassandra_keyspace": throughput,
    "azurerm_cosmosdb_table": throughput,
    "azurerm_managed_redis": redis,
    "azurerm_storage_account": storage_account,
    "azurerm_storage_share": share,
    "azurerm_container_registry": registry,
    "azurerm_key_vault": vault,
    "azurerm_key_vault_key": key,
    "azurerm_key_vault_certificate": certificate,
    "azurerm_data_factory": factory,
    "azurerm_data_factory_integration_runtime_azure": runtime,
    "azurerm_data_factory_integration_runtime_self_hosted": own_runtime,
    "azurerm_data_factory_managed_private_endpoint": managed_endpoint,
    "azurerm_backup_protected_vm": protected,
}
