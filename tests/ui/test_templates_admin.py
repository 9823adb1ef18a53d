"""The page on which templates are published, deprecated, revoked, and given to projects; and what others then see."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, expect

from tests.support.pages import OVERFLOW, Portal, complaints
from tests.ui.conftest import Open

KEY = "gcp/cloud-dns"


def step(page: Page, verb: str, message: str = "") -> None:
    page.get_by_role("button", name=re.compile(f"^{verb} ")).first.click()
    dialog = page.get_by_role("dialog")
    if message:
        dialog.get_by_label("Why?").fill(message)
        dialog.get_by_label("What to use instead").select_option("azure/public-ip")
    dialog.get_by_role("button", name=verb, exact=True).click()


def test_a_template_is_deprecated_revoked_published_again_and_given_to_a_project(
    portal_server: Portal, open_page: Open
) -> None:
    values = {"name": "zone", "dns_name": "zone.example.com."}
    made = portal_server.deploy("lived", KEY, values)
    page = open_page("/admin/templates", "admin")
    said = complaints(page)
    row = page.get_by_role("row").filter(has_text=KEY)
    expect(row).to_contain_text("Published")
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("DNS zone")
    expect(page.get_by_text("in the folder")).to_be_visible()
    step(page, "Deprecate", "Use something better.")
    expect(page.get_by_role("table", name="Versions")).to_contain_text("Deprecated")

    other = open_page(f"/templates/{KEY}", "member")
    expect(other.locator(".callout.warning")).to_contain_text("Use something better.")
    expect(other.locator(".callout.warning").get_by_role("link")).to_have_text("azure/public-ip")
    other.goto(f"/deployments/{made['deployment']['id']}")
    expect(other.locator(".callout", has_text="is deprecated")).to_contain_text("Use something better.")

    step(page, "Revoke", "It leaks.")
    expect(page.get_by_role("table", name="Versions")).to_contain_text("Revoked")
    other.reload()
    expect(other.locator(".callout.danger")).to_contain_text("It leaks. It cannot be changed")
    other.goto(f"/templates/{KEY}")
    expect(other.get_by_text("There is no such template")).to_be_visible()

    step(page, "Publish")
    expect(page.get_by_role("table", name="Versions")).to_contain_text("Published")
    only = page.get_by_label("Only for these projects")
    only.click()
    expect(page.get_by_role("group", name="Projects")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved").first).to_be_visible()
    other.goto("/?q=cloud-dns")
    expect(other.get_by_text("No template fits")).to_be_visible()
    only.click()
    expect(page.get_by_role("group", name="Projects")).to_have_count(0)
    page.get_by_role("button", name="Save").click()
    deadline = time.monotonic() + 60
    while portal_server.api("GET", f"/admin/templates/{KEY}")["projects"] is not None:
        assert time.monotonic() < deadline, "it was not saved"
    other.reload()
    expect(other.get_by_role("link", name=re.compile("^DNS zone"))).to_be_visible()
    assert said == []

    narrow = open_page(f"/admin/templates/{KEY}", "admin", phone=True, dark=True)
    expect(narrow.get_by_role("table", name="Versions")).to_be_visible()
    assert narrow.evaluate(OVERFLOW) <= 0


def test_whoever_does_not_manage_templates_sees_nothing_of_it(open_page: Open) -> None:
    page = open_page("/admin/templates", "member")
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(0)
