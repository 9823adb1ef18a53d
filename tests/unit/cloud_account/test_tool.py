"""What `az` and `gcloud` are given to act for an account: whatever the method, no secret is on a command line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from portal.cloud_account import azure, gcp
from portal.cloud_account.provider import RunIdentity
from portal.cloud_account.schemas import Given
from portal.cloud_account.tool import ToolAccess
from portal.kit.secrets import Masked
from tests.support import certificates

RUN = RunIdentity("apply", "https://portal.example.test/api/v1/identity/token", Masked("canary-bearer"))
CLIENT = "00000000-0000-0000-0000-000000000003"
AZURE = {
    "subscription_id": "00000000-0000-0000-0000-000000000001",
    "tenant_id": "00000000-0000-0000-0000-000000000002",
    "client_id": CLIENT,
    "environment": "public",
}


def az(method: str, **credentials: Any) -> ToolAccess:
    given = Given(AZURE, {"method": method, **credentials})
    return azure.tool_access(azure.environment("a", given, RUN))


def words(access: ToolAccess) -> str:
    """Everything that stands on a command line or in the environment."""
    return " ".join([*(word for words in access.sign_in for word in words), *access.env.values()])


def login(access: ToolAccess) -> tuple[str, ...]:
    return next(words for words in access.sign_in if words[0] == "login")


def test_az_reads_a_secret_from_a_file_of_the_run() -> None:
    access = az("client_secret", client_secret="canary-secret")
    assert login(access)[-2:] == ("--password", "@{secrets}/client-secret")
    assert access.files == {"client-secret": b"canary-secret"}
    assert "canary" not in words(access)
    assert [each[0] for each in access.sign_in] == ["cloud", "login", "account"]
    assert access.env["AZURE_CONFIG_DIR"].startswith("{secrets}/")


def test_az_takes_a_certificate_with_its_key_and_no_password() -> None:
    access = az("client_certificate", certificate=certificates.pfx("canary-password"), password="canary-password")
    assert login(access)[-2:] == ("--certificate", "{secrets}/client.pem")
    pem = access.files["client.pem"]
    assert load_pem_private_key(pem, None) is not None
    assert b"BEGIN CERTIFICATE" in pem
    assert "canary" not in words(access)


def test_az_signs_in_with_what_the_platform_or_the_portal_says() -> None:
    assert login(az("workload_identity", token_file="/var/run/token"))[-2:] == ("--federated-token", "@/var/run/token")
    stated = az("portal_identity")
    assert login(stated)[-2:] == ("--federated-token", "@{secrets}/statement")
    assert stated.fetched["statement"].url.startswith(RUN.token_url)
    assert "canary" not in words(stated)
    assert "canary" not in repr(stated)


def test_az_uses_the_machines_own_identity() -> None:
    assert login(az("managed_identity")) == ("login", "--identity", "--client-id", CLIENT)


@pytest.mark.parametrize("target", [None, "deployer@acme.iam.gserviceaccount.com"])
def test_gcloud_is_given_a_credential_file_and_who_to_be(target: str | None) -> None:
    settings = {"project": "terrace-test", "region": "europe-west1", "zone": "europe-west1-b"}
    settings |= {"impersonate_service_account": target} if target else {}
    key = certificates.service_account_key()
    given = Given(settings, {"method": "service_account_key", "key": key})
    access = gcp.tool_access(gcp.environment("a", given, RUN))
    assert access.sign_in == ()
    assert access.env["CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE"] == "{secrets}/login.json"
    assert json.loads(access.files["login.json"]) == json.loads(key)
    assert access.env["CLOUDSDK_CORE_PROJECT"] == "terrace-test"
    assert access.env.get("CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT") == target
    assert json.loads(key)["private_key"] not in words(access)
