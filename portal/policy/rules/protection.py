"""Rules about who can reach a resource, how it is reached, and what happens to what is in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, Literal

from pydantic import Field

from portal.policy.rules.base import Patterns, Rule, Settings, at, blocks, is_open, matches, named, problem
from portal.policy.schemas import PolicyProblem
from portal.policy.subject import Change, Subject


class PublicExposure(Settings):
    except_types: Patterns = Field(
        default_factory=list,
        title="Except these types",
        description="Patterns, one a line: `azurerm_network_security_rule`.",
    )


def _public_exposure(subject: Subject, settings: PublicExposure) -> Iterator[PolicyProblem]:
    yield from _warned(subject, "public_exposure", settings.except_types)


class DataLoss(Settings):
    except_types: Patterns = Field(
        default_factory=list, title="Except these types", description="Patterns, one a line: `azurerm_redis_cache`."
    )


def _data_loss(subject: Subject, settings: DataLoss) -> Iterator[PolicyProblem]:
    yield from _warned(subject, "data_loss", settings.except_types)


def _warned(subject: Subject, kind: str, but: list[str]) -> Iterator[PolicyProblem]:
    """What the plan itself warns of: the same words as on the run's page."""
    types = {change.address: change.type for change in subject.changes}
    for warning in subject.warnings:
        if warning["kind"] == kind and not matches(types.get(warning["address"], ""), but):
            yield PolicyProblem(address=warning["address"], message=warning["text"])


class Encryption(Settings):
    minimum_tls: Literal["1.2", "1.3"] = Field(default="1.2", title="Lowest version of TLS")
    https_only: bool = Field(
        default=True, title="Nothing without TLS", description="No plain HTTP, FTP or database connections."
    )


TLS_NAMES: Final = (
    "minimum_tls_version",
    "minimal_tls_version",
    "min_tls_version",
    "minimum_tls",
    "ssl_minimal_tls_version_enforced",
)
PLAIN: Final[dict[str, tuple[Any, ...]]] = {
    "https_only": (False,),
    "https_traffic_only_enabled": (False,),
    "enable_https_traffic_only": (False,),
    "ftps_state": ("AllAllowed",),
    "ssl_enforcement_enabled": (False,),
    "require_secure_transport": ("OFF",),
    "non_ssl_port_enabled": (True,),
    "client_protocol": ("Plaintext",),
    "ssl_mode": ("ALLOW_UNENCRYPTED_AND_ENCRYPTED",),
    "transit_encryption_mode": ("DISABLED",),
}
"""By attribute, the values that let somebody in without TLS."""
_VERSION: Final = re.compile(r"1[._]?([0-3])$")


def _encryption(subject: Subject, settings: Encryption) -> Iterator[PolicyProblem]:
    least = int(settings.minimum_tls[-1])
    for change in subject.staying:
        for name, value in named(change.after, TLS_NAMES):
            if not is_open(value) and (found := _tls(value)) is not None and found < least:
                yield problem(change, f"{name} is {value}; at least TLS {settings.minimum_tls} is asked for.")
        if settings.https_only:
            yield from _plain(change)


def _tls(value: Any) -> int | None:
    """The minor version of TLS 1.x, however a provider writes it; below 0 when none is asked for."""
    text = str(value)
    if text.upper() in ("", "TLSENFORCEMENTDISABLED", "DISABLED", "SSL3", "NONE"):
        return -1
    if text.upper() in ("TLS1", "TLSV1", "TLS_1"):
        return 0
    found = _VERSION.search(text)
    return int(found.group(1)) if found else None


def _plain(change: Change) -> Iterator[PolicyProblem]:
    for name, value in named(change.after, PLAIN):
        if value in PLAIN[name]:
            yield problem(
                change,
                f"{name} is {str(value).lower() if isinstance(value, bool) else value}: it can be used without TLS.",
            )


class DeletionProtection(Settings):
    only_production: bool = Field(
        default=True, title="In production projects only", description="Whether a project is one is set on its page."
    )
    also_clusters: bool = Field(default=False, title="Kubernetes clusters as well")


