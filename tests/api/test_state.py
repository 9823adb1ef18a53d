"""Terraform's state backend over HTTP, as its client speaks it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from portal.kit.db import unit_of_work
from portal.run import work
from portal.run.schemas import Job, RunError
from tests.api.running import catalogue, deploy
from tests.service.run import world as w

LOCK = {
    "ID": "1-2-3",
    "Operation": "OperationTypeApply",
    "Info": "",
    "Who": "worker@host",
    "Version": "1.11.4",
    "Path": "",
}


@pytest.fixture
def job(backend: str, settings_env: Callable[..., None], tmp_path: Path, member_client: TestClient) -> Job:
    """A run in its apply phase."""
    settings_env(TERRACE_TEMPLATES_DIR=catalogue(tmp_path / "templates"))
    run_id = deploy(member_client, auto_apply=True)["run"]["id"]
    w.planned(run_id)
    return w.claimed(run_id, "apply")


def address(job: Job) -> str:
    return f"/api/v1/state/{job.deployment_id}"


def basic(job: Job) -> tuple[str, str]:
    return ("run", job.state_token.reveal())


def test_the_whole_conversation_of_an_apply(client: TestClient, job: Job) -> None:
    at, auth, body = address(job), basic(job), w.state_body()
    assert client.get(at, auth=auth).status_code == 404
    assert client.request("LOCK", at, auth=auth, json=LOCK).status_code == 200
    headers = {"Content-MD5": base64.b64encode(hashlib.md5(body).digest()).decode()}
    assert client.post(f"{at}?ID=1-2-3", auth=auth, content=body, headers=headers).status_code == 200
    answer = client.get(at, auth=auth)
    assert (answer.status_code, answer.content) == (200, body)
    assert client.request("UNLOCK", at, auth=auth, json=LOCK).status_code == 200


def test_who_holds_the_lock_is_told_in_terraforms_own_words(client: TestClient, job: Job) -> None:
    client.request("LOCK", address(job), auth=basic(job), json=LOCK)
    other = LOCK | {"ID": "another"}
    answers = [client.request(method, address(job), auth=basic(job), json=other) for method in ("LOCK", "UNLOCK")]
    answers.append(client.post(f"{address(job)}?ID=another", auth=basic(job), content=w.state_body()))
    for answer in answers:
        assert (answer.status_code, answer.json()) == (423, LOCK)


def test_a_bearer_does_as_well_as_a_password(client: TestClient, job: Job) -> None:
    headers = {"Authorization": f"Bearer {job.state_token.reveal()}"}
    assert client.get(address(job), headers=headers).status_code == 404


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Basic cnVuOg==", "Bearer ", "Digest x", "Basic /w=="])
def test_what_is_no_token_is_refused(client: TestClient, job: Job, header: str) -> None:
    for method in ("GET", "POST", "LOCK", "UNLOCK"):
        answer = client.request(method, address(job), headers={"Authorization": header}, content=b"{}")
        assert answer.status_code == 401


def test_the_token_of_a_run_opens_nothing_else(client: TestClient, job: Job, member_client: TestClient) -> None:
    headers = {"Authorization": f"Bearer {job.state_token.reveal()}"}
    for path in (f"runs/{job.run_id}", f"deployments/{job.deployment_id}", "me", "deployments", "system", "users"):
        assert client.get(f"/api/v1/{path}", headers=headers).status_code == 401, path
    assert client.post(f"/api/v1/runs/{job.run_id}/confirm", headers=headers).status_code == 401
    other = deploy(member_client)["deployment"]["id"]
    assert client.get(f"/api/v1/state/{other}", headers=headers).status_code == 401


def test_a_token_stops_with_its_run(client: TestClient, job: Job) -> None:
    with unit_of_work() as session:
        work.fail(session, job.run_id, job.claim, RunError(summary="Broken."))
    for method in ("GET", "POST", "LOCK", "UNLOCK"):
        assert client.request(method, address(job), auth=basic(job), content=json.dumps(LOCK)).status_code == 401


def test_a_state_is_never_deleted_and_never_damaged(client: TestClient, job: Job) -> None:
    assert client.delete(address(job), auth=basic(job)).status_code == 405
    client.request("LOCK", address(job), auth=basic(job), json=LOCK)
    at = f"{address(job)}?ID=1-2-3"
    assert client.post(at, auth=basic(job), content=b"not a state").status_code == 422
    wrong = {"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="}
    assert client.post(at, auth=basic(job), content=w.state_body(), headers=wrong).status_code == 422
    assert client.post(at, auth=basic(job), content=w.state_body(3)).status_code == 200
    assert client.post(at, auth=basic(job), content=w.state_body(2)).status_code == 409
    assert client.request("LOCK", address(job), auth=basic(job), content=b"[1]").status_code == 422
    assert client.request("LOCK", address(job), auth=basic(job), content=b"x" * 70_000).status_code == 413


def test_a_state_may_be_larger_than_other_requests(client: TestClient, job: Job) -> None:
    client.request("LOCK", address(job), auth=basic(job), json=LOCK)
    large = w.state_body(1, filler="x" * 3_000_000)
    assert client.post(f"{address(job)}?ID=1-2-3", auth=basic(job), content=large).status_code == 200
    assert client.get(address(job), auth=basic(job)).content == large
