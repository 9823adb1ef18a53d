"""Every route there is, by itself: who gets in. A new route is tried without anybody thinking of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from portal.api.app import create_api
from tests.api.conftest import World

API = create_api()
OPEN = {
    ("POST", "/api/v1/auth/sign-in"),
    # Signing in by a provider: names and ways there; each of these proves by itself who comes, and is limited.
    ("GET", "/api/v1/auth/providers"),
    ("GET", "/api/v1/auth/oidc/{slug}/start"),
    ("GET", "/api/v1/auth/oidc/{slug}/callback"),
    ("POST", "/api/v1/auth/oidc/{slug}/backchannel-logout"),
    # Each takes a word that was given to one person, or says the same to everybody.
    ("POST", "/api/v1/auth/second-step"),
    ("POST", "/api/v1/auth/forgotten"),
    ("POST", "/api/v1/auth/reset"),
    ("POST", "/api/v1/auth/reset/look"),
    ("POST", "/api/v1/invitations/look"),
    ("POST", "/api/v1/invitations/accept"),
    ("GET", "/api/docs"),
    ("GET", "/api/openapi.json"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    # Public keys, which clouds fetch.
    ("GET", "/.well-known/openid-configuration"),
    ("GET", "/.well-known/jwks.json"),
    # Answers 405 to everybody.
    ("DELETE", "/api/v1/state/{deployment_id}"),
}
UNKNOWN = {"/api", "/api/{path:path}"}
"""What catches addresses that do not exist: 404 for everybody."""
OWN_ACCOUNT = {
    ("POST", "/api/v1/auth/sign-out"),
    ("POST", "/api/v1/me/password"),
    ("DELETE", "/api/v1/me/sessions"),
    ("DELETE", "/api/v1/me/sessions/{session_id}"),
    ("POST", "/api/v1/auth/oidc/{slug}/link"),
    ("DELETE", "/api/v1/me/identities/{identity_id}"),
    ("POST", "/api/v1/me/totp"),
    ("POST", "/api/v1/me/totp/confirm"),
    ("POST", "/api/v1/me/totp/recovery-codes"),
    ("POST", "/api/v1/me/totp/remove"),
    ("POST", "/api/v1/tokens"),
    ("DELETE", "/api/v1/tokens/{token_id}"),
    ("POST", "/api/v1/notifications/read"),
    ("POST", "/api/v1/notifications/{notification_id}/read"),
    ("PATCH", "/api/v1/me/notification-preferences"),
    # These judge and draw values, and keep nothing.
    ("POST", "/api/v1/templates/{cloud}/{name}/validate"),
    ("POST", "/api/v1/templates/{cloud}/{name}/preview"),
}
SAFE = {"GET", "HEAD", "OPTIONS"}
RUNS_OWN = ("/api/v1/state", "/api/v1/identity/token")
"""Where a run's own token counts and nobody's sign-in."""


def routes_of(routes: list[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """(method, path) of every route, those of included routers too."""
    for route in routes:
        if (router := getattr(route, "original_router", None)) is not None:
            yield from routes_of(router.routes, prefix + route.include_context.prefix)
        elif prefix + route.path not in UNKNOWN:
            for method in sorted(route.methods - {"HEAD"}):
                yield method, prefix + route.path


ROUTES = sorted(set(routes_of(list(API.router.routes))))


def address(path: str) -> str:
    """The path with something plausible in its places."""
    known = {
        "cloud": "azure",
        "name": "storage-account",
        "account": "sandbox-azure",
        "kind": "region",
        "project": "default",
    }
    return re.sub(r"\{(\w+)[^}]*\}", lambda match: known.get(match.group(1), "nothing-like-it"), path)


def test_the_walk_finds_every_route_that_is_documented() -> None:
    documented = {
        (method.upper(), path)
        for path, item in API.openapi()["paths"].items()
        for method in item
        if method in ("get", "post", "put", "patch", "delete")
    }
    assert documented <= set(ROUTES)
    for path in ("/api/v1/state/{deployment_id}", "/healthz", "/readyz", "/metrics", "/api/v1/runs/{run_id}/confirm"):
        assert any(found == path for _, found in ROUTES), path
    assert ("LOCK", "/api/v1/state/{deployment_id}") in ROUTES


def test_nobody_gets_in_anywhere_without_signing_in(client: TestClient) -> None:
    let_in = [
        f"{method} {path}: {answer.status_code}"
        for method, path in ROUTES
        if (method, path) not in OPEN
        and (answer := client.request(method, address(path), json={} if method not in SAFE else None)).status_code
        != 401
    ]
    assert let_in == []


def test_a_refusal_is_a_problem_that_says_how_to_sign_in(client: TestClient) -> None:
    answer = client.get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["code"] == "unauthenticated"


def test_a_viewer_can_change_nothing(viewer_client: TestClient) -> None:
    """With bodies that pass the checks of form, so that the refusal is one of role and not one of form."""
    bodies: dict[tuple[str, str], dict[str, Any]] = {
        ("POST", "/api/v1/users"): {"email": "new@example.com"},
        ("POST", "/api/v1/invitations"): {"email": "new@example.com"},
        ("PUT", "/api/v1/settings/second-step"): {"roles": []},
        ("POST", "/api/v1/projects"): {"name": "New"},
        ("POST", "/api/v1/identity-providers"): {"title": "New", "client_id": "x", "issuer": "https://id.example.com"},
        ("PUT", "/api/v1/sign-in-policy"): {"local_off": True, "break_glass": ["viewer@example.com"]},
        ("POST", "/api/v1/projects/{project}/members"): {"user": "viewer@example.com", "role": "admin"},
        ("POST", "/api/v1/cloud-accounts"): {"name": "New", "cloud": "azure", "kind": "sandbox"},
        ("POST", "/api/v1/cloud-accounts/test"): {"cloud": "azure", "credentials": {}},
        ("POST", "/api/v1/cloud-accounts/{account}/rotate"): {"credentials": {}},
        ("POST", "/api/v1/cloud-accounts/{account}/disable"): {"reason": "No reason."},
        ("POST", "/api/v1/deployments"): {
            "name": "new", "template": "azure/storage-account", "cloud_account": "sandbox-azure", "values": {},
        },
        ("POST", "/api/v1/deployments/{deployment_id}/runs"): {"kind": "plan_only"},
        ("POST", "/api/v1/deployments/{deployment_id}/owner"): {"owner": "somebody@example.com"},
        ("POST", "/api/v1/users/{user_id}/deployments/owner"): {"to": "somebody@example.com"},
        ("POST", "/api/v1/deployments/{deployment_id}/actions"): {"action": "restart"},
        ("PUT", "/api/v1/system/hold"): {"reason": "Maintenance."},
        ("POST", "/api/v1/notification-channels"): {
            "name": "New", "kind": "webhook", "events": ["run.applied"], "url": "https://hooks.example.com/",
        },
        ("PUT", "/api/v1/notification-texts/{event}/{part}"): {"source": None},
        ("POST", "/api/v1/notification-texts/{event}/{part}/preview"): {"source": "x"},
        ("POST", "/api/v1/roles"): {"kind": "project", "title": "New", "actions": ["run.read"]},
        ("POST", "/api/v1/service-accounts"): {"name": "robot"},
        ("POST", "/api/v1/policies"): {"name": "New", "rule": "change_limit"},
        ("POST", "/api/v1/policies/test"): {"rule": "change_limit"},
        ("POST", "/api/v1/runs/{run_id}/approval"): {"decision": "approve"},
        ("POST", "/api/v1/runs/{run_id}/policy-override"): {"reason": "No reason."},
        ("PUT", "/api/v1/admin/templates/{cloud}/{name}/audience"): {"projects": None},
        ("PUT", "/api/v1/admin/templates/{cloud}/{name}/versions/{content_hash}"): {"state": "published"},
        ("POST", "/api/v1/approval-rules"): {"name": "R", "when": {"destroy": True}},
        ("PUT", "/api/v1/approval-rules/{rule_id}"): {"name": "R", "when": {"destroy": True}},
    }  # fmt: skip
    changed = []
    for method, path in ROUTES:
        if method in SAFE or (method, path) in OPEN | OWN_ACCOUNT or path.startswith("/api/v1/state/"):
            continue
        answer = viewer_client.request(method, address(path), json=bodies.get((method, path), {}))
        if answer.status_code not in (403, 404):
            changed.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
    assert changed == []


def test_a_token_that_may_only_read_changes_nothing_even_for_an_administrator(api: Any, world: World) -> None:
    from tests.api.conftest import connect
    from tests.support import people

    reader = connect(api, people.token(world.admin_id, "read"))
    assert reader.get("/api/v1/me").json()["effective_role"] == "viewer"
    for method, path, body in (
        ("POST", "/api/v1/tokens", {"name": "more"}),
        ("POST", "/api/v1/users", {"email": "new@example.com"}),
        ("PATCH", f"/api/v1/users/{world.member_id}", {"role": "admin"}),
        ("DELETE", "/api/v1/cloud-accounts/sandbox-azure", None),
        ("POST", "/api/v1/me/password", {"current_password": "x", "new_password": "y"}),
    ):
        assert reader.request(method, path, json=body).status_code == 403, path
    assert reader.get("/api/v1/users").status_code == 403


def test_the_state_of_a_deployment_does_not_open_with_a_persons_token(admin_client: TestClient) -> None:
    """A run's token opens it, while its run is active (attacks 17 and 18)."""
    for method in ("GET", "POST", "LOCK", "UNLOCK"):
        assert admin_client.request(method, "/api/v1/state/nothing-like-it", content=b"{}").status_code == 401


