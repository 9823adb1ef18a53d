"""Every way to sign in to Azure, through the real azure-identity, against a sign-in that really checks what it is shown."""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from portal.cloud_account.azure import manager
from portal.cloud_account.azure.sign_in import SignedIn, sign_in
from portal.cloud_account.outgoing import Throttled
from portal.cloud_account.schemas import Given
from portal.kit.errors import Unavailable
from tests.support import certificates
from tests.support.clouds.azure import AUDIENCE, Application, Azure
from tests.support.clouds.azure import azure as an_azure
from tests.support.clouds.azure_account import CANARY, CLIENT, PLANS, SUBSCRIPTION, TENANT, given
from tests.support.clouds.azure_account import cloud as a_cloud
from tests.support.clouds.azure_machine import install_az, login, machine
from tests.support.clouds.loopback import Answer, Loopback, standing_in

ISSUER = "https://portal.example"
SUBJECT = "account:production:phase:lookup"


@pytest.fixture(name="cloud")
def _cloud() -> Azure:
    return a_cloud()


@pytest.fixture
def outside(cloud: Azure, tmp_path: Path) -> Iterator[Loopback]:
    with standing_in(cloud.hosts, tmp_path) as loopback:
        yield loopback


def stated(audience: str = AUDIENCE, **claims: Any) -> str:
    """What the portal says about itself when an account asks it to."""
    now = int(time.time())
    body = {"iss": ISSUER, "sub": SUBJECT, "aud": audience, "iat": now, "exp": now + 600, **claims}
    return jwt.encode(body, certificates.key(), algorithm="RS256", headers={"kid": "1"})


def enter(account: Given, assertion: Any = stated, *, reads: bool = False, seconds: float = 60.0) -> SignedIn:
    return sign_in(manager.who(account, assertion, reads=reads), seconds)


def refusal(account: Given, assertion: Any = stated, *, seconds: float = 60.0) -> str:
    with pytest.raises(Unavailable) as caught:
        enter(account, assertion, seconds=seconds)
    assert CANARY not in caught.value.message
    assert "\n" not in caught.value.message
    return caught.value.message


@pytest.mark.usefixtures("outside")
class TestServicePrincipals:
    def test_a_secret(self, cloud: Azure) -> None:
        found = enter(given())
        assert found.identity == f"application {CLIENT} (object object-1)"
        assert found.tenant == TENANT
        assert found.bearer.reveal() in cloud.entra.issued
        assert found.bearer.reveal() not in repr(found)

    def test_a_secret_of_another(self, cloud: Azure) -> None:
        cloud.entra.applications[CLIENT].secret = "another"
        said = refusal(given())
        assert "not one of the application" in said
        assert f"az ad app credential reset --id {CLIENT} --append" in said
        assert "AADSTS7000215" in said

    def test_a_secret_that_has_expired(self, cloud: Azure) -> None:
        cloud.entra.applications[CLIENT].secret_expired = True
        assert "has expired" in refusal(given())

    def test_an_application_of_another_tenant(self, cloud: Azure) -> None:
        del cloud.entra.applications[CLIENT]
        said = refusal(given())
        assert f"no application {CLIENT} in the tenant {TENANT}" in said

    def test_a_tenant_that_does_not_exist(self) -> None:
        other = "00000000-0000-0000-0000-0000000000ff"
        said = refusal(given(settings={"tenant_id": other}))
        assert f"no tenant {other}" in said
        assert "AADSTS90002" in said

    def test_a_certificate(self, cloud: Azure) -> None:
        pfx = certificates.pfx("its password")
        _, certificate, _ = pkcs12.load_key_and_certificates(base64.b64decode(pfx), b"its password")
        cloud.entra.applications[CLIENT].certificate = certificate
        account = given("client_certificate", certificate=pfx, password="its password")
        assert enter(account).identity == f"application {CLIENT} (object object-1)"

    def test_a_certificate_that_entra_id_does_not_know(self) -> None:
        account = given("client_certificate", certificate=certificates.pfx(CANARY), password=CANARY)
        said = refusal(account)
        assert "does not know the certificate" in said
        assert "AADSTS700027" in said

    def test_plans_are_somebody_else(self, cloud: Azure) -> None:
        cloud.entra.applications[PLANS] = Application("object-2", secret="for plans")
        account = given(settings={"plan_client_id": PLANS}, plan_client_secret="for plans")
        assert enter(account, reads=True).identity == f"application {PLANS} (object object-2)"
        assert enter(account, reads=False).identity == f"application {CLIENT} (object object-1)"


