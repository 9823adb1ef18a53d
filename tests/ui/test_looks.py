"""Every page, in light and dark, on a desk and on a phone: whole, quiet in the console, usable without a mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.pages import OVERFLOW, Portal, complaints
from tests.ui.conftest import Open

PATHS = {
    "/": "Catalogue",
    "/templates/azure/virtual-machine": "Virtual machine",
    "/templates/azure/virtual-machine/deploy": "Deploy Virtual machine",
    "/deployments": "Deployments",
    "/runs": "Runs",
    "/admin/users": "Users",
    "/admin/workers": "Workers",
    "/account": "Account",
}


def visit(page: Page, path: str, heading: str) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", name=heading, exact=True, level=1)).to_be_visible()
    expect(page.locator(".skeletons")).to_have_count(0)


@pytest.mark.parametrize(("phone", "dark"), [(True, False), (False, True)], ids=["phone, light", "desk, dark"])
def test_every_page_fits_and_the_browser_has_nothing_to_complain_about(
    portal_server: Portal, open_page: Open, phone: bool, dark: bool
) -> None:
    name = f"fits-{'phone' if phone else 'desk'}"
    made = portal_server.deploy(name)
    page = open_page("/", phone=phone, dark=dark)
    said = complaints(page)
    for path, heading in {**PATHS, f"/deployments/{made['deployment']['id']}": name}.items():
        visit(page, path, heading)
        assert page.evaluate(OVERFLOW) <= 0, path
        assert page.evaluate("document.documentElement.lang") == "en"
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(14, 15, 19)" if dark else "rgb(250, 250, 251)")
    assert said == []


def test_the_theme_is_chosen_and_stays(open_page: Open) -> None:
    page = open_page("/", "member")
    page.get_by_label("Use the dark theme").click()
    expect(page.locator("html")).to_have_class(re.compile("dark"))
    page.reload()
    expect(page.locator("html")).to_have_class(re.compile("dark"))
    page.get_by_label("Use the light theme").click()
    expect(page.locator("html")).not_to_have_class(re.compile("dark"))


def test_a_phone_has_the_navigation_in_a_drawer(open_page: Open) -> None:
    page = open_page("/", "member", phone=True)
    expect(page.locator(".app > .sidebar")).to_be_hidden()
    page.get_by_label("Open navigation").click()
    page.get_by_role("dialog", name="Navigation").get_by_role("link", name="Deployments").click()
    expect(page.get_by_role("heading", name="Deployments", level=1)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_first_key_leads_past_the_navigation(open_page: Open) -> None:
    page = open_page("/deployments", "member")
    expect(page.get_by_role("heading", name="Deployments", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("path", ["/", "/deployments", "/templates/azure/virtual-machine/deploy", "/account"])
def test_every_control_has_a_name(open_page: Open, path: str) -> None:
    page = open_page(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".skeletons")).to_have_count(0)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, a[href]')]
            .filter((item) => item.offsetParent !== null)
            .filter((item) => !(item.getAttribute('aria-label') || item.textContent.trim() || item.labels?.length || item.title))
            .map((item) => item.outerHTML.slice(0, 120))"""
    )
    assert nameless == []


def test_the_first_load_is_small(portal_server: Portal, open_page: Open) -> None:
    page = open_page("/sign-in", None)
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(int(response.headers.get("content-length", "0"))))
    page.goto("/sign-in", wait_until="networkidle")
    assert len(sizes) > 5
    assert sum(sizes) < 400_000
