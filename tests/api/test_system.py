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
