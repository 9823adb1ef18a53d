"""The Audit page: what happened, from where, before and after; its proof and its export."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.support.pages import OVERFLOW, PATIENCE, Portal
from tests.ui.conftest import Open


def test_an_administrator_finds_a_change_proves_the_trail_and_takes_it_along(
    portal_server: Portal, open_page: Open
) -> None:
    portal_server.api("POST", "/projects", {"name": "Audited", "slug": "audited"})
    portal_server.api("PATCH", "/projects/audited", {"name": "Audited well"})
    page = open_page("/admin/audit?family=project&q=ADA")
    row = page.get_by_role("row").filter(has_text="project.update").first
    expect(row).to_contain_text("127.0.0.1", timeout=PATIENCE)
    row.get_by_text("Before and after").click()
    expect(row.locator("del", has_text="Audited")).to_be_visible()
    expect(row).to_contain_text("Audited well")
    expect(page.get_by_role("row").filter(has_text="session.begin")).to_have_count(0)
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("status").filter(has_text="The trail is whole")).to_be_visible(timeout=PATIENCE)
    with page.expect_download() as started:
        page.get_by_role("link", name="Export CSV").click()
    text = started.value.path().read_text(encoding="utf-8")
    assert text.startswith('"n","at",')
    assert "project.update" in text
    assert "session.begin" not in text


def test_the_trail_can_be_read_on_a_phone_and_is_nobodys_business_else(open_page: Open) -> None:
    page = open_page("/admin/audit", phone=True, dark=True)
    expect(page.get_by_text("Where the trail goes")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate(OVERFLOW) == 0
    other = open_page("/admin/audit", "member")
    expect(other.get_by_role("alert")).to_be_visible(timeout=PATIENCE)
    expect(other.get_by_role("row")).to_have_count(0)
