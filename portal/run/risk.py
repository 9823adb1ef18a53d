"""What a plan would do that a person should know before they confirm, in plain words. Tables, read by resource type. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from portal.run.schemas import ChangeAction, PlanWarning

HOLDS_DATA: Final = {
    "azurerm_(linux|windows)_virtual_machine": "everything on its operating system disk",
    "azurerm_managed_disk": "everything on the disk",
    "azurerm_storage_account": "every blob, file, queue and table in it",
    "azurerm_storage_(container|share|queue|table|blob|data_lake_gen2_filesystem)": "everything in it",
    "azurerm_(mssql|mysql|postgresql|mariadb).*_(database|server)": "every database in it",
    "azurerm_cosmosdb_.*": "every item in it",
    "azurerm_(redis_cache|managed_redis)": "everything that it caches",
    "azurerm_key_vault(_managed_.*|_key|_secret|_certificate)?": "its keys, secrets and certificates",
    "azurerm_log_analytics_workspace": "every log in it",
    "azurerm_container_registry": "every image in it",
    "azurerm_servicebus_(namespace|queue|topic|subscription)": "every message in it",
    "azurerm_eventhub(_namespace)?": "every event in it",
    "azurerm_recovery_services_vault": "every backup in it",
    "azurerm_data_factory": "its pipelines and their history",
    "azurerm_kubernetes_cluster": "everything that runs in the cluster, and its volumes",
    "google_compute_instance": "everything on its boot disk",
    "google_compute_(region_)?disk": "everything on the disk",
    "google_storage_bucket(_object)?": "every object in it",
    "google_sql_database(_instance)?": "every database in it",
    "google_bigquery_(dataset|table)": "every row in it",
    "google_(firestore_database|spanner_(instance|database)|bigtable_(instance|table)|filestore_instance)": "everything in it",
    "google_redis_instance": "everything that it caches",
    "google_pubsub_(topic|subscription)": "every message that was not delivered",
    "google_(kms_crypto_key|secret_manager_secret)": "its keys or secrets, and with them what they protect",
    "google_artifact_registry_repository": "every artifact in it",
    "google_container_cluster": "everything that runs in the cluster, and its volumes",
}
_HOLDS_DATA: Final = [(re.compile(pattern), what) for pattern, what in HOLDS_DATA.items()]

ANYWHERE: Final = frozenset({"*", "0.0.0.0/0", "::/0", "internet", "any"})
EVERYBODY: Final = frozenset({"allUsers", "allAuthenticatedUsers"})

Values = Mapping[str, Any]


def warnings(item: Mapping[str, Any], action: ChangeAction) -> list[PlanWarning]:
    """What to say about one entry of `resource_changes`."""
    found = [*_losses(item["type"], item["address"], action), *_exposures(item, action)]
    if action == "replace" and not found:
        text = "It is deleted and made again, so it is not there for a while, and its ids and addresses may change."
        found.append(PlanWarning(kind="replace", address=item["address"], text=text))
    return found


def _losses(resource_type: str, address: str, action: ChangeAction) -> Iterator[PlanWarning]:
    if action not in ("delete", "replace"):
        return
    what = next((what for pattern, what in _HOLDS_DATA if pattern.fullmatch(resource_type)), None)
    if what:
        how = "It is deleted" if action == "delete" else "It is deleted and made again empty"
        yield PlanWarning(kind="data_loss", address=address, text=f"{how}: {what} is lost.")


def _exposures(item: Mapping[str, Any], action: ChangeAction) -> Iterator[PlanWarning]:
    """Only what becomes public with this plan: what was public before was decided before."""
    if action not in ("create", "update", "replace"):
        return
    before, after = item["change"].get("before") or {}, item["change"].get("after") or {}
    for pattern, is_public, text in _PUBLIC:
        if pattern.fullmatch(item["type"]) and is_public(after) and not (before and is_public(before)):
            yield PlanWarning(kind="public_exposure", address=item["address"], text=text)


def _blocks(values: Values, name: str) -> list[Values]:
    """A nested block as a list, however the provider writes it."""
    block = values.get(name)
    return [item for item in (block if isinstance(block, list) else [block]) if isinstance(item, Mapping)]


def _open_azure_rule(rule: Values) -> bool:
    sources = [rule.get("source_address_prefix"), *(rule.get("source_address_prefixes") or [])]
    inbound = str(rule.get("direction")).lower() == "inbound" and str(rule.get("access")).lower() == "allow"
    return inbound and any(str(source).lower() in ANYWHERE for source in sources)


def _open_azure_group(group: Values) -> bool:
    return any(_open_azure_rule(rule) for rule in _blocks(group, "security_rule"))


def _open_google_firewall(rule: Values) -> bool:
    inbound = str(rule.get("direction") or "INGRESS").upper() == "INGRESS" and not rule.get("disabled")
    return inbound and bool(_blocks(rule, "allow")) and _anywhere(rule.get("source_ranges"))


def _anywhere(ranges: Any) -> bool:
    return any(str(item) in ANYWHERE for item in ranges or [])


def _public_network(values: Values) -> bool:
    """Public network access, unless the resource's own rules close it by default."""
    rules = [*_blocks(values, "network_rules"), *_blocks(values, "network_acls"), *_blocks(values, "network_rule_set")]
    access = values.get("public_network_access_enabled") is True or values.get("public_network_access") == "Enabled"
    return access and not any(rule.get("default_action") == "Deny" for rule in rules)


def _for_everybody(values: Values) -> bool:
    members = [values.get("member"), *(values.get("members") or []), values.get("entity")]
    return any(member in EVERYBODY for member in members)


def _anonymous_blobs(values: Values) -> bool:
    return values.get("container_access_type") in ("blob", "container")


def _all_addresses(values: Values) -> bool:
    return values.get("start_ip_address") == "0.0.0.0" and values.get("end_ip_address") == "255.255.255.255"  # noqa: S104 - data


def _open_sql(values: Values) -> bool:
    networks = [
        network
        for settings in _blocks(values, "settings")
        for address in _blocks(settings, "ip_configuration")
        for network in _blocks(address, "authorized_networks")
    ]
    return _anywhere([network.get("value") for network in networks])


_PUBLIC: Final[list[tuple[re.Pattern[str], Callable[[Values], bool], str]]] = [
    (re.compile(pattern), is_public, text)
    for pattern, is_public, text in (
        ("azurerm_network_security_rule", _open_azure_rule, "It lets in traffic from the whole internet."),
        (
            "azurerm_network_security_group",
            _open_azure_group,
            "One of its rules lets in traffic from the whole internet.",
        ),
        ("google_compute_firewall", _open_google_firewall, "It lets in traffic from the whole internet."),
        ("azurerm_.*", _public_network, "It can be reached from the whole internet."),
        ("azurerm_storage_container", _anonymous_blobs, "Everybody can read its blobs without signing in."),
        ("azurerm_.*_firewall_rule", _all_addresses, "It lets in every address of the internet."),
        ("google_sql_database_instance", _open_sql, "It lets in every address of the internet."),
        (
            "google_.*",
            _for_everybody,
            "Everybody on the internet gets this access (allUsers or allAuthenticatedUsers).",
        ),
    )
]
