"""The portal as an issuer over HTTP: what a cloud reads, and what a run's Terraform gets with which token."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal.issuer import service as issuer
from portal.kit.db import unit_of_work
from portal.models import CloudAccount
from portal.run import work
from portal.run.schemas import Job, RunError
from tests.api.running import catalogue, deploy
from tests.service.issuer import accounts
from tests.service.issuer.accounts import AUDIENCE
from tests.service.run import world as w

AT = "/api/v1/identity/token"


@pytest.fixture
def run_of(settings_env: Callable[..., None], tmp_path: Path, member_client: TestClient) -> Callable[..., Job]:
    """Makes a run, in a phase, of an account that trusts the portal."""
    settings_env(TERRACE_TEMPLATES_DIR=catalogue(tmp_path / "templates"))

    def run(phase: str = "plan", **account: Any) -> Job:
        run_id = deploy(member_client, auto_apply=True)["run"]["id"]
        if phase == "apply":
            w.planned(run_id)
        job = w.claimed(run_id, phase)
        accounts.move(run_id, accounts.account(**account).id)
        return job

    return run


def sandbox() -> str:
    """The account that runs are of before they are moved."""
    with unit_of_work() as session:
        return session.exec(select(col(CloudAccount.id)).where(col(CloudAccount.slug) == "sandbox-azure")).one()


def bearer(job: Job) -> dict[str, str]:
    return {"Authorization": f"Bearer {job.state_token.reveal()}"}


def trusted(client: TestClient, token: str, audience: str = AUDIENCE) -> dict[str, Any]:
    """What a cloud makes of a token: discovery, keys, signature, issuer, audience, times; by a library that is not ours."""
    about = client.get("/.well-known/openid-configuration").json()
    keys = jwt.PyJWKSet.from_dict(client.get(urlsplit(about["jwks_uri"]).path).json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    algorithms = about["id_token_signing_alg_values_supported"]
    return jwt.decode(token, key, algorithms=algorithms, audience=audience, issuer=about["issuer"])


def test_a_cloud_reads_who_we_are_and_our_keys_without_signing_in(client: TestClient) -> None:
    about, keys = client.get("/.well-known/openid-configuration"), client.get("/.well-known/jwks.json")
    assert about.json()["issuer"] == "http://localhost:3000"
    assert about.json()["jwks_uri"] == "http://localhost:3000/.well-known/jwks.json"
    assert [key.keys() for key in keys.json()["keys"]] == [{"kty", "n", "e", "use", "alg", "kid"}]
    for answer in (about, keys):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"].startswith("public, max-age=")
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("phase", ["plan", "apply"])
def test_terraform_gets_a_fresh_token_of_its_phase_whenever_it_asks(
    client: TestClient, run_of: Callable[..., Job], phase: str
) -> None:
    job = run_of(phase)
    at = issuer.token_url(job.run_id).removeprefix("http://127.0.0.1:3000") + f"&audience={AUDIENCE}"
    answers = [client.get(at, headers=bearer(job)) for _ in range(2)]
    said = [trusted(client, answer.json()["value"]) for answer in answers]
    assert [claims["phase"] for claims in said] == [phase, phase]
    assert {claims["run"] for claims in said} == {job.run_id}
    assert said[0]["jti"] != said[1]["jti"]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}


def test_without_an_audience_it_is_the_accounts_own(client: TestClient, run_of: Callable[..., Job]) -> None:
    google = run_of(cloud="gcp", provider="projects/1/locations/global/workloadIdentityPools/p/providers/q")
    wanted = "https://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q"
    token = client.get(AT, headers=bearer(google)).json()["value"]
    assert trusted(client, token, wanted)["aud"] == wanted
    china = run_of(environment="china")
    token = client.get(AT, headers=bearer(china)).json()["value"]
    assert trusted(client, token, "api://AzureADTokenExchangeChina")


@pytest.mark.parametrize("audience", ["api://other", "", "sts.amazonaws.com"])
def test_another_audience_is_refused(client: TestClient, run_of: Callable[..., Job], audience: str) -> None:
    answer = client.get(AT, params={"audience": audience}, headers=bearer(run_of()))
    assert (answer.status_code, "value" in answer.json()) == (403, False)


def test_an_account_with_credentials_of_its_own_gets_no_token(client: TestClient, run_of: Callable[..., Job]) -> None:
    assert client.get(AT, headers=bearer(run_of(method="client_secret"))).status_code == 403


def test_the_token_of_the_plan_never_becomes_an_identity_of_the_apply(
    client: TestClient, run_of: Callable[..., Job]
) -> None:
    plan = run_of("plan")
    trusting = accounts.move(plan.run_id, sandbox())
    with unit_of_work() as session:
        assert work.finish_plan(session, plan.run_id, plan.claim, plan_file=b"P", lock_file=None, summary=w.CHANGES)
    assert client.get(AT, headers=bearer(plan)).status_code == 401, "between the phases"
    assert w.claim(plan.run_id, "apply") is not None
    accounts.move(plan.run_id, trusting)
    assert client.get(AT, headers=bearer(plan)).status_code == 401, "during the apply"


def test_a_run_that_is_over_gets_no_token(client: TestClient, run_of: Callable[..., Job]) -> None:
    job = run_of()
    accounts.move(job.run_id, sandbox())
    with unit_of_work() as session:
        work.fail(session, job.run_id, job.claim, RunError(summary="Broken."))
    assert client.get(AT, headers=bearer(job)).status_code == 401


def test_nobody_else_gets_one(client: TestClient, run_of: Callable[..., Job], admin_client: TestClient) -> None:
    one, other = run_of(), run_of()
    assert client.get(AT).status_code == 401
    assert client.get(AT, headers={"Authorization": "Bearer rt_guessed"}).status_code == 401
    assert admin_client.get(AT).status_code == 401, "an administrator is no run"
    assert client.get(AT, params={"run": other.run_id}, headers=bearer(one)).status_code == 401


def test_a_token_for_a_cloud_opens_nothing_here(client: TestClient, run_of: Callable[..., Job]) -> None:
    job = run_of()
    value = client.get(AT, headers=bearer(job)).json()["value"]
    for path in ("me", f"state/{job.deployment_id}", "identity/token", f"runs/{job.run_id}"):
        assert client.get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {value}"}).status_code == 401, path
