"""The built-in rules, one by one: what each lets pass and what it does not, for both clouds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.kit.errors import Invalid
from portal.policy import judging
from portal.policy.rules import RULES
from portal.policy.subject import MOST_ATTRIBUTES
from tests.unit.policy.plans import asked, change, messages, plan

STORAGE = "azurerm_storage_account"
BUCKET = "google_storage_bucket"


@pytest.mark.parametrize(
    ("kind", "attributes", "wrong"),
    [
        (STORAGE, {"tags__owner": "ada", "tags__env": "dev"}, []),
        (STORAGE, {"tags__Owner": "ada", "tags__ENV": "dev"}, []),
        (STORAGE, {"tags__env": "dev"}, ["It lacks the tag owner."]),
        (STORAGE, {"tags__owner": "ada", "tags__env": "test"}, ["Its tag env is 'test'; allowed: dev, prod."]),
        (STORAGE, {"name": "x"}, ["It lacks the tag owner.", "It lacks the tag env."]),
        (STORAGE, {"tags": ...}, []),
        (BUCKET, {"labels__owner": "ada", "labels__env": "prod"}, []),
        (BUCKET, {"terraform_labels__owner": "ada", "terraform_labels__env": "prod"}, []),
        (BUCKET, {"name": "x"}, ["It lacks the label owner.", "It lacks the label env."]),
        ("google_sql_database_instance", {"settings[0].user_labels": {"owner": "a", "env": "dev"}}, []),
        ("google_container_cluster", {"resource_labels__owner": "a"}, ["It lacks the label env."]),
        ("azurerm_subnet", {"name": "cannot-have-tags"}, []),
    ],
)  # fmt: skip
def test_tags_and_labels_are_missed_where_a_resource_can_have_them(
    kind: str, attributes: dict[str, Any], wrong: list[str]
) -> None:
    answer = asked("required_tags", {"tags": ["owner", "env=dev|prod"]}, change(kind, **attributes))
    assert [item.message for item in answer.problems] == wrong


def test_of_a_changed_resource_the_tags_that_stay_count() -> None:
    settings = {"tags": ["owner"]}
    assert asked("required_tags", settings, change(STORAGE, "update", tags__owner="ada")).passed
    assert not asked("required_tags", settings, change(STORAGE, "update", tags__env="dev")).passed
    assert asked("required_tags", settings, change(STORAGE, "delete", name="x")).passed


@pytest.mark.parametrize(
    ("kind", "attributes", "fine"),
    [
        (STORAGE, {"location": "westeurope"}, True),
        (STORAGE, {"location": "West Europe"}, True),
        (STORAGE, {"location": "eastus"}, False),
        (STORAGE, {"location": ...}, True),
        (BUCKET, {"location": "EUROPE-WEST4"}, True),
        (BUCKET, {"location": "US"}, False),
        ("google_compute_instance", {"zone": "europe-west1-b"}, True),
        ("google_compute_instance", {"zone": "us-central1-a"}, False),
        ("azurerm_public_ip", {"location": "westeurope", "zones": ["1"]}, True),
        ("azurerm_dns_zone", {"location": "global"}, True),
        ("azurerm_cosmosdb_account", {"geo_location[0].location": "westeurope", "geo_location[1].location": "eastus"}, False),
    ],
)  # fmt: skip
def test_regions_are_compared_in_the_words_of_their_cloud(kind: str, attributes: dict[str, Any], fine: bool) -> None:
    settings = {"regions": ["westeurope", "europe-west*"]}
    assert asked("allowed_regions", settings, change(kind, **attributes)).passed is fine


def test_what_is_global_can_be_refused() -> None:
    settings = {"regions": ["westeurope"], "allow_global": False}
    assert messages(asked("allowed_regions", settings, change("azurerm_dns_zone", location="global"))) == [
        "azurerm_dns_zone.this: It would be in global; allowed: westeurope."
    ]


def test_types_are_forbidden_or_must_be_among_those_allowed() -> None:
    settings = {"allowed": ["azurerm_*"], "forbidden": ["*_vpn_gateway", "azurerm_virtual_network_gateway"]}
    answer = asked(
        "resource_types", settings,
        change(STORAGE), change(BUCKET), change("azurerm_virtual_network_gateway"), change(BUCKET, "delete", "old"),
    )  # fmt: skip
    assert [item.address for item in answer.problems] == [f"{BUCKET}.this", "azurerm_virtual_network_gateway.this"]


@pytest.mark.parametrize(
    ("kind", "attributes", "fine"),
    [
        ("azurerm_linux_virtual_machine", {"size": "Standard_B2s"}, True),
        ("azurerm_linux_virtual_machine", {"size": "Standard_M128"}, False),
        ("azurerm_linux_virtual_machine_scale_set", {"sku": "Standard_M128"}, False),
        ("azurerm_kubernetes_cluster", {"default_node_pool[0].vm_size": "Standard_M128"}, False),
        ("google_compute_instance", {"machine_type": "e2-small"}, True),
        ("google_compute_instance", {"machine_type": "zones/europe-west1-b/machineTypes/e2-small"}, True),
        ("google_compute_instance", {"machine_type": "m3-ultramem-32"}, False),
        ("google_container_node_pool", {"node_config[0].machine_type": "m3-ultramem-32"}, False),
        ("google_compute_instance", {"machine_type": ...}, True),
        (STORAGE, {"size": "huge"}, True),
    ],
)
def test_sizes_of_machines_are_looked_for_where_they_stand(kind: str, attributes: dict[str, Any], fine: bool) -> None:
    settings = {"allowed": ["Standard_B*", "e2-*"]}
    assert asked("machine_types", settings, change(kind, **attributes)).passed is fine


def test_names_follow_a_pattern_as_a_whole() -> None:
    settings = {"pattern": "[a-z]+-(dev|prod)", "types": ["azurerm_*"]}
    answer = asked(
        "naming", settings,
        change(STORAGE, name_="x") | {"attributes": [{"path": "name", "after": "shop-dev"}]},
        change(STORAGE, name="second") | {"attributes": [{"path": "name", "after": "shop-dev-2"}]},
        change(BUCKET) | {"attributes": [{"path": "name", "after": "Anything"}]},
        change("azurerm_subnet") | {"attributes": [{"path": "name", "unknown": True}]},
    )  # fmt: skip
    assert [item.address for item in answer.problems] == [f"{STORAGE}.second"]


def test_exposure_and_loss_are_what_the_plan_itself_warns_of() -> None:
    warnings = [
        {"kind": "public_exposure", "address": f"{STORAGE}.this", "text": "It can be reached from the whole internet."},
        {"kind": "data_loss", "address": f"{BUCKET}.this", "text": "It is deleted: every object in it is lost."},
    ]
    given = (change(STORAGE), change(BUCKET, "delete"))
    assert messages(asked("public_exposure", {}, *given, warnings=warnings)) == [
        f"{STORAGE}.this: It can be reached from the whole internet."
    ]
    assert messages(asked("data_loss", {}, *given, warnings=warnings)) == [
        f"{BUCKET}.this: It is deleted: every object in it is lost."
    ]
    assert asked("data_loss", {"except_types": ["google_*"]}, *given, warnings=warnings).passed


@pytest.mark.parametrize(
    ("attributes", "settings", "fine"),
    [
        ({"min_tls_version": "TLS1_2"}, {}, True),
        ({"min_tls_version": "TLS1_0"}, {}, False),
        ({"min_tls_version": "TLS1_2"}, {"minimum_tls": "1.3"}, False),
        ({"site_config[0].minimum_tls_version": "1.1"}, {}, False),
        ({"minimum_tls_version": "1.3"}, {"minimum_tls": "1.3"}, True),
        ({"min_tls_version": "TLS_1_2"}, {}, True),
        ({"minimum_tls_version": "Disabled"}, {}, False),
        ({"https_only": False}, {}, False),
        ({"https_only": False}, {"https_only": False}, True),
        ({"https_traffic_only_enabled": True}, {}, True),
        ({"settings[0].ip_configuration[0].ssl_mode": "ENCRYPTED_ONLY"}, {}, True),
        ({"settings[0].ip_configuration[0].ssl_mode": "ALLOW_UNENCRYPTED_AND_ENCRYPTED"}, {}, False),
        ({"min_tls_version": ...}, {}, True),
    ],
)
def test_tls_is_asked_for_however_a_provider_writes_it(
    attributes: dict[str, Any], settings: dict[str, Any], fine: bool
) -> None:
    assert asked("encryption", settings, change("azurerm_any", **attributes)).passed is fine


def test_databases_in_production_are_protected_from_being_deleted() -> None:
    instance = change("google_sql_database_instance", deletion_protection=False)
    assert asked("deletion_protection", {}, instance).passed
    assert messages(asked("deletion_protection", {}, instance, production=True)) == [
        "google_sql_database_instance.this: It is not protected from being deleted: set deletion_protection."
    ]
    protected = change("google_sql_database_instance", deletion_protection=True)
    assert asked("deletion_protection", {}, protected, production=True).passed
    server, lock = change("azurerm_mssql_server"), change("azurerm_management_lock")
    assert not asked("deletion_protection", {}, server, production=True).passed
    assert asked("deletion_protection", {}, server, lock, production=True).passed
    gone = change("azurerm_management_lock", "delete")
    assert not asked("deletion_protection", {"only_production": False}, gone).passed


@pytest.mark.parametrize(
    ("kind", "attributes", "fine"),
    [
        ("google_compute_instance", {"network_interface[0].access_config[0].network_tier": "PREMIUM"}, False),
        ("google_compute_instance", {"network_interface[0].access_config": []}, True),
        ("google_compute_instance", {"network_interface[0].network": "default"}, True),
        ("azurerm_network_interface", {"ip_configuration[0].public_ip_address_id": ...}, False),
        ("azurerm_network_interface", {"ip_configuration[0].name": "internal"}, True),
        (
            "azurerm_linux_virtual_machine_scale_set",
            {"network_interface[0].ip_configuration[0].public_ip_address[0].name": "p"},
            False,
        ),
        ("azurerm_public_ip", {"name": "of-a-load-balancer"}, True),
    ],
)
def test_machines_have_no_public_address(kind: str, attributes: dict[str, Any], fine: bool) -> None:
    assert asked("no_public_address", {}, change(kind, **attributes)).passed is fine


def test_a_run_changes_and_destroys_no_more_than_so_many() -> None:
    many = [change(STORAGE, name=f"n{index}") for index in range(3)]
    gone = [change(BUCKET, "delete", "a"), change(BUCKET, "replace", "b")]
    assert asked("change_limit", {"changed": 4, "destroyed": 2}, *many, *gone).passed
    assert messages(asked("change_limit", {"changed": 2, "destroyed": 1}, *many, *gone)) == [
        "The plan makes or changes 4 resources; at most 2 are allowed in one run.",
        f"The plan destroys 2 resources; at most 1 are allowed in one run: {BUCKET}.a, {BUCKET}.b.",
    ]


def test_cost_is_limited_a_month_and_by_how_much_it_grows() -> None:
    cost = {
        "currency": "USD",
        "before_monthly": 10.0,
        "after_monthly": 120.5,
        "delta_monthly": 110.5,
        "unpriced": ["a.b"],
    }
    assert asked("cost_limit", {"monthly": 200, "increase": 150}, cost=cost).passed
    assert messages(asked("cost_limit", {"monthly": 100, "increase": 100}, cost=cost)) == [
        "It would cost 120.50 USD a month; at most 100.00 are allowed.",
        "It would cost 110.50 USD a month more; at most 100.00 are allowed.",
    ]
    assert asked("cost_limit", {"monthly": 1}).passed
    assert not asked("cost_limit", {"monthly": 1, "without_estimate": "fail"}).passed
    assert messages(asked("cost_limit", {"without_estimate": "fail"}, cost=cost)) == ["a.b: It has no price."]


def test_deployments_have_an_end_except_in_production() -> None:
    assert messages(asked("expiry", {"days": 7})) == ["The deployment never expires. Give it an end within 7 days."]
    assert asked("expiry", {"days": 7}, production=True).passed
    assert asked("expiry", {"days": 7}, expires_at="2026-11-29T00:00:00+00:00").passed
    assert not asked("expiry", {"days": 7}, expires_at="2026-12-29T00:00:00+00:00").passed


@pytest.mark.parametrize(
    ("at", "settings", "fine"),
    [
        ("2026-11-23T12:00", {}, True),
        ("2026-11-22T12:00", {}, False),
        ("2026-11-23T17:00", {}, False),
        ("2026-11-23T16:30", {"timezone": "Europe/Berlin"}, False),
        ("2026-11-23T07:30", {"timezone": "Europe/Berlin"}, True),
        ("2026-11-23T12:00", {"closed": ["2026-11-20..2026-11-25"]}, False),
        ("2026-11-23T23:00", {"begin": "22:00", "end": "04:00"}, True),
        ("2026-11-28T03:00", {"begin": "22:00", "end": "04:00"}, True),
        ("2026-11-23T03:00", {"begin": "22:00", "end": "04:00"}, False),
    ],
)
def test_a_window_is_open_at_its_times_in_its_time_zone(at: str, settings: dict[str, Any], fine: bool) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert asked("change_window", settings, now=now).passed is fine
    assert RULES["change_window"].at_apply


def test_of_a_resource_with_more_attributes_than_are_kept_nobody_says_that_it_is_fine() -> None:
    attributes = [{"path": f"security_rule[{index}].name", "after": "x"} for index in range(MOST_ATTRIBUTES - 1)]
    item = change(STORAGE) | {"attributes": [*attributes, {"path": "tags.owner", "after": "ada"}]}
    assert not asked("required_tags", {"tags": ["owner"]}, item).passed
    assert not asked("encryption", {}, item).passed
    assert not asked("expression", {"expression": "change.type != ''"}, item).passed
    assert asked("change_limit", {}, item).passed


@pytest.mark.parametrize(
    ("rule", "settings", "field"),
    [
        ("required_tags", {"tags": []}, "settings.tags"),
        ("required_tags", {"tags": ["=x"]}, "settings.tags"),
        ("allowed_regions", {}, "settings.regions"),
        ("naming", {"pattern": "("}, "settings.pattern"),
        ("change_window", {"timezone": "Mars/Olympus"}, "settings.timezone"),
        ("change_window", {"begin": "8 o'clock"}, "settings.begin"),
        ("change_window", {"closed": ["2026-12-24..2026-12-20"]}, "settings.closed"),
        ("change_limit", {"changed": -1}, "settings.changed"),
        ("encryption", {"minimum_tls": "1.0"}, "settings.minimum_tls"),
        ("cost_limit", {"monthly": "lots"}, "settings.monthly"),
        ("public_exposure", {"surprise": 1}, "settings.surprise"),
        ("nothing", {}, "rule"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_at_their_field(
    rule: str, settings: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        judging.settings_of(rule, settings)
    assert [problem.path for problem in refused.value.errors] == [field]


def test_a_rule_that_breaks_has_not_been_passed_and_breaks_no_other() -> None:
    questions = [judging.Question("required_tags", {"tags": 7}), judging.Question("change_limit", {})]
    first, second = judging.judge(plan(change(STORAGE)), questions)
    assert not first.passed
    assert first.error is not None
    assert second.passed
