"""From the guided form to somebody who was never here before: a real provider on the loopback signs them in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import oidc_provider_mock
import pytest
import werkzeug.serving
from playwright.sync_api import Browser, Page, expect

from tests.support import https, pages
from tests.support.pages import Portal
from tests.ui.conftest import Open

ZOE = oidc_provider_mock.User(
    sub="zoe", claims={"email": "zoe@example.com", "email_verified": True, "name": "Zoe", "groups": ["ops", "others"]}
)


@pytest.fixture
def issuer(portal_server: Portal) -> Iterator[str]:
    """A provider over TLS that the portal trusts."""
    application: Any = oidc_provider_mock.app(user_claims=[ZOE])
    context = https.tls_context(portal_server.log.parent)
    server = werkzeug.serving.make_server("localhost", 0, application, threaded=True, ssl_context=context)
    with https.in_background(server):
        yield f"https://localhost:{server.port}"


def add_provider(page: Page, issuer: str) -> None:
    page.get_by_role("button", name="New provider").click()
    page.get_by_label("Which provider").select_option("oidc")
    page.get_by_label("Title").fill("Staff")
    expect(page.get_by_role("dialog").get_by_label("Redirect URI")).to_have_value(re.compile("/oidc/staff/callback$"))
    page.get_by_label("Issuer").fill(issuer)
    page.get_by_label("Client ID").fill("terrace")
    page.get_by_label("Client secret").fill("a secret that is never seen again")
    page.get_by_label("Role at the first sign-in").select_option("viewer")
    page.get_by_label("E-mail domains").fill("example.com")
    page.get_by_role("button", name="Add a group").click()
    page.get_by_label("Group 1", exact=True).fill("ops")
    page.get_by_label("Role of group 1").select_option("auditor")
    page.get_by_role("button", name="Add the provider").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_provider_is_added_tested_and_signs_in_somebody_new_with_the_role_of_their_group(
    issuer: str, portal_server: Portal, open_page: Open, chromium_browser: Browser
) -> None:
    admin = open_page("/admin/settings/identity")
    said = pages.complaints(admin)
    add_provider(admin, issuer)
    admin.get_by_role("button", name="Test", exact=True).click()
    expect(admin.get_by_text("People can sign in")).to_be_visible()
    assert said == []
    try:
        comes_and_goes(portal_server, chromium_browser)
    finally:
        portal_server.api("DELETE", "/identity-providers/staff")


def comes_and_goes(portal: Portal, browser: Browser) -> None:
    context = browser.new_context(base_url=portal.url, ignore_https_errors=True)
    context.set_default_timeout(pages.PATIENCE)
    page = context.new_page()
    page.goto("/sign-in?next=/runs")
    page.get_by_role("link", name="Sign in with Staff").click()
    page.get_by_role("button", name="zoe", exact=True).click()
    expect(page.get_by_role("heading", name="Runs", level=1)).to_be_visible()
    page.get_by_label("Your account").click()
    expect(page.get_by_text("zoe@example.com · auditor")).to_be_visible()
    page.goto("/account?tab=sign-in")
    expect(page.get_by_role("button", name="Remove Staff")).to_be_visible()
    page.goto("/sign-in?error=exists")
    expect(page.get_by_role("alert")).to_contain_text("has an account already")
    page.goto("/sign-in?error=%3Cb%3Ewin%3C/b%3E")
    expect(page.get_by_role("alert")).to_contain_text("E-mail or password is wrong.")
    context.close()
