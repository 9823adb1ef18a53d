"""What comes back when a request is wrong, too large, or hostile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import psycopg
import pytest
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from portal.api import limits
from portal.auth import service as auth
from portal.kit import pagination
from tests.api.conftest import World
from tests.api.running import deploy
from tests.support import people

PROBLEM = {"type", "title", "status", "detail", "code", "request_id", "errors"}


def assert_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == PROBLEM
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["request_id"] == answer.headers["x-request-id"]
    return problem


def post(client: TestClient, body: bytes | Iterator[bytes], path: str = "/api/v1/projects") -> Any:
    return client.post(path, content=body, headers={"Content-Type": "application/json"})


class TestProblems:
    def test_every_kind_of_refusal_has_one_shape(self, admin_client: TestClient) -> None:
        assert_problem(admin_client.get("/api/v1/users/user-nobody"), 404, "not_found")
        assert_problem(admin_client.get("/api/v1/nothing"), 404, "not_found")
        assert_problem(admin_client.get("/api"), 404, "not_found")
        assert_problem(admin_client.put("/api/v1/me"), 405, "method_not_allowed")
        assert_problem(admin_client.post("/api/v1/projects", json={"name": "Default"}), 409, "conflict")
        assert_problem(post(admin_client, b"{"), 422, "invalid")

    def test_a_field_that_cannot_be_used_is_named(self, admin_client: TestClient) -> None:
        body = {
            "name": "x",
            "cloud": "azure",
            "settings": {"subscription_id": 1},
            "credentials": {"method": "managed_identity"},
        }
        problem = assert_problem(admin_client.post("/api/v1/cloud-accounts", json=body), 422, "invalid")
        assert {error["path"] for error in problem["errors"]} == {"settings.subscription_id", "settings.tenant_id"}
        problem = assert_problem(admin_client.post("/api/v1/users", json={"role": "king", "x": 1}), 422, "invalid")
        assert {error["path"] for error in problem["errors"]} == {"email", "x"}
        king = {"email": "king@example.com", "role": "king"}
        problem = assert_problem(admin_client.post("/api/v1/users", json=king), 422, "invalid")
        assert [error["path"] for error in problem["errors"]] == ["role"]
        problem = assert_problem(admin_client.get("/api/v1/users?limit=0"), 422, "invalid")
        assert [error["path"] for error in problem["errors"]] == ["limit"]

    def test_what_was_typed_as_a_secret_is_not_repeated(self, admin_client: TestClient) -> None:
        canary = "canary-" + "p" * 300
        for path, body in (
            ("/api/v1/users", {"email": "a@b.c", "password": canary}),
            ("/api/v1/users", {"email": ["x"], "password": {"deep": canary}}),
            ("/api/v1/me/password", {"current_password": canary, "new_password": 1}),
            ("/api/v1/cloud-accounts", {"name": "x", "cloud": "azure", "credentials": {"method": canary}}),
        ):
            answer = admin_client.post(path, json=body)
            assert answer.status_code == 422, path
            assert canary not in answer.text, path

    def test_a_crash_shows_no_trace(self, admin_client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
        def crash(*_: Any, **__: Any) -> None:
            raise RuntimeError("a secret in the message")

        monkeypatch.setattr(auth, "get_me", crash)
        answer = admin_client.get("/api/v1/me")
        problem = assert_problem(answer, 500, "internal_error")
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
        assert "request id" in problem["detail"]

    def test_a_database_that_is_away_is_no_mistake_of_the_portal(
        self, admin_client: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Found by tests/chaos: everybody was told of a mistake while PostgreSQL was started anew."""
        for error in (psycopg.OperationalError("connection refused"), psycopg.errors.AdminShutdown("shutting down")):
            raised = OperationalError("SELECT 1", {}, error)
            monkeypatch.setattr(auth, "get_me", Mock(side_effect=raised))
            problem = assert_problem(admin_client.get("/api/v1/me"), 503, "unavailable")
            assert "database does not answer" in problem["detail"]
        locked = OperationalError("SELECT 1", {}, psycopg.errors.LockNotAvailable("canceling statement"))
        monkeypatch.setattr(auth, "get_me", Mock(side_effect=locked))
        assert_problem(admin_client.get("/api/v1/me"), 500, "internal_error")

    def test_a_request_id_is_kept_when_it_is_plausible(self, client: TestClient) -> None:
        assert (
            client.get("/healthz", headers={"X-Request-ID": "from-the-proxy-1"}).headers["x-request-id"]
            == "from-the-proxy-1"
        )
        for given in ("short", "x" * 65, "with space here", "<script>alert</script>"):
            assert client.get("/healthz", headers={"X-Request-ID": given}).headers["x-request-id"] != given

    def test_a_request_that_fails_leaves_nothing_behind(self, admin_client: TestClient, world: World) -> None:
        answer = admin_client.patch(f"/api/v1/users/{world.admin_id}", json={"name": "Changed", "password": "short"})
        assert answer.status_code == 422
        assert admin_client.get(f"/api/v1/users/{world.admin_id}").json()["name"] == "Administrator"


