"""The sandbox as a cloud: what its look-ups, names and quotas say is what the simulated cloud holds for the account.

The sandbox keeps its resources in the schema `sandbox_cloud` of the portal's own database (worker/sandbox/store.py). This reads
a few columns of it and writes nothing. Kinds and values are those that the live clouds give, so that a form does not notice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, cast

from pydantic import BaseModel, TypeAdapter
from sqlalchemy import text
from sqlmodel import Session

from portal.cloud_account.provider import Assertion, Availability, Examination, Found, Input, Method, Needs, RunIdentity
from portal.cloud_account.schemas import AccountEnvironment, Finding, Given, Option
from portal.cloud_account.tool import ToolAccess
from portal.kit.db import unit_of_work
from portal.kit.secrets import keyring

MOST: Final = 500
"""Resources of one kind that a form offers; the newest."""
LABEL: Final = "sandbox_cloud.resource.attributes"
PROVIDERS: Final = {"azure": "azurerm", "gcp": "google"}
SOURCE: Final = "the sandbox cloud"


@dataclass(frozen=True, slots=True)
class _Kind:
    """Which simulated resources a look-up lists, and what of them a form fills in."""

    types: tuple[str, ...]
    value: Literal["id", "name", "email"]
    within: str | None = None
    """A parameter that narrows: of what lies below the resource that it names."""


def _ids(*types: str) -> _Kind:
    return _Kind(types, "id")


def _names(*types: str) -> _Kind:
    return _Kind(types, "name")


KINDS: Final[dict[str, dict[str, _Kind]]] = {
    "azure": {
        "action-groups": _ids("azurerm_monitor_action_group"),
        "aks-clusters": _ids("azurerm_kubernetes_cluster"),
        "container-registries": _ids("azurerm_container_registry"),
        "dns-zones": _ids("azurerm_dns_zone"),
        "key-vaults": _ids("azurerm_key_vault"),
        "log-analytics-workspaces": _ids("azurerm_log_analytics_workspace"),
        "nat-gateways": _ids("azurerm_nat_gateway"),
        "network-interfaces": _ids("azurerm_network_interface"),
        "network-security-groups": _ids("azurerm_network_security_group"),
        "networks": _ids("azurerm_virtual_network"),
        "private-dns-zones": _ids("azurerm_private_dns_zone"),
        "public-ip-prefixes": _ids("azurerm_public_ip_prefix"),
        "public-ips": _ids("azurerm_public_ip"),
        "resource-groups": _names("azurerm_resource_group"),
        "route-tables": _ids("azurerm_route_table"),
        "service-plans": _ids("azurerm_service_plan"),
        "sql-servers": _ids("azurerm_mssql_server"),
        "storage-accounts": _ids("azurerm_storage_account"),
        "subnets": _Kind(("azurerm_subnet",), "id", within="network"),
        "user-assigned-identities": _ids("azurerm_user_assigned_identity"),
        "virtual-machines": _ids("azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine"),
        "web-apps": _ids("azurerm_linux_web_app", "azurerm_windows_web_app"),
    },
    "gcp": {
        "buckets": _names("google_storage_bucket"),
        "dns-zones": _names("google_dns_managed_zone"),
        "gke-clusters": _ids("google_container_cluster"),
        "kms-keys": _ids("google_kms_crypto_key"),
        "networks": _ids("google_compute_network"),
        "pubsub-topics": _ids("google_pubsub_topic"),
        "secrets": _names("google_secret_manager_secret"),
        "security-policies": _ids("google_compute_security_policy"),
        "service-accounts": _Kind(("google_service_account",), "email"),
        "subnets": _Kind(("google_compute_subnetwork",), "id", within="network"),
    },
}
# Where a name must be unique in the sandbox, as its behaviours have it.
CLAIMS: Final = {
    "azurerm_storage_account": "storageAccounts",
    "azurerm_key_vault": "vaults",
    "azurerm_container_registry": "registries",
    "azurerm_linux_web_app": "sites",
    "azurerm_windows_web_app": "sites",
    "azurerm_linux_function_app": "sites",
    "azurerm_windows_function_app": "sites",
    "azurerm_function_app_flex_consumption": "sites",
    "azurerm_mssql_server": "sqlServers",
    "azurerm_postgresql_flexible_server": "postgres",
    "azurerm_mysql_flexible_server": "mysql",
    "azurerm_cosmosdb_account": "cosmos",
    "azurerm_servicebus_namespace": "servicebus",
    "azurerm_eventhub_namespace": "servicebus",
    "azurerm_redis_cache": "redis",
    "azurerm_api_management": "apim",
    "azurerm_data_factory": "factories",
    "azurerm_app_configuration": "appconfig",
    "azurerm_search_service": "search",
    "azurerm_traffic_manager_profile": "trafficmanager",
    "google_storage_bucket": "buckets",
}


class _Nothing(BaseModel):
    """The sandbox asks for nothing."""


@dataclass(frozen=True)
class SandboxCloud:
    """A sandbox account of one of the clouds."""

    name: str
    slug: str
    title: str = "Sandbox"
    settings_inputs: tuple[Input, ...] = ()
    methods: tuple[Method, ...] = ()
    Settings: type[BaseModel] = _Nothing
    CREDENTIALS: TypeAdapter[Any] = TypeAdapter(_Nothing)  # noqa: RUF009 - never changed

    @property
    def LOOKUPS(self) -> frozenset[str]:  # noqa: N802 - the name of the abstraction
        return frozenset(KINDS[self.name])

    def check(self, settings: Any, credentials: Any) -> None:
        """Nothing can be wrong."""

    def environment(self, slug: str, given: Given, run: RunIdentity) -> AccountEnvironment:
        """Nothing but whose sandbox it is: the worker points Terraform at its own provider."""
        return AccountEnvironment("sandbox", cast(Any, self.name), slug)

    def tool_access(self, account: AccountEnvironment) -> ToolAccess:
        """Nothing: a worker acts on simulated resources itself."""
        return ToolAccess()

    def expires_at(self, given: Given) -> datetime | None:
        """Never."""
        return None

    def examine(self, given: Given, assertion: Assertion, needs: Needs) -> Examination:
        """There is nothing to sign in to."""
        title = "This account is simulated: it has no credentials to try, and nothing it makes is real."
        return Examination([Finding(check="sign-in", severity="ok", title=title)], target=SOURCE)

    def lookup(self, given: Given, assertion: Assertion, kind: str, parameters: Mapping[str, str]) -> Found:
        """What exists in the sandbox cloud for this account."""
        wanted = KINDS[self.name][kind]
        inside = parameters.get(wanted.within, "") if wanted.within else ""
        with unit_of_work() as session:
            found = list(_resources(session, self.slug, PROVIDERS[self.name], wanted.types))
        options = [_option(resource, wanted) for resource in found if _is_inside(resource, inside)]
        return Found([option for option in options if option.value], SOURCE)

    def name_available(self, given: Given, assertion: Assertion, resource_type: str, name: str) -> Availability:
        """Whether the simulated cloud has the name already, in whichever account."""
        scope = CLAIMS.get(resource_type)
        if scope is None:
            return Availability(known=False, message="The sandbox does not say whether such a name is taken.")
        with unit_of_work() as session:
            taken = _taken(session, scope, name.lower())
        if taken:
            return Availability(known=True, ok=False, message=f"{name} is taken. Choose another name.")
        return Availability(known=True, message=f"{name} is free.")

    def quota_left(
        self, given: Given, assertion: Assertion, resource_type: str, parameters: Mapping[str, str]
    ) -> Availability:
        """What the sandbox's own quota says; without one, there is no limit."""
        with unit_of_work() as session:
            limit, used = _quota(session, self.slug, resource_type)
        if limit is None:
            return Availability(known=False, message="The sandbox has no quota for this.", facts={"used": used})
        left = max(0, int(limit) - used)
        message = f"{used} of {int(limit)} are in use; {left} left." if left else f"All {int(limit)} are in use."
        return Availability(True, left > 0, message, {"limit": int(limit), "used": used, "unit": "resources"})