@pytest.mark.usefixtures("outside")
class TestFederation:
    @pytest.fixture(autouse=True)
    def trusted(self, cloud: Azure) -> None:
        cloud.entra.applications[CLIENT].trusted = [(ISSUER, SUBJECT, AUDIENCE)]
        cloud.entra.issuers[ISSUER] = certificates.key().public_key()

    def test_the_portals_own_word(self) -> None:
        asked: list[str] = []

        def assertion(audience: str) -> str:
            asked.append(audience)
            return stated(audience)

        assert enter(given("portal_identity"), assertion).identity == f"application {CLIENT} (object object-1)"
        assert asked == [AUDIENCE]

    def test_a_token_file_of_the_platform(self, tmp_path: Path) -> None:
        path = tmp_path / "token"
        path.write_text(stated() + "\n")
        assert enter(given("workload_identity", token_file=str(path))).tenant == TENANT

    def test_a_token_file_that_is_not_here(self) -> None:
        assert "cannot be read on this machine" in refusal(given("workload_identity", token_file="/nonexistent/token"))

    @pytest.mark.parametrize(
        ("claim", "value", "code"),
        [
            ("sub", "account:other:phase:lookup", "AADSTS700213"),
            ("iss", "https://another.example", "AADSTS700211"),
            ("aud", "api://elsewhere", "AADSTS700212"),
        ],
    )
    def test_what_is_not_trusted_is_shown_with_the_command_that_trusts_it(
        self, claim: str, value: str, code: str
    ) -> None:
        said = refusal(given("portal_identity"), lambda _audience: stated(**{claim: value}))
        assert code in said
        assert value in said
        assert f"az ad app federated-credential create --id {CLIENT}" in said
        assert f'"subject": "{value if claim == "sub" else SUBJECT}"' in said

    def test_a_statement_that_is_too_old(self) -> None:
        said = refusal(given("portal_identity"), lambda _audience: stated(exp=int(time.time()) - 3600))
        assert "outside of its time" in said

    def test_a_statement_that_somebody_else_signed(self) -> None:
        other = rsa.generate_private_key(65537, 2048)
        forged = jwt.encode({"iss": ISSUER, "sub": SUBJECT, "aud": AUDIENCE}, other, algorithm="RS256")
        assert "could not check the signature" in refusal(given("portal_identity"), lambda _audience: forged)

    def test_no_statement_is_ever_in_a_message(self) -> None:
        word = stated(sub="account:other:phase:lookup")
        assert word not in refusal(given("portal_identity"), lambda _audience: word)


