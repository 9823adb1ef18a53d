"""Accounts of Azure as a whole: kept, tried and asked through the service, for every way to sign in."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import pkcs12
from sqlalchemy import text
from structlog.testing import capture_logs

from portal.audit import service as audit
from portal.auth.schemas import SYSTEM
from portal.cloud_account import service as accounts
from portal.cloud_account.azure import examination, manager, needs
from portal.cloud_account.provider import Needs
from portal.cloud_account.schemas import AccountTest, NewCloudAccount
from portal.issuer import service as issuer
from portal.kit.db import unit_of_work
from tests.support import certificates
from tests.support.clouds.azure import AUDIENCE, Azure
from tests.support.clouds.azure_account import CANARY, CLIENT, SETTINGS, SUBSCRIPTION, TENANT
from tests.support.clouds.azure_account import cloud as a_cloud
from tests.support.clouds.azure_inventory import fill
from tests.support.clouds.azure_machine import install_az, login, machine
from tests.support.clouds.loopback import standing_in

pytestmark = pytest.mark.usefixtures("database")
TYPES = ("azurerm_virtual_network", "azurerm_storage_account")
METHODS = (
    "client_secret", "client_certificate", "workload_identity", "portal_identity", "managed_identity", "azure_cli",
)  # fmt: skip


PASSWORD = "canary-of-the-certificate"


@cache
def a_certificate() -> str:
    """One for the account and for Entra ID."""
    return certificates.pfx(PASSWORD)


@pytest.fixture(name="cloud")
def _cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Azure]:
    """Everything that an account of any kind needs to be well."""
    monkeypatch.setattr(manager, "SECONDS", 60.0)
    monkeypatch.setattr(examination, "SECONDS", 60.0)
    cloud = fill(a_cloud())
    cloud.manager.registered = needs.namespaces(TYPES)
    application = cloud.entra.applications[CLIENT]
    application.certificate = pkcs12.load_key_and_certificates(base64.b64decode(a_certificate()), PASSWORD.encode())[1]
    application.trusted = [
        (issuer.issuer(), "account:production:phase:lookup", AUDIENCE),
        ("platform", "worker", AUDIENCE),
    ]
    cloud.entra.issuers["platform"] = certificates.key().public_key()
    monkeypatch.setenv("AZURE_CONFIG_DIR", str(login(tmp_path / "azure", {"me": (SUBSCRIPTION, TENANT, CANARY)})))
    token = cloud.entra.issue({"aud": "https://management.azure.com", "upn": "me", "oid": "object-1"})
    monkeypatch.setenv("PATH", str(install_az(tmp_path / "bin", {CANARY: token})))
    with machine(cloud.entra, {CLIENT: "object-1"}) as address, standing_in(cloud.hosts, tmp_path):
        monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", address)
        yield cloud


def credentials(method: str, folder: Path) -> dict[str, Any]:
    statement = jwt.encode({"iss": "platform", "sub": "worker", "aud": AUDIENCE}, certificates.key(), algorithm="RS256")
    (folder / "token").write_text(statement)
    more: dict[str, dict[str, Any]] = {
        "client_secret": {"client_secret": CANARY},
        "client_certificate": {"certificate": a_certificate(), "password": PASSWORD},
        "workload_identity": {"token_file": str(folder / "token")},
    }
    return {"method": method, **more.get(method, {})}


def create(method: str, folder: Path, **settings: Any) -> str:
    given = {"name": "Production", "cloud": "azure", "settings": {**SETTINGS, **settings}}
    request = NewCloudAccount.model_validate({**given, "credentials": credentials(method, folder)})
    with unit_of_work() as session:
        return accounts.create(session, SYSTEM, request).id


def tried(account: str) -> AccountTest:
    with unit_of_work() as session:
        asked = accounts.begin_test(session, SYSTEM, account)
    found = accounts.examine(asked, Needs(TYPES))
    with unit_of_work() as session:
        return accounts.end_test(session, SYSTEM, asked, found)


def trust_the_portals_keys(cloud: Azure) -> None:
    """As Entra ID does: read the issuer's published keys."""
    with unit_of_work() as session:
        published = issuer.jwks(session).keys
    cloud.entra.issuers[issuer.issuer()] = jwt.PyJWK(published[0]).key


@pytest.mark.parametrize("method", METHODS)
def test_every_kind_is_tested_and_looked_up_for_real_and_leaves_its_secret_nowhere(
    cloud: Azure, tmp_path: Path, method: str
) -> None:
    with capture_logs() as logs:
        account = create(method, tmp_path)
        if method == "portal_identity":
            trust_the_portals_keys(cloud)
        found = tried(account)
        networks = accounts.lookup(SYSTEM, account, "networks", {"location": "westeurope"})
    assert (found.ok, found.target) == (True, "Production"), found.findings
    assert [option.label for option in networks.options] == ["vnet-a"]
    assert networks.live
    with unit_of_work() as session:
        events = [event.model_dump_json() for event in audit.list_events(session, SYSTEM).items]
        rows = [str(row) for row in session.execute(text("SELECT * FROM cloud_account")).all()]
    told = "".join([*events, *rows, str(logs), found.model_dump_json()])
    assert CANARY not in told
    assert PASSWORD not in told
    assert not [token for token in cloud.entra.issued if token in str(logs) or token in found.model_dump_json()]


def test_a_failure_is_a_finding_that_says_what_to_do(cloud: Azure, tmp_path: Path) -> None:
    account = create("portal_identity", tmp_path)
    trust_the_portals_keys(cloud)
    cloud.entra.applications[CLIENT].trusted = [(issuer.issuer(), "account:another:phase:lookup", AUDIENCE)]
    found = tried(account)
    assert not found.ok
    assert "subject account:production:phase:lookup" in found.message
    assert f'"issuer": "{issuer.issuer()}"' in found.message
