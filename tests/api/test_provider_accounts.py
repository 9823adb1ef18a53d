"""What comes after a sign-in by a provider: roles by group, identities of one's own, the switch for passwords, signing out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc.jwk import OctKey
from starlette.testclient import TestClient

from portal.auth.oidc import service as oidc
from portal.auth.schemas import SYSTEM
from portal.kit.db import unit_of_work
from tests.api.conftest import ORIGIN, World
from tests.api.providers import begin, change, come_back, error_of, me, provider, sign_in
from tests.support import people
from tests.support.provider import CLIENT, SECRET, Fake, sign, signing_key

Browsers = Callable[[], TestClient]


def roles_in_projects(admin: TestClient, email: str = "nina@example.com") -> dict[str, str]:
    return {
        project["slug"]: member["role"]
        for project in admin.get("/api/v1/projects").json()["items"]
        for member in admin.get(f"/api/v1/projects/{project['slug']}/members").json()
        if member["email"] == email
    }


def test_groups_give_roles_at_each_sign_in_and_take_back_what_they_gave(
    fake: Fake, admin_client: TestClient, browser_of: Browsers
) -> None:
    for name in ("web", "data"):
        assert admin_client.post("/api/v1/projects", json={"name": name}).status_code == 201
    groups = [
        {"group": "web-owners", "project": "web", "project_role": "owner"},
        {"group": "web", "project": "web", "project_role": "deployer"},
        {"group": "data", "project": "data", "project_role": "viewer"},
        {"group": "auditors", "role": "auditor"},
    ]
    made = provider(admin_client, fake, groups=groups)
    assert [rule["project"] for rule in made["rules"]["groups"]] == ["web", "web", "data", None]
    fake.claims = {"groups": ["web", "data", "auditors", "web-owners"]}
    browser = browser_of()
    sign_in(browser, fake)
    assert (me(browser) or {})["role"] == "auditor"
    assert roles_in_projects(admin_client) == {"web": "owner", "data": "viewer"}
    admin_client.post("/api/v1/projects/default/members", json={"user": "nina@example.com", "role": "deployer"})
    admin_client.post("/api/v1/projects/data/members", json={"user": "nina@example.com", "role": "owner"})
    fake.claims = {"groups": ["web"]}
    sign_in(browser, fake)
    assert (me(browser) or {})["role"] == "member"
    assert roles_in_projects(admin_client) == {"web": "deployer", "default": "deployer", "data": "owner"}
    fake.claims = {}
    sign_in(browser, fake)
    assert roles_in_projects(admin_client) == {"default": "deployer", "data": "owner"}, "what was given by hand stays"
    trail = admin_client.get("/api/v1/audit-events?limit=100").json()["items"]
    assert {"identity provider corp"} == {
        row["actor_label"] for row in trail if row["action"] == "project.remove_member"
    }


def test_attack_26_only_the_very_name_of_a_group_in_the_signed_claim_counts(
    fake: Fake, admin_client: TestClient, browser_of: Browsers
) -> None:
    provider(admin_client, fake, groups=[{"group": "admins", "role": "admin"}])
    spoofed: list[dict[str, Any]] = [
        {"groups": ["Admins", "admins ", " admins", "/admins", "not-admins", "admins,x"]},
        {"groups": "users,admins"}, {"groups": "users admins"}, {"groups": {"admins": True}}, {"groups": [["admins"]]},
        {"group": "admins"}, {"roles": ["admins"]}, {"Groups": ["admins"]}, {"name": "admins", "groups": [None, 1]},
    ]  # fmt: skip
    browser = browser_of()
    for fake.claims in spoofed:
        assert error_of(sign_in(browser, fake)) == ""
        assert (me(browser) or {})["role"] == "member", fake.claims
    back = {**fake.consent(begin(browser)), "groups": "admins", "role": "admin"}
    come_back(browser, back)
    assert (me(browser) or {})["role"] == "member", "what the browser brings is no claim"
    fake.claims, fake.userinfo = {}, {"sub": "somebody-else", "groups": ["admins"]}
    assert error_of(sign_in(browser, fake)) == "token", "UserInfo of somebody else"
    fake.userinfo = {"groups": ["admins"]}
    sign_in(browser, fake)
    assert (me(browser) or {})["role"] == "admin"


def test_groups_that_the_provider_left_out_are_not_taken_for_none(
    fake: Fake, admin_client: TestClient, browser_of: Browsers
) -> None:
    provider(admin_client, fake, kind="entra", groups=[{"group": "g", "role": "auditor"}])
    fake.claims = {"groups": ["g"]}
    browser = browser_of()
    sign_in(browser, fake)
    for left_out in ({"_claim_names": {"groups": "src1"}}, {"hasgroups": True}):
        fake.claims = left_out
        assert error_of(sign_in(browser_of(), fake)) == "groups"
    assert (me(browser) or {})["role"] == "auditor"


def test_a_group_never_takes_the_role_of_the_last_administrator_or_of_one_who_breaks_the_glass(
    fake: Fake, world: World, admin_client: TestClient, browser_of: Browsers
) -> None:
    provider(admin_client, fake, link_by_email=True, groups=[{"group": "everybody", "role": "viewer"}])
    fake.claims = {"sub": "root", "email": "root@example.com", "groups": ["everybody"]}
    browser = browser_of()
    assert error_of(sign_in(browser, fake)) == ""
    assert (me(browser) or {})["role"] == "admin"
    second = people.user("second@example.com", "admin")
    policy = {"local_off": True, "break_glass": ["root@example.com"]}
    assert admin_client.put("/api/v1/sign-in-policy", json=policy).status_code == 200
    sign_in(browser, fake)
    assert (me(browser) or {})["role"] == "admin", "one who breaks the glass"
    assert admin_client.patch(f"/api/v1/users/{world.admin_id}", json={"role": "member"}).status_code == 409
    fake.claims = {"sub": "second", "email": "second@example.com", "groups": ["everybody"]}
    sign_in(browser, fake)
    assert (me(browser) or {}) | {"id": second, "role": "viewer"} == me(browser)


def test_passwords_are_for_named_administrators_only_while_they_are_off(
    fake: Fake, admin_client: TestClient, browser_of: Browsers
) -> None:
    off = {"local_off": True, "break_glass": ["root@example.com"]}
    assert admin_client.put("/api/v1/sign-in-policy", json=off).status_code == 409, "no provider works"
    provider(admin_client, fake)
    for nobody in ([], ["member@example.com"], ["who@example.com"]):
        assert admin_client.put("/api/v1/sign-in-policy", json={**off, "break_glass": nobody}).status_code == 422
    fake.replies["/keys"] = (200, {}, b"{}")
    assert admin_client.put("/api/v1/sign-in-policy", json=off).status_code == 409, "its keys cannot be read"
    del fake.replies["/keys"]
    assert admin_client.put("/api/v1/sign-in-policy", json=off).json()["local_off"] is True
    assert browser_of().get("/api/v1/auth/providers").json()["password"] is False

    def by_password(email: str, password: str = people.PASSWORD) -> tuple[int, str]:
        answer = browser_of().post("/api/v1/auth/sign-in", json={"email": email, "password": password})
        return answer.status_code, answer.json().get("code", "")

    refused = (403, "passwords_off")
    assert by_password("member@example.com") == refused
    assert by_password("nobody@example.com") == refused
    assert by_password("root@example.com", "wrong") == refused, "nobody learns who may"
    assert by_password("root@example.com") == (200, "")
    form = browser_of().post("/api/v1/auth/sign-in", data={"email": "member@example.com", "password": people.PASSWORD})
    assert form.headers["location"] == "/sign-in?error=passwords"
    trail = admin_client.get("/api/v1/audit-events?limit=20").json()["items"]
    assert "session.break_glass" in {row["action"] for row in trail}
    for call in (("PATCH", {"enabled": False}), ("DELETE", None)):
        assert admin_client.request(call[0], "/api/v1/identity-providers/corp", json=call[1]).status_code == 409
    with unit_of_work() as session:
        oidc.switch_on(session, SYSTEM)
    assert by_password("member@example.com") == (200, "")


def test_an_identity_is_added_by_its_owner_only_and_the_last_way_in_stays(
    fake: Fake, world: World, admin_client: TestClient, browser_of: Browsers, member_client: TestClient
) -> None:
    provider(admin_client, fake)
    link = "/api/v1/auth/oidc/corp/link"
    assert member_client.post(link).status_code == 403, "a token adds no way in"
    browser = browser_of()
    credentials = {"email": "member@example.com", "password": people.PASSWORD}
    assert browser.post("/api/v1/auth/sign-in", json=credentials).status_code == 200
    assert browser.post(link, headers={"Origin": "https://evil.test"}).status_code == 403
    back = fake.consent(browser.post(link).json()["url"])
    kept = browser.cookies.get("terrace_session")
    browser.cookies.delete("terrace_session")
    assert come_back(browser, back).headers["location"] == "/account?tab=sign-in&error=link", "signed out meanwhile"
    browser.cookies.set("terrace_session", str(kept))
    back = fake.consent(browser.post(link).json()["url"])
    assert come_back(browser, back).headers["location"] == "/account?tab=sign-in"
    mine = browser.get("/api/v1/me/identities").json()
    assert [row["label"] for row in mine["identities"]] == ["nina@example.com"]
    assert mine["available"] == []
    by_provider = browser_of()
    sign_in(by_provider, fake)
    assert (me(by_provider) or {})["id"] == world.member_id
    other = browser_of()
    assert other.post("/api/v1/auth/sign-in", json={**credentials, "email": "viewer@example.com"}).status_code == 200
    taken = come_back(other, fake.consent(other.post(link).json()["url"]))
    assert taken.headers["location"] == "/account?tab=sign-in&error=linked"
    assert browser.delete(f"/api/v1/me/identities/{mine['identities'][0]['id']}").status_code == 204
    fake.claims = {"sub": "only-here", "email": "only@example.com"}
    sign_in(other, fake)
    only = other.get("/api/v1/me/identities").json()["identities"][0]["id"]
    assert other.delete(f"/api/v1/me/identities/{only}").status_code == 409, "the only way in"


def test_signing_out_leads_to_the_provider_and_the_provider_can_sign_out_here(
    fake: Fake, admin_client: TestClient, browser_of: Browsers
) -> None:
    provider(admin_client, fake)
    fake.claims = {"sid": "session-1"}
    browser, other = browser_of(), browser_of()
    sign_in(browser, fake)
    address = urlsplit(browser.post("/api/v1/auth/sign-out").json()["provider_sign_out"])
    assert address.geturl().startswith(f"{fake.url}/end?")
    asked = parse_qs(address.query)
    assert asked["post_logout_redirect_uri"] == [f"{ORIGIN}/sign-in"]
    assert asked["id_token_hint"][0].count(".") == 2
    assert me(browser) is None
    sign_in(browser, fake)
    fake.claims = {"sid": "session-2"}
    sign_in(other, fake)
    event = {"http://schemas.openid.net/event/backchannel-logout": {}}
    at = int(time.time())
    good: dict[str, Any] = {
        "iss": fake.url, "aud": CLIENT, "iat": at, "exp": at + 60, "jti": "1", "sub": "subject-1", "sid": "session-1",
        "events": event,
    }  # fmt: skip
    strange = signing_key("strange")
    refused = [
        sign({**good, "aud": "another"}, signing_key()), sign({**good, "nonce": "n"}, signing_key()),
        sign({**good, "events": {}}, signing_key()), sign({**good, "iat": at - 3600}, signing_key()),
        sign({**good, "iss": "https://evil.test"}, signing_key()), sign(good, strange),
        sign({**good, "jti": None}, signing_key()), sign(good, OctKey.import_key(SECRET), "HS256"), "", "a.b.c",
    ]  # fmt: skip
    url = "/api/v1/auth/oidc/corp/backchannel-logout"
    outside = browser_of()
    for token in refused:
        assert outside.post(url, data={"logout_token": token}).status_code == 400
    assert me(browser) is not None
    token = sign(good, signing_key())
    assert outside.post(url, data={"logout_token": token}).status_code == 200
    assert me(browser) is None
    assert me(other) is not None
    assert outside.post(url, data={"logout_token": token}).status_code == 400, "it counts once"


def test_a_rule_that_became_stricter_counts_for_who_came_before(
    fake: Fake, admin_client: TestClient, browser_of: Browsers
) -> None:
    provider(admin_client, fake)
    assert error_of(sign_in(browser_of(), fake)) == ""
    change(admin_client, allowed_domains=["example.org"])
    assert error_of(sign_in(browser_of(), fake)) == "domain"
