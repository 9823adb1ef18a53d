"""Providers of every kind: set up, kept, asked; from the environment too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import pytest
import werkzeug.serving
from starlette.testclient import TestClient

from portal.auth.oidc import service as oidc
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.kit.errors import ConfigurationError
from tests.api.conftest import ORIGIN
from tests.api.providers import START, begin, come_back, error_of, me, provider, sign_in
from tests.support import https
from tests.support.provider import CLIENT, SECRET, Fake

Browsers = Callable[[], TestClient]


def test_a_secret_goes_in_and_never_comes_out_and_a_provider_with_people_keeps_its_issuer(
    fake: Fake, admin_client: TestClient, browser_of: Browsers, member_client: TestClient
) -> None:
    made = provider(admin_client, fake)
    assert made["has_secret"] is True
    assert made["redirect_uri"] == f"{ORIGIN}/api/v1/auth/oidc/corp/callback"
    admin_client.patch("/api/v1/identity-providers/corp", json={"title": "Staff", "client_secret": "another secret"})
    for path in ("identity-providers", "identity-providers/corp", "audit-events?limit=50", "identity-providers/kinds"):
        answer = admin_client.get(f"/api/v1/{path}")
        text = answer.text
        assert answer.status_code == 200
        assert SECRET not in text
        assert "another secret" not in text
    assert browser_of().get("/api/v1/auth/providers").json()["providers"] == [
        {"slug": "corp", "kind": "oidc", "title": "Staff", "start": "/api/v1/auth/oidc/corp/start"}
    ]
    assert member_client.get("/api/v1/identity-providers").status_code == 403
    admin_client.patch("/api/v1/identity-providers/corp", json={"client_secret": SECRET})
    assert admin_client.post("/api/v1/identity-providers/corp/test").json()["ok"] is True
    browser = browser_of()
    sign_in(browser, fake)
    moved = admin_client.patch("/api/v1/identity-providers/corp", json={"issuer": "https://id.example.com"})
    assert moved.status_code == 409, "another issuer's subjects are other people"
    assert admin_client.patch("/api/v1/identity-providers/corp", json={"enabled": False}).status_code == 200
    assert me(browser) is None, "what it vouched for ends with it"
    assert begin(browser) == "/sign-in?error=provider"
    assert admin_client.delete("/api/v1/identity-providers/corp").status_code == 204
    assert "nina@example.com" in admin_client.get("/api/v1/users").text


def test_a_provider_that_could_not_work_or_would_be_open_to_all_is_refused(admin_client: TestClient) -> None:
    wrong: list[dict[str, Any]] = [
        {"issuer": "http://id.example.com"}, {"issuer": "https://user:word@id.example.com"}, {"issuer": ""},
        {"kind": "entra", "tenant": "common"}, {"kind": "entra", "tenant": "a/../b"}, {"slug": "Not A Slug"},
        {"rules": {"default_role": "king"}}, {"rules": {"groups": [{"group": "a"}]}},
        {"rules": {"groups": [{"group": "a", "project": "nowhere", "project_role": "owner"}]}},
        {"rules": {"allowed_domains": ["a@b"]}},
    ]  # fmt: skip
    for body in wrong:
        usual = {"title": "Corp", "client_id": "x", "issuer": "" if "tenant" in body else "https://id.example.com"}
        answer = admin_client.post("/api/v1/identity-providers", json={**usual, **body})
        assert answer.status_code == 422, body


def test_starting_is_limited(fake: Fake, admin_client: TestClient, browser_of: Browsers) -> None:
    provider(admin_client, fake)
    browser = browser_of()
    found = {error_of(browser.get(START.format("corp"))) for _ in range(61)}
    assert found == {"", "throttled"}


def test_github_says_who_somebody_is_their_verified_address_and_their_teams(
    fake: Fake, admin_client: TestClient, browser_of: Browsers
) -> None:
    fake.github = {
        "/user": {"id": 42, "login": "nina", "name": None},
        "/user/emails": [
            {"email": "old@example.com", "primary": False, "verified": True},
            {"email": "nina@example.com", "primary": True, "verified": False},
        ],
        "/user/orgs": [{"login": "acme"}],
        "/user/teams": [{"slug": "platform", "organization": {"login": "acme"}}],
    }
    groups = [{"group": "acme/platform", "role": "auditor"}]
    provider(admin_client, fake, kind="github", slug="hub", groups=groups, allowed_organisations=["acme"])
    browser = browser_of()
    assert error_of(sign_in(browser, fake, "hub")) == "email", "the primary address is not verified"
    fake.github["/user/emails"][1]["verified"] = True
    assert error_of(sign_in(browser, fake, "hub")) == ""
    made = me(browser) or {}
    assert (made["email"], made["name"], made["role"]) == ("nina@example.com", "nina", "auditor")
    fake.github["/user"]["login"] = "renamed"
    fake.github["/user/teams"] = []
    sign_in(browser, fake, "hub")
    assert (me(browser) or {}) | {"id": made["id"], "role": "member"} == me(browser)
    fake.github["/user/orgs"] = [{"login": "acme-fans"}]
    assert error_of(sign_in(browser_of(), fake, "hub")) == "organisation"


def test_the_environment_names_providers_and_what_it_names_no_more_is_off(
    fake: Fake, admin_client: TestClient, browser_of: Browsers
) -> None:
    def start(**values: str) -> None:
        with unit_of_work() as session:
            oidc.ensure_from_environment(session, values)

    given = {"HR_ISSUER": fake.url, "HR_CLIENT_ID": CLIENT, "HR_CLIENT_SECRET": SECRET, "HR_DOMAINS": "example.com"}
    start(**given)
    start(**given)
    browser = browser_of()
    assert error_of(sign_in(browser, fake, "hr")) == ""
    assert (me(browser) or {})["role"] == "viewer"
    refused = admin_client.patch("/api/v1/identity-providers/hr", json={"client_id": "mine"})
    assert refused.status_code == 409
    assert (
        admin_client.patch("/api/v1/identity-providers/hr", json={"rules": {"default_role": "member"}}).status_code
        == 200
    )
    start(**given)
    assert admin_client.get("/api/v1/identity-providers/hr").json()["rules"]["default_role"] == "member"
    for wrong in ({"HR_ISSUERS": "x"}, {"HR_ISSUER": "http://x", "HR_CLIENT_ID": "x"}, {"HR_CLIENT_ID": "x"}):
        with pytest.raises(ConfigurationError):
            start(**wrong)
    start()
    assert me(browser) is None
    assert begin(browser, "hr") == "/sign-in?error=provider"


def test_a_real_provider_signs_somebody_in(
    tmp_path: Path, admin_client: TestClient, browser_of: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """oidc-provider-mock, which knows nothing of us."""
    user = oidc_provider_mock.User(
        sub="u1", claims={"email": "zoe@example.com", "email_verified": True, "name": "Zoe", "groups": ["ops"]}
    )
    server = werkzeug.serving.make_server(
        "localhost",
        0,
        oidc_provider_mock.app(user_claims=[user]),
        threaded=True,
        ssl_context=https.tls_context(tmp_path),
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    monkeypatch.setenv("TERRACE_PRIVATE_HOSTS", "localhost")
    settings.cache_clear()
    with https.in_background(server):
        real = Fake(url=f"https://localhost:{server.port}")
        provider(admin_client, real, groups=[{"group": "ops", "role": "auditor"}])
        browser = browser_of()
        address = begin(browser, wanted="/runs")
        consent = https.post(address, {"sub": "u1"})
        query = parse_qs(urlsplit(consent.headers["location"]).query)
        answer = come_back(browser, {name: values[0] for name, values in query.items()})
        assert answer.headers["location"] == "/runs"
        found = me(browser) or {}
        assert (found["email"], found["name"], found["role"]) == ("zoe@example.com", "Zoe", "auditor")
