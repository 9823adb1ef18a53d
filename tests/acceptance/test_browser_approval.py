"""A company's day: somebody is invited, signs in for the first time, deploys; another person approves; the trail has it all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect

from tests.acceptance.browser import signed_in
from tests.support.instance import Instance
from tests.support.pages import PATIENCE

NORA, APRIL, VIC = "nora@example.com", "april@example.com", "vic@example.com"
PASSWORD = "a long password of their own"


def test_from_an_invitation_to_an_approved_apply_and_its_trail(portal: Instance, chromium_browser: Browser) -> None:
    portal.call("POST", "/projects", {"name": "Web shop", "slug": "web-shop"})
    portal.call("POST", "/approval-rules", rule())
    with (
        invited(chromium_browser, portal, NORA, "deployer") as nora,
        invited(chromium_browser, portal, APRIL, "approver") as april,
        invited(chromium_browser, portal, VIC, "viewer") as vic,
    ):
        run_id = deploy(nora)
        expect(nora.locator("#approval-why-not")).to_contain_text("your own request")
        look_in_vain(vic, portal, run_id)
        approve(april, run_id)
        # It was to be applied by itself: with the approval it goes on, on the page that was open all the while.
        expect(nora.locator("#run-status")).to_have_attribute("data-status", "applied")
    portal.wait_for(run_id, "applied")
    read_the_trail(chromium_browser, portal, run_id)


def rule() -> dict[str, object]:
    return {
        "name": "Four eyes",
        "when": {"any_change": True},
        "scope": {"kind": "projects", "projects": ["web-shop"]},
        "approvers": {"group": "approver", "number": 1},
    }


@contextmanager
def invited(browser: Browser, portal: Instance, email: str, role: str) -> Iterator[Page]:
    """A page of somebody who has followed the link of their invitation into the project."""
    wanted = {"email": email, "memberships": [{"project": "web-shop", "role": role}]}
    link = portal.call("POST", "/invitations", wanted)["link"]
    context = browser.new_context(base_url=portal.url)
    context.set_default_timeout(PATIENCE)
    try:
        page = context.new_page()
        page.goto(link)
        page.get_by_label("Your name").fill(email.partition("@")[0].title())
        page.get_by_label("Choose a password").fill(PASSWORD)
        page.get_by_role("button", name="Accept and sign in").click()
        expect(page.get_by_role("heading", name="Catalogue", level=1)).to_be_visible()
        yield page
    finally:
        context.close()


def deploy(page: Page) -> str:
    """From the form to the plan that waits; the run's id."""
    page.goto("/templates/azure/storage-account/deploy")
    page.locator("#head-name").fill("pictures")
    page.locator("#f-name").fill("acmepictures")
    page.locator("#f-location").fill("westeurope")
    page.keyboard.press("Enter")
    page.get_by_label(re.compile("^Apply without asking")).check()
    page.get_by_role("button", name=re.compile("Review")).click()
    page.get_by_role("button", name=re.compile("^(Create|Plan|Deploy|Launch)")).click()
    page.wait_for_url("**/runs/run-*")
    expect(page.locator("#run-status")).to_have_text("Needs approval")
    return page.url.rsplit("/", 1)[-1].split("?")[0]


def look_in_vain(page: Page, portal: Instance, run_id: str) -> None:
    """A viewer sees everything, finds no way to act, and is refused when they try past the page."""
    page.goto(f"/approvals/{run_id}")
    expect(page.locator("#run-plan")).to_contain_text("azurerm_storage_account")
    expect(page.locator("#approve, #reject, #withdraw")).to_have_count(0)
    page.goto(f"/runs/{run_id}")
    expect(page.locator("#run-approval")).to_be_visible()
    expect(page.locator("#run-confirm, #run-discard, #approve")).to_have_count(0)
    for path, body in (
        (f"/api/v1/runs/{run_id}/approval", {"decision": "approve"}),
        (f"/api/v1/runs/{run_id}/confirm", None),
        (f"/api/v1/runs/{run_id}/discard", None),
    ):
        answer = page.request.post(path, data=body, headers={"Origin": portal.url})
        assert answer.status == 403, f"{path}: {answer.status} {answer.text()}"


def approve(page: Page, run_id: str) -> None:
    """By way of the number beside Approvals."""
    page.goto("/")
    expect(page.locator(".sidebar .nav-count")).to_contain_text("1")
    page.locator(".sidebar").get_by_role("link", name=re.compile("^Approvals")).click()
    page.locator(f"tr[data-run={run_id}]").get_by_role("link").first.click()
    expect(page.locator("#run-plan")).to_contain_text("azurerm_storage_account")
    page.get_by_label(re.compile("^Reason")).fill("As agreed.")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#run-approval")).to_have_attribute("data-state", "approved")


def read_the_trail(browser: Browser, portal: Instance, run_id: str) -> None:
    """Who did what to this run, in REST and on the page of the trail."""
    events = portal.get(f"/audit-events?object_id={run_id}")["items"]
    done = [(event["action"], event["actor_label"]) for event in reversed(events)]
    assert done == [("run.create", NORA), ("approval.approve", APRIL)]
    with signed_in(browser, portal) as page:
        page.goto(f"/admin/audit?object={run_id}")
        expect(page.get_by_role("main")).to_contain_text("approval.approve")
        expect(page.get_by_role("main")).to_contain_text(APRIL)
