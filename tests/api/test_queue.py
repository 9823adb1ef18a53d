"""The line, its limits and its workers over REST."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from portal.kit.db import unit_of_work
from portal.run import work
from tests.api.running import catalogue, deploy
from tests.service.run import world as w

LIMITS = ("/api/v1/projects/default", "/api/v1/cloud-accounts/sandbox-azure")


@pytest.fixture(autouse=True)
def _catalogue(backend: str, settings_env: Callable[..., None], tmp_path: Path) -> None:
    settings_env(TERRACE_TEMPLATES_DIR=catalogue(tmp_path / "templates"))


def register(name: str = "w1@host") -> None:
    with unit_of_work() as session:
        work.register_worker(session, name=name, queues=["plan", "apply"], concurrency=2)


@pytest.mark.parametrize(("address", "code"), [(LIMITS[0], "project_limit"), (LIMITS[1], "account_limit")])
def test_a_limit_is_set_shown_by_what_waits_and_taken_back(
    admin_client: TestClient, member_client: TestClient, address: str, code: str
) -> None:
    register()
    assert admin_client.patch(address, json={"run_limit": 0}).json()["run_limit"] == 0
    run = deploy(member_client)["run"]
    assert (run["queue"]["code"], run["queue"]["position"]) == (code, 1)
    assert "paused" in run["queue"]["reason"]
    assert "`run_limit`" in run["queue"]["help"]
    assert w.take() is None
    assert admin_client.patch(address, json={}).json()["run_limit"] == 0, "what is left out stays"
    assert admin_client.patch(address, json={"run_limit": None}).json()["run_limit"] is None
    assert member_client.get(f"/api/v1/runs/{run['id']}").json()["queue"]["code"] == "starting"
    assert w.take() is not None
    assert admin_client.patch(address, json={"run_limit": -1}).status_code == 422
    events = admin_client.get("/api/v1/audit-events").json()["items"]
    assert [event for event in events if event["detail"].get("after", {}).get("run_limit") == 0]


@pytest.mark.parametrize("address", LIMITS)
def test_members_change_no_limit(member_client: TestClient, address: str) -> None:
    assert member_client.patch(address, json={"run_limit": 100}).status_code == 403


def test_a_worker_is_drained_by_administrators_once_and_in_the_audit(
    admin_client: TestClient, member_client: TestClient
) -> None:
    register()
    drain = "/api/v1/workers/w1@host/drain"
    assert member_client.post(drain).status_code == 403
    assert member_client.get("/api/v1/workers").status_code == 403
    assert admin_client.post("/api/v1/workers/nobody/drain").status_code == 404
    since = admin_client.post(drain).json()["drain_requested_at"]
    assert since is not None
    assert admin_client.post(drain).json()["drain_requested_at"] == since
    (seen,) = admin_client.get("/api/v1/workers").json()["items"]
    assert (seen["name"], seen["live"], seen["drain_requested_at"]) == ("w1@host", True, since)
    events = admin_client.get("/api/v1/audit-events").json()["items"]
    assert [event["object_id"] for event in events if event["action"] == "worker.drain"] == ["w1@host"]
    run = deploy(member_client)["run"]
    assert run["queue"]["code"] == "no_worker"
    with unit_of_work() as session:
        work.stop_worker(session, "w1@host")
    assert admin_client.post(drain).status_code == 409


def test_killing_a_run_takes_the_second_time_an_administrator_and_a_reason(
    admin_client: TestClient, member_client: TestClient
) -> None:
    run_id = deploy(member_client)["run"]["id"]
    w.claimed(run_id)
    cancel = f"/api/v1/runs/{run_id}/cancel"
    assert member_client.post(cancel).json()["actions"] == []
    assert member_client.post(cancel, json={"force": True, "reason": "Now."}).status_code == 403
    refused = admin_client.post(cancel, params={"force": True})
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "reason")
    assert admin_client.post(cancel, json={"force": True, "reason": "It hangs."}).status_code == 200
    events = admin_client.get("/api/v1/audit-events").json()["items"]
    (event,) = [event for event in events if event["action"] == "run.force_cancel"]
    assert event["detail"]["reason"] == "It hangs."
