"""A test of an Azure account: what it finds in a subscription, in plain words, and what it says to do."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from portal.cloud_account import azure
from portal.cloud_account.azure import examination, needs
from portal.cloud_account.provider import Examination, Finding, Needs
from tests.support import certificates
from tests.support.clouds.azure import CONTRIBUTOR, READER, Application, Azure
from tests.support.clouds.azure_account import CANARY, CLIENT, PLANS, SUBSCRIPTION, TENANT, given, unsigned
from tests.support.clouds.azure_account import cloud as a_cloud
from tests.support.clouds.loopback import Loopback, standing_in

TYPES = ("azurerm_resource_group", "azurerm_virtual_network", "azurerm_storage_account", "azurerm_role_assignment")


@pytest.fixture(name="cloud")
def _cloud() -> Azure:
    found = a_cloud()
    found.manager.registered = needs.namespaces(TYPES)
    found.manager.lists["/locations"] = [
        {"name": "westeurope", "metadata": {"regionType": "Physical"}},
        {"name": "europe", "metadata": {"regionType": "Logical"}},
    ]
    return found


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tests on a busy machine waits longer than whoever fills in a form."""
    monkeypatch.setattr(examination, "SECONDS", 60.0)


@pytest.fixture(autouse=True)
def outside(cloud: Azure, tmp_path: Path) -> Iterator[Loopback]:
    with standing_in(cloud.hosts, tmp_path) as loopback:
        yield loopback


def examined(account: Any = None, assertion: Any = unsigned) -> Examination:
    found = azure.examine(account or given(), assertion, Needs(TYPES))
    assert CANARY not in "".join(finding.model_dump_json() for finding in found.findings)
    return found


def wrong(found: Examination) -> list[Finding]:
    return [finding for finding in found.findings if finding.severity != "ok"]


def only(found: Examination, check: str, severity: str = "error") -> Finding:
    assert [(finding.check, finding.severity) for finding in wrong(found)] == [(check, severity)], wrong(found)
    assert found.ok is (severity != "error")
    return wrong(found)[0]


def test_an_account_that_is_well_names_its_subscription_and_who_it_is() -> None:
    found = examined()
    assert found.ok
    assert wrong(found) == []
    assert found.target == "Production"
    assert found.identity == f"application {CLIENT} (object object-1)"
    assert [finding.check for finding in found.findings] == ["sign-in", "target", "permissions", "apis", "region"]


def test_nothing_but_questions_is_asked(outside: Loopback) -> None:
    examined()
    assert {asked.method for asked in outside.asked if asked.host == "management.azure.com"} == {"GET"}


def test_a_refused_sign_in_is_the_only_finding(cloud: Azure) -> None:
    cloud.entra.applications[CLIENT].secret = "another"
    assert "not one of the application" in only(examined(), "sign-in").title


class TestTheSubscription:
    def test_one_that_is_not_there_or_not_for_this_identity(self, cloud: Azure) -> None:
        cloud.manager.roles.clear()
        finding = only(examined(), "target")
        assert "no role in it" in finding.title
        assert f"az role assignment create --assignee {CLIENT} --role Contributor" in finding.fix
        assert f"/subscriptions/{SUBSCRIPTION}" in finding.fix
        cloud.manager.subscription = PLANS
        assert "not there" in only(examined(), "target").title

    def test_one_that_is_disabled(self, cloud: Azure) -> None:
        cloud.manager.state = "Disabled"
        assert "can only be read or deleted" in only(examined(), "target").title

    def test_one_with_a_warning(self, cloud: Azure) -> None:
        cloud.manager.state = "Warned"
        only(examined(), "target", "warning")

    def test_one_of_another_tenant(self, cloud: Azure) -> None:
        cloud.manager.tenant = PLANS
        assert f"belongs to the tenant {PLANS}" in only(examined(), "target").title


