"""An auditor reads everything, the audit trail too, and changes nothing: with a token and in a browser."""

from __future__ import annotations

from collections.abc import Callable

from starlette.testclient import TestClient

from portal.api.security import SecurityMiddleware
from tests.api.conftest import World, connect
from tests.support import people

CHANGES = [
    ("POST", "/projects", {"name": "Mine"}),
    ("POST", "/users", {"email": "new@example.com"}),
    ("POST", "/roles", {"kind": "project", "title": "Mine", "actions": []}),
    ("POST", "/policies", {"name": "Mine", "rule": "expression", "settings": {}}),
    ("PUT", "/system/hold", {"reason": "Mine."}),
    ("PATCH", "/projects/default", {"name": "Mine"}),
    ("POST", "/projects/default/members", {"user": "stranger@example.com", "role": "owner"}),
    ("PUT", "/projects/default/guardrails", {"guardrails": []}),
]


def test_an_auditor_reads_the_trail_and_changes_nothing(
    api: SecurityMiddleware, world: World, admin_client: TestClient, browser_of: Callable[[], TestClient]
) -> None:
    auditor_id = people.user("audrey@example.com", "auditor")
    browser = browser_of()
    signed_in = browser.post("/api/v1/auth/sign-in", json={"email": "audrey@example.com", "password": people.PASSWORD})
    assert signed_in.status_code == 200
    before = admin_client.get("/api/v1/audit-events?limit=200").json()["items"]
    for auditor in (connect(api, people.token(auditor_id)), browser):
        found = auditor.get("/api/v1/audit-events").json()["items"]
        assert "user.create" in {event["action"] for event in found}
        for path in ("/audit-events/check", "/users", "/system", "/policies", "/projects/default/members"):
            assert auditor.get(f"/api/v1{path}").status_code == 200, path
        for method, path, body in CHANGES:
            answer = auditor.request(method, f"/api/v1{path}", json=body)
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), (path, answer.text)
    after = admin_client.get("/api/v1/audit-events?limit=200").json()["items"]
    assert {event["action"] for event in after[: len(after) - len(before)]} <= {"token.create"}
