"""Trying an account of Google Cloud: what is seen, what is missing, and the command that mends it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from portal.cloud_account import gcp
from portal.cloud_account.gcp import needs
from portal.cloud_account.provider import Examination, Finding, Needs
from portal.cloud_account.schemas import Given
from portal.kit.clock import now
from tests.support.clouds import gcp_accounts as made
from tests.support.clouds.gcp import NUMBER, PROJECT, Google
from tests.support.clouds.loopback import Answer, Asked, Loopback, standing_in

TYPES = (
    "google_storage_bucket",
    "google_dns_managed_zone",
    "google_compute_network",
    "google_kms_crypto_key_iam_member",
)
MANAGER = "cloudresourcemanager.googleapis.com"


class World:
    """The stand-in, and an examination of an account of it."""

    def __init__(self, google: Google, loopback: Loopback) -> None:
        self.google, self.loopback = google, loopback

    def examine(self, given: Given | None = None, types: tuple[str, ...] = TYPES) -> Examination:
        return gcp.examine(given or made.with_portal(), made.says(), Needs(types))

    def found(self, check: str, given: Given | None = None, **more: Any) -> Finding:
        findings = [found for found in self.examine(given, **more).findings if found.check == check]
        assert findings, f"nothing was found out about {check}"
        return findings[0]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    google = made.google()
    monkeypatch.setattr(
        import_module("portal.cloud_account.gcp.examine"), "SECONDS", 60
    )  # a busy machine is not what is tried here
    with standing_in({**google.hosts(), **made.others()}, tmp_path) as loopback:
        yield World(google, loopback)


def test_all_is_well(world: World) -> None:
    seen = world.examine()
    assert seen.ok
    assert {finding.severity for finding in seen.findings} == {"ok"}
    assert {finding.check for finding in seen.findings} == {
        "sign-in",
        "target",
        "permissions",
        "apis",
        "region",
        "clock",
    }
    assert seen.identity is not None
    assert seen.identity.endswith(made.SUBJECT)
    assert seen.target == f"Terrace Test ({PROJECT}, number {NUMBER})"


def test_nothing_is_changed_by_looking(world: World) -> None:
    world.examine()
    written = [asked.path for asked in world.loopback.asked if asked.method != "GET"]
    assert all(path.endswith((":testIamPermissions", "/token", ":generateAccessToken")) for path in written)


def test_a_sign_in_that_fails_is_all_that_is_found(world: World) -> None:
    world.google.providers.clear()
    seen = world.examine()
    assert not seen.ok
    assert [finding.check for finding in seen.findings] == ["sign-in"]
    assert "no workload identity provider" in seen.findings[0].title


class TestTheProject:
    def test_one_that_is_being_deleted(self, world: World) -> None:
        world.google.state = "DELETE_REQUESTED"
        found = world.found("target")
        assert (found.severity, found.fix) == ("error", f"gcloud projects undelete {PROJECT}")

    def test_one_that_cannot_be_seen(self, world: World) -> None:
        world.google.answers[f"{MANAGER}/v3/projects/{PROJECT}"] = Answer(
            {"error": {"code": 403, "message": "no"}}, 403
        )
        found = world.found("target")
        assert found.severity == "error"
        assert "--role=roles/browser" in found.fix

    def test_an_api_that_is_off_is_named_with_the_command_that_turns_it_on(self, world: World) -> None:
        world.google.off.add(MANAGER)
        found = world.found("target")
        assert f"`gcloud services enable {MANAGER} --project={NUMBER}`" in found.title

    def test_one_without_billing(self, world: World) -> None:
        world.google.billing = False
        assert world.found("billing").severity == "error"
        world.google.off.add("cloudbilling.googleapis.com")
        assert "billing" not in {finding.check for finding in world.examine().findings}


class TestPermissions:
    def test_what_is_missing_is_listed_by_resource_with_a_role_that_has_it(self, world: World) -> None:
        world.google.refused = {"dns.managedZones.create", "dns.managedZones.delete"}
        found = world.found("permissions")
        assert found.severity == "warning"
        assert "2 permissions are missing: 1 kind of resources" in found.title
        assert "- `google_dns_managed_zone`: dns.managedZones.create, dns.managedZones.delete" in found.detail
        member = f"principal://iam.googleapis.com/projects/{NUMBER}/locations/global/workloadIdentityPools/terrace"
        assert f"--member={member}/subject/{made.SUBJECT} --condition=None --role=roles/dns.admin" in found.fix

    def test_an_account_that_can_make_nothing_is_not_well(self, world: World) -> None:
        world.google.granted_to[world.examine().identity or ""] = lambda name: name.endswith((".get", ".list"))
        assert not world.examine().ok
        assert world.found("permissions").severity == "error"

    def test_rights_on_keys_may_be_given_on_the_keys(self, world: World) -> None:
        world.google.refused = {"cloudkms.cryptoKeys.setIamPolicy"}
        findings = [found for found in world.examine().findings if found.check == "permissions"]
        assert [found.severity for found in findings] == ["ok", "warning"]
        assert "on each of them instead" in findings[1].title

    def test_one_that_google_does_not_know_hides_no_other(self, world: World) -> None:
        world.google.unknown = {"storage.buckets.update"}
        world.google.refused = {"dns.managedZones.create"}
        assert world.found("permissions").detail == "- `google_dns_managed_zone`: dns.managedZones.create"

    def test_everything_that_every_template_needs_is_asked_in_questions_that_google_takes(self, world: World) -> None:
        seen = world.examine(types=tuple(needs.known()))
        assert {finding.severity for finding in seen.findings} == {"ok"}
        assert len([asked for asked in world.loopback.asked if asked.path.endswith(":testIamPermissions")]) > 1

    def test_when_they_cannot_be_told_it_is_said(self, world: World) -> None:
        path = f"{MANAGER}/v3/projects/{PROJECT}:testIamPermissions"
        world.google.answers[path] = Answer({"error": {"code": 403, "message": "no"}}, 403)
        found = world.found("permissions")
        assert (found.severity, found.title[:35]) == ("warning", "Which permissions are missing canno")


class TestApis:
    def test_what_is_off_is_turned_on_by_one_command(self, world: World) -> None:
        world.google.off = {"dns.googleapis.com", "cloudkms.googleapis.com"}
        found = world.found("apis")
        assert (found.severity, found.detail) == ("warning", "cloudkms.googleapis.com, dns.googleapis.com")
        assert found.fix == f"gcloud services enable cloudkms.googleapis.com dns.googleapis.com --project={PROJECT}"

    def test_without_a_right_to_look_it_is_said(self, world: World) -> None:
        world.google.off = {"serviceusage.googleapis.com"}
        found = world.found("apis")
        assert found.severity == "warning"
        assert "gcloud services enable serviceusage.googleapis.com" in found.title


class TestPlacesClocksAndKeys:
    def test_a_region_that_is_not_there(self, world: World) -> None:
        found = world.found("region", made.with_portal(region="europe-north9", zone=None))
        assert (found.severity, found.title) == ("error", "There is no region europe-north9.")

    def test_a_region_that_is_down(self, world: World) -> None:
        world.google.things[f"compute/compute/v1/projects/{PROJECT}/regions/europe-west1"] = {"status": "DOWN"}
        assert world.found("region").severity == "warning"

    @pytest.mark.parametrize(("off_by", "severity"), [(5, "ok"), (-120, "warning"), (120, "warning")])
    def test_clocks(self, world: World, off_by: int, severity: str) -> None:
        world.google.date = format_datetime(now() - timedelta(seconds=off_by), usegmt=True)
        found = world.found("clock")
        assert found.severity == severity
        assert severity == "ok" or ("ahead of" if off_by > 0 else "behind") in found.title

    def test_a_young_key_an_old_one_and_one_that_ends(self, world: World) -> None:
        given = made.with_key()
        world.google.key_made = (now() - timedelta(days=10)).isoformat()
        assert "expiry" not in {finding.check for finding in world.examine(given).findings}
        world.google.key_made = (now() - timedelta(days=120)).isoformat()
        old = world.found("expiry", given)
        assert (old.severity, old.title[:23]) == ("warning", "The key is 120 days old")
        world.google.key_ends = (now() + timedelta(days=3)).isoformat()
        assert world.found("expiry", given).title.startswith("The key ends on ")


class TestAnIdentityForPlans:
    given = made.with_portal(plan_service_account=made.READER)

    def test_it_reads_and_that_is_enough(self, world: World) -> None:
        world.google.granted_to[made.READER] = lambda name: name.endswith((".get", ".list", ".getIamPolicy"))
        seen = world.examine(self.given)
        assert {finding.severity for finding in seen.findings} == {"ok"}
        assert seen.findings[-1].title.startswith(f"Plans act as {made.READER}")

    def test_it_lacks_a_right_to_read(self, world: World) -> None:
        world.google.granted_to[made.READER] = lambda name: name.startswith("storage.")
        found = world.examine(self.given).findings[-1]
        assert found.severity == "warning"
        assert f"--member=serviceAccount:{made.READER}" in found.fix
        assert "--role=roles/viewer" in found.fix

    def test_nobody_may_act_as_it(self, world: World) -> None:
        world.google.may_act.clear()
        found = world.examine(self.given).findings[-1]
        assert (found.check, found.severity) == ("sign-in", "error")
        assert found.title.startswith(f"Plans cannot be made: The account may not act as {made.READER}")


class TestTrouble:
    """Whatever an API does, the examination ends, says so, and repeats nothing secret."""

    @pytest.mark.parametrize(
        "answer",
        [
            Answer({"error": {"code": 429}}, 429, {"Retry-After": "9"}),
            Answer(b"<html>", 200),
            Answer([1], 200),
            Answer({"error": {"message": "internal"}}, 500),
            Answer(b"", 307, {"Location": "https://attacker.example.com/"}),
        ],
        ids=["throttled", "garbage", "list", "fault", "redirect"],
    )
    def test_of_the_resource_manager(self, world: World, answer: Answer) -> None:
        world.google.answers[MANAGER] = answer
        seen = world.examine()
        assert not seen.ok
        assert next(finding for finding in seen.findings if finding.check == "target").severity == "error"
        assert "attacker.example.com" not in {asked.host for asked in world.loopback.asked}

    def test_an_api_that_repeats_the_token_is_not_quoted(self, world: World) -> None:
        def echo(asked: Asked) -> Answer:
            return Answer({"error": {"code": 400, "message": f"I was sent {asked.headers['authorization']}"}}, 400)

        for host in (MANAGER, "serviceusage.googleapis.com", "compute.googleapis.com"):
            world.loopback.hosts[host] = echo
        said = str(world.examine().findings)
        assert "I was sent Bearer ********" in said
        assert "ya29." not in said
