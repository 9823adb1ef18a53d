"""Look-ups, names and quotas of Google Cloud, in the form in which the templates' fields want them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from portal.cloud_account import gcp
from portal.cloud_account.gcp import client
from portal.cloud_account.lookups import is_offered
from portal.cloud_account.outgoing import Throttled
from portal.cloud_account.provider import Availability
from portal.cloud_account.schemas import Given, Option
from portal.kit.errors import NotFound, Unavailable
from tests.support.clouds import gcp_accounts as made
from tests.support.clouds.gcp import NUMBER, PROJECT, Google
from tests.support.clouds.loopback import Answer, Loopback, standing_in

TEMPLATES = Path(__file__).parents[3] / "templates" / "gcp"


class World:
    def __init__(self, google: Google, loopback: Loopback) -> None:
        self.google, self.loopback = google, loopback

    def options(self, kind: str, given: Given | None = None, **parameters: str) -> dict[str, Option]:
        found = gcp.lookup(given or made.with_portal(), made.says(), kind, parameters)
        assert found.source.startswith("https://")
        assert "?" not in found.source
        return {option.value: option for option in found.options}

    def name(self, resource_type: str, name: str) -> Availability:
        return gcp.name_available(made.with_portal(), made.says(), resource_type, name)

    def quota(self, resource_type: str, **parameters: str) -> Availability:
        return gcp.quota_left(made.with_portal(), made.says(), resource_type, parameters)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    google = made.google()
    monkeypatch.setattr(client, "SECONDS", 60)  # a busy machine is not what is tried here
    with standing_in({**google.hosts(), **made.others()}, tmp_path) as loopback:
        yield World(google, loopback)


def accepted(template: str, variable: str) -> re.Pattern[str]:
    """What the template's own variable takes: the pattern of its validation."""
    source = (TEMPLATES / template / "variables.tf").read_text()
    block = source[source.index(f'variable "{variable}"') :].partition("\n}\n")[0]
    found = re.search(r'regex\("(\^.*?\$)", (?:var\.|[a-z]+\))', block)
    assert found, f"{template} {variable} has no pattern"
    return re.compile(found.group(1).replace("\\\\", "\\"))


WANTED = [
    ("kms-keys", "bigquery", "kms_key_name"),
    ("certificates", "cloud-cdn", "certificate_ids"),
    ("security-policies", "cloud-cdn", "edge_security_policy_id"),
    ("networks", "cloud-dns", "networks"),
    ("gke-clusters", "cloud-dns", "gke_clusters"),
    ("artifact-repositories", "cloud-function", "docker_repository"),
    ("pubsub-topics", "cloud-function", "pubsub_topic"),
    ("service-accounts", "cloud-run", "service_account_email"),
    ("vpc-connectors", "cloud-run", "vpc_connector"),
    ("subnets", "cloud-run", "vpc_subnetwork"),
    ("source-images", "compute-instance", "source_image"),
    ("gke-versions", "gke-cluster", "kubernetes_version"),
]


@pytest.mark.parametrize(("kind", "template", "variable"), WANTED, ids=[kind for kind, *_ in WANTED])
def test_values_are_what_the_field_takes(world: World, kind: str, template: str, variable: str) -> None:
    pattern = accepted(template, variable)
    values = world.options(kind)
    assert values
    assert all(pattern.match(value) for value in values)