PROTECTED_BY: Final[dict[str, tuple[str, Any]]] = {
    "google_sql_database_instance": ("deletion_protection", True),
    "google_spanner_database": ("deletion_protection", True),
    "google_bigtable_table": ("deletion_protection", "PROTECTED"),
    "google_firestore_database": ("delete_protection_state", "DELETE_PROTECTION_ENABLED"),
    "google_bigquery_table": ("deletion_protection", True),
    "google_alloydb_cluster": ("deletion_protection", True),
    "google_redis_cluster": ("deletion_protection_enabled", True),
}
"""By type of database, the attribute that protects it. Azure's have none: a lock protects them."""
CLUSTERS: Final[dict[str, tuple[str, Any]]] = {"google_container_cluster": ("deletion_protection", True)}
_AZURE_DATABASE: Final = re.compile(
    r"azurerm_((mssql|mysql|postgresql|mariadb)(_flexible)?_(server|managed_instance)|cosmosdb_account|redis_cache|managed_redis)"
)
_LOCK: Final = "azurerm_management_lock"


def _deletion_protection(subject: Subject, settings: DeletionProtection) -> Iterator[PolicyProblem]:
    if settings.only_production and not subject.facts.project.get("production"):
        return
    wanted = PROTECTED_BY | (CLUSTERS if settings.also_clusters else {})
    locked = any(change.type == _LOCK and change.stays for change in subject.changes)
    for change in subject.staying:
        name, value = wanted.get(change.type, ("", None))
        if name and not is_open(change.after.get(name)) and change.after.get(name) != value:
            yield problem(change, f"It is not protected from being deleted: set {name}.")
        # Of what exists, the lock may exist as well and be no part of this plan.
        if _AZURE_DATABASE.fullmatch(change.type) and change.action == "create" and not locked:
            yield problem(change, "Nothing protects it from being deleted: the plan makes no management lock.")
    for change in subject.changes:
        if change.type == _LOCK and change.action == "delete":
            yield problem(change, "This lock protects from being deleted, and the plan takes it away.")


class NoPublicAddress(Settings):
    except_types: Patterns = Field(
        default_factory=list, title="Except these types", description="Patterns, one a line: `google_compute_instance`."
    )


def _no_public_address(subject: Subject, settings: NoPublicAddress) -> Iterator[PolicyProblem]:
    for change in subject.staying:
        if _has_public_address(change) and not matches(change.type, settings.except_types):
            yield problem(change, "The machine would have a public address.")


def _has_public_address(change: Change) -> bool:
    after = change.after
    if change.type == "azurerm_network_interface":
        return any(block.get("public_ip_address_id") for block in blocks(after, "ip_configuration"))
    if change.type.endswith("_virtual_machine_scale_set"):
        return bool(at(after, "network_interface.ip_configuration.public_ip_address"))
    if change.type in (
        "google_compute_instance",
        "google_compute_instance_template",
        "google_compute_region_instance_template",
    ):
        interfaces = blocks(after, "network_interface")
        return any(_is_there(nic, name) for nic in interfaces for name in ("access_config", "ipv6_access_config"))
    return False


def _is_there(values: dict[str, Any], name: str) -> bool:
    """Whether there is a block of this name, be it an empty one; what only the cloud adds is not ours to judge."""
    found = values.get(name)
    return isinstance(found, list | dict) and len(found) > 0


RULES: tuple[Rule[Any], ...] = (
    Rule(
        "public_exposure", "No public exposure",
        "Nothing becomes reachable from the whole internet: open firewall rules, public data, networks without limits.",
        PublicExposure, _public_exposure, reads_attributes=False,
    ),
    Rule(
        "encryption", "Encryption on the way",
        "Storage, databases, caches and web apps ask for TLS of at least this version.", Encryption, _encryption,
    ),
    Rule(
        "data_loss", "No loss of data",
        "Nothing that holds data is deleted, or deleted and made again. Add the run kind destroy to judge whole destroys.",
        DataLoss, _data_loss, reads_attributes=False,
    ),
    Rule(
        "deletion_protection", "Deletion protection of databases",
        "Databases cannot be deleted by mistake: Google's own protection, a management lock in Azure.",
        DeletionProtection, _deletion_protection,
    ),
    Rule(
        "no_public_address", "No public addresses on machines",
        "Virtual machines and scale sets are reached through load balancers, bastions or private networks.",
        NoPublicAddress, _no_public_address,
    ),
)  # fmt: skip
