"""The audit trail over REST: who asked from where, exports, who may."""

from __future__ import annotations

import csv
import io
import json

import pytest
from starlette.testclient import TestClient

pytestmark = pytest.mark.usefixtures("backend")


def test_a_change_says_from_where_and_what_was_before(admin_client: TestClient) -> None:
    admin_client.patch("/api/v1/projects/default", json={"name": "Renamed"}, headers={"User-Agent": "tests/1"})
    event = admin_client.get("/api/v1/audit-events?action=project.").json()["items"][0]
    assert event["detail"]["before"] == {"name": "Default"}
    assert event["detail"]["after"] == {"name": "Renamed"}
    assert (event["origin"]["via"], event["origin"]["agent"]) == ("api", "tests/1")
    assert event["origin"]["request_id"]


def test_the_trail_is_taken_along_as_a_file_and_that_is_in_it(admin_client: TestClient) -> None:
    admin_client.patch("/api/v1/projects/default", json={"name": "=1+1"})
    answer = admin_client.get("/api/v1/audit-events/export?format=csv&action=project.")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["content-disposition"].startswith('attachment; filename="terrace-audit-')
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert rows
    assert all(row["action"].startswith("project.") for row in rows)
    lines = admin_client.get("/api/v1/audit-events/export").text.splitlines()
    assert json.loads(lines[-1])["action"] == "audit.export"
    assert admin_client.get("/api/v1/audit-events/check").json()["ok"]
    assert admin_client.get("/api/v1/audit-events/trail").json()["sinks"] == []


def test_the_trail_is_for_those_who_audit(member_client: TestClient) -> None:
    for path in ("", "/export", "/check", "/trail"):
        assert member_client.get(f"/api/v1/audit-events{path}").status_code == 403