EXPECTED: dict[str, set[str]] = {
    "artifact-repositories": {f"projects/{PROJECT}/locations/europe-west1/repositories/images"},
    "backend-services": {"web"},
    "buckets": {"acme-assets"},
    "certificates": {f"projects/{PROJECT}/global/sslCertificates/shop"},
    "disk-types": {"pd-balanced", "pd-ssd"},
    "dns-zones": {"shop"},
    "function-runtimes": {"python313"},
    "gke-clusters": {f"projects/{PROJECT}/locations/europe-west1/clusters/shop"},
    "gke-versions": {"1.34", "1.35"},
    "instance-groups": {f"projects/{PROJECT}/zones/europe-west1-b/instanceGroups/web"},
    "kms-keys": {f"projects/{PROJECT}/locations/europe-west1/keyRings/data/cryptoKeys/disks"},
    "machine-types": {"e2-medium", "n2-standard-4"},
    "network-endpoint-groups": set(),
    "networks": {f"projects/{PROJECT}/global/networks/app", f"projects/{PROJECT}/global/networks/default"},
    "projects": {PROJECT, "acme-host", "acme-shop"},
    "pubsub-schemas": {f"projects/{PROJECT}/schemas/order"},
    "pubsub-topics": {f"projects/{PROJECT}/topics/orders"},
    "regions": {"europe-west1", "us-east1", "asia-east1"},
    "secrets": {"api-key"},
    "security-policies": {f"projects/{PROJECT}/global/securityPolicies/{name}" for name in ("web", "edge")},
    "service-accounts": {f"app@{PROJECT}.iam.gserviceaccount.com"},
    "source-images": {
        f"projects/{PROJECT}/global/images/family/web",
        f"projects/{PROJECT}/global/images/web-20261101",
        f"projects/{PROJECT}/global/images/golden",
        "projects/debian-cloud/global/images/family/debian-13",
    },
    "sql-instances": {f"{PROJECT}:europe-west1:orders"},
    "sql-versions": {"POSTGRES_17", "POSTGRES_18", "MYSQL_8_4", "SQLSERVER_2022_STANDARD"},
    "subnets": {
        f"projects/{PROJECT}/regions/europe-west1/subnetworks/web",
        f"projects/{PROJECT}/regions/us-east1/subnetworks/web",
        "projects/acme-host/regions/europe-west1/subnetworks/shared",
    },
    "vpc-connectors": {f"projects/{PROJECT}/locations/europe-west1/connectors/run"},
    "zones": {"europe-west1-b", "europe-west1-c", "us-east1-b"},
}


def test_every_kind_is_looked_up_in_the_project(world: World) -> None:
    assert EXPECTED.keys() | {"sql-tiers"} == gcp.LOOKUPS
    assert {kind: set(world.options(kind)) for kind in EXPECTED} == EXPECTED
    assert all(asked.method == "GET" for asked in world.loopback.asked if not asked.path.endswith("/token"))


def test_what_other_fields_say_narrows_the_options(world: World) -> None:
    assert set(world.options("zones", region="us-east1")) == {"us-east1-b"}
    assert set(world.options("subnets", region="us-east1")) == {f"projects/{PROJECT}/regions/us-east1/subnetworks/web"}
    shared = world.options("subnets", network="projects/acme-host/global/networks/app", region="europe-west1")
    assert "projects/acme-host/regions/europe-west1/subnetworks/shared" in shared
    assert set(world.options("gke-versions", channel="STABLE")) == {"1.34"}
    assert "db-perf-optimized-N-2" in world.options("sql-tiers", edition="ENTERPRISE_PLUS")
    assert "db-perf-optimized-N-4" not in world.options("sql-tiers")
    assert "db-perf-optimized-N-4" in world.options("sql-tiers", region="us-east1")
    assert set(world.options("kms-keys", location="EU")) == {
        f"projects/{PROJECT}/locations/europe/keyRings/shared/cryptoKeys/buckets"
    }


def test_a_form_that_says_a_place_in_other_words_is_offered_what_is_there(world: World) -> None:
    """The service offers only what depends on nothing else than the form says."""
    for kind, parameters in (("kms-keys", {"location": "EU"}), ("gke-versions", {"location": "europe-west1-b"})):
        found = world.options(kind, None, **parameters)
        assert found
        assert all(is_offered(option, parameters) for option in found.values())


def test_options_say_themselves_what_they_depend_on(world: World) -> None:
    assert world.options("zones")["us-east1-b"].depends["region"] == ["us-east1"]
    assert world.options("gke-versions")["1.34"].depends == {"channel": ["REGULAR", "STABLE"]}
    machines = world.options("machine-types", region="europe-west1")
    assert machines["e2-medium"].depends == {"zone": ["europe-west1-b", "europe-west1-c"]}
    assert machines["n2-standard-4"].description == "4 vCPU, 16 GB"
    assert (
        world.options("subnets")[f"projects/{PROJECT}/regions/us-east1/subnetworks/web"].label == "web (10.20.0.0/20)"
    )


