"""Coming in, being sent away, and going out."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.support.pages import PASSWORD, PEOPLE, Portal
from tests.ui.conftest import Open


def fill_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_stranger_is_sent_to_sign_in_and_comes_back_to_where_they_wanted(
    portal_server: Portal, open_page: Open
) -> None:
    page = open_page("/deployments?status=active", None)
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    fill_in(page, PEOPLE["member"], PASSWORD)
    expect(page).to_have_url(f"{portal_server.url}/deployments?status=active")
    expect(page.get_by_role("heading", name="Deployments", level=1)).to_be_visible()
    cookie = next(item for item in page.context.cookies() if item.get("name") == "terrace_session")
    assert cookie.get("httpOnly")
    assert cookie.get("sameSite") == "Lax"


def test_a_wrong_password_says_so_and_keeps_the_way(open_page: Open) -> None:
    page = open_page("/sign-in?next=/runs", None)
    fill_in(page, PEOPLE["member"], "not the password at all")
    expect(page.get_by_role("alert")).to_contain_text("E-mail or password is wrong.")
    fill_in(page, PEOPLE["member"], PASSWORD)
    expect(page).to_have_url(re.compile("/runs$"))


def test_signing_in_never_leads_to_another_site(open_page: Open, portal_server: Portal) -> None:
    page = open_page("/sign-in?next=//evil.example/", None)
    fill_in(page, PEOPLE["member"], PASSWORD)
    page.wait_for_url(lambda url: "/sign-in" not in url)
    assert urlsplit(page.url).netloc == urlsplit(portal_server.url).netloc


def test_signing_out_ends_the_session_and_forgets_drafts(open_page: Open) -> None:
    page = open_page("/sign-in", None)
    fill_in(page, PEOPLE["viewer"], PASSWORD)
    expect(page.get_by_role("heading", name="Catalogue", level=1)).to_be_visible()
    page.evaluate("localStorage.setItem('terrace.draft.azure/x', '{}')")
    page.get_by_label("Your account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    assert page.evaluate("localStorage.getItem('terrace.draft.azure/x')") is None
    page.goto("/runs")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_a_password_set_by_somebody_else_must_be_changed_first(portal_server: Portal, open_page: Open) -> None:
    made = portal_server.api("POST", "/users", {"email": "nora@example.com", "role": "member"})
    page = open_page("/sign-in", None)
    fill_in(page, "nora@example.com", made["generated_password"])
    expect(page.get_by_role("heading", name="Choose a password of your own")).to_be_visible()
    page.get_by_label("Present password").fill(made["generated_password"])
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_label("New password again").fill("short")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("New password", exact=True).fill("a longer one that is my own")
    page.get_by_label("New password again").fill("a longer one that is my own")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("heading", name="Catalogue", level=1)).to_be_visible()