@dataclass(frozen=True, slots=True)
class _Resource:
    type: str
    id: str
    attributes: Mapping[str, Any]


def _resources(session: Session, account: str, provider: str, types: tuple[str, ...]) -> Iterator[_Resource]:
    if not _is_there(session):
        return
    rows = session.connection().execute(
        text(
            "SELECT type, id, attributes FROM sandbox_cloud.resource WHERE account = :account AND provider = :provider "
            "AND type = ANY(:types) ORDER BY created_at DESC, id LIMIT :most"
        ),
        {"account": account, "provider": provider, "types": list(types), "most": MOST},
    )
    keys = keyring()
    for row in rows:
        yield _Resource(row.type, row.id, json.loads(keys.decrypt(bytes(row.attributes), label=LABEL)))


def _taken(session: Session, scope: str, name: str) -> bool:
    query = text("SELECT 1 FROM sandbox_cloud.claim WHERE scope = :scope AND name = :name")
    return (
        _is_there(session) and session.connection().execute(query, {"scope": scope, "name": name}).first() is not None
    )


def _quota(session: Session, account: str, resource_type: str) -> tuple[float | None, int]:
    """The most particular rule that applies, as a create would find it, and how many there are."""
    if not _is_there(session):
        return None, 0
    given = {"account": account, "type": resource_type}
    limit = text(
        "SELECT amount FROM sandbox_cloud.rule WHERE kind = 'quota' AND account IN ('*', :account) "
        "AND type IN ('*', :type) AND operation IN ('*', 'create') "
        "ORDER BY (account = '*'), (type = '*'), (operation = '*'), number DESC LIMIT 1"
    )
    used = text("SELECT count(*) FROM sandbox_cloud.resource WHERE account = :account AND type = :type")
    connection = session.connection()
    return connection.execute(limit, given).scalar_one_or_none(), int(connection.execute(used, given).scalar_one())


