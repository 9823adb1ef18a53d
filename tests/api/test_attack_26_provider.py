"""Attack 26 against signing in by a provider: each of these is refused, and nobody is signed in."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import OctKey, RSAKey
from starlette.testclient import TestClient

from portal.auth.oidc import flow
from portal.kit.clock import now
from portal.kit.config import settings
from tests.api.conftest import World
from tests.api.providers import begin, change, come_back, error_of, me, provider, sign_in
from tests.support import provider as providers
from tests.support.provider import Fake, sign, signing_key


def test_who_comes_for_the_first_time_has_an_account_and_comes_again_by_the_same_subject(
    fake: Fake, admin_client: TestClient, browser_of: Callable[[], TestClient]
) -> None:
    provider(admin_client, fake)
    first, second = browser_of(), browser_of()
    assert sign_in(first, fake, wanted="/runs").headers["location"] == "/runs"
    made = me(first)
    assert made is not None
    assert (made["email"], made["name"], made["role"]) == ("nina@example.com", "Nina", "member")
    fake.claims = {"email": "nina.new@example.com", "email_verified": False}
    sign_in(second, fake)
    assert (me(second) or {}).get("id") == made["id"], "the subject is who they are, not the address"


def test_nobody_is_made_who_was_not_invited_when_accounts_are_not_made_by_signing_in(
    fake: Fake, admin_client: TestClient, browser_of: Callable[[], TestClient]
) -> None:
    provider(admin_client, fake, create_accounts=False)
    assert error_of(sign_in(browser_of(), fake)) == "invited"
    assert admin_client.post("/api/v1/users", json={"email": "Nina@example.com", "role": "viewer"}).status_code == 201
    browser = browser_of()
    assert error_of(sign_in(browser, fake)) == ""
    invited = me(browser) or {}
    assert (invited["role"], invited["must_change_password"]) == ("viewer", False)
    fake.claims = {"sub": "subject-2", "email": "olga@example.com"}
    assert error_of(sign_in(browser_of(), fake)) == "invited"
    asked = {"email": "olga@example.com", "role": "auditor", "memberships": [{"project": "default", "role": "viewer"}]}
    assert admin_client.post("/api/v1/invitations", json=asked).status_code == 201
    assert error_of(sign_in(browser, fake)) == ""
    assert (me(browser) or {})["role"] == "auditor"
    members = admin_client.get("/api/v1/projects/default/members").json()
    assert [item["role"] for item in members if item["email"] == "olga@example.com"] == ["viewer"]
    assert admin_client.get("/api/v1/invitations").json()["items"] == [], "an invitation is used up"


def test_attack_26_a_domain_is_all_that_follows_the_last_at_sign(
    fake: Fake, admin_client: TestClient, browser_of: Callable[[], TestClient]
) -> None:
    provider(admin_client, fake, allowed_domains=["example.com"])
    expected = {
        "nina@example.com": "",
        "nora@EXAMPLE.com": "",
        "nina@not-example.com": "domain",
        "nina@example.com.evil.test": "domain",
        "nina@sub.example.com": "domain",
        "nina@evil.test@example.com": "email",
        '"nina@evil.test"@example.com': "email",
    }
    found = {}
    for email in expected:
        fake.claims = {"email": email, "sub": email}
        found[email] = error_of(sign_in(browser_of(), fake))
    assert found == expected


def test_attack_26_an_address_that_nobody_verified_opens_and_makes_nothing(
    fake: Fake, admin_client: TestClient, browser_of: Callable[[], TestClient]
) -> None:
    provider(admin_client, fake, link_by_email=True)
    browser = browser_of()
    for email in ("member@example.com", "nobody@example.com"):
        for verified in (None, False, "false", 0, "yes", {"a": 1}):
            fake.claims = {"email": email, "email_verified": verified}
            assert error_of(sign_in(browser, fake)) == "email", verified
    assert me(browser) is None


def test_attack_26_an_account_that_exists_is_not_taken_by_its_address_unless_the_administrator_said_so(
    fake: Fake, world: World, admin_client: TestClient, browser_of: Callable[[], TestClient]
) -> None:
    provider(admin_client, fake)
    fake.claims = {"email": "member@example.com"}
    admin_client.patch(f"/api/v1/users/{world.member_id}", json={"name": "Max"})
    signed_in_before(browser_of())
    assert error_of(sign_in(browser_of(), fake)) == "exists"
    change(admin_client, link_by_email=True)
    browser = browser_of()
    assert error_of(sign_in(browser, fake)) == ""
    assert (me(browser) or {})["id"] == world.member_id


def signed_in_before(browser: TestClient, email: str = "member@example.com") -> None:
    from tests.support.people import PASSWORD

    assert browser.post("/api/v1/auth/sign-in", json={"email": email, "password": PASSWORD}).status_code == 200


def test_attack_26_only_the_browser_that_began_comes_back_and_once(
    fake: Fake, admin_client: TestClient, browser_of: Callable[[], TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    provider(admin_client, fake)
    provider(admin_client, fake, slug="other")
    browser, stranger = browser_of(), browser_of()
    begin(stranger)
    back = fake.consent(begin(browser))
    assert error_of(come_back(browser, {"code": back["code"]})) == "state"
    assert error_of(come_back(browser, {**back, "state": "x" * 43})) == "state"
    assert error_of(come_back(stranger, back)) == "state"
    assert error_of(come_back(browser_of(), back)) == "state"
    assert error_of(come_back(browser, back, "other")) == "state"
    with monkeypatch.context() as patch:
        patch.setattr(flow, "now", lambda: now() + timedelta(seconds=flow.SECONDS + 1))
        assert error_of(come_back(browser, back)) == "state"
    assert me(browser) is None
    known = dict(fake.codes)
    assert error_of(come_back(browser, back)) == "", "none of these took it from whose it is"
    fake.codes = known
    browser.cookies.delete("terrace_session")
    assert error_of(come_back(browser, back)) == "state", "and it counts once"
    assert me(browser) is None


def _tampered(claims: dict[str, Any]) -> str:
    head, _, signature = sign(claims, signing_key()).split(".")
    body = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "somebody-else"}).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


def _unsigned(claims: dict[str, Any]) -> str:
    parts = [{"alg": "none"}, claims]
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


def _by_public_key(claims: dict[str, Any]) -> str:
    """HMAC with what everybody may know: the PEM of the public key, under its own name."""
    parts = [{"alg": "HS256", "kid": signing_key().kid}, claims]
    text = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
    made = hmac.digest(signing_key().as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"


def _by_client_secret(claims: dict[str, Any]) -> str:
    return sign(claims, OctKey.import_key(providers.SECRET), "HS256")


def _renamed(key: RSAKey) -> RSAKey:
    return RSAKey.import_key({**key.as_dict(private=True), "kid": "first"})


FORGERIES: dict[str, Callable[[dict[str, Any]], str]] = {
    "tampered": _tampered,
    "alg none": _unsigned,
    "HS256 with the public key": _by_public_key,
    "HS256 with the secret": _by_client_secret,
    "a key that is not published": lambda claims: sign(claims, signing_key("strange")),
    "a published name, another key": lambda claims: sign(claims, _renamed(signing_key("strange"))),
    "nothing like a token": lambda _: "a.b.c",
}


def test_attack_26_a_token_that_the_provider_did_not_sign_is_refused(
    fake: Fake, admin_client: TestClient, browser_of: Callable[[], TestClient]
) -> None:
    provider(admin_client, fake)
    browser, found = browser_of(), {}
    for name, fake.forge in FORGERIES.items():
        found[name] = error_of(sign_in(browser, fake))
    assert found == dict.fromkeys(FORGERIES, "token")
    assert me(browser) is None


def test_attack_26_a_token_for_somebody_else_or_another_time_is_refused(
    fake: Fake, admin_client: TestClient, browser_of: Callable[[], TestClient]
) -> None:
    provider(admin_client, fake)
    now = int(time.time())
    cases: list[dict[str, Any]] = [
        {"nonce": None}, {"nonce": "another"}, {"exp": now - 3600}, {"exp": None}, {"exp": "soon"}, {"iat": None},
        {"iat": now + 3600}, {"iat": now - 3600}, {"aud": "somebody-else"}, {"aud": None}, {"aud": []},
        {"aud": ["terrace", "somebody-else"]}, {"aud": ["terrace", "x"], "azp": "x"}, {"azp": "somebody-else"},
        {"iss": "https://evil.test"}, {"iss": None}, {"sub": None}, {"sub": ""}, {"sub": 1}, {"sub": "a" * 300},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, {"nbf": now + 3600},
    ]  # fmt: skip
    browser = browser_of()
    let_in = []
    for fake.claims in cases:
        if error_of(sign_in(browser, fake)) != "token":
            let_in.append(fake.claims)
    assert let_in == []
    assert me(browser) is None


def test_attack_26_a_public_key_of_a_pair_is_asked_for_anew_when_the_provider_changed_it(
    fake: Fake, admin_client: TestClient, browser_of: Callable[[], TestClient]
) -> None:
    provider(admin_client, fake)
    assert error_of(sign_in(browser_of(), fake)) == ""
    fake.key = signing_key("second")
    assert error_of(sign_in(browser_of(), fake)) == ""
    fake.key, fake.published = signing_key("first"), [signing_key("second").as_dict(private=False)]
    assert error_of(sign_in(browser_of(), fake)) == "token", "what is published no more signs nothing"


@pytest.mark.parametrize("names_itself", [True, False])
def test_attack_26_an_answer_that_names_another_issuer_is_refused(
    names_itself: bool, fake: Fake, admin_client: TestClient, browser_of: Callable[[], TestClient]
) -> None:
    fake.metadata = {"authorization_response_iss_parameter_supported": names_itself}
    provider(admin_client, fake)
    browser = browser_of()
    assert error_of(come_back(browser, {**fake.consent(begin(browser)), "iss": "https://evil.test"})) == "token"
    assert error_of(come_back(browser, fake.consent(begin(browser)))) == ("token" if names_itself else "")
    assert error_of(come_back(browser, {**fake.consent(begin(browser)), "iss": fake.url})) == ""


def test_attack_26_a_provider_that_goes_on_vouching_opens_nothing_to_who_is_disabled_here(
    fake: Fake, admin_client: TestClient, browser_of: Callable[[], TestClient]
) -> None:
    provider(admin_client, fake)
    browser = browser_of()
    sign_in(browser, fake)
    user_id = (me(browser) or {})["id"]
    admin_client.patch(f"/api/v1/users/{user_id}", json={"disabled": True})
    assert me(browser) is None
    assert error_of(sign_in(browser, fake)) == "disabled"
    assert me(browser) is None


def test_attack_26_the_way_back_stays_here(
    fake: Fake, admin_client: TestClient, browser_of: Callable[[], TestClient]
) -> None:
    provider(admin_client, fake)
    for wanted in ("https://evil.test", "//evil.test", "/\\evil.test", "/\t/evil.test", "javascript:1"):
        assert sign_in(browser_of(), fake, wanted=wanted).headers["location"] == "/", wanted


def test_attack_26_a_providers_words_are_shown_to_nobody(
    fake: Fake, admin_client: TestClient, browser_of: Callable[[], TestClient]
) -> None:
    provider(admin_client, fake)
    browser = browser_of()
    for error, expected in (("access_denied", "denied"), ("<script>alert(1)</script>", "provider")):
        state = fake.consent(begin(browser))["state"]
        answer = come_back(browser, {"state": state, "error": error, "error_description": "call 555-evil"})
        assert error_of(answer) == expected
        assert "script" not in answer.headers["location"]
        assert "evil" not in answer.headers["location"] + answer.text


def test_attack_26_a_provider_that_answers_with_garbage_begins_nothing(
    fake: Fake, admin_client: TestClient, browser_of: Callable[[], TestClient]
) -> None:
    provider(admin_client, fake)
    replies: list[tuple[int, dict[str, str], bytes]] = [
        (200, {}, b"<html>"), (200, {}, b"[]"), (302, {"Location": "/elsewhere"}, b""), (500, {}, b"{}"),
        (200, {}, b"[" * 100_000), (200, {}, b" " * (2 << 20)),
    ]  # fmt: skip
    for reply in replies:
        fake.replies["/.well-known/openid-configuration"] = reply
        assert begin(browser_of()) == "/sign-in?error=unavailable"
    tested = admin_client.post("/api/v1/identity-providers/corp/test").json()
    assert tested["ok"] is False


def test_attack_26_a_provider_that_describes_itself_wrongly_begins_nothing(
    fake: Fake, admin_client: TestClient, browser_of: Callable[[], TestClient]
) -> None:
    provider(admin_client, fake)
    wrong: list[dict[str, Any]] = [
        {"issuer": "https://evil.test"}, {"token_endpoint": "http://localhost/token"}, {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"}, {"id_token_signing_alg_values_supported": ["HS256", "none"]},
    ]  # fmt: skip
    for fake.metadata in wrong:
        assert begin(browser_of()) == "/sign-in?error=unavailable", fake.metadata


def test_attack_28_a_provider_inside_the_network_is_not_called(
    fake: Fake, admin_client: TestClient, browser_of: Callable[[], TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TERRACE_PRIVATE_HOSTS")
    settings.cache_clear()
    provider(admin_client, fake)
    assert begin(browser_of()) == "/sign-in?error=unavailable"
    said = admin_client.post("/api/v1/identity-providers/corp/test").json()
    assert "inside the network" in said["checks"][0]["detail"]
    assert fake.asked == []
