"""Quotas over REST: read by members, set by administrators, and exact under a rush."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.testclient import TestClient

BASE = "/api/v1/projects/default"


def submit(client: TestClient, number: int) -> tuple[int, dict[str, Any]]:
    body = {
        "name": f"store-{number}", "template": "azure/storage-account", "cloud_account": "sandbox-azure",
        "values": {"name": f"acmestore{number:02}", "location": "westeurope"},
    }  # fmt: skip
    answer = client.post("/api/v1/deployments", json=body)
    return answer.status_code, answer.json()


def test_attack_24_of_fifty_requests_at_once_a_quota_of_ten_lets_ten_through(
    admin_client: TestClient, member_client: TestClient
) -> None:
    assert admin_client.patch(f"{BASE}/quota", json={"deployments": 10}).status_code == 200
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda number: submit(member_client, number), range(50)))
    assert sorted(status for status, _ in found) == [201] * 10 + [409] * 40
    refusal = next(body for status, body in found if status == 409)
    assert refusal["code"] == "conflict"
    assert "10 of 10 deployments" in refusal["detail"]
    assert "administrator of the portal can raise it" in refusal["detail"]
    usage = member_client.get(f"{BASE}/usage").json()
    assert usage["meters"][0] | {"text": ""} == {
        "name": "deployments", "title": "Deployments", "used": 10, "limit": 10, "share": 1, "level": "full", "text": "",
        "unknown": 0,
    }  # fmt: skip
    assert usage["warnings"] == ["Deployments: 10 of 10."]
    assert len(member_client.get("/api/v1/deployments").json()["items"]) == 10


def test_quotas_are_read_by_members_and_set_by_administrators_only(
    admin_client: TestClient, member_client: TestClient, stranger_client: TestClient
) -> None:
    assert admin_client.patch(f"{BASE}/quota", json={"monthly_budget": 250.5, "run_limit": 3}).status_code == 200
    found = member_client.get(f"{BASE}/quota").json()
    assert (found["monthly_budget"], found["run_limit"], found["deployments"]) == (250.5, 3, None)
    assert member_client.patch(f"{BASE}/quota", json={"deployments": 99}).status_code == 403
    assert stranger_client.get(f"{BASE}/quota").status_code == 404
    assert stranger_client.get(f"{BASE}/usage").status_code == 404
    for bad in ({"deployments": -1}, {"monthly_budget": "NaN"}, {"nothing": 1}):
        assert admin_client.patch(f"{BASE}/quota", json=bad).status_code == 422


def test_a_project_is_archived_only_when_nothing_lives_in_it_and_then_nothing_begins(
    admin_client: TestClient,
) -> None:
    made = admin_client.post("/api/v1/projects", json={"name": "Old"}).json()
    base = f"/api/v1/projects/{made['slug']}"
    body = {
        "name": "store", "template": "azure/storage-account", "cloud_account": "sandbox-azure", "project": made["slug"],
        "values": {"name": "acmestore", "location": "westeurope"},
    }  # fmt: skip
    first = admin_client.post("/api/v1/deployments", json=body)
    assert first.status_code == 201
    answer = admin_client.post(f"{base}/archive")
    assert (answer.status_code, answer.json()["detail"][:39]) == (409, "1 deployment is in this project. Destro")
    empty = admin_client.post("/api/v1/projects", json={"name": "Empty"}).json()["slug"]
    assert admin_client.post(f"/api/v1/projects/{empty}/archive").json()["archived_by"].startswith("root@")
    answer = admin_client.post("/api/v1/deployments", json=body | {"project": empty})
    assert (answer.status_code, "archived" in answer.json()["detail"]) == (409, True)
    member = {"user": "member@example.com", "role": "viewer"}
    for method, path, sent in (
        ("PATCH", "", {"name": "Other"}),
        ("POST", "/members", member),
        ("PUT", "/guardrails", {}),
    ):
        assert admin_client.request(method, f"/api/v1/projects/{empty}{path}", json=sent).status_code == 409, path
    assert admin_client.post(f"/api/v1/projects/{empty}/reopen").json()["archived_at"] is None
    assert admin_client.post("/api/v1/deployments", json=body | {"project": empty}).status_code == 201


def test_a_template_is_shown_and_judged_as_a_project_has_it(
    admin_client: TestClient, member_client: TestClient
) -> None:
    rules = {
        "templates": {"deny": ["gcp/*"]},
        "guardrails": [
            {"rule": "places", "allowed": ["westeurope"], "templates": ["azure/*"], "reason": "Data stays here."},
            {"rule": "tags", "tags": {"cost_center": "4711"}},
            {"rule": "ttl", "longest": "7d"},
        ],
    }
    assert member_client.put(f"{BASE}/guardrails", json=rules).status_code == 403
    assert admin_client.put(f"{BASE}/guardrails", json=rules).status_code == 200
    assert member_client.get(f"{BASE}/guardrails").json()["templates"] == {"allow": None, "deny": ["gcp/*"]}
    page = "/api/v1/templates/azure/storage-account"
    everywhere, here = member_client.get(page).json(), member_client.get(f"{page}?project=default").json()
    assert (everywhere["project"], here["project"]) == (None, {"slug": "default", "needs_end": True, "longest": "7d"})
    assert here["schema"]["properties"]["location"]["enum"] == ["westeurope"]
    values = {"values": {"name": "acmestore", "location": "eastus"}}
    assert member_client.post(f"{page}/validate", json=values).json()["errors"] == []
    assert member_client.post(f"{page}/validate?project=default", json=values).json()["errors"] == [
        {"path": "location", "message": "In this project, choose westeurope. Data stays here."}
    ]
    body = {"name": "store", "template": "azure/storage-account", "cloud_account": "sandbox-azure", **values}
    refused = member_client.post("/api/v1/deployments", json=body | {"ttl": "2d"})
    assert (refused.status_code, [error["path"] for error in refused.json()["errors"]]) == (422, ["values.location"])
    keys = [item["key"] for item in member_client.get("/api/v1/templates?project=default").json()["items"]]
    assert keys
    assert not [key for key in keys if key.startswith("gcp/")]
    assert member_client.get("/api/v1/templates/gcp/pub-sub?project=default").status_code == 404


def test_a_guardrail_that_makes_no_sense_is_refused_with_a_reason(admin_client: TestClient) -> None:
    for rule, words in (
        ({"rule": "places"}, "needs allowed"),
        ({"rule": "range", "variable": "days"}, "needs min or max"),
        ({"rule": "range", "variable": "days", "min": 5, "max": 1}, "min is above max"),
        ({"rule": "ttl", "longest": "soon"}, "lifetime like"),
        ({"rule": "fixed", "variable": "pools[].size", "value": 1}, "only a whole variable"),
        ({"rule": "values", "variable": "a b", "allowed": ["x"]}, "write a variable"),
        ({"rule": "tags", "tags": {"a": "b"}, "variable": "x"}, "has no variable"),
        ({"rule": "tags", "tags": {"a": "b"}, "templates": ["Azure/${x}"]}, "pattern"),
    ):
        answer = admin_client.put(f"{BASE}/guardrails", json={"guardrails": [rule]})
        assert (answer.status_code, words in answer.text) == (422, True), answer.text


def test_owners_read_what_was_done_in_their_project_and_others_do_not(
    admin_client: TestClient, member_client: TestClient, stranger_client: TestClient
) -> None:
    assert admin_client.patch(f"{BASE}/quota", json={"deployments": 4}).status_code == 200
    found = admin_client.get(f"{BASE}/activity?limit=1").json()
    assert [item["action"] for item in found["items"]] == ["project.quota"]
    assert "hash" not in found["items"][0]
    assert member_client.get(f"{BASE}/activity").status_code == 403
    assert stranger_client.get(f"{BASE}/activity").status_code == 404
