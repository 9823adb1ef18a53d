"""Accounts of Google Cloud as a whole: kept, tried and asked through the service, for every way to sign in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import jwt
import pytest
from google.auth.compute_engine import _metadata
from sqlalchemy import text
from structlog.testing import capture_logs

from portal.audit import service as audit
from portal.auth.schemas import SYSTEM
from portal.cloud_account import service as accounts
from portal.cloud_account.gcp import client
from portal.cloud_account.provider import Needs
from portal.cloud_account.schemas import AccountTest, NewCloudAccount
from portal.issuer import service as issuer
from portal.kit.db import unit_of_work
from tests.support.certificates import service_account_key
from tests.support.clouds import gcp_accounts as made
from tests.support.clouds.gcp import NUMBER, PROJECT, PROVIDER, Google, Provider, machine
from tests.support.clouds.loopback import standing_in

pytestmark = pytest.mark.usefixtures("database")
TYPES = ("google_storage_bucket", "google_compute_network")
METHODS = ("service_account_key", "workload_identity", "portal_identity", "impersonation", "application_default")
POOL = f"principal://iam.googleapis.com/projects/{NUMBER}/locations/global/workloadIdentityPools/terrace/subject/"
SUBJECT = "account:production:phase:lookup"


@pytest.fixture(name="google")
def _google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    """Everything that an account of any kind needs to be well."""
    monkeypatch.setattr(client, "SECONDS", 60)
    monkeypatch.setattr(import_module("portal.cloud_account.gcp.examine"), "SECONDS", 60)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "no-gcloud"))
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    google = made.google()
    with machine(google, made.MACHINE) as host, standing_in(google.hosts(), tmp_path):
        monkeypatch.setattr(_metadata, "_GCE_METADATA_HOST", host)
        yield google


def create(method: str, folder: Path, **settings: Any) -> str:
    credentials = {
        "service_account_key": made.with_key(),
        "workload_identity": made.with_file(folder),
        "portal_identity": made.with_portal(),
    }.get(method, made.with_machine(method)).credentials
    if method == "impersonation":
        settings["impersonate_service_account"] = made.TARGET
    given = {
        "name": "Production",
        "cloud": "gcp",
        "settings": {**made.SETTINGS, **settings},
        "credentials": credentials,
    }
    with unit_of_work() as session:
        return accounts.create(session, SYSTEM, NewCloudAccount.model_validate(given)).id


def trust_the_portals_keys(google: Google) -> None:
    """As Google does: read the issuer's published keys."""
    with unit_of_work() as session:
        published = issuer.jwks(session).keys
    google.providers[PROVIDER] = Provider(issuer.issuer(), jwt.PyJWK(published[0]).key)


def tried(account: str) -> AccountTest:
    with unit_of_work() as session:
        asked = accounts.begin_test(session, SYSTEM, account)
    found = accounts.examine(asked, Needs(TYPES))
    with unit_of_work() as session:
        return accounts.end_test(session, SYSTEM, asked, found)


@pytest.mark.parametrize("method", METHODS)
def test_every_kind_is_tested_and_looked_up_for_real_and_leaves_its_secret_nowhere(
    google: Google, tmp_path: Path, method: str
) -> None:
    with capture_logs() as logs:
        account = create(method, tmp_path)
        if method == "portal_identity":
            trust_the_portals_keys(google)
        found = tried(account)
        subnets = accounts.lookup(SYSTEM, account, "subnets", {"region": "us-east1"})
    assert (found.ok, found.target) == (True, f"Terrace Test ({PROJECT}, number {NUMBER})"), found.findings
    assert subnets.live
    assert [option.label for option in subnets.options] == ["web (10.20.0.0/20)"]
    with unit_of_work() as session:
        events = [event.model_dump_json() for event in audit.list_events(session, SYSTEM).items]
        rows = [str(row) for row in session.execute(text("SELECT * FROM cloud_account")).all()]
        cached = [str(row) for row in session.execute(text("SELECT * FROM cloud_answer")).all()]
    told = "".join([*events, *rows, *cached, str(logs), found.model_dump_json()])
    token = (tmp_path / "token").read_text() if method == "workload_identity" else "no token"
    key = json.loads(service_account_key())["private_key"].splitlines()
    assert not [secret for secret in (token, *key[1:-1], *google.tokens) if secret in told]


def test_the_portals_own_word_is_shown_when_it_is_not_trusted(google: Google, tmp_path: Path) -> None:
    account = create("portal_identity", tmp_path)
    trust_the_portals_keys(google)
    google.providers[PROVIDER].condition = lambda claims: claims["account"] == "another"
    found = tried(account)
    assert not found.ok
    for shown in (SUBJECT, issuer.issuer(), f"https://iam.googleapis.com/{PROVIDER}"):
        assert shown in found.message


def test_the_portal_acts_as_a_service_account_that_only_its_subject_may(google: Google, tmp_path: Path) -> None:
    account = create("portal_identity", tmp_path, plan_service_account=made.READER)
    trust_the_portals_keys(google)
    google.may_act = {(POOL + SUBJECT, made.READER)}
    assert accounts.lookup(SYSTEM, account, "regions").live
    google.may_act = {(POOL + "account:production:phase:apply", made.READER)}
    refused = accounts.lookup(SYSTEM, account, "zones")
    assert refused.fallback
    assert f"--role=roles/iam.workloadIdentityUser --member={POOL}{SUBJECT}" in (refused.reason or "")


def test_what_the_lists_have_too_is_in_the_lists_own_words(google: Google, tmp_path: Path) -> None:
    """A value that was chosen from a list stays one that the cloud's answer offers, and the other way about."""
    account = create("application_default", tmp_path)
    parameters = {"zones": {"region": "europe-west1"}}
    for kind in (
        "regions",
        "zones",
        "disk-types",
        "machine-types",
        "gke-versions",
        "sql-versions",
        "function-runtimes",
    ):
        live = accounts.lookup(SYSTEM, account, kind, parameters.get(kind))
        listed = accounts.lookup(SYSTEM, "sandbox-gcp", kind, parameters.get(kind))
        assert {option.value for option in live.options} & {option.value for option in listed.options}, kind


@pytest.fixture(autouse=True)
def _sandbox(database: str) -> None:
    with unit_of_work() as session:
        accounts.ensure_sandbox_accounts(session)