class TestBodies:
    def test_a_large_body_is_refused_announced_or_not(self, admin_client: TestClient) -> None:
        large = json.dumps({"name": "x" * limits.BODY_LIMIT}).encode()
        assert_problem(post(admin_client, large), 413, "too_large")
        chunks = (large[i : i + 65536] for i in range(0, len(large), 65536))
        assert_problem(post(admin_client, chunks), 413, "too_large")
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        chunks = (b"email=" + b"x" * 65536 for _ in range(20))
        assert_problem(admin_client.post("/api/v1/auth/sign-in", content=chunks, headers=form), 413, "too_large")

    def test_a_state_may_be_larger(self, client: TestClient) -> None:
        answer = client.post("/api/v1/state/deployment-1", content=b"x" * (2 * limits.BODY_LIMIT))
        assert answer.status_code == 401

    def test_deep_json_is_refused_and_harms_nothing(self, admin_client: TestClient) -> None:
        for opening in (b"[", b'{"a":', b'{"a":[[{"b":'):
            problem = assert_problem(post(admin_client, opening * 50_000), 422, "invalid")
            assert "deep" in problem["detail"]

    def test_json_that_no_database_takes_is_refused(self, admin_client: TestClient) -> None:
        bodies = [
            b'{"name": "a\\u0000b"}',
            b'{"name": "\\ud800"}',
            b'{"\\u0000": 1}',
            b'{"name": NaN}',
            b'{"name": [-Infinity]}',
            b'{"name": 1e400}',
            b'{"name": ' + b"9" * 5000 + b"}",
            b'{"name": "\xff"}',
        ]
        for body in bodies:
            problem = assert_problem(post(admin_client, body), 422, "invalid")
            assert problem["errors"] == [], "refused before any field was looked at"
        assert_problem(post(admin_client, b"\xff\xfe"), 422, "invalid")

    @pytest.mark.parametrize("kind", ["application/JSON", "Application/x+jSoN", "application/json;charset=utf-8"])
    def test_json_is_looked_through_however_its_type_is_written(self, admin_client: TestClient, kind: str) -> None:
        for body in (b'{"name": "a\\u0000b"}', b"[" * 5000):
            answer = admin_client.post("/api/v1/projects", content=body, headers={"Content-Type": kind})
            assert_problem(answer, 422, "invalid")

    @pytest.mark.parametrize("kind", ["text/plain", "application/JSON", "application/x-www-form-urlencoded"])
    def test_no_attempt_to_sign_in_makes_the_portal_fall_over(self, client: TestClient, kind: str) -> None:
        for body in (
            b'{"email": "a\\u0000b", "password": "x"}',
            b'{"email": "a@example.com", "password": "\\ud800"}',
            b'{"email": ' + b"[" * 5000,
            b"email=%00&password=x",
            b"email=a&password=%00%ED%A0%80",
            b"\xff\xfe",
        ):
            answer = client.post("/api/v1/auth/sign-in", content=body, headers={"Content-Type": kind})
            assert answer.status_code in (303, 401, 422), answer.text

    def test_texts_that_only_look_dangerous_pass(self, admin_client: TestClient) -> None:
        for name in ("a\\u0000b", "[[[[" * 25, "é😀", '"quoted" \\ '):
            assert post(admin_client, json.dumps({"name": name, "slug": people_slug(name)}).encode()).status_code == 201

    def test_a_nul_in_an_address_is_refused(self, admin_client: TestClient) -> None:
        for address in ("/api/v1/users/%00", "/api/v1/audit-events?action=%00", "/api/v1/users/a%00b"):
            assert_problem(admin_client.get(address), 422, "invalid")

    def test_a_cursor_that_is_not_ours_is_refused_everywhere(self, admin_client: TestClient) -> None:
        for path in (
            "users",
            "tokens",
            "projects",
            "cloud-accounts",
            "audit-events",
            "templates",
            "deployments",
            "runs",
        ):
            for cursor in ("x", "W10", "W251bGxd", "WyJcdTAwMDAiXQ", "W251bGwsbnVsbF0", "WyIyMDI2IiwieCJd", "Ww" * 200):
                answer = admin_client.get(f"/api/v1/{path}", params={"cursor": cursor})
                assert answer.status_code == 422, f"{path} {cursor}: {answer.status_code}"

    def test_a_cursor_of_state_versions_is_a_number_of_theirs(self, admin_client: TestClient) -> None:
        values = {"name": "acmeminimal01", "location": "westeurope"}
        made = deploy(admin_client, template="azure/storage-account", values=values)
        path = f"/api/v1/deployments/{made['deployment']['id']}/state-versions"
        for keys in (["x"], ["1e5"], [2**62], [0]):
            cursor = pagination.encode_cursor(*keys)
            assert_problem(admin_client.get(path, params={"cursor": cursor}), 422, "invalid")