class TestRights:
    def test_a_contributor_lacks_roles_and_locks_alone_which_is_a_warning(self, cloud: Azure) -> None:
        cloud.manager.roles["object-1"] = [CONTRIBUTOR]
        finding = only(examined(), "permissions", "warning")
        assert "Microsoft.Authorization/roleAssignments/write" in finding.detail
        assert 'Role Based Access Control Administrator"' in finding.fix

    def test_a_reader_is_told_what_is_missing(self, cloud: Azure) -> None:
        cloud.manager.roles["object-1"] = [READER]
        found = examined()
        errors = [finding for finding in wrong(found) if finding.severity == "error"]
        assert "Microsoft.Network/virtualNetworks/write" in errors[0].detail
        assert "--role Contributor" in errors[0].fix

    def test_rights_of_several_roles_add_up_over_pages(self, cloud: Azure) -> None:
        own = [{"actions": [action]} for action in sorted(needs.actions(TYPES))]
        assert len(own) > 6
        cloud.manager.roles["object-1"] = own
        assert examined().ok

    def test_plans_may_read_and_should_do_no_more(self, cloud: Azure) -> None:
        cloud.entra.applications[PLANS] = Application("object-2", secret="for plans")
        account = given(settings={"plan_client_id": PLANS}, plan_client_secret="for plans")
        cloud.manager.roles["object-2"] = [READER]
        assert wrong(examined(account)) == []
        cloud.manager.roles["object-2"] = [CONTRIBUTOR]
        assert "role Reader" in only(examined(account), "permissions", "warning").fix
        cloud.manager.roles["object-2"] = []
        assert "missing in this subscription for plans" in only(examined(account), "permissions").title
        cloud.entra.applications[PLANS].secret = "another"
        assert "The identity for plans" in only(examined(account), "sign-in").title

    def test_who_only_runs_may_be_is_not_tried(self, cloud: Azure) -> None:
        cloud.entra.applications[PLANS] = Application("object-2", trusted=[("i", "s", "api://AzureADTokenExchange")])
        cloud.entra.issuers["i"] = certificates.key().public_key()
        cloud.manager.roles["object-2"] = [READER]
        claims = {"iss": "i", "sub": "s", "aud": "api://AzureADTokenExchange", "exp": int(time.time()) + 60}
        word = jwt.encode(claims, certificates.key(), algorithm="RS256")
        found = examined(given("portal_identity", settings={"plan_client_id": PLANS}), lambda _audience: word)
        assert wrong(found) == []
        assert any(f"What the application {CLIENT} may do was not tried" in item.title for item in found.findings)


def test_resource_providers_that_are_off_are_named_with_the_command_that_registers_them(cloud: Azure) -> None:
    cloud.manager.registered.discard("Microsoft.Storage")
    finding = only(examined(), "apis")
    assert "Microsoft.Storage" in finding.title
    assert finding.fix == f"az provider register --namespace Microsoft.Storage --subscription {SUBSCRIPTION}"


def test_a_subscription_without_regions(cloud: Azure) -> None:
    cloud.manager.lists["/locations"] = []
    only(examined(), "region")


@pytest.mark.parametrize(("minutes", "severity"), [(2, "warning"), (10, "error")])
def test_a_clock_that_is_wrong(cloud: Azure, minutes: int, severity: str) -> None:
    cloud.manager.trouble.date = format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)
    finding = only(examined(), "clock", severity)
    assert "behind Azure's" in finding.title
    assert "timedatectl" in finding.fix


def test_a_certificate_that_ends_soon(cloud: Azure) -> None:
    pfx = certificates.pfx("p")
    _, certificate, _ = pkcs12.load_key_and_certificates(base64.b64decode(pfx), b"p")
    cloud.entra.applications[CLIENT].certificate = certificate
    assert (
        "certificate ends on"
        in only(examined(given("client_certificate", certificate=pfx, password="p")), "expiry", "warning").title
    )


class TestAManagerThatDoesNotWork:
    @pytest.mark.parametrize(
        ("trouble", "said"),
        [
            ({"throttled": "9"}, "asks for patience"),
            ({"garbage": True}, "not JSON"),
            ({"redirect": "https://attacker.example/"}, "redirect"),
            ({"status": 500}, "500"),
        ],
    )
    def test_it_is_said_in_a_sentence(
        self, cloud: Azure, outside: Loopback, trouble: dict[str, Any], said: str
    ) -> None:
        for name, value in trouble.items():
            setattr(cloud.manager.trouble, name, value)
        assert said in only(examined(), "target").title
        assert {asked.host for asked in outside.asked} == set(cloud.hosts)

    def test_what_cannot_be_read_is_no_reason_to_call_the_account_broken(self, cloud: Azure) -> None:
        cloud.manager.objects["/providers"] = []
        found = examined()
        assert found.ok
        assert only(found, "apis", "warning").title == "This could not be looked at."


def test_a_login_of_another_tenant_is_told(cloud: Azure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.support.clouds.azure_machine import install_az, login

    monkeypatch.setenv("AZURE_CONFIG_DIR", str(login(tmp_path / "azure", {"me": (SUBSCRIPTION, TENANT, CANARY)})))
    token = cloud.entra.issue({"aud": "https://management.azure.com", "upn": "me", "oid": "object-1", "tid": PLANS})
    monkeypatch.setenv("PATH", str(install_az(tmp_path / "bin", {CANARY: token})))
    assert f"of the tenant {PLANS}" in only(examined(given("azure_cli", settings={"client_id": None})), "sign-in").title
