"""The administrator's view of workers and queue."""

from __future__ import annotations

from starlette.testclient import TestClient

from portal.kit.db import unit_of_work
from portal.run import work


def test_administrators_see_workers_queue_and_versions(admin_client: TestClient) -> None:
    with unit_of_work() as session:
        work.register_worker(
            session, name="w1", queues=["plan", "apply"], concurrency=2, versions={"terraform": "1.11"}
        )
    seen = admin_client.get("/api/v1/system").json()
    assert [(item["name"], item["live"], item["versions"]) for item in seen["workers"]] == [
        ("w1", True, {"terraform": "1.11"})
    ]
    assert seen["queue"]["slots"] == 2
    assert {"terrace", "python", "postgresql"} <= set(seen["versions"])


def test_nobody_else_does(member_client: TestClient) -> None:
    assert member_client.get("/api/v1/system").status_code == 403


def test_administrators_place_and_release_the_hold_and_others_do_not(
    admin_client: TestClient, member_client: TestClient
) -> None:
    assert admin_client.get("/api/v1/system").json()["hold"] is None
    reason = {"reason": "We look at the bill first."}
    assert member_client.put("/api/v1/system/hold", json=reason).status_code == 403
    assert admin_client.put("/api/v1/system/hold", json={"reason": ""}).status_code == 422
    placed = admin_client.put("/api/v1/system/hold", json=reason)
    assert (placed.status_code, placed.json()["reason"]) == (200, reason["reason"])
    assert admin_client.get("/api/v1/system").json()["hold"]["placed_by"].startswith("root@example.com")
    assert member_client.delete("/api/v1/system/hold").status_code == 403
    assert admin_client.delete("/api/v1/system/hold").status_code == 204
    assert admin_client.delete("/api/v1/system/hold").status_code == 409
    trail = admin_client.get("/api/v1/audit-events").json()["items"]
    assert [item["action"] for item in trail[:2]] == ["hold.release", "hold.place"]
