"""What azurerm is handed, compared with the variables of its documentation.

Documents: github.com/hashicorp/terraform-provider-azurerm at 5.2.0, website/docs/index.html.markdown and, in its guides,
service_principal_client_secret, service_principal_client_certificate, service_principal_oidc, managed_service_identity and
azure_cli.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from pydantic import ValidationError

from portal.cloud_account import azure
from portal.cloud_account.azure import command_line
from portal.cloud_account.azure.environments import ENVIRONMENTS
from portal.issuer.subjects import AZURE_AUDIENCES
from portal.kit.errors import Unavailable
from tests.support import certificates
from tests.support.clouds.azure_account import CANARY, CLIENT, PLANS, SETTINGS, SUBSCRIPTION, TENANT, given, run
from tests.support.clouds.azure_machine import login

DOCUMENTED = frozenset({
    "ARM_SUBSCRIPTION_ID", "ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_ENVIRONMENT", "ARM_RESOURCE_PROVIDER_REGISTRATIONS",
    "ARM_CLIENT_CERTIFICATE_PATH", "ARM_CLIENT_CERTIFICATE_PASSWORD", "ARM_CLIENT_SECRET_FILE_PATH",
    "ARM_USE_OIDC", "ARM_OIDC_REQUEST_TOKEN", "ARM_OIDC_REQUEST_URL", "ARM_OIDC_TOKEN_FILE_PATH",
    "ARM_USE_MSI", "ARM_USE_CLI", "ARM_USE_AKS_WORKLOAD_IDENTITY",
})  # fmt: skip
SWITCHES = ("ARM_USE_CLI", "ARM_USE_MSI", "ARM_USE_OIDC", "ARM_USE_AKS_WORKLOAD_IDENTITY")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    other = "00000000-0000-0000-0000-0000000000f1"
    users = {"me@example.com": (SUBSCRIPTION, TENANT, CANARY), "you@example.com": (other, TENANT, "refresh-of-another")}
    home = login(tmp_path / "azure", users)
    monkeypatch.setenv("AZURE_CONFIG_DIR", str(home))
    return home


def switched_on(env: dict[str, str]) -> list[str]:
    return [name for name in SWITCHES if env[name] == "true"]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("account", "on", "names"),
    [
        (given(), [], {"ARM_CLIENT_SECRET_FILE_PATH"}),
        (
            given("client_certificate", certificate=certificates.pfx("p"), password="p"),
            [],
            {"ARM_CLIENT_CERTIFICATE_PATH", "ARM_CLIENT_CERTIFICATE_PASSWORD"},
        ),
        (given("workload_identity", token_file="/run/token"), ["ARM_USE_OIDC"], {"ARM_OIDC_TOKEN_FILE_PATH"}),
        (given("portal_identity"), ["ARM_USE_OIDC"], {"ARM_OIDC_REQUEST_URL", "ARM_OIDC_REQUEST_TOKEN"}),
        (given("managed_identity"), ["ARM_USE_MSI"], set()),
        (given("azure_cli", settings={"client_id": None}), ["ARM_USE_CLI"], {"AZURE_CONFIG_DIR"}),
    ],
    ids=lambda value: value.credentials["method"] if hasattr(value, "credentials") else "",
)
def test_a_run_gets_what_the_provider_documents_for_its_way_to_sign_in_and_nothing_is_left_to_find(
    account: Any, on: list[str], names: set[str]
) -> None:
    found = azure.environment("production", account, run())
    handed = {*found.env, *found.files, *found.folders}
    assert handed - DOCUMENTED <= {"AZURE_CONFIG_DIR"}
    assert switched_on(found.env) == on
    assert found.env["ARM_SUBSCRIPTION_ID"] == SUBSCRIPTION
    assert found.env["ARM_TENANT_ID"] == TENANT
    assert found.env["ARM_ENVIRONMENT"] == "public"
    assert found.env["ARM_RESOURCE_PROVIDER_REGISTRATIONS"] == "none"
    always = {
        "ARM_SUBSCRIPTION_ID",
        "ARM_TENANT_ID",
        "ARM_ENVIRONMENT",
        "ARM_RESOURCE_PROVIDER_REGISTRATIONS",
        *SWITCHES,
    }
    assert handed - always - {"ARM_CLIENT_ID"} == names
    assert ("ARM_CLIENT_ID" in handed) == (account.settings.get("client_id") is not None)


def test_secrets_are_files_to_be_read_once_and_never_variables() -> None:
    found = azure.environment("production", given(), run())
    assert found.files["ARM_CLIENT_SECRET_FILE_PATH"] == CANARY.encode()
    assert found.secrets == {CANARY}
    assert CANARY not in str(found.env)
    assert CANARY not in repr(found)


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_the_portals_word_is_fetched_with_the_runs_bearer_and_addressed_to_the_cloud_that_is_meant(name: Any) -> None:
    """azurerm adds `audience=api://AzureADTokenExchange` unless the address has one (go-azure-sdk, GitHubOIDCAuthorizer)."""
    found = azure.environment("production", given("portal_identity", settings={"environment": name}), run())
    query = parse_qs(urlsplit(found.env["ARM_OIDC_REQUEST_URL"]).query)
    assert query == {"run": ["run-1"], "audience": [AZURE_AUDIENCES[name]]}
    assert found.env["ARM_OIDC_REQUEST_TOKEN"] == "the-runs-bearer"
    assert found.secrets == {"the-runs-bearer"}
    assert "ARM_OIDC_REQUEST_URL" not in azure.environment("production", given("portal_identity")).env


def test_plans_are_made_as_the_identity_that_may_only_read() -> None:
    account = given(settings={"plan_client_id": PLANS}, plan_client_secret="for plans")
    plan, apply = (azure.environment("production", account, run(phase)) for phase in ("plan", "apply"))
    assert (plan.env["ARM_CLIENT_ID"], apply.env["ARM_CLIENT_ID"]) == (PLANS, CLIENT)
    assert plan.files["ARM_CLIENT_SECRET_FILE_PATH"] == b"for plans"
    assert apply.files["ARM_CLIENT_SECRET_FILE_PATH"] == CANARY.encode()
    assert plan.secrets == apply.secrets == {CANARY, "for plans"}
    for method, more in (
        ("portal_identity", {}),
        ("managed_identity", {}),
        ("workload_identity", {"token_file": "/t"}),
    ):
        account = given(method, settings={"plan_client_id": PLANS}, **more)
        assert azure.environment("production", account, run("plan")).env["ARM_CLIENT_ID"] == PLANS


class TestTheLoginOfTheAzureCli:
    def copy(self) -> dict[str, bytes]:
        account = given("azure_cli", settings={"client_id": None})
        return azure.environment("production", account, run()).folders["AZURE_CONFIG_DIR"]

    def test_a_run_gets_its_own_subscription_and_user_and_no_other(self, home: Path) -> None:
        contents = self.copy()
        text = b"".join(contents.values()).decode()
        assert CANARY in text
        assert "refresh-of-another" not in text
        assert "you@example.com" not in text
        assert json.loads(contents["azureProfile.json"])["subscriptions"][0]["isDefault"] is True
        assert "AzureCloud" in contents["config"].decode()

    def test_its_secrets_are_redacted_and_access_tokens_stay_behind(self, home: Path) -> None:
        found = azure.environment("production", given("azure_cli", settings={"client_id": None}), run())
        assert found.secrets == {CANARY}
        assert b"access-" not in b"".join(found.folders["AZURE_CONFIG_DIR"].values())
        assert CANARY not in repr(found)

    def test_whoever_only_wants_to_redact_needs_no_login(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AZURE_CONFIG_DIR", str(tmp_path))
        account = given("azure_cli", settings={"client_id": None})
        assert azure.environment("production", account, run(address="")).secrets == frozenset()

    def test_a_service_principal_brings_its_secret(self, home: Path) -> None:
        profile = {"id": SUBSCRIPTION, "tenantId": TENANT, "user": {"name": CLIENT, "type": "servicePrincipal"}}
        (home / "azureProfile.json").write_text(json.dumps({"subscriptions": [profile]}))
        entries = [{"client_id": CLIENT, "tenant": TENANT, "client_secret": CANARY}]
        others = [{"client_id": PLANS, "tenant": TENANT, "client_secret": "of another"}]
        (home / "service_principal_entries.json").write_text(json.dumps(entries + others))
        contents = self.copy()
        assert json.loads(contents["service_principal_entries.json"]) == entries
        assert command_line.secrets_in(contents) == {CANARY}
        (home / "service_principal_entries.json").write_text(json.dumps([{**entries[0], "certificate": "/srv/x.pem"}]))
        with pytest.raises(Unavailable, match="client_certificate"):
            self.copy()

    @pytest.mark.parametrize("change", [{"id": PLANS}, {"tenantId": PLANS}])
    def test_a_login_elsewhere_is_told_with_what_to_do(self, home: Path, change: dict[str, str]) -> None:
        profile = {"id": SUBSCRIPTION, "tenantId": TENANT, "user": {"name": "me@example.com", "type": "user"}, **change}
        (home / "azureProfile.json").write_text(json.dumps({"subscriptions": [profile]}))
        with pytest.raises(Unavailable, match=r"az login|another tenant"):
            self.copy()


class TestCertificates:
    def test_a_pem_file_becomes_what_the_provider_reads(self) -> None:
        key, certificate, _ = pkcs12.load_key_and_certificates(base64.b64decode(certificates.pfx("p")), b"p")
        assert key is not None
        assert certificate is not None
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(
            Encoding.PEM
        )
        for text in (pem.decode(), base64.b64encode(pem).decode()):
            found = azure.environment("production", given("client_certificate", certificate=text), run())
            password = found.env["ARM_CLIENT_CERTIFICATE_PASSWORD"]
            data = found.files["ARM_CLIENT_CERTIFICATE_PATH"]
            assert pkcs12.load_key_and_certificates(data, password.encode())[1] == certificate
            assert password in found.secrets

    def test_its_end_is_known_and_a_secrets_is_not(self) -> None:
        assert (
            azure.expires_at(given("client_certificate", certificate=certificates.pfx("p"), password="p")) is not None
        )
        assert azure.expires_at(given()) is None

    @pytest.mark.parametrize(
        "text", ["not base64!", "AAAA", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
    )
    def test_what_is_no_certificate_is_refused_without_being_repeated(self, text: str) -> None:
        with pytest.raises(ValidationError) as caught:
            azure.CREDENTIALS.validate_python({"method": "client_certificate", "certificate": text, "password": CANARY})
        assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("method", "settings", "credentials", "said"),
    [
        ("client_secret", {"client_id": None}, {}, "client_id is needed"),
        ("portal_identity", {"client_id": None}, {}, "client_id is needed"),
        ("client_secret", {"plan_client_id": PLANS}, {}, "give plan_client_secret"),
        ("client_secret", {}, {"plan_client_secret": "x"}, "plan_client_id, which is missing"),
        ("client_secret", {"plan_client_id": CLIENT}, {"plan_client_secret": "x"}, "another identity"),
        ("azure_cli", {"plan_client_id": PLANS}, {}, "one identity"),
    ],
)
def test_what_does_not_go_together_is_said(method: str, settings: Any, credentials: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        given(method, settings=settings, **credentials)


def test_the_form_asks_for_everything_that_the_methods_take_and_nothing_else() -> None:
    asked = {method.name: {item.name for item in method.inputs} for method in azure.methods}
    fields = {
        model.model_fields["method"].annotation.__args__[0]: set(model.model_fields) - {"method"}  # type: ignore[union-attr]
        for model in azure.CREDENTIALS._type.__origin__.__args__  # type: ignore[attr-defined]
    }
    assert asked == fields
    assert {item.name for item in azure.settings_inputs} == set(azure.Settings.model_fields)
    assert azure.Settings.model_validate(SETTINGS)
    assert all("az " in method.steps for method in azure.methods)
