"""Approvals over REST: a rule is tried and kept, a plan waits, a person finds it, decides, and the run goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from portal.auth import service as auth
from portal.auth.schemas import NewToken
from portal.kit.db import unit_of_work
from tests.api.conftest import World, connect
from tests.api.running import catalogue, deploy
from tests.service.run import world as w
from tests.support import people

RULE = {"name": "Deletions", "when": {"destroy": True}, "approvers": {"group": "approver", "number": 1}}


@pytest.fixture(autouse=True)
def _catalogue(backend: str, settings_env: Callable[..., None], tmp_path: Path) -> None:
    settings_env(TERRACE_TEMPLATES_DIR=catalogue(tmp_path / "templates"))


def test_a_plan_is_asked_about_found_approved_and_confirmed(
    api: Any, admin_client: TestClient, member_client: TestClient, viewer_client: TestClient, world: World
) -> None:
    first = deploy(member_client)["run"]["id"]
    w.planned(first)
    tried = admin_client.post("/api/v1/approval-rules/dry-run", json={"rules": [RULE], "run_id": first}).json()
    assert (tried["asked"], tried["runs"][0]["says"]) == (1, ["one approver of the project: it deletes something"])
    assert admin_client.get("/api/v1/approval-rules").json() == []
    rule = admin_client.post("/api/v1/approval-rules", json=RULE)
    assert rule.status_code == 201
    assert rule.json()["says"].startswith("When anything is deleted or replaced, in any project: one approver")

    run_id = deploy(member_client, name="second")["run"]["id"]
    w.planned(run_id)
    refused = member_client.post(f"/api/v1/runs/{run_id}/confirm")
    assert (refused.status_code, refused.json()["code"]) == (409, "approval_required")
    assert "one approver of the project" in refused.json()["detail"]
    own = member_client.post(f"/api/v1/runs/{run_id}/approval", json={"decision": "approve"})
    assert (own.status_code, viewer_client.get("/api/v1/approvals").json()["items"]) == (403, [])

    approver = people.actor("approver@example.com", "member")
    admin_client.post("/api/v1/projects/default/members", json={"user": "approver@example.com", "role": "approver"})
    with unit_of_work() as session:
        bearer = auth.create_token(session, approver, NewToken(name="own")).token
    client = connect(api, bearer)
    assert [item["id"] for item in client.get("/api/v1/approvals").json()["items"]] == [run_id]
    asked = client.get(f"/api/v1/runs/{run_id}/approval").json()
    assert (asked["can_decide"], asked["waits_for"]) == (True, "one approver of the project")
    said = {"decision": "approve", "reason": "Fine.", "plan": asked["plan"]}
    approved = client.post(f"/api/v1/runs/{run_id}/approval", json=said).json()
    assert (approved["approval"]["state"], approved["approval"]["decisions"][0]["reason"]) == ("approved", "Fine.")
    assert client.get("/api/v1/approvals").json()["items"] == []
    assert member_client.post(f"/api/v1/runs/{run_id}/confirm").json()["status"] == "apply_queued"


def test_rules_are_written_anew_and_removed(admin_client: TestClient, member_client: TestClient) -> None:
    at = f"/api/v1/approval-rules/{admin_client.post('/api/v1/approval-rules', json=RULE).json()['id']}"
    assert admin_client.get(at).json()["when"]["destroy"] is True
    changed = admin_client.put(at, json=RULE | {"enabled": False, "when": {"cost_above": 100}})
    assert (changed.json()["enabled"], changed.json()["when"]["cost_above"]) == (False, 100)
    assert admin_client.put(at, json=RULE | {"when": {}}).status_code == 422
    assert (
        admin_client.post("/api/v1/approval-rules", json=RULE | {"when": {"resource_types": ["a b"]}}).status_code
        == 422
    )
    assert member_client.get(at).status_code == 403
    assert admin_client.delete(at).status_code == 204
    assert admin_client.get(at).status_code == 404


def test_a_run_that_nobody_was_asked_about_has_no_approval_and_a_strange_link_leads_nowhere(
    member_client: TestClient,
) -> None:
    run_id = deploy(member_client)["run"]["id"]
    w.planned(run_id)
    assert member_client.get(f"/api/v1/runs/{run_id}").json()["approval"] is None
    assert member_client.get(f"/api/v1/runs/{run_id}/approval").status_code == 404
    assert member_client.post(f"/api/v1/runs/{run_id}/approval", json={"decision": "approve"}).status_code == 404
    assert member_client.get("/api/v1/approvals/links/apl-nothing.signed").status_code == 404