def test_options_come_as_people_count(world: World) -> None:
    assert list(world.options("gke-versions")) == ["1.35", "1.34"]
    assert list(world.options("sql-versions"))[:2] == ["POSTGRES_18", "POSTGRES_17"]
    assert next(option.group for option in world.options("source-images").values()) == "Your own"
    place = f"compute/compute/v1/projects/{PROJECT}/zones/europe-west1-b/machineTypes"
    names = ["n2-standard-16", "n2-standard-4", "n2-standard-2"]
    world.google.things[place] = {"items": [{"name": name, "guestCpus": 2, "memoryMb": 1024} for name in names]}
    assert list(world.options("machine-types")) == sorted(names, key=lambda name: int(name.rpartition("-")[2]))


def test_without_any_place_machine_types_are_those_of_all_zones(world: World) -> None:
    nowhere = made.with_portal(region=None, zone=None)
    assert set(world.options("machine-types", nowhere)) == {"e2-medium", "c4-standard-2"}
    with pytest.raises(Unavailable, match="Choose a region first"):
        world.options("gke-versions", nowhere)


def test_names_in_parameters_lead_nowhere_else(world: World) -> None:
    for value in ("../../../v1/projects/other", "europe-west1/../x", "a?b=c", "%2e%2e/x", "@attacker.example.com/"):
        for kind in ("machine-types", "kms-keys", "gke-versions", "vpc-connectors"):
            with suppress(Unavailable):
                world.options(kind, zone=value, location=value, region=value)
        assert not world.quota("google_compute_instance", region=value).known
        assert world.name("google_storage_bucket", value).message
    assert all(asked.host.endswith(".googleapis.com") for asked in world.loopback.asked)
    assert not [asked for asked in world.loopback.asked if "projects/other" in asked.path]


def test_a_kind_that_is_not_there(world: World) -> None:
    with pytest.raises(NotFound, match="There are: artifact-repositories"):
        world.options("nothing")


def test_a_quota_project_is_named_to_google(world: World) -> None:
    world.options("regions", made.with_portal(billing_project="acme-quota"))
    assert world.loopback.asked[-1].headers["x-goog-user-project"] == "acme-quota"


def test_look_ups_act_as_plans_do(world: World) -> None:
    world.options("regions", made.with_portal(plan_service_account=made.READER))
    token = world.loopback.asked[-1].headers["authorization"].removeprefix("Bearer ")
    assert world.google.tokens[token] == made.READER


