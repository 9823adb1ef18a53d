"""What people are warned of before they confirm."""

from __future__ import annotations

from typing import Any

import pytest

from portal.run import risk
from portal.run.schemas import ChangeAction


def kinds(resource_type: str, action: ChangeAction, before: Any = None, after: Any = None) -> list[str]:
    item = {"address": f"{resource_type}.x", "type": resource_type, "change": {"before": before, "after": after}}
    return [warning.kind for warning in risk.warnings(item, action)]


@pytest.mark.parametrize(
    "resource_type",
    [
        "azurerm_storage_account", "azurerm_storage_container", "azurerm_managed_disk", "azurerm_linux_virtual_machine",
        "azurerm_mssql_database", "azurerm_postgresql_flexible_server", "azurerm_cosmosdb_sql_container", "azurerm_key_vault",
        "google_storage_bucket", "google_sql_database_instance", "google_compute_disk", "google_bigquery_dataset",
    ],
)  # fmt: skip
def test_deleting_what_holds_data_is_a_loss_of_data(resource_type: str) -> None:
    assert kinds(resource_type, "delete", {}) == ["data_loss"]
    assert kinds(resource_type, "replace", {}, {}) == ["data_loss"]
    assert kinds(resource_type, "create", None, {}) == []
    assert kinds(resource_type, "update", {}, {}) == []


def test_replacing_anything_else_is_said_and_deleting_it_is_not() -> None:
    assert kinds("azurerm_public_ip", "replace", {}, {}) == ["replace"]
    assert kinds("azurerm_public_ip", "delete", {}) == []


AZURE_RULE = {"direction": "Inbound", "access": "Allow", "source_address_prefix": "*"}
GOOGLE_RULE = {"direction": "INGRESS", "allow": [{"protocol": "tcp"}], "source_ranges": ["0.0.0.0/0"]}


@pytest.mark.parametrize(
    ("resource_type", "public", "private"),
    [
        ("azurerm_network_security_rule", AZURE_RULE, AZURE_RULE | {"source_address_prefix": "10.0.0.0/8"}),
        ("azurerm_network_security_rule", AZURE_RULE, AZURE_RULE | {"access": "Deny"}),
        ("azurerm_network_security_rule", AZURE_RULE, AZURE_RULE | {"direction": "Outbound"}),
        (
            "azurerm_network_security_rule",
            {"direction": "Inbound", "access": "Allow", "source_address_prefixes": ["10.0.0.0/8", "0.0.0.0/0"]},
            {"direction": "Inbound", "access": "Allow", "source_address_prefixes": ["10.0.0.0/8"]},
        ),
        ("azurerm_network_security_group", {"security_rule": [AZURE_RULE]}, {"security_rule": []}),
        ("google_compute_firewall", GOOGLE_RULE, GOOGLE_RULE | {"source_ranges": ["10.0.0.0/8"]}),
        ("google_compute_firewall", GOOGLE_RULE, GOOGLE_RULE | {"allow": [], "deny": [{}]}),
        ("google_compute_firewall", GOOGLE_RULE, GOOGLE_RULE | {"disabled": True}),
        ("azurerm_key_vault", {"public_network_access_enabled": True}, {"public_network_access_enabled": False}),
        (
            "azurerm_storage_account",
            {"public_network_access_enabled": True},
            {"public_network_access_enabled": True, "network_rules": [{"default_action": "Deny"}]},
        ),
        ("azurerm_managed_redis", {"public_network_access": "Enabled"}, {"public_network_access": "Disabled"}),
        ("azurerm_storage_container", {"container_access_type": "blob"}, {"container_access_type": "private"}),
        ("google_storage_bucket_iam_member", {"member": "allUsers"}, {"member": "user:a@example.com"}),
        ("google_cloud_run_v2_service_iam_binding", {"members": ["allAuthenticatedUsers"]}, {"members": []}),
        (
            "google_sql_database_instance",
            {"settings": [{"ip_configuration": [{"authorized_networks": [{"value": "0.0.0.0/0"}]}]}]},
            {"settings": [{"ip_configuration": [{"authorized_networks": [{"value": "192.0.2.0/24"}]}]}]},
        ),
    ],
)
def test_what_becomes_public_is_said(resource_type: str, public: Any, private: Any) -> None:
    assert kinds(resource_type, "create", None, public) == ["public_exposure"]
    assert kinds(resource_type, "update", private, public) == ["public_exposure"]
    assert kinds(resource_type, "create", None, private) == []
    assert kinds(resource_type, "update", public, public) == [], "what was public before was decided before"
    assert kinds(resource_type, "delete", public) in ([], ["data_loss"])


def test_values_that_are_not_known_yet_are_no_reason_to_fall_over() -> None:
    for resource_type in ("azurerm_network_security_group", "google_sql_database_instance", "google_compute_firewall"):
        for value in (None, {}, {"security_rule": None, "settings": None, "allow": None}):
            assert kinds(resource_type, "create", None, value) == []
