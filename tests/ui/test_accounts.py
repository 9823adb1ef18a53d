"""Cloud accounts in the browser: made step by step, tested, narrowed, disabled; no secret ever reaches a page's State."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, Request, WebSocket, expect

from tests.support import pages
from tests.support.pages import PATIENCE, Portal
from tests.ui.conftest import Open

CANARY = "canary-of-the-browser-41c9"
UUID = "00000000-0000-0000-0000-00000000000{}"


def sent(page: Page) -> tuple[list[str], list[str]]:
    """What goes over the websocket from now on, and the bodies that are posted."""
    frames: list[str] = []
    bodies: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: frames.append(str(frame)))
        socket.on("framereceived", lambda frame: frames.append(str(frame)))

    def posted(request: Request) -> None:
        if request.method == "POST":
            bodies.append(request.post_data or "")

    page.on("websocket", listen)
    page.on("request", posted)
    return frames, bodies


def test_an_account_is_made_step_by_step_and_its_secret_goes_to_the_api_alone(
    open_page: Open, portal_server: Portal
) -> None:
    page = open_page("/admin/cloud-accounts")
    expect(page.get_by_role("cell", name="Sandbox (Azure)")).to_be_visible(timeout=PATIENCE)
    frames, bodies = sent(page)
    page.reload()
    page.get_by_role("link", name="New account").click()
    page.get_by_role("radio", name="Azure").check(timeout=PATIENCE)
    page.get_by_role("radio", name=re.compile("Service principal with a secret")).check()
    expect(page.get_by_text("az ad app credential reset", exact=False).first).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Team in the browser")
    fill(page, "settings-subscription_id", UUID.format(1))
    fill(page, "settings-tenant_id", UUID.format(2))
    fill(page, "settings-client_id", UUID.format(3))
    fill(page, "credentials-client_secret", CANARY)
    page.get_by_role("button", name="Test").click()
    outcome = page.get_by_role("region", name="Result of the test")
    expect(outcome.get_by_role("heading", name="The test failed")).to_be_visible(timeout=PATIENCE)
    expect(outcome).to_contain_text("Azure")
    page.get_by_role("button", name="Save the account").click()
    expect(page.get_by_role("heading", name="Team in the browser")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("They are shown to nobody.")).to_be_visible()
    assert any(CANARY in body for body in bodies)
    assert not any(CANARY in frame for frame in frames)
    assert CANARY not in page.content()
    narrow(page)
    disable(page, portal_server)
    portal_server.api("DELETE", "/cloud-accounts/team-in-the-browser")


def fill(page: Page, name: str, value: str) -> None:
    page.locator(f"#{name}").fill(value)


def narrow(page: Page) -> None:
    page.get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog", name="Who and what may use it")
    dialog.get_by_role("group", name="Projects").get_by_role("button", name="Only these").click(timeout=PATIENCE)
    dialog.get_by_role("checkbox", name=re.compile("default")).check()
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator(".props", has_text="Projects")).to_contain_text("default", timeout=PATIENCE)


def disable(page: Page, portal: Portal) -> None:
    page.get_by_role("button", name="Disable").click()
    dialog = page.get_by_role("dialog", name="Disable this account?")
    dialog.get_by_label("Why?").fill("The secret leaked.")
    dialog.get_by_role("button", name="Disable").click()
    expect(page.get_by_text("No run starts on this account")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("The secret leaked.").first).to_be_visible()
    found: dict[str, Any] = portal.api("GET", "/cloud-accounts/team-in-the-browser")
    assert found["disabled"]["reason"] == "The secret leaked."
    page.get_by_role("button", name="Enable").click()
    expect(page.get_by_role("button", name="Disable")).to_be_visible(timeout=PATIENCE)


def test_beside_a_name_stands_what_the_chosen_account_says_of_it(open_page: Open) -> None:
    page = open_page("/templates/azure/storage-account/deploy", "member")
    page.locator("#head-cloud_account").select_option("sandbox-azure")
    page.locator("#f-name").fill("acmeinvoices1")
    expect(page.get_by_text("acmeinvoices1 is free.")).to_be_visible(timeout=PATIENCE)


def test_the_pages_fit_a_phone(open_page: Open) -> None:
    for path, heading in (
        ("/admin/cloud-accounts", "Cloud accounts"),
        ("/admin/cloud-accounts/sandbox-azure", "Sandbox (Azure)"),
        ("/admin/cloud-accounts/new", "New cloud account"),
    ):
        page = open_page(path, phone=True, dark=True)
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible(timeout=PATIENCE)
        assert page.evaluate(pages.OVERFLOW) <= 0
