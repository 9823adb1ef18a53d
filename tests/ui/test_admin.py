"""Users, workers, and one's own account."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect
from sqlmodel import col, delete

from portal.kit.db import unit_of_work
from portal.models import Worker
from portal.run import work
from tests.support.pages import Portal, complaints, person
from tests.ui.conftest import Open


def test_a_user_is_made_with_a_password_shown_once_then_changed_and_shut_out(
    portal_server: Portal, open_page: Open
) -> None:
    page = open_page("/admin/users")
    said = complaints(page)
    page.get_by_role("button", name="New user").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill("zelda@example.com")
    dialog.get_by_role("button", name="Create user").click()
    password = dialog.get_by_label("First password").input_value()
    assert len(password) >= 12
    dialog.get_by_role("button", name="Done").click()
    row = page.get_by_role("row", name=re.compile("zelda@example.com"))
    expect(row).to_contain_text("First password")
    page.get_by_label("Role of zelda@example.com").select_option("viewer")
    expect(page.get_by_text("zelda@example.com is viewer now")).to_be_visible()
    row.get_by_role("button", name="Shut out").click()
    page.get_by_role("dialog").get_by_role("button", name="Shut out").click()
    expect(row.get_by_role("button", name="Let in")).to_be_visible()
    found = [user for user in portal_server.api("GET", "/users")["items"] if user["email"] == "zelda@example.com"]
    assert (found[0]["role"], bool(found[0]["disabled_at"])) == ("viewer", True)
    assert password not in page.content()
    assert said == []


def test_the_last_administrator_stays_one_and_the_page_says_why(open_page: Open) -> None:
    page = open_page("/admin/users")
    page.get_by_label("Role of ada@example.com").select_option("viewer")
    expect(page.get_by_role("alert")).to_contain_text("last administrator")
    expect(page.get_by_label("Role of ada@example.com")).to_have_value("admin")


def test_pages_of_administrators_refuse_everybody_else(open_page: Open) -> None:
    for path in ("/admin/users", "/admin/workers"):
        page = open_page(path, "member")
        expect(page.get_by_role("alert")).to_contain_text("takes the role auditor or admin")
        expect(page.get_by_role("navigation", name="Administration")).to_have_count(0)
        expect(page.get_by_text("vera@example.com")).to_have_count(0)


def test_an_auditor_finds_what_may_be_read_and_nothing_to_deploy_with(portal_server: Portal, open_page: Open) -> None:
    portal_server.cookies["auditor"] = person(portal_server.url, "audrey@example.com", "auditor")
    page = open_page("/admin/audit", "auditor")
    entries = page.get_by_role("navigation", name="Administration").get_by_role("link")
    named = ["Users", "Roles", "Access", "Cloud accounts", "Templates", "Policies", "Approval rules", "Workers"]
    expect(entries).to_have_text([*named, "Audit", "Settings", "System"])
    expect(page.get_by_role("table").first).to_contain_text("user.create")
    for title in entries.all_text_contents():
        entries.filter(has_text=title).click()
        expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Find anything").fill("audit")
    expect(page.get_by_role("option", name="Audit page")).to_be_visible()
    page.get_by_role("combobox", name="Find anything").fill("service accounts")
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    page.goto("/templates/azure/storage-account")
    expect(page.get_by_role("tab", name="Inputs")).to_be_visible()
    expect(page.get_by_role("link", name="Deploy", exact=True)).to_have_count(0)


def test_without_workers_the_page_says_what_to_start(open_page: Open) -> None:
    page = open_page("/admin/workers")
    expect(page.get_by_role("heading", name="No worker has been heard of")).to_be_visible()
    expect(page.get_by_text("Plans queued")).to_be_visible()


def test_a_worker_is_drained_after_a_question_and_the_page_follows(
    portal_server: Portal, open_page: Open, settings_env: Callable[..., None]
) -> None:
    names = ("TERRACE_DATABASE_URL", "TERRACE_REDIS_URL", "TERRACE_SECRET_KEYS")
    settings_env(**{name: portal_server.environment[name] for name in names})
    page = open_page("/admin/workers")
    expect(page.get_by_role("heading", name="Workers", exact=True)).to_be_visible()
    try:
        with unit_of_work() as session:
            work.register_worker(session, name="old@host", queues=["plan", "apply"], concurrency=2)
        row = page.get_by_role("row", name=re.compile("old@host"))
        expect(row).to_contain_text("Live")
        row.get_by_role("button", name="Drain").click()
        page.get_by_role("dialog").get_by_role("button", name="Drain").click()
        expect(row).to_contain_text("Draining")
        expect(row.get_by_role("button")).to_have_count(0)
        with unit_of_work() as session:
            assert work.is_draining(session, "old@host")
            work.stop_worker(session, "old@host")
        expect(row).to_contain_text("Gone")
    finally:
        with unit_of_work() as session:
            session.exec(delete(Worker).where(col(Worker.name) == "old@host"))


def test_a_token_is_shown_once_and_can_be_revoked(open_page: Open) -> None:
    page = open_page("/account", "member")
    page.get_by_role("button", name="New token").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What is it for?").fill("nightly job")
    dialog.get_by_role("button", name="Create token").click()
    token = dialog.get_by_label("Token", exact=True).input_value()
    assert token.startswith("tt_")
    dialog.get_by_role("button", name="Done").click()
    row = page.get_by_role("row", name=re.compile("nightly job"))
    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(row).to_have_count(0)
    assert token not in page.content()


def test_a_hold_is_shown_with_its_reason_and_released_after_a_question(portal_server: Portal, open_page: Open) -> None:
    portal_server.api("PUT", "/system/hold", {"reason": "We look at the bill first."})
    page = open_page("/admin/workers")
    notice = page.get_by_role("note").filter(has_text="Auto apply and expiry are on hold")
    expect(notice).to_contain_text("We look at the bill first.")
    notice.get_by_role("button", name="Release the hold").click()
    page.get_by_role("dialog").get_by_role("button", name="Release").click()
    expect(notice).to_have_count(0)
    assert portal_server.api("GET", "/system")["hold"] is None