def people_slug(text: str) -> str:
    """A slug of its own for every name."""
    return f"p-{len(text)}"


class TestAdministration:
    def test_a_user_is_made_signs_in_and_must_choose_a_password(
        self, admin_client: TestClient, client: TestClient
    ) -> None:
        made = admin_client.post("/api/v1/users", json={"email": "new@example.com", "role": "viewer"}).json()
        credentials = {"email": "new@example.com", "password": made["generated_password"]}
        user = client.post("/api/v1/auth/sign-in", json=credentials).json()["user"]
        assert (user["id"], user["must_change_password"]) == (made["id"], True)
        members = admin_client.get("/api/v1/projects/default/members").json()
        assert made["id"] in [member["user_id"] for member in members]
        answer = admin_client.patch(f"/api/v1/users/{made['id']}", json={"disabled": True})
        assert answer.json()["disabled_at"]
        assert client.post("/api/v1/auth/sign-in", json=credentials).status_code == 401

    def test_a_token_is_made_used_and_revoked(self, admin_client: TestClient, api: Any) -> None:
        from tests.api.conftest import connect

        made = admin_client.post("/api/v1/tokens", json={"name": "ci", "scope": "read"}).json()
        reader = connect(api, made["token"])
        assert reader.get("/api/v1/templates").status_code == 200
        assert made["token"] not in admin_client.get("/api/v1/tokens").text
        assert admin_client.delete(f"/api/v1/tokens/{made['id']}").status_code == 204
        assert reader.get("/api/v1/templates").status_code == 401

    def test_a_list_goes_on_until_the_last_page(self, admin_client: TestClient) -> None:
        seen: list[str] = []
        cursor = None
        while True:
            page = admin_client.get(
                "/api/v1/users", params={"limit": 2, **({"cursor": cursor} if cursor else {})}
            ).json()
            seen += [item["email"] for item in page["items"]]
            if (cursor := page["next_cursor"]) is None:
                break
        assert len(seen) == len(set(seen)) == 4

    def test_the_trail_tells_who_did_what_and_is_whole(self, admin_client: TestClient, world: World) -> None:
        admin_client.post("/api/v1/projects", json={"name": "Payments"})
        page = admin_client.get("/api/v1/audit-events", params={"action": "project.create"}).json()
        assert [event["actor_label"] for event in page["items"]] == ["root@example.com (first administrator)"]
        assert admin_client.get("/api/v1/audit-events/check").json()["ok"]
        since = admin_client.get("/api/v1/audit-events", params={"since": "2100-01-01T00:00:00"}).json()
        assert since["items"] == []

    def test_a_cloud_account_is_made_and_tried(self, admin_client: TestClient) -> None:
        answer = admin_client.post("/api/v1/cloud-accounts/sandbox-azure/test")
        assert answer.json()["simulated"]
        body = {"name": "Second sandbox", "cloud": "gcp", "kind": "sandbox"}
        made = admin_client.post("/api/v1/cloud-accounts", json=body).json()
        of_google = admin_client.get("/api/v1/cloud-accounts", params={"cloud": "gcp"}).json()["items"]
        assert [item["slug"] for item in of_google] == ["sandbox-gcp", made["slug"]]
        zones = admin_client.get(f"/api/v1/cloud-accounts/{made['id']}/lookups/zone?region=europe-west1").json()
        assert {option["value"][:13] for option in zones["options"]} == {"europe-west1-"}
        assert admin_client.delete(f"/api/v1/cloud-accounts/{made['id']}").status_code == 204


