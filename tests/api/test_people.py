"""Invitations, resets, the second step and what administrators end, over REST (attack 30)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pyotp.totp import TOTP
from sqlmodel import select
from starlette.testclient import TestClient

from portal.auth import locks, throttle
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.ids import new_id
from portal.models import AuditEvent, CustomRole, Invitation, NotificationDelivery, PasswordReset
from tests.api.conftest import ORIGIN, World, connect
from tests.support import people

NEW = "a new password of my own"
SIGN_IN = "/api/v1/auth/sign-in"
EVIL = {"Origin": "https://evil.example"}


def invite(admin: TestClient, **more: Any) -> dict[str, Any]:
    answer = admin.post("/api/v1/invitations", json={"email": "nora@example.com", **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def token_of(made: dict[str, Any]) -> str:
    address, _, token = made["link"].partition("#")
    assert address in (f"{ORIGIN}/invite", f"{ORIGIN}/reset")
    return token


def _make_role(name: str, actions: list[str]) -> None:
    at = clock.now()
    with unit_of_work() as session:
        session.add(
            CustomRole(
                id=new_id("role"),
                kind="organisation",
                name=name,
                title=name,
                actions=actions,
                created_at=at,
                updated_at=at,
            )
        )


def accept(client: TestClient, token: str, **more: Any) -> Any:
    body = {"token": token, "name": "Nora", "password": NEW, **more}
    return client.post("/api/v1/invitations/accept", json=body, headers={"Origin": ORIGIN})


class TestAnInvitation:
    def test_leads_to_a_user_with_a_password_of_their_own_who_is_signed_in(
        self, admin_client: TestClient, client: TestClient
    ) -> None:
        admin_client.post("/api/v1/projects", json={"name": "Data"})
        memberships = [{"project": "data", "role": "deployer"}, {"project": "default", "role": "viewer"}]
        made = invite(admin_client, role="member", memberships=memberships)
        assert made["mailed"] is False
        offer = client.post("/api/v1/invitations/look", json={"token": token_of(made)}).json()
        assert (offer["email"], offer["role"], sorted(offer["projects"])) == (
            "nora@example.com",
            "member",
            ["Data", "Default"],
        )
        answer = accept(client, token_of(made))
        assert (answer.status_code, answer.json()["user"]["email"]) == (200, "nora@example.com")
        assert client.get("/api/v1/me").json()["must_change_password"] is False
        mine = {item["slug"]: item["role"] for item in client.get("/api/v1/projects").json()["items"]}
        assert mine == {"data": "deployer", "default": "viewer"}
        assert admin_client.get("/api/v1/invitations").json()["items"] == []
        with unit_of_work() as session:
            assert session.exec(select(AuditEvent).where(AuditEvent.action == "invitation.accept")).one()

    def test_is_good_once_and_for_seven_days_and_until_it_is_taken_back(
        self, admin_client: TestClient, client: TestClient
    ) -> None:
        first = token_of(invite(admin_client))
        with clock.moved(timedelta(days=7, seconds=1)):
            refused = accept(client, first)
            assert (refused.status_code, refused.json()["code"]) == (410, "gone")
            assert "seven days" in refused.json()["detail"]
        assert accept(client, first).status_code == 200
        again = client.post("/api/v1/invitations/look", json={"token": first})
        assert (again.status_code, "used already" in again.json()["detail"]) == (410, True)
        other = invite(admin_client, email="otto@example.com")
        assert admin_client.delete(f"/api/v1/invitations/{other['id']}").status_code == 204
        assert "taken back" in accept(client, token_of(other)).json()["detail"]
        assert accept(client, "made-up").status_code == 404

    def test_sent_again_makes_the_old_link_void(self, admin_client: TestClient, client: TestClient) -> None:
        first = invite(admin_client)
        second = admin_client.post(f"/api/v1/invitations/{first['id']}/send-again").json()
        assert accept(client, token_of(first)).status_code == 404
        assert accept(client, token_of(second)).status_code == 200

    def test_of_a_user_or_twice_says_so(self, admin_client: TestClient) -> None:
        for email, words in (("MEMBER@example.com", "already a user"), ("nora@example.com", "invited already")):
            if email.startswith("nora"):
                invite(admin_client)
            answer = admin_client.post("/api/v1/invitations", json={"email": email})
            assert (answer.status_code, words in answer.json()["detail"]) == (409, True)
        with clock.moved(timedelta(days=8)):
            invite(admin_client)
            assert len(admin_client.get("/api/v1/invitations").json()["items"]) == 1

    def test_gives_nothing_that_whoever_invites_has_not(self, admin_client: TestClient, world: World, api: Any) -> None:
        for body in ({"role": "king"}, {"memberships": [{"project": "default", "role": "king"}]}):
            assert admin_client.post("/api/v1/invitations", json={"email": "x@example.com", **body}).status_code == 422
        missing = {"email": "x@example.com", "memberships": [{"project": "none", "role": "viewer"}]}
        assert admin_client.post("/api/v1/invitations", json=missing).status_code == 404
        _make_role("helpdesk", ["user.read", "user.manage"])
        people.user("help@example.com", "helpdesk", join=False)
        helper = connect(api)
        helper.post(SIGN_IN, json={"email": "help@example.com", "password": people.PASSWORD})
        helper.headers["Origin"] = ORIGIN
        assert helper.post("/api/v1/invitations", json={"email": "x@example.com", "role": "admin"}).status_code == 403
        for path in ("reset", "sessions", "totp", "lock"):
            method = "POST" if path == "reset" else "DELETE"
            assert helper.request(method, f"/api/v1/users/{world.admin_id}/{path}").status_code == 403, path

    def test_attack_30_link_and_token_are_kept_nowhere(self, admin_client: TestClient) -> None:
        made = invite(admin_client)
        listed = admin_client.get("/api/v1/invitations").text
        with unit_of_work() as session:
            row = session.exec(select(Invitation)).one()
            events = str([item.detail for item in session.exec(select(AuditEvent))])
        assert token_of(made) not in str(row.model_dump()) + events + listed

    def test_attack_30_is_not_accepted_by_a_form_of_another_site(
        self, admin_client: TestClient, client: TestClient
    ) -> None:
        token = token_of(invite(admin_client))
        body = {"token": token, "name": "Nora", "password": NEW}
        assert client.post("/api/v1/invitations/accept", json=body, headers=EVIL).status_code == 403
        assert accept(client, token).status_code == 200

    def test_attack_30_nobody_guesses_links_for_ever(
        self, client: TestClient, admin_client: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(throttle, "PER_ADDRESS", throttle.RateLimitItemPerMinute(3, 5, namespace="terrace"))
        good = token_of(invite(admin_client))
        for path in ("/api/v1/invitations/look", "/api/v1/auth/reset/look", "/api/v1/invitations/look"):
            assert client.post(path, json={"token": "a guess"}).status_code == 404
        for path in ("/api/v1/invitations/look", "/api/v1/auth/reset/look"):
            assert client.post(path, json={"token": good}).status_code == 429

    def test_takes_a_password_that_is_not_tried_first(self, admin_client: TestClient, client: TestClient) -> None:
        token = token_of(invite(admin_client))
        for password in ("short", "Password2024!", "nora@example.com", "abcabcabcabc"):
            answer = accept(client, token, password=password)
            assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "password"), password


class TestAReset:
    def start(self, admin: TestClient, world: World) -> str:
        answer = admin.post(f"/api/v1/users/{world.member_id}/reset")
        assert answer.status_code == 201, answer.text
        return token_of(answer.json())

    def use(self, client: TestClient, token: str) -> Any:
        return client.post("/api/v1/auth/reset", json={"token": token, "password": NEW}, headers={"Origin": ORIGIN})

    def test_sets_the_password_and_ends_every_session(
        self, admin_client: TestClient, browser: TestClient, client: TestClient, world: World
    ) -> None:
        token = self.start(admin_client, world)
        assert browser.get("/api/v1/me").status_code == 200, "until it is used nothing changes"
        assert client.post("/api/v1/auth/reset/look", json={"token": token}).json()["email"] == "member@example.com"
        assert self.use(client, token).status_code == 204
        assert browser.get("/api/v1/me").status_code == 401
        assert (
            client.post(SIGN_IN, json={"email": "member@example.com", "password": people.PASSWORD}).status_code == 401
        )
        assert client.post(SIGN_IN, json={"email": "member@example.com", "password": NEW}).status_code == 200
        assert self.use(client, token).status_code == 410

    def test_is_good_for_an_hour_and_a_newer_one_makes_it_void(
        self, admin_client: TestClient, client: TestClient, world: World
    ) -> None:
        first, second = self.start(admin_client, world), self.start(admin_client, world)
        assert "newer link" in self.use(client, first).json()["detail"]
        with clock.moved(timedelta(hours=1, seconds=1)):
            assert "an hour" in self.use(client, second).json()["detail"]
        admin_client.patch(f"/api/v1/users/{world.member_id}", json={"disabled": True})
        assert self.use(client, second).status_code == 410
        assert admin_client.post(f"/api/v1/users/{world.member_id}/reset").status_code == 403

    def test_attack_30_forgetting_says_the_same_for_every_address_and_mails_to_users_only(
        self, client: TestClient, admin_client: TestClient, settings_env: Callable[..., None], world: World
    ) -> None:
        asked = ("member@example.com", "nobody@example.com")
        said = [client.post("/api/v1/auth/forgotten", json={"email": email}) for email in asked]
        assert {(answer.status_code, answer.text) for answer in said} == {(202, '{"mail":false}')}
        settings_env(TERRACE_SMTP_URL="smtp://127.0.0.1:1")
        said = [client.post("/api/v1/auth/forgotten", json={"email": email}) for email in asked]
        assert {(answer.status_code, answer.text) for answer in said} == {(202, '{"mail":true}')}
        with unit_of_work() as session:
            assert [row.recipient for row in session.exec(select(NotificationDelivery))] == ["member@example.com"]
            assert len(session.exec(select(PasswordReset)).all()) == 1

    def test_attack_30_forgetting_floods_nobody(self, client: TestClient, settings_env: Callable[..., None]) -> None:
        settings_env(TERRACE_SMTP_URL="smtp://127.0.0.1:1")
        most = throttle.FORGOTTEN_PER_ACCOUNT.amount
        for _ in range(most + 2):
            assert client.post("/api/v1/auth/forgotten", json={"email": "member@example.com"}).status_code == 202
        with unit_of_work() as session:
            assert len(session.exec(select(NotificationDelivery)).all()) == most
        for _ in range(throttle.FORGOTTEN_PER_ADDRESS.amount):
            last = client.post("/api/v1/auth/forgotten", json={"email": "somebody@example.com"})
        assert last.status_code == 429  # pyright: ignore[reportPossiblyUnboundVariable]

    def test_attack_30_is_not_used_by_a_form_of_another_site(
        self, admin_client: TestClient, client: TestClient, world: World
    ) -> None:
        body = {"token": self.start(admin_client, world), "password": NEW}
        assert client.post("/api/v1/auth/reset", json=body, headers=EVIL).status_code == 403


class TestTheSecondStep:
    def enrol(self, browser: TestClient) -> tuple[str, list[str]]:
        browser.headers["Origin"] = ORIGIN
        made = browser.post("/api/v1/me/totp", json={"password": people.PASSWORD}).json()
        assert made["qr_svg"].startswith("<svg")
        assert made["uri"].startswith("otpauth://totp/Terrace:member%40example.com?")
        codes = browser.post("/api/v1/me/totp/confirm", json={"code": TOTP(made["secret"]).at(clock.now())}).json()[
            "codes"
        ]
        assert made["secret"] not in browser.get("/api/v1/me/totp").text
        return made["secret"], codes

    def test_stands_between_the_password_and_everything_else(self, browser: TestClient, api: Any) -> None:
        _, codes = self.enrol(browser)
        client = connect(api)
        answer = client.post(SIGN_IN, json={"email": "member@example.com", "password": people.PASSWORD})
        assert (answer.status_code, answer.json()["second_step"]) == (202, "totp")
        header = answer.headers["set-cookie"].lower()
        assert "terrace_session" not in header
        assert {"httponly", "samesite=lax", "path=/api/v1/auth", "max-age=300"} <= {
            item.strip() for item in header.split(";")
        }
        client.cookies.set("terrace_session", client.cookies["terrace_half"])
        assert client.get("/api/v1/me").status_code == 401
        wrong = client.post("/api/v1/auth/second-step", json={"code": "000000"})
        assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_code")
        assert client.post("/api/v1/auth/second-step", json={"code": codes[0]}, headers=EVIL).status_code == 403
        assert client.post("/api/v1/auth/second-step", json={"code": codes[0]}).status_code == 200

    def test_is_asked_for_on_a_page_of_its_own_and_keeps_the_way(self, browser: TestClient, api: Any) -> None:
        _, codes = self.enrol(browser)
        client = connect(api)
        form = {"email": "member@example.com", "password": people.PASSWORD, "next": "/runs/run-1"}
        assert client.post(SIGN_IN, data=form).headers["location"] == "/sign-in/code?next=%2Fruns%2Frun-1"
        back = client.post("/api/v1/auth/second-step", data={"code": "000000", "next": "/runs/run-1"})
        assert (back.status_code, back.headers["location"]) == (303, "/sign-in/code?error=code&next=%2Fruns%2Frun-1")
        done = client.post("/api/v1/auth/second-step", data={"code": codes[1], "next": "/runs/run-1"})
        assert (done.status_code, done.headers["location"]) == (303, "/runs/run-1")
        assert client.get("/api/v1/me").status_code == 200
        again = connect(api).post("/api/v1/auth/second-step", data={"code": codes[2], "next": "//evil.example"})
        assert again.headers["location"] == "/sign-in?error=again"

    def test_can_be_required_and_reset_by_administrators(
        self, browser: TestClient, admin_client: TestClient, world: World
    ) -> None:
        assert admin_client.put("/api/v1/settings/second-step", json={"roles": ["member"]}).status_code == 200
        refused = browser.get("/api/v1/deployments")
        assert (refused.status_code, refused.json()["code"]) == (403, "second_step_required")
        self.enrol(browser)
        assert browser.get("/api/v1/deployments").status_code == 200
        shown = admin_client.get(f"/api/v1/users/{world.member_id}").json()
        assert (shown["second_step"], shown["second_step_required"], shown["recovery_codes_left"]) == (True, True, 10)
        assert admin_client.delete(f"/api/v1/users/{world.member_id}/totp").status_code == 204
        assert admin_client.get(f"/api/v1/users/{world.member_id}").json()["second_step"] is False
        assert admin_client.put("/api/v1/settings/second-step", json={"roles": ["king"]}).status_code == 422


class TestWhatAdministratorsSeeAndEnd:
    def test_of_a_user_sessions_tokens_memberships_and_what_they_own(
        self, browser: TestClient, admin_client: TestClient, world: World
    ) -> None:
        path = f"/api/v1/users/{world.member_id}"
        shown = admin_client.get(path).json()
        assert (shown["sessions"], shown["tokens"]) == (1, 1)
        assert [item["project"] for item in shown["memberships"]] == ["default"]
        seen = admin_client.get(f"{path}/sessions").json()
        assert [item["device"] for item in seen] == ["Another program"]
        assert admin_client.delete(f"{path}/sessions/{seen[0]['id']}").status_code == 204
        assert browser.get("/api/v1/me").status_code == 401
        assert admin_client.delete(f"{path}/sessions/{seen[0]['id']}").status_code == 404
        assert len(admin_client.get(f"{path}/tokens").json()) == 1
        assert admin_client.delete(f"{path}/tokens").json() == {"ended": 1}
        assert admin_client.get(f"{path}/tokens").json() == []

    def test_users_are_found_by_a_part_of_their_address_role_and_status(
        self, admin_client: TestClient, world: World
    ) -> None:
        def emails(query: str) -> list[str]:
            return [item["email"] for item in admin_client.get(f"/api/v1/users?{query}").json()["items"]]

        assert emails("q=MEMB") == ["member@example.com"]
        assert emails("q=%25") == []
        assert emails("role=viewer") == ["viewer@example.com"]
        admin_client.patch(f"/api/v1/users/{world.viewer_id}", json={"disabled": True})
        assert emails("status=disabled") == ["viewer@example.com"]
        assert "viewer@example.com" not in emails("status=active")
        assert emails("status=locked") == []

    def test_a_lock_is_seen_and_lifted(
        self, admin_client: TestClient, client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(locks, "FREE", 3)
        for _ in range(3):
            client.post(SIGN_IN, json={"email": "member@example.com", "password": "a wrong password"})
        good = {"email": "member@example.com", "password": people.PASSWORD}
        assert client.post(SIGN_IN, json=good).status_code == 401
        assert admin_client.get(f"/api/v1/users/{world.member_id}").json()["failures"] == 3
        assert admin_client.delete(f"/api/v1/users/{world.member_id}/lock").status_code == 204
        assert client.post(SIGN_IN, json=good).status_code == 200

    def test_first_steps_are_shown_until_they_are_done_or_put_away(self, admin_client: TestClient) -> None:
        shown = admin_client.get("/api/v1/settings/first-steps").json()
        assert shown == {"shown": True, "own_password": False, "sandbox": False, "cloud_account": False}
        assert admin_client.delete("/api/v1/settings/first-steps").status_code == 204
        assert admin_client.get("/api/v1/settings/first-steps").json()["shown"] is False


def test_the_tokens_of_a_user_name_the_project_that_they_are_for(admin_client: TestClient) -> None:
    me = admin_client.get("/api/v1/me").json()["id"]
    admin_client.post("/api/v1/tokens", json={"name": "narrow", "project": "default"}).raise_for_status()
    told = {token["name"]: token["project"] for token in admin_client.get(f"/api/v1/users/{me}/tokens").json()}
    assert told["narrow"] == "default"
