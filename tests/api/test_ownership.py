"""Things of one project, asked for by somebody who is not in it (attack 20): they do not exist."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from portal.auth.schemas import SYSTEM
from portal.kit.clock import now
from portal.kit.db import unit_of_work
from portal.models import Notification
from portal.project import service as projects
from portal.project.schemas import NewMember
from tests.api.conftest import World
from tests.api.test_doors import ROUTES, SAFE, address

REQUEST = {
    "name": "mine",
    "template": "azure/storage-account",
    "cloud_account": "sandbox-azure",
    "values": {"name": "acmeminimal01", "location": "westeurope"},
}
BODIES: dict[str, Any] = {
    "/api/v1/deployments/{deployment_id}/runs": {"kind": "plan_only"},
    "/api/v1/deployments/{deployment_id}/actions": {"action": "restart"},
    "/api/v1/deployments/{deployment_id}/owner": {"owner": "member@example.com"},
    "/api/v1/runs/{run_id}/approval": {"decision": "approve"},
    "/api/v1/runs/{run_id}/policy-override": {"reason": "No reason."},
}
SECRETS = {"/api/v1/runs/{run_id}/result"}
"""What is read by those only who may also change it."""
OF_A_PROJECT = [
    (method, path)
    for method, path in ROUTES
    if ("{deployment_id}" in path or "{run_id}" in path) and not path.startswith("/api/v1/state/")
]


@pytest.fixture
def made(member_client: TestClient) -> dict[str, Any]:
    """The member's deployment with its first run."""
    answer = member_client.post("/api/v1/deployments", json=REQUEST)
    assert answer.status_code == 201, answer.text
    return answer.json()


def ask(client: TestClient, method: str, path: str, made: dict[str, Any]) -> int:
    filled = path.replace("{deployment_id}", made["deployment"]["id"]).replace("{run_id}", made["run"]["id"])
    body = None if method in SAFE else BODIES.get(path, {})
    return client.request(method, address(filled), json=body).status_code


def test_a_stranger_finds_nothing_at_any_route_of_another_project(
    stranger_client: TestClient, made: dict[str, Any]
) -> None:
    assert len(OF_A_PROJECT) >= 12
    found = [f"{method} {path}" for method, path in OF_A_PROJECT if ask(stranger_client, method, path, made) != 404]
    assert found == []


def test_a_strangers_lists_are_empty(stranger_client: TestClient, made: dict[str, Any]) -> None:
    for path in ("/api/v1/deployments", "/api/v1/runs", "/api/v1/projects"):
        assert stranger_client.get(path).json()["items"] == [], path
    by_id = {"deployment": made["deployment"]["id"]}
    assert made["run"]["id"] not in stranger_client.get("/api/v1/runs", params=by_id).text


def test_a_project_of_others_is_refused_like_one_that_does_not_exist(stranger_client: TestClient) -> None:
    theirs = stranger_client.post("/api/v1/deployments", json=REQUEST)
    nobodys = stranger_client.post("/api/v1/deployments", json={**REQUEST, "project": "nothing"})
    assert theirs.status_code == nobodys.status_code == 422
    assert theirs.json()["errors"][0]["path"] == "project"
    assert theirs.json()["detail"].replace("default", "nothing") == nobodys.json()["detail"]


def test_a_viewer_of_the_project_sees_it_and_changes_nothing(viewer_client: TestClient, made: dict[str, Any]) -> None:
    for method, path in OF_A_PROJECT:
        status = ask(viewer_client, method, path, made)
        if method in SAFE and path not in SECRETS:
            # 404: this run has no plan yet, and nothing to approve, which is no question of roles.
            assert status == 200 or path.endswith(("/plan", "/approval")), f"{method} {path}: {status}"
        else:
            wanted = 404 if path.endswith("/approval") else 403  # test_approvals has one with something to approve
            assert status == wanted, f"{method} {path}: {status}"


def test_access_ends_with_the_membership(member_client: TestClient, world: World, made: dict[str, Any]) -> None:
    path = f"/api/v1/deployments/{made['deployment']['id']}"
    assert member_client.get(path).status_code == 200
    with unit_of_work() as session:
        projects.remove_member(session, SYSTEM, "default", world.member_id)
    assert member_client.get(path).status_code == 404
    with unit_of_work() as session:
        projects.add_member(session, SYSTEM, "default", NewMember(user="member@example.com", role="viewer"))
    assert member_client.get(path).status_code == 200
    assert member_client.delete(path).status_code == 403


def test_attack_20_what_is_somebodys_own_is_not_there_for_others_who_know_its_id(
    world: World, browser: TestClient, member_client: TestClient, stranger_client: TestClient
) -> None:
    """Sessions, tokens, notifications, and an address book by id; also for a member of the same project."""
    token = member_client.post("/api/v1/tokens", json={"name": "mine"}).json()["id"]
    session_id = browser.get("/api/v1/me/sessions").json()[0]["id"]
    with unit_of_work() as session:
        row = Notification(
            id="note-1", event_id="e", user_id=world.member_id, event="test", title="For the member", created_at=now()
        )
        session.add(row)
    asked = [
        ("GET", f"/api/v1/tokens/{token}", 404),
        ("DELETE", f"/api/v1/tokens/{token}", 404),
        ("DELETE", f"/api/v1/me/sessions/{session_id}", 404),
        ("POST", "/api/v1/notifications/note-1/read", 404),
        ("GET", f"/api/v1/users/{world.member_id}", 403),
        ("GET", f"/api/v1/users/{world.member_id}/sessions", 403),
        ("GET", f"/api/v1/users/{world.member_id}/tokens", 403),
        ("GET", "/api/v1/audit-events", 403),
        ("GET", "/api/v1/invitations", 403),
    ]
    found = [f"{m} {path}" for m, path, wanted in asked if stranger_client.request(m, path).status_code != wanted]
    assert found == []
    assert stranger_client.get("/api/v1/notifications").json()["items"] == []
    assert token not in stranger_client.get("/api/v1/tokens").text
    assert member_client.get(f"/api/v1/tokens/{token}").status_code == 200
    assert browser.get("/api/v1/me").status_code == 200
