"""Sign-ins by a provider, as a browser makes them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from starlette.testclient import TestClient

from tests.support.provider import CLIENT, SECRET, Fake

START, CALLBACK = "/api/v1/auth/oidc/{}/start", "/api/v1/auth/oidc/{}/callback"


def provider(admin: TestClient, fake: Fake, kind: str = "oidc", slug: str = "corp", **rules: Any) -> dict[str, Any]:
    """A provider made by the administrator."""
    body = {
        "kind": kind, "title": "Corp", "slug": slug, "issuer": fake.url, "client_id": CLIENT, "client_secret": SECRET,
        "rules": {"default_role": "member", **rules},
    }  # fmt: skip
    answer = admin.post("/api/v1/identity-providers", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def change(admin: TestClient, slug: str = "corp", **rules: Any) -> None:
    """Other rules."""
    answer = admin.patch(f"/api/v1/identity-providers/{slug}", json={"rules": {"default_role": "member", **rules}})
    assert answer.status_code == 200, answer.text


def begin(browser: TestClient, slug: str = "corp", wanted: str = "/") -> str:
    """Press the button; the address that the browser is sent to."""
    answer = browser.get(START.format(slug), params={"next": wanted})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def come_back(browser: TestClient, parameters: dict[str, str], slug: str = "corp") -> httpx.Response:
    """As the provider sends the browser."""
    answer = browser.get(CALLBACK.format(slug), params=parameters)
    assert answer.status_code == 303, answer.text
    return answer


def sign_in(browser: TestClient, fake: Fake, slug: str = "corp", wanted: str = "/") -> httpx.Response:
    """From the button to the end."""
    return come_back(browser, fake.consent(begin(browser, slug, wanted)), slug)


def error_of(answer: httpx.Response) -> str:
    """The word of the refusal; "" when there was none."""
    return parse_qs(urlsplit(answer.headers["location"]).query).get("error", [""])[0]


def me(browser: TestClient) -> dict[str, Any] | None:
    """Who the browser is signed in as."""
    answer = browser.get("/api/v1/me")
    return answer.json() if answer.status_code == 200 else None
