"""Approvals in a browser: a rule is made without code, a plan waits, another person decides, and who may not sees no way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.approval import links
from portal.kit.db import unit_of_work
from tests.support.pages import OVERFLOW, Portal, complaints
from tests.ui.conftest import Open
from tests.ui.test_run_page import DESTRUCTIVE, take

MAX, VERA = "max@example.com", "vera@example.com"


@pytest.fixture
def hand(portal_server: Portal, settings_env: Callable[..., None]) -> Portal:
    """This process stands at the portal's database and Redis, as a worker does."""
    names = ("TERRACE_DATABASE_URL", "TERRACE_REDIS_URL", "TERRACE_SECRET_KEYS", "TERRACE_PUBLIC_URL")
    settings_env(**{name: portal_server.environment[name] for name in names})
    return portal_server


def project(portal: Portal, slug: str) -> None:
    """A project of the test's own, so that its rules ask nobody else."""
    portal.api("POST", "/projects", {"name": slug.title(), "slug": slug})
    portal.api("POST", f"/projects/{slug}/members", {"user": MAX, "role": "deployer"})
    portal.api("POST", f"/projects/{slug}/members", {"user": VERA, "role": "viewer"})


def planned(portal: Portal, slug: str, name: str) -> str:
    body: dict[str, Any] = {
        "name": name,
        "project": slug,
        "template": "azure/storage-account",
        "cloud_account": "sandbox-azure",
        "values": {"name": f"acme{name.replace('-', '')}"[:24], "location": "westeurope"},
    }
    run_id = portal.api("POST", "/deployments", body)["run"]["id"]
    take(run_id).finish_plan(DESTRUCTIVE)
    return run_id


def test_a_rule_is_made_tried_and_asks_and_another_person_approves(hand: Portal, open_page: Open) -> None:
    project(hand, "payments")
    planned(hand, "payments", "before-the-rule")
    rules = open_page("/admin/approval-rules?new=1")
    seen = complaints(rules)
    rules.get_by_label("Name", exact=True).fill("Deletions in payments")
    rules.get_by_label("Something is deleted or replaced").check()
    rules.get_by_label("In some projects").check()
    rules.get_by_label("Projects", exact=True).fill("payments")
    rules.get_by_label("People by name").check()
    rules.get_by_label("People", exact=True).fill(MAX)
    rules.click("#try-rule")
    expect(rules.locator("#tried-count")).to_have_text(re.compile("^1 of "))
    rules.get_by_role("button", name="Make the rule").click()
    expect(rules.get_by_role("row", name=re.compile("Deletions in payments"))).to_contain_text(f"in payments: {MAX}.")

    run_id = planned(hand, "payments", "web-shop")
    own = open_page(f"/runs/{run_id}")
    expect(own.locator("#run-status")).to_have_text("Needs approval")
    expect(own.locator("#approval-why-not")).to_contain_text("your own request")
    expect(own.locator("#run-confirm, #approve")).to_have_count(0)

    with unit_of_work() as session:
        link = links.make(session, run_id, _user(hand, MAX))
    page = open_page(link.removeprefix(hand.url), who="member")
    seen += complaints(page)
    page.wait_for_url(f"**/approvals/{run_id}")
    _read_everything(page)
    expect(page.locator(".sidebar .nav-count").first).to_contain_text("1 wait for you")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why")
    page.get_by_label(re.compile("^Reason")).fill("Looks right.")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#run-approval")).to_have_attribute("data-state", "approved")
    expect(page.locator("#run-approval")).to_contain_text("Looks right.")
    expect(page.locator(".sidebar .nav-count").first).to_have_count(0)

    # The page that was open all the while has learned of it.
    expect(own.locator("#run-approval")).to_have_attribute("data-state", "approved")
    expect(own.locator("#run-confirm")).to_be_visible()
    assert seen == []


def _user(portal: Portal, email: str) -> str:
    return next(item["id"] for item in portal.api("GET", "/users")["items"] if item["email"] == email)


def _read_everything(page: Page) -> None:
    """What a decision takes is on one page."""
    expect(page.locator("#run-plan")).to_contain_text("azurerm_storage_account.this")
    expect(page.locator("#run-approval")).to_contain_text("it deletes something")
    expect(page.get_by_role("heading", name="Values")).to_be_visible()
    expect(page.get_by_text("Asked for by").first).to_be_visible()


def test_the_list_has_what_waits_for_the_reader_and_a_viewer_has_no_way_to_act(hand: Portal, open_page: Open) -> None:
    project(hand, "billing")
    rule = {
        "name": "Billing",
        "when": {"any_change": True},
        "scope": {"kind": "projects", "projects": ["billing"]},
        "approvers": {"group": "people", "people": [MAX]},
    }
    hand.api("POST", "/approval-rules", rule)
    listed = open_page("/approvals", who="member", phone=True)
    run_id = planned(hand, "billing", "ledger")
    row = listed.locator(f"tr[data-run={run_id}]")
    expect(row).to_contain_text("ledger")
    assert listed.evaluate(OVERFLOW) == 0
    row.get_by_role("link").first.click()
    listed.get_by_label(re.compile("^Reason")).fill("Too large.")
    listed.get_by_role("button", name="Reject").click()
    expect(listed.locator("#run-approval")).to_have_attribute("data-state", "rejected")
    assert listed.evaluate(OVERFLOW) == 0

    waiting = planned(hand, "billing", "archive")
    viewer = open_page(f"/approvals/{waiting}", who="viewer")
    expect(viewer.locator("#run-plan")).to_be_visible()
    expect(viewer.locator("#approval-why-not")).to_contain_text(MAX)
    expect(viewer.locator("#approve, #reject, #withdraw")).to_have_count(0)
    viewer.goto("/approvals?who=all")
    expect(viewer.locator(f"tr[data-run={waiting}]")).to_be_visible()
    viewer.goto("/approvals")
    expect(viewer.locator("#approvals-empty")).to_be_visible()
