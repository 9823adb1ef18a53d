"""Whether a name that all of Azure shares can still be taken. Their own interfaces ask this by POST and change nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from portal.cloud_account.azure import manager
from portal.cloud_account.azure.manager import Manager
from portal.cloud_account.provider import Assertion, Availability
from portal.cloud_account.schemas import Given

UNKNOWN: Final = Availability(known=False)


@dataclass(frozen=True, slots=True)
class Question:
    """Where a kind of name is asked about. `azure_type` goes into the question where its interface wants one."""

    path: str
    version: str
    azure_type: str = ""


_SITES: Final = Question("/providers/Microsoft.Web/checknameavailability", "2023-12-01", "Microsoft.Web/sites")
QUESTIONS: Final[dict[str, Question]] = {
    "azurerm_storage_account": Question(
        "/providers/Microsoft.Storage/checkNameAvailability", manager.STORAGE, "Microsoft.Storage/storageAccounts"
    ),
    "azurerm_key_vault": Question(
        "/providers/Microsoft.KeyVault/checkNameAvailability", "2023-07-01", "Microsoft.KeyVault/vaults"
    ),
    "azurerm_container_registry": Question(
        "/providers/Microsoft.ContainerRegistry/checkNameAvailability",
        "2025-11-01",
        "Microsoft.ContainerRegistry/registries",
    ),
    "azurerm_mssql_server": Question(
        "/providers/Microsoft.Sql/checkNameAvailability", manager.SQL, "Microsoft.Sql/servers"
    ),
    "azurerm_postgresql_flexible_server": Question(
        "/providers/Microsoft.DBforPostgreSQL/checkNameAvailability",
        "2024-08-01",
        "Microsoft.DBforPostgreSQL/flexibleServers",
    ),
    "azurerm_mysql_flexible_server": Question(
        "/providers/Microsoft.DBforMySQL/checkNameAvailability", "2023-12-30", "Microsoft.DBforMySQL/flexibleServers"
    ),
    "azurerm_linux_web_app": _SITES,
    "azurerm_windows_web_app": _SITES,
    "azurerm_linux_function_app": _SITES,
    "azurerm_windows_function_app": _SITES,
    "azurerm_function_app_flex_consumption": _SITES,
    "azurerm_servicebus_namespace": Question("/providers/Microsoft.ServiceBus/checkNameAvailability", "2024-01-01"),
    "azurerm_eventhub_namespace": Question("/providers/Microsoft.EventHub/checkNameAvailability", "2024-01-01"),
    "azurerm_api_management": Question("/providers/Microsoft.ApiManagement/checkNameAvailability", "2024-05-01"),
    "azurerm_search_service": Question(
        "/providers/Microsoft.Search/checkNameAvailability", "2025-05-01", "searchServices"
    ),
    "azurerm_app_configuration": Question(
        "/providers/Microsoft.AppConfiguration/checkNameAvailability",
        "2024-05-01",
        "Microsoft.AppConfiguration/configurationStores",
    ),
}
EXISTENCE: Final = {"azurerm_cosmosdb_account": ("/providers/Microsoft.DocumentDB/databaseAccountNames/", "2024-08-15")}
"""Kinds whose interface says by 200 or 404 whether a name is taken."""


def name_available(given: Given, assertion: Assertion, resource_type: str, name: str) -> Availability:
    """Whether it can be taken; not known for what has no such question."""
    if resource_type not in QUESTIONS and resource_type not in EXISTENCE:
        return UNKNOWN
    with manager.open_for(manager.who(given, assertion, reads=True)) as asked:
        if resource_type in EXISTENCE:
            return _by_existence(asked, resource_type, name)
        return _by_answer(_asked(asked, QUESTIONS[resource_type], name), name)


def _asked(asked: Manager, question: Question, name: str) -> Mapping[str, Any]:
    body = {"name": name, "type": question.azure_type} if question.azure_type else {"name": name}
    return asked.ask(question.path, question.version, body)


def _by_answer(answer: Mapping[str, Any], name: str) -> Availability:
    free = next((answer[key] for key in ("nameAvailable", "available", "isNameAvailable") if key in answer), None)
    if free is None:
        return UNKNOWN
    if free:
        return Availability(known=True, ok=True, message=f"{name} can be taken.")
    reason = str(answer.get("message") or "").strip().splitlines()
    return Availability(known=True, ok=False, message=reason[0][:300] if reason else f"{name} is taken already.")


def _by_existence(asked: Manager, resource_type: str, name: str) -> Availability:
    path, version = EXISTENCE[resource_type]
    if not name.replace("-", "").isalnum():
        return UNKNOWN  # it would become another address
    taken = asked.outgoing.exists(f"https://{asked.settings.cloud.manager}{path}{name}?api-version={version}")
    return Availability(
        known=True, ok=not taken, message=f"{name} is taken already." if taken else f"{name} can be taken."
    )