class TestMachines:
    def test_the_machines_own_identity(self, cloud: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
        with machine(cloud.entra, {"": "object-9"}) as address:
            monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", address)
            found = enter(given("managed_identity", settings={"client_id": None}))
        assert found.claims["oid"] == "object-9"

    def test_an_identity_that_was_assigned_to_it(self, cloud: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
        with machine(cloud.entra, {CLIENT: "object-8"}) as address:
            monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", address)
            # On AKS these are there as well; the provider asks the machine all the same.
            monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", "/nonexistent/token")
            monkeypatch.setenv("AZURE_TENANT_ID", TENANT)
            monkeypatch.setenv("AZURE_CLIENT_ID", PLANS)
            assert enter(given("managed_identity")).claims["oid"] == "object-8"

    def test_a_machine_that_has_no_such_identity(self, cloud: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
        with machine(cloud.entra, {"": "object-9"}) as address:
            monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", address)
            said = refusal(given("managed_identity"))
        assert f"no identity {CLIENT}" in said
        assert "az vm identity assign" in said


class TestTheAzureCli:
    @pytest.fixture
    def home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        home = login(tmp_path / "azure", {"me@example.com": (SUBSCRIPTION, TENANT, CANARY)})
        monkeypatch.setenv("AZURE_CONFIG_DIR", str(home))
        return home

    def test_a_login(self, cloud: Azure, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        token = cloud.entra.issue({"aud": "https://management.azure.com", "upn": "me@example.com", "oid": "object-7"})
        monkeypatch.setenv("PATH", str(install_az(tmp_path / "bin", {CANARY: token})))
        assert enter(given("azure_cli")).identity == "me@example.com"

    def test_a_login_that_has_ended(self, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(install_az(tmp_path / "bin", {})))
        assert f"az login --tenant {TENANT}" in refusal(given("azure_cli"))

    def test_no_login(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AZURE_CONFIG_DIR", str(tmp_path / "nothing"))
        monkeypatch.setenv("PATH", str(install_az(tmp_path / "bin", {})))
        assert "az login" in refusal(given("azure_cli"))

    def test_no_az(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nonexistent")
        assert "There is no `az` on this machine" in refusal(given("azure_cli"))


@pytest.mark.usefixtures("outside")
class TestASignInThatDoesNotWork:
    def test_it_asks_for_patience(self, cloud: Azure) -> None:
        cloud.entra.trouble.throttled = "17"
        with pytest.raises(Throttled) as caught:
            enter(given())
        assert caught.value.retry_after == 17
        assert "in 17 seconds" in caught.value.message

    def test_it_is_slow(self, cloud: Azure) -> None:
        cloud.entra.trouble.slow = 30.0
        assert "did not answer within 0.3 seconds" in refusal(given(), seconds=0.3)

    def test_it_answers_garbage(self, cloud: Azure) -> None:
        cloud.entra.trouble.garbage = True
        assert "not one of its own" in refusal(given())

    def test_it_has_a_fault(self, cloud: Azure) -> None:
        cloud.entra.trouble.status = 500
        assert refusal(given())

    def test_it_sends_elsewhere(self, cloud: Azure, outside: Loopback) -> None:
        outside.hosts["attacker.example"] = lambda _asked: Answer({})
        cloud.entra.trouble.redirect = "https://attacker.example/"
        assert "redirect" in refusal(given())
        assert {asked.host for asked in outside.asked} == {cloud.entra.host}

    def test_its_configuration_names_another_host_for_the_secret(self, cloud: Azure, tmp_path: Path) -> None:
        hosts = {**cloud.hosts, "attacker.example": lambda _asked: Answer({})}
        cloud.entra.token_host = "attacker.example"
        with standing_in(hosts, tmp_path) as outside:
            assert "an address that this portal does not call" in refusal(given())
        assert not [asked for asked in outside.asked if asked.host == "attacker.example"]

    def test_a_clock_that_is_wrong_is_said_with_what_it_broke(self, cloud: Azure) -> None:
        cloud.entra.trouble.date = format_datetime(datetime.now(UTC) - timedelta(minutes=10), usegmt=True)
        cloud.entra.applications[CLIENT].trusted = [(ISSUER, SUBJECT, AUDIENCE)]
        cloud.entra.issuers[ISSUER] = certificates.key().public_key()
        said = refusal(given("portal_identity"), lambda _audience: stated(exp=int(time.time()) - 3600))
        assert "seconds ahead of Azure's" in said

    def test_nothing_is_logged_by_the_libraries(self, cloud: Azure, caplog: pytest.LogCaptureFixture) -> None:
        cloud.entra.applications[CLIENT].secret = "another"
        with caplog.at_level(logging.DEBUG):
            refusal(given())
        assert not [record for record in caplog.records if record.name.startswith(("azure", "msal"))]


def test_a_name_that_nobody_stands_in_for_is_told_as_silence(tmp_path: Path) -> None:
    with standing_in({"unrelated.example": lambda _asked: Answer({})}, tmp_path):
        assert "did not answer" in refusal(given())


def test_a_sovereign_cloud_is_signed_in_to_at_its_own_hosts(tmp_path: Path) -> None:
    cloud = an_azure(TENANT, SUBSCRIPTION, host="login.microsoftonline.us", manager="management.usgovcloudapi.net")
    cloud.entra.applications[CLIENT] = Application("object-1", secret=CANARY)
    with standing_in(cloud.hosts, tmp_path) as outside:
        assert enter(given(settings={"environment": "usgovernment"})).tenant == TENANT
    assert {asked.host for asked in outside.asked} == {"login.microsoftonline.us"}


@pytest.mark.usefixtures("outside")
def test_no_account_is_answered_with_another_ones_token(cloud: Azure, outside: Loopback) -> None:
    """Attack 25: two accounts of one application differ in their secret alone, and each signs in for itself every time."""
    first = enter(given())
    assert enter(given()).bearer != first.bearer
    assert "not one of the application" in refusal(given(client_secret="another"))
    tokens = [asked for asked in outside.asked if asked.path.endswith("/oauth2/v2.0/token")]
    assert len(tokens) == 3
