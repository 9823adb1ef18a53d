"""The built-in rules on what Terraform plans for our 35 templates: `plans.json.gz`, made by tests/templates/summaries.py."""

from __future__ import annotations

import gzip
import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from portal.policy import subject
from portal.policy.judging import Question, judge
from portal.policy.rules.resources import MACHINE_SIZES
from portal.policy.schemas import Judgement
from portal.policy.subject import Subject
from tests.templates import catalogue
from tests.unit.policy.plans import plan


@cache
def plans() -> dict[str, dict[str, Any]]:
    return json.loads(gzip.decompress((Path(__file__).parent / "plans.json.gz").read_bytes()))


def subject_of(name: str, **given: Any) -> Subject:
    return subject.of(plans()[name], plan(**given).facts)


def asked(name: str, rule: str, settings: dict[str, Any], **given: Any) -> Judgement:
    (answer,) = judge(subject_of(name, **given), [Question(rule, settings)])
    return answer


def failing(rule: str, settings: dict[str, Any], **given: Any) -> dict[str, set[str]]:
    """By plan, the types of the resources that fail."""
    found: dict[str, set[str]] = {}
    for name in plans():
        answer = asked(name, rule, settings, **given)
        assert answer.error is None
        if not answer.passed:
            found[name] = {_type(item.address) for item in answer.problems}
    return found


def _type(address: str) -> str:
    return next((part for part in address.split(".") if part.startswith(("azurerm_", "google_"))), "")


def test_there_are_two_plans_of_every_template() -> None:
    assert sorted(plans()) == sorted(f"{key}-{name}" for key in catalogue.KEYS for name in ("minimal", "full"))


def test_every_place_that_is_planned_is_seen() -> None:
    unseen = []
    for name, made in plans().items():
        answer = asked(name, "allowed_regions", {"regions": ["nowhere"], "allow_global": False})
        seen = {problem.address for problem in answer.problems}
        unseen += [
            change["address"] for change in made["changes"] if _has_a_place(change) and change["address"] not in seen
        ]
    assert unseen == []


def _has_a_place(change: dict[str, Any]) -> bool:
    places = [item for item in change["attributes"] if item["path"] in ("location", "region")]
    return change["action"] == "create" and any(isinstance(item.get("after"), str) for item in places)


def test_further_places_of_one_resource_are_seen_as_well() -> None:
    first = {"regions": ["westeurope", "northeurope", "global", "*-*", "eu", "us"]}
    assert failing("allowed_regions", first) == {
        "azure/container-registry-full": {"azurerm_container_registry"},
        "azure/cosmos-db-full": {"azurerm_cosmosdb_account"},
        "azure/redis-cache-full": {"azurerm_managed_redis"},
    }


def test_the_size_of_every_machine_is_seen() -> None:
    found = failing("machine_types", {"allowed": ["none"]})
    assert found == {
        "azure/aks-cluster-full": {"azurerm_kubernetes_cluster", "azurerm_kubernetes_cluster_node_pool"},
        "azure/aks-cluster-minimal": {"azurerm_kubernetes_cluster"},
        "azure/virtual-machine-full": {"azurerm_linux_virtual_machine"},
        "azure/virtual-machine-minimal": {"azurerm_linux_virtual_machine"},
        "azure/vm-scale-set-full": {"azurerm_linux_virtual_machine_scale_set"},
        "azure/vm-scale-set-minimal": {"azurerm_linux_virtual_machine_scale_set"},
        "gcp/compute-instance-full": {"google_compute_instance"},
        "gcp/compute-instance-minimal": {"google_compute_instance"},
        "gcp/gke-cluster-full": {"google_container_node_pool"},
    }
    assert {kind for kinds in found.values() for kind in kinds} <= MACHINE_SIZES.keys()


def test_our_templates_ask_for_tls_unless_told_otherwise_and_what_asks_for_less_than_1_3_is_seen() -> None:
    assert failing("encryption", {}) == {}
    found = failing("encryption", {"minimum_tls": "1.3"})
    assert {"azure/storage-account-minimal", "azure/web-app-minimal", "azure/cosmos-db-full"} <= found.keys()
    assert {"gcp/load-balancer-minimal", "gcp/cloud-cdn-minimal"} <= found.keys()


def test_public_addresses_of_machines_are_seen_and_those_of_load_balancers_left_alone() -> None:
    assert failing("no_public_address", {}) == {
        "azure/virtual-machine-full": {"azurerm_network_interface"},
        "gcp/compute-instance-full": {"google_compute_instance"},
    }


def test_databases_without_protection_are_seen_in_production_only() -> None:
    assert failing("deletion_protection", {}) == {}
    found = failing("deletion_protection", {"also_clusters": True}, production=True)
    assert found["gcp/cloud-sql-full"] == {"google_sql_database_instance"}
    assert found["azure/sql-database-minimal"] == {"azurerm_mssql_server"}
    assert found["gcp/gke-cluster-full"] == {"google_container_cluster"}
    assert "azure/sql-database-full" not in found


def test_nothing_is_exposed_by_required_values_alone_but_what_is_there_to_be_reached() -> None:
    exposed = {name.removesuffix("-minimal") for name in failing("public_exposure", {}) if name.endswith("-minimal")}
    assert exposed == {"azure/api-management", "azure/function-app", "azure/service-bus", "azure/web-app"}


@pytest.mark.parametrize("name", ["azure/storage-account-full", "gcp/storage-bucket-full"])
def test_tags_and_labels_that_were_given_are_found(name: str) -> None:
    given = {
        step
        for change in subject_of(name).staying
        for tags in (change.after.get("tags"), change.after.get("labels"))
        for step in (tags if isinstance(tags, dict) else {})
    }
    assert given
    assert asked(name, "required_tags", {"tags": sorted(given)}).passed
    assert not asked(name, "required_tags", {"tags": ["surely-not-there"]}).passed


def test_where_tags_stand_is_what_the_schemas_of_the_sandbox_say() -> None:
    text = resources.files("portal.policy.rules").joinpath("taggable.txt").read_text()
    known = {line.split()[0] for line in text.splitlines() if line and not line.startswith("#")}
    packs = resources.files("worker.sandbox.schemas")
    wrong = []
    for provider, names in (("azurerm", {"tags"}), ("google", {"labels", "resource_labels"})):
        pack = json.loads(gzip.decompress(packs.joinpath(f"{provider}.json.gz").read_bytes()))
        for kind, schema in pack["resources"].items():
            can = any(name in schema["a"] and schema["a"][name][1] != "c" for name in names)
            wrong += [kind] if can and kind not in known else []
    assert wrong == []