class TestTrouble:
    HOST = "compute.googleapis.com"

    def refused(self, world: World, given: Given | None = None) -> str:
        with pytest.raises(Unavailable) as caught:
            world.options("regions", given)
        return caught.value.message

    def test_patience(self, world: World) -> None:
        world.google.answers[self.HOST] = Answer({"error": {"code": 429}}, 429, {"Retry-After": "12"})
        with pytest.raises(Throttled) as caught:
            world.options("regions")
        assert caught.value.retry_after == 12

    def test_an_api_that_is_off(self, world: World) -> None:
        world.google.off.add(self.HOST)
        assert self.refused(world) == (
            f"{self.HOST} is off. Turn it on: `gcloud services enable {self.HOST} --project={NUMBER}`"
        )

    @pytest.mark.parametrize(
        "answer", [Answer(b"<html>"), Answer(b"", 302, {"Location": "https://attacker.example.com/"})]
    )
    def test_garbage_and_redirects(self, world: World, answer: Answer) -> None:
        world.google.answers[self.HOST] = answer
        assert self.refused(world)
        assert "attacker.example.com" not in {asked.host for asked in world.loopback.asked}

    def test_a_sign_in_that_fails(self, world: World) -> None:
        world.google.providers.clear()
        assert "no workload identity provider" in self.refused(world)

    def test_silence_ends_after_what_a_look_up_may_take(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(client, "SECONDS", 0.8)
        world.google.answers[self.HOST] = Answer({}, slow=30)
        assert "did not answer" in self.refused(world)

    def test_attack_25_another_accounts_answer_is_never_given(self, world: World) -> None:
        mine = world.options("regions")
        world.google.providers.clear()
        assert mine
        assert self.refused(world)


class TestNames:
    def test_a_bucket_is_free_taken_here_or_taken_elsewhere(self, world: World) -> None:
        assert world.name("google_storage_bucket", "acme-new") == Availability(True, True, "acme-new is free.")
        here = world.name("google_storage_bucket", "acme-assets")
        assert (here.known, here.ok) == (True, False)
        body = {"error": {"code": 403, "message": "x does not have access", "errors": [{"reason": "forbidden"}]}}
        world.google.answers["storage.googleapis.com/storage/v1/b/example"] = Answer(body, 403)
        elsewhere = world.name("google_storage_bucket", "example")
        assert (elsewhere.known, elsewhere.ok) == (True, False)
        assert "somebody else" in elsewhere.message

    @pytest.mark.parametrize(
        ("resource_type", "taken"),
        [
            ("google_compute_network", "app"),
            ("google_compute_instance", "build"),
            ("google_container_cluster", "shop"),
            ("google_pubsub_topic", "orders"),
            ("google_service_account", "app"),
            ("google_sql_database_instance", "orders"),
        ],
    )
    def test_a_name_within_the_project(self, world: World, resource_type: str, taken: str) -> None:
        found = world.name(resource_type, taken)
        assert (found.known, found.ok) == (True, False)
        if resource_type == "google_compute_instance":
            world.google.things[f"compute/compute/v1/projects/{PROJECT}/aggregated/instances"] = {"items": {}}
        assert world.name(resource_type, "brand-new").ok

    def test_what_cannot_be_told_is_not_guessed(self, world: World) -> None:
        assert not world.name("google_compute_firewall", "x").known
        world.google.off.add("storage.googleapis.com")
        off = world.name("google_storage_bucket", "acme-new")
        assert not off.known
        assert "gcloud services enable storage.googleapis.com" in off.message


class TestQuotas:
    @pytest.mark.parametrize(
        ("resource_type", "parameters", "ok"),
        [
            ("google_compute_instance", {"machine_type": "e2-standard-4"}, True),
            ("google_compute_instance", {"machine_type": "e2-standard-8"}, False),
            ("google_compute_instance", {"machine_type": "e2-standard-4", "count": "2"}, False),
            ("google_compute_instance", {"machine_type": "n2-standard-16"}, True),
            ("google_compute_instance", {"machine_type": "n2-custom-32-65536"}, False),
            ("google_compute_disk", {"disk_type": "pd-ssd", "size_gb": "50"}, True),
            ("google_compute_disk", {"disk_type": "pd-ssd", "size_gb": "51"}, False),
            ("google_compute_address", {}, False),
            ("google_compute_network", {}, False),
        ],
    )
    def test_whether_one_more_fits(
        self, world: World, resource_type: str, parameters: dict[str, Any], ok: bool
    ) -> None:
        found = world.quota(resource_type, **parameters)
        assert (found.known, found.ok) == (True, ok)
        assert found.facts.keys() == {"limit", "used", "unit", "metric"}

    def test_the_numbers_are_googles(self, world: World) -> None:
        found = world.quota("google_compute_instance", machine_type="e2-standard-8")
        assert found.message == (
            "8 vCPU are needed, but 4 of 24 are left in europe-west1 (CPUS). Ask Google for more, or choose another region."
        )
        assert found.facts == {"limit": 24.0, "used": 20.0, "unit": "vCPU", "metric": "CPUS"}

    def test_what_cannot_be_told_is_not_guessed(self, world: World) -> None:
        assert not world.quota("google_pubsub_topic").known
        assert not world.quota("google_compute_disk", disk_type="pd-standard").known
        world.google.off.add("compute.googleapis.com")
        assert not world.quota("google_compute_network").known