@pytest.mark.parametrize("path", ["/api/v1/projects/default", "/api/v1/projects/default/members"])
def test_what_belongs_to_other_peoples_projects_does_not_exist(stranger_client: TestClient, path: str) -> None:
    assert stranger_client.get(path).status_code == 404


def test_whoever_must_choose_a_password_can_only_do_that(api: Any, world: World) -> None:
    from tests.api.conftest import ORIGIN, connect
    from tests.support import people

    people.user("new@example.com", "admin", must_change=True)
    browser = connect(api)
    browser.post("/api/v1/auth/sign-in", json={"email": "new@example.com", "password": people.PASSWORD})
    browser.headers["Origin"] = ORIGIN
    allowed = {"/api/v1/me", "/api/v1/me/password", "/api/v1/auth/sign-out"}
    let_in = [
        f"{method} {path}: {answer.status_code}"
        for method, path in ROUTES
        if (method, path) not in OPEN and path not in allowed and not path.startswith((*RUNS_OWN, "/metrics"))
        and (answer := browser.request(method, address(path), json={} if method not in SAFE else None)).status_code
        != 403
    ]  # fmt: skip
    assert let_in == []
    assert browser.get("/api/v1/users").json()["code"] == "password_change_required"
    change = {"current_password": people.PASSWORD, "new_password": "a password of my own"}
    assert browser.post("/api/v1/me/password", json=change).status_code == 204
    assert browser.get("/api/v1/users").status_code == 200