class TestTheCatalogue:
    def test_templates_are_found_and_filtered(self, viewer_client: TestClient) -> None:
        every = viewer_client.get("/api/v1/templates").json()["items"]
        gcp = viewer_client.get("/api/v1/templates", params={"cloud": "gcp"}).json()["items"]
        assert {"azure/storage-account", "gcp/storage-bucket"} <= {item["key"] for item in every}
        assert gcp
        assert {item["cloud"] for item in gcp} == {"gcp"}
        first = viewer_client.get("/api/v1/templates", params={"limit": 1}).json()
        second = viewer_client.get("/api/v1/templates", params={"limit": 1, "cursor": first["next_cursor"]}).json()
        assert [first["items"][0]["key"], second["items"][0]["key"]] == [item["key"] for item in every[:2]]

    def test_one_template_is_complete_and_cached_by_its_content(self, viewer_client: TestClient) -> None:
        path = "/api/v1/templates/azure/storage-account"
        answer = viewer_client.get(path)
        assert {"schema", "ui", "outputs", "resources", "version"} <= set(answer.json())
        again = viewer_client.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert_problem(viewer_client.get("/api/v1/templates/azure/nothing"), 404, "not_found")
        assert_problem(viewer_client.get("/api/v1/templates/azure/..%2f.."), 404, "not_found")

    def test_values_are_judged_and_the_errors_stand_at_their_fields(self, viewer_client: TestClient) -> None:
        path = "/api/v1/templates/azure/storage-account/validate"
        good = viewer_client.post(path, json={"values": {"name": "acmeminimal01", "location": "westeurope"}}).json()
        assert good["errors"] == []
        bad = viewer_client.post(path, json={"values": {"name": "Not A Name"}}).json()
        assert {error["path"] for error in bad["errors"]} == {"name", "location"}

    def test_what_values_would_create_is_drawn_before_any_plan(self, viewer_client: TestClient) -> None:
        path = "/api/v1/templates/azure/storage-account/preview"
        few = viewer_client.post(path, json={"values": {"name": "acmeminimal01"}}).json()
        assert few["exact"]
        assert few["total"] == sum(item["number"] for item in few["resources"])
        by_address = {item["address"]: item for item in few["resources"]}
        assert by_address["azurerm_storage_account.this"]["names"] == ["acmeminimal01"]
        assert by_address["azurerm_management_lock.this"]["present"] is False
        assert "is on" in by_address["azurerm_management_lock.this"]["why"]
        more = viewer_client.post(path, json={"values": {"delete_lock_enabled": True, "nonsense": 1}}).json()
        assert more["total"] == few["total"] + 1
        assert_problem(viewer_client.post("/api/v1/templates/azure/nothing/preview", json={}), 404, "not_found")


class TestTheReference:
    def test_it_needs_no_script_and_no_other_site(self, client: TestClient) -> None:
        page = client.get("/api/docs").text
        assert "<script" not in page
        assert 'src="http' not in page
        for operation in ("/api/v1/deployments/{deployment_id}/runs", "/api/v1/runs/{run_id}/confirm", "/api/v1/users"):
            assert operation in page

    def test_the_document_describes_every_answer_and_every_refusal(self, client: TestClient) -> None:
        document = client.get("/api/openapi.json").json()
        assert document["openapi"].startswith("3.1")
        assert set(document["components"]["schemas"]["Problem"]["properties"]) == PROBLEM
        for path, item in document["paths"].items():
            for method, operation in item.items():
                assert operation.get("description"), f"{method} {path} says nothing about itself"
                assert "4XX" in operation["responses"], f"{method} {path}"
        assert {"HTTPBearer", "APIKeyCookie"} <= set(document["components"]["securitySchemes"])

    def test_it_can_be_reached_by_those_who_watch_the_process(self, api: Any, world: World) -> None:
        near = TestClient(api, base_url="http://localhost:3000", client=("127.0.0.1", 1))
        assert near.get("/metrics").status_code == 200
        assert near.get("/metrics", headers={"X-Forwarded-For": "203.0.113.1"}).status_code == 401
        member = people.token(world.member_id)
        assert (
            near.get("/metrics", headers={"X-Forwarded-For": "x", "Authorization": f"Bearer {member}"}).status_code
            == 403
        )
