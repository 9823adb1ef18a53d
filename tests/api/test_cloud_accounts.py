"""Cloud accounts over REST: whom they exist for, who may ask their clouds, and that nothing secret comes back."""

from __future__ import annotations

from starlette.testclient import TestClient

ACCOUNT = "/api/v1/cloud-accounts/sandbox-azure"
CANARY = "canary-over-rest-90ab"
NEW = {
    "name": "Team",
    "cloud": "azure",
    "settings": {
        "subscription_id": "00000000-0000-0000-0000-000000000001",
        "tenant_id": "00000000-0000-0000-0000-000000000002",
        "client_id": "00000000-0000-0000-0000-000000000003",
    },
    "credentials": {"method": "client_secret", "client_secret": CANARY},
    "secret_expires_on": "2030-01-31",
    "scope": {"projects": ["default"]},
}


def test_an_account_exists_for_the_projects_that_it_is_open_to(
    admin_client: TestClient, member_client: TestClient, stranger_client: TestClient
) -> None:
    made = admin_client.post("/api/v1/cloud-accounts", json=NEW)
    assert made.status_code == 201, made.text
    address = f"/api/v1/cloud-accounts/{made.json()['id']}"
    theirs = member_client.get(address)
    assert theirs.json()["scope"]["projects"] == ["default"]
    assert "used_by" not in theirs.json()
    assert theirs.json()["expiry"]["level"] == "ok"
    for path in (address, f"{address}/lookups/region", f"{address}/quota-left?type=azurerm_public_ip"):
        assert stranger_client.get(path).status_code == 404, path
    assert CANARY not in made.text + theirs.text


def test_what_changes_an_account_or_speaks_for_it_is_for_administrators(
    admin_client: TestClient, member_client: TestClient, viewer_client: TestClient
) -> None:
    for path, body in (
        ("/test", None), ("/rotate", {"credentials": {}}), ("/disable", {"reason": "no"}), ("/enable", None),
    ):  # fmt: skip
        assert member_client.post(ACCOUNT + path, json=body).status_code == 403, path
    trial = {name: NEW[name] for name in ("cloud", "settings", "credentials")}
    assert member_client.post("/api/v1/cloud-accounts/test", json=trial).status_code == 403
    assert viewer_client.get(f"{ACCOUNT}/lookups/region").status_code == 403
    assert member_client.get(f"{ACCOUNT}/lookups/region").json()["options"]
    assert admin_client.post(f"{ACCOUNT}/test").json()["simulated"] is True


def test_what_a_form_asks_is_told_by_cloud(member_client: TestClient, client: TestClient) -> None:
    clouds = {cloud["name"]: cloud for cloud in member_client.get("/api/v1/clouds").json()["items"]}
    ways = {method["name"]: method for method in clouds["azure"]["methods"]}
    assert ways["client_secret"]["inputs"][0]["name"] == "client_secret"
    assert "<pre tabindex" in ways["client_secret"]["steps_html"]
    assert clouds["gcp"]["settings"]
    assert client.get("/api/v1/clouds").status_code == 401
    assert client.get(f"{ACCOUNT}/lookups/region").status_code == 401
