"""The deployments of the REST contract, by name and status code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.api.running import SECRET, body, deploy


@pytest.fixture(autouse=True)
def _catalogue(backend: str, settings_env: Callable[..., None], tmp_path: Path) -> None:
    from tests.api.running import catalogue

    settings_env(TERRACE_TEMPLATES_DIR=catalogue(tmp_path / "templates"))


def test_a_deployment_is_made_read_changed_and_destroyed(member_client: TestClient) -> None:
    made = deploy(member_client, name="shop", ttl="8h")
    assert (made["deployment"]["status"], made["run"]["status"]) == ("new", "plan_queued")
    at = f"/api/v1/deployments/{made['deployment']['id']}"
    assert member_client.get(at).json()["values"] == {"size": 3, "password": None, "terrace_deployment": "shop"}
    changed = member_client.patch(at, json={"values": {"size": 4}, "auto_apply": True})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["run"]["status"], changed.json()["deployment"]["auto_apply"]) == ("pending", True)
    gone = member_client.delete(at)
    assert (gone.status_code, gone.json()["run"]["kind"]) == (202, "destroy")
    runs = member_client.get(f"{at}/runs").json()["items"]
    assert [run["kind"] for run in runs] == ["destroy", "plan_and_apply", "plan_and_apply"]


def test_mistakes_come_back_with_the_path_of_each_field(member_client: TestClient) -> None:
    answer = member_client.post("/api/v1/deployments", json=body(values={"size": 12, "password": SECRET}))
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["errors"] == [{"path": "values.size", "message": "Choose fewer than ten."}]
    unknown = member_client.post("/api/v1/deployments", json=body(colour="red"))
    assert (unknown.status_code, unknown.json()["errors"][0]["path"]) == (422, "colour")


def test_no_answer_holds_a_secret(member_client: TestClient, admin_client: TestClient) -> None:
    made = deploy(member_client)
    deployment, run = made["deployment"]["id"], made["run"]["id"]
    answers = [str(made), member_client.post("/api/v1/deployments", json=body(name="Bad Name")).text]
    paths = [
        f"/api/v1/deployments/{deployment}{part}" for part in ("", "/runs", "/outputs", "/resources", "/state-versions")
    ]
    paths += [f"/api/v1/runs/{run}", f"/api/v1/runs/{run}/events", "/api/v1/deployments", "/api/v1/runs"]
    paths += ["/api/v1/audit-events", "/api/v1/system"]
    for path in paths:
        answer = admin_client.get(path)
        assert answer.status_code == 200, (path, answer.text)
        answers.append(answer.text)
    assert SECRET not in "".join(answers)


@pytest.mark.parametrize("kind", ["plan_only", "plan_and_apply", "destroy", "drift"])
def test_every_kind_of_run_can_be_started(member_client: TestClient, kind: str) -> None:
    at = f"/api/v1/deployments/{deploy(member_client)['deployment']['id']}"
    answer = member_client.post(f"{at}/runs", json={"kind": kind, "message": "Why not."})
    assert answer.status_code == 201, answer.text
    assert (answer.json()["kind"], answer.json()["status"], answer.json()["message"]) == (kind, "pending", "Why not.")


def test_an_unknown_kind_is_refused(member_client: TestClient) -> None:
    at = f"/api/v1/deployments/{deploy(member_client)['deployment']['id']}"
    assert member_client.post(f"{at}/runs", json={"kind": "explode"}).status_code == 422


def test_revealing_outputs_takes_a_member(member_client: TestClient, viewer_client: TestClient) -> None:
    at = f"/api/v1/deployments/{deploy(member_client)['deployment']['id']}/outputs"
    assert viewer_client.get(at).json() == {"items": []}
    assert viewer_client.get(at, params={"reveal": "true"}).status_code == 403
    assert member_client.get(at, params={"reveal": "true"}).status_code == 200


def test_the_list_pages_and_filters(member_client: TestClient) -> None:
    names = [deploy(member_client, name=f"app-{number}")["deployment"]["name"] for number in range(3)]
    first = member_client.get("/api/v1/deployments", params={"limit": 2}).json()
    rest = member_client.get("/api/v1/deployments", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [item["name"] for item in first["items"] + rest["items"]] == names[::-1]
    assert rest["next_cursor"] is None
    found = member_client.get("/api/v1/deployments", params={"q": "app-1", "status": "new"}).json()
    assert [item["name"] for item in found["items"]] == ["app-1"]
    assert member_client.get("/api/v1/deployments", params={"status": "odd"}).status_code == 422
    assert member_client.get("/api/v1/deployments", params={"cursor": "odd"}).status_code == 422


def test_a_deployment_stays_on_the_account_that_it_was_made_on(member_client: TestClient) -> None:
    made = deploy(member_client, name="stays")["deployment"]
    at = f"/api/v1/deployments/{made['id']}"
    for word in ("cloud_account", "cloud_account_id", "mode"):
        refused = member_client.patch(at, json={word: "sandbox-gcp"})
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, word)
    assert member_client.get(at).json()["cloud_account"] == made["cloud_account"]
