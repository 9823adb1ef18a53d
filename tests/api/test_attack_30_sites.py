"""Attack 30: what another site, a forged header, a scanner of mails or a patient guesser gets out of the portal: nothing."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from portal.api.security import SecurityMiddleware
from portal.auth import throttle
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.models import AuditEvent, NotificationDelivery
from tests.api.conftest import ORIGIN, World, connect
from tests.api.test_doors import OPEN, ROUTES, RUNS_OWN, SAFE, address
from tests.support import people

SIGN_IN = "/api/v1/auth/sign-in"
NEW = "a new password of my own"
EVIL = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
BODIES = ("application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
ASKS_NO_COOKIE = {
    # A word in the body, or nothing that anybody has, decides; the answer sets no cookie.
    "/api/v1/auth/forgotten",
    "/api/v1/auth/reset/look",
    "/api/v1/invitations/look",
    "/api/v1/auth/oidc/{slug}/backchannel-logout",
}
FORGED = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Server": "evil.example",
    "X-Original-Host": "evil.example",
    "X-Rewrite-Url": "//evil.example/",
    "Forwarded": "host=evil.example;proto=http",
}


@pytest.fixture
def admins_browser(browser_of: Callable[[], TestClient]) -> TestClient:
    """Whoever may do the most, signed in by cookie; what they send comes from nowhere in particular."""
    browser = browser_of()
    answer = browser.post(SIGN_IN, json={"email": "root@example.com", "password": people.PASSWORD})
    assert answer.status_code == 200, answer.text
    change = {"current_password": people.PASSWORD, "new_password": NEW}
    if answer.json()["user"]["must_change_password"]:
        assert browser.post("/api/v1/me/password", json=change).status_code == 204
    del browser.headers["Origin"]
    return browser


def events() -> list[str]:
    with unit_of_work() as session:
        return list(session.exec(select(AuditEvent.action).order_by(AuditEvent.n)))  # type: ignore[arg-type]


def test_attack_30_another_site_changes_nothing_through_a_cookie_at_any_route(admins_browser: TestClient) -> None:
    before, taken = events(), []
    kinds = itertools.cycle(BODIES)
    for method, path in ROUTES:
        if method in SAFE or path in ASKS_NO_COOKIE or path.startswith(RUNS_OWN):
            continue
        headers = {**EVIL, "Content-Type": next(kinds)}
        answer = admins_browser.request(method, address(path), content=b'{"name": "x"}', headers=headers)
        if answer.status_code not in (403, 422) or (answer.status_code == 422 and (method, path) not in OPEN):
            taken.append(f"{method} {path} {headers['Content-Type']}: {answer.status_code}")
        assert "set-cookie" not in answer.headers, path
    assert taken == []
    assert events() == before


def test_attack_30_every_form_that_lets_somebody_in_is_refused_to_another_site_whatever_its_type(
    admin_client: TestClient, client: TestClient, world: World
) -> None:
    invited = admin_client.post("/api/v1/invitations", json={"email": "nora@example.com"}).json()["link"]
    reset = admin_client.post(f"/api/v1/users/{world.member_id}/reset").json()["link"]
    asked: dict[str, dict[str, str]] = {
        SIGN_IN: {"email": "member@example.com", "password": people.PASSWORD},
        "/api/v1/auth/second-step": {"code": "000000"},
        "/api/v1/invitations/accept": {"token": invited.partition("#")[2], "name": "Nora", "password": NEW},
        "/api/v1/auth/reset": {"token": reset.partition("#")[2], "password": NEW},
    }
    for path, body in asked.items():
        for kind in ("application/json", "text/plain"):
            answer = client.post(path, content=json.dumps(body), headers={**EVIL, "Content-Type": kind})
            assert answer.status_code in (403, 422), f"{path} {kind}: {answer.text}"
            assert "set-cookie" not in answer.headers, path
        assert client.post(path, json=body, headers=EVIL).status_code == 403, path
    assert client.post(SIGN_IN, json=asked[SIGN_IN]).status_code == 200, "and none of them had any effect"


def test_attack_30_reading_changes_nothing_and_tells_no_other_site_anything(admins_browser: TestClient) -> None:
    looked_at = {"audit.export", "output.reveal", "run.result", "backup.take"}
    before, told = events(), []
    for method, path in ROUTES:
        # The catalogue takes seconds to read whole.
        if method != "GET" or (method, path) in OPEN or path.startswith(RUNS_OWN) or "templates" in path:
            continue
        override = {"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE", "X-HTTP-Method": "DELETE"}
        answer = admins_browser.get(address(path), params={"_method": "DELETE"}, headers={**EVIL, **override})
        told += [f"{path}: {name}" for name in answer.headers if name.startswith("access-control")]
        assert answer.status_code in (200, 404, 409, 410, 422), f"{path}: {answer.status_code}"
    assert told == []
    assert [action for action in events()[len(before) :] if action not in looked_at] == []
    assert admins_browser.get("/api/v1/me").status_code == 200


def test_attack_30_the_portal_by_plain_http_is_another_site_where_it_is_https(
    browser: TestClient, settings_env: Callable[..., None]
) -> None:
    settings_env(TERRACE_PUBLIC_URL="https://portal.example.com")
    good, http = {"Origin": "https://portal.example.com"}, {"Origin": "http://localhost:3000"}
    assert browser.post("/api/v1/tokens", json={"name": "mine"}, headers=http).status_code == 403
    body = {"email": "member@example.com", "password": people.PASSWORD}
    assert browser.post(SIGN_IN, json=body, headers=http).status_code == 403
    assert browser.post("/api/v1/tokens", json={"name": "mine"}, headers=good).status_code == 201


def test_attack_30_links_lead_to_the_portal_whatever_host_was_asked(
    admin_client: TestClient, client: TestClient, world: World, settings_env: Callable[..., None]
) -> None:
    settings_env(TERRACE_SMTP_URL="smtp://127.0.0.1:1")
    given = [
        admin_client.post("/api/v1/invitations", json={"email": "nora@example.com"}, headers=FORGED).json()["link"],
        admin_client.post(f"/api/v1/users/{world.member_id}/reset", headers=FORGED).json()["link"],
    ]
    assert client.post("/api/v1/auth/forgotten", json={"email": "viewer@example.com"}, headers=FORGED).is_success
    with unit_of_work() as session:
        mailed = str([row.content for row in session.exec(select(NotificationDelivery))])
    assert mailed.count(f"{ORIGIN}/reset#") >= 2
    assert f"{ORIGIN}/invite#" in mailed
    assert "evil" not in mailed
    assert [link for link in given if not link.startswith(f"{ORIGIN}/")] == []


def test_attack_30_a_scanner_that_follows_the_links_of_a_mail_uses_none_up(
    admin_client: TestClient, client: TestClient, world: World
) -> None:
    invited = admin_client.post("/api/v1/invitations", json={"email": "nora@example.com"}).json()["link"]
    reset = admin_client.post(f"/api/v1/users/{world.member_id}/reset").json()["link"]
    for link, path in ((invited, "/api/v1/invitations"), (reset, "/api/v1/auth/reset")):
        place, _, token = link.partition("#")
        for method in ("GET", "HEAD", "OPTIONS"):
            for wanted in (place, f"{path}/look", f"{path}/accept", path):
                client.request(method, wanted, params={"token": token}, headers={"Origin": ORIGIN})
        for _ in range(3):
            assert client.post(f"{path}/look", json={"token": token}).status_code == 200
    body = {"token": reset.partition("#")[2], "password": NEW}
    assert client.post("/api/v1/auth/reset", json=body, headers={"Origin": ORIGIN}).status_code == 204
    body = {"token": invited.partition("#")[2], "name": "Nora", "password": NEW}
    assert client.post("/api/v1/invitations/accept", json=body, headers={"Origin": ORIGIN}).status_code == 200


def test_attack_30_another_spelling_or_a_forged_header_gives_no_more_guesses(client: TestClient, world: World) -> None:
    spellings = itertools.cycle(
        [
            "member@example.com",
            "MEMBER@example.com",
            " member@EXAMPLE.com",
            "Member@Example.Com\t",
            "member@example.com ",
        ]
    )
    names = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP")
    for number in range(throttle.PER_ACCOUNT.amount):
        forged = {name: f"for=198.51.100.{number}" if name == "Forwarded" else f"198.51.100.{number}" for name in names}
        body = {"email": next(spellings), "password": "a wrong password"}
        assert client.post(SIGN_IN, json=body, headers=forged).status_code == 401
    for email in ("member@example.com", "MEMBER@EXAMPLE.COM"):
        body = {"email": email, "password": people.PASSWORD}
        assert client.post(SIGN_IN, json=body, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 429


@pytest.mark.parametrize("way", ["password", "second step", "invitation"])
def test_attack_30_a_session_that_was_planted_is_never_the_one_that_begins(
    admin_client: TestClient, api: SecurityMiddleware, world: World, way: str
) -> None:
    """Also a real one, of somebody who wants to see what is done in it: it ends instead."""
    thief = connect(api)
    thief.post(SIGN_IN, json={"email": "viewer@example.com", "password": people.PASSWORD}).raise_for_status()
    planted = thief.cookies["terrace_session"]
    victim = connect(api)
    victim.headers["Origin"] = ORIGIN
    invited = admin_client.post("/api/v1/invitations", json={"email": "nora@example.com"}).json()["link"]
    code = second_step_of("member@example.com", api) if way == "second step" else ""
    victim.cookies.set("terrace_session", planted, domain="localhost.local", path="/")
    if way == "invitation":
        body = {"token": invited.partition("#")[2], "name": "Nora", "password": NEW}
        answer = victim.post("/api/v1/invitations/accept", json=body)
    else:
        answer = victim.post(SIGN_IN, json={"email": "member@example.com", "password": people.PASSWORD})
    if way == "second step":
        assert answer.status_code == 202
        answer = victim.post("/api/v1/auth/second-step", json={"code": code})
    assert answer.status_code == 200, answer.text
    assert answer.cookies["terrace_session"] != planted
    assert thief.get("/api/v1/me").status_code == 401


def second_step_of(email: str, api: SecurityMiddleware) -> str:
    """Set one up; a recovery code."""
    from pyotp.totp import TOTP

    browser = connect(api)
    browser.headers["Origin"] = ORIGIN
    browser.post(SIGN_IN, json={"email": email, "password": people.PASSWORD}).raise_for_status()
    seed = browser.post("/api/v1/me/totp", json={"password": people.PASSWORD}).json()["secret"]
    answer = browser.post("/api/v1/me/totp/confirm", json={"code": TOTP(seed).at(clock.now())})
    return answer.json()["codes"][0]