def _is_there(session: Session) -> bool:
    """Whether a sandbox has ever run here: it makes its tables itself, all of them at once."""
    query = text("SELECT to_regclass('sandbox_cloud.rule') IS NOT NULL")
    return bool(session.connection().execute(query).scalar_one())


def _option(resource: _Resource, kind: _Kind) -> Option:
    name = str(resource.attributes.get("name") or resource.id.rsplit("/", 1)[-1])
    values = {"id": resource.id, "name": name, "email": str(resource.attributes.get("email") or "")}
    place = resource.attributes.get("location") or resource.attributes.get("region")
    return Option(
        value=values[kind.value],
        label=values["email"] if kind.value == "email" else _label(resource, name),
        description=str(place) if place else None,
        depends=_depends(place),
    )


def _label(resource: _Resource, name: str) -> str:
    """Of an Azure subnet its network too: every network has one called `default`."""
    parts = resource.id.split("/")
    if resource.type == "azurerm_subnet" and len(parts) > 3:
        return f"{parts[-3]} / {name}"
    return name


def _depends(place: Any) -> dict[str, list[str]]:
    return {"location": [str(place)], "region": [str(place)]} if place else {}


def _is_inside(resource: _Resource, network: str) -> bool:
    """Whether a subnet lies in the network: below its id, or with it as attribute."""
    if not network:
        return True
    of = str(resource.attributes.get("network") or resource.attributes.get("virtual_network_name") or "")
    return resource.id.lower().startswith(f"{network.lower()}/") or (
        bool(of) and of.rsplit("/", 1)[-1] == network.rsplit("/", 1)[-1]
    )
