"""What stands between a browser's session and other sites (attacks 26 and 30)."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from portal.api.security import SecurityMiddleware, content_security_policy
from portal.auth import throttle
from tests.api.conftest import ORIGIN
from tests.support import people

SIGN_IN = "/api/v1/auth/sign-in"
GOOD = {"email": "member@example.com", "password": people.PASSWORD}
FOREIGN: list[dict[str, str]] = [
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:3001"},
    {"Origin": "http://localhost:3000.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"X-CSRF-Token": "a guess"},
]
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    "evil",
    "",
    "/\r\nSet-Cookie: a=b",
    "\\\\evil.example",
    " //evil.example",
    "///evil.example",
    "/\x00/evil.example",
    "/\x7f/evil.example",
    "/\x0b/evil.example",
    "/\u2028/evil.example",
    "\u2215\u2215evil.example",
    "/\uff0fevil.example",
    "/\\/evil.example",
    "https:evil.example",
    "https:///evil.example",
    "@evil.example",
    ".evil.example",
    "data:text/html,x",
]
BAD = {"email": "member@example.com", "password": "a wrong password"}


class TestTheCookie:
    def test_is_out_of_reach_of_scripts_and_of_other_sites_forms(self, client: TestClient) -> None:
        header = client.post(SIGN_IN, json=GOOD).headers["set-cookie"]
        name, _, flags = header.partition(";")
        assert name.startswith("terrace_session=")
        assert {flag.strip().lower() for flag in flags.split(";")} >= {"httponly", "samesite=lax", "path=/"}
        assert "secure" not in flags.lower(), "plain http on this machine"

    def test_is_secure_where_the_portal_is_https(self, client: TestClient, settings_env: Any) -> None:
        settings_env(TERRACE_PUBLIC_URL="https://portal.example.com")
        assert "secure" in client.post(SIGN_IN, json=GOOD).headers["set-cookie"].lower()

    def test_is_another_after_every_sign_in(self, client: TestClient) -> None:
        planted = "planted-by-an-attacker"
        client.cookies.set("terrace_session", planted)
        first = client.post(SIGN_IN, json=GOOD).cookies["terrace_session"]
        second = client.post(SIGN_IN, json=GOOD).cookies["terrace_session"]
        assert len({planted, first, second}) == 3

    def test_is_worth_nothing_after_signing_out(self, browser: TestClient) -> None:
        cookie = browser.cookies["terrace_session"]
        assert browser.get("/api/v1/me").status_code == 200
        answer = browser.post("/api/v1/auth/sign-out", headers={"Origin": ORIGIN})
        assert answer.status_code == 204
        assert "terrace_session" not in browser.cookies
        browser.cookies.set("terrace_session", cookie)
        assert browser.get("/api/v1/me").status_code == 401


class TestAChangeByCookie:
    """A cookie travels with requests that other sites cause; so it counts only for our own pages."""

    def test_is_refused_unless_it_comes_from_a_page_of_ours(self, browser: TestClient) -> None:
        for headers in FOREIGN:
            answer = browser.post("/api/v1/tokens", json={"name": "mine"}, headers=headers)
            assert answer.status_code == 403, headers
            assert "page of the portal" in answer.json()["detail"]

    def test_is_taken_from_our_own_pages(self, browser: TestClient) -> None:
        for headers in ({"Origin": ORIGIN}, {"Sec-Fetch-Site": "same-origin"}):
            assert browser.post("/api/v1/tokens", json={"name": "mine"}, headers=headers).status_code == 201

    def test_is_taken_with_the_word_that_sign_in_gave(self, client: TestClient) -> None:
        csrf = client.post(SIGN_IN, json=GOOD).json()["csrf"]
        answer = client.post("/api/v1/tokens", json={"name": "mine"}, headers={"X-CSRF-Token": csrf})
        assert answer.status_code == 201

    def test_reading_needs_no_origin(self, browser: TestClient) -> None:
        assert browser.get("/api/v1/me").status_code == 200

    def test_a_bearer_token_needs_no_origin(self, member_client: TestClient) -> None:
        assert member_client.post("/api/v1/tokens", json={"name": "mine"}).status_code == 201


class TestSigningIn:
    def test_by_form_leads_to_where_one_wanted_to_go(self, client: TestClient) -> None:
        answer = client.post(SIGN_IN, data={**GOOD, "next": "/deployments/dep-1?tab=runs"}, headers={"Origin": ORIGIN})
        assert (answer.status_code, answer.headers["location"]) == (303, "/deployments/dep-1?tab=runs")
        assert client.get("/api/v1/me").json()["email"] == "member@example.com"

    def test_never_leads_to_another_site(self, client: TestClient) -> None:
        for wanted in ELSEWHERE:
            for credentials in (GOOD, BAD):
                answer = client.post(SIGN_IN, data={**credentials, "next": wanted})
                assert answer.headers["location"] in ("/", "/sign-in?error=credentials"), wanted

    def test_a_wrong_password_leads_back_to_the_form_and_keeps_the_way(self, client: TestClient) -> None:
        answer = client.post(SIGN_IN, data={**BAD, "next": "/runs/run-1"})
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            "/sign-in?error=credentials&next=%2Fruns%2Frun-1",
        )
        assert "set-cookie" not in answer.headers

    def test_a_wrong_password_is_a_problem_for_a_program(self, client: TestClient) -> None:
        answer = client.post(SIGN_IN, json=BAD)
        assert answer.status_code == 401
        assert BAD["password"] not in answer.text

    def test_is_refused_when_another_site_sends_the_form(self, client: TestClient) -> None:
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            answer = client.post(SIGN_IN, data=GOOD, headers=headers)
            assert answer.status_code == 403, headers
            assert "set-cookie" not in answer.headers

    def test_is_stopped_after_too_many_attempts(self, client: TestClient) -> None:
        for _ in range(throttle.PER_ACCOUNT.amount):
            assert client.post(SIGN_IN, json=BAD).status_code == 401
        answer = client.post(SIGN_IN, json=GOOD)
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0
        assert client.post(SIGN_IN, data=GOOD).headers["location"] == "/sign-in?error=throttled"

    def test_without_credentials_says_what_is_missing_and_repeats_nothing(self, client: TestClient) -> None:
        answer = client.post(SIGN_IN, json={"password": "a secret that was typed"})
        assert answer.status_code == 422
        assert [error["path"] for error in answer.json()["errors"]] == ["email"]
        assert "a secret that was typed" not in answer.text
        for body in (b"{", b"[]", b"1", b"\xff"):
            assert client.post(SIGN_IN, content=body, headers={"Content-Type": "application/json"}).status_code == 422


class TestHeaders:
    def test_every_answer_of_the_api_is_guarded_and_kept_by_nobody(self, client: TestClient) -> None:
        for path in ("/api/v1/me", "/api/docs", "/api/openapi.json", "/api/nothing", "/healthz"):
            headers = client.get(path).headers
            assert headers["x-content-type-options"] == "nosniff", path
            assert headers["x-frame-options"] == "DENY", path
            assert "frame-ancestors 'none'" in headers["content-security-policy"], path
            assert headers["referrer-policy"], path
            assert headers["x-request-id"], path
            if path.startswith("/api/"):
                assert headers["cache-control"] == "no-store", path

    def test_no_other_site_is_let_in(self, client: TestClient) -> None:
        preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        for answer in (
            client.options("/api/v1/tokens", headers=preflight),
            client.get("/api/v1/me", headers=preflight),
        ):
            assert not [name for name in answer.headers if name.startswith("access-control")]

    def test_scripts_are_ours_or_known_by_their_hash(self) -> None:
        policy = content_security_policy(["sha256-abc", "'sha256-def'"], ["https://portal.example.com"])
        rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
        assert rules["script-src"] == "'self' 'sha256-abc' 'sha256-def'"
        assert "unsafe-eval" not in policy
        assert rules["connect-src"] == "'self' wss://portal.example.com"
        assert (rules["object-src"], rules["base-uri"], rules["frame-ancestors"]) == ("'none'", "'none'", "'none'")

    def test_https_stays_https(self, world: Any) -> None:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        guarded = SecurityMiddleware(app, public_origins=["https://portal.example.com"])
        assert "max-age" in TestClient(guarded).get("/").headers["strict-transport-security"]


class TestWebsockets:
    @pytest.fixture
    def sockets(self) -> TestClient:
        async def echo(scope: Any, receive: Any, send: Any) -> None:
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.send", "text": "in"})

        return TestClient(SecurityMiddleware(echo, public_origins=[ORIGIN]), base_url=ORIGIN)

    @pytest.mark.parametrize(
        "headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": ORIGIN + "0"}]
    )
    def test_other_sites_and_silent_clients_are_refused(self, sockets: TestClient, headers: dict[str, str]) -> None:
        with pytest.raises(WebSocketDisconnect) as caught, sockets.websocket_connect("/_event", headers=headers):
            pass
        assert caught.value.code == 1008

    def test_our_own_pages_are_let_in(self, sockets: TestClient) -> None:
        with sockets.websocket_connect("/_event", headers={"Origin": ORIGIN}) as socket:
            assert socket.receive_text() == "in"
