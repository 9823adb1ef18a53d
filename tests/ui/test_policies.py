"""Policies in a browser: made, tried on past plans, shown beside the plan, overridden."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from portal.kit.db import unit_of_work
from portal.run import work
from portal.run.schemas import AttributeChange, Counts, PlanSummary, ResourceChange
from tests.support.pages import OVERFLOW, PATIENCE, Portal, complaints
from tests.ui.conftest import Open

ADDRESS = "azurerm_storage_account.this"
SUMMARY = PlanSummary(
    counts=Counts(add=1),
    has_changes=True,
    changes=[
        ResourceChange(
            address=ADDRESS,
            type="azurerm_storage_account",
            name="this",
            action="create",
            attributes=[AttributeChange(path="location", after="eastus"), AttributeChange(path="name", after="acme")],
        )
    ],
)


@pytest.fixture
def hand(portal_server: Portal, settings_env: Callable[..., None]) -> Iterator[Portal]:
    """This process stands at the portal's database and Redis, as a worker does; no policy stays for other tests."""
    names = ("TERRACE_DATABASE_URL", "TERRACE_REDIS_URL", "TERRACE_SECRET_KEYS")
    settings_env(**{name: portal_server.environment[name] for name in names})
    yield portal_server
    for policy in portal_server.api("GET", "/policies")["items"]:
        portal_server.api("DELETE", f"/policies/{policy['id']}")


def planned(portal: Portal, name: str) -> str:
    run_id = portal.deploy(name)["run"]["id"]
    with unit_of_work() as session:
        job = work.claim(session, run_id, phase="plan", worker="by-hand")
        assert job is not None
    with unit_of_work() as session:
        assert work.finish_plan(session, run_id, job.claim, plan_file=b"PLAN", lock_file=b"", summary=SUMMARY)
    return run_id


def test_a_policy_is_tried_before_it_is_switched_on_then_holds_a_plan_until_it_is_overridden(
    hand: Portal, open_page: Open
) -> None:
    before = planned(hand, "policy-before")
    page = open_page("/admin/policies")
    said = complaints(page)
    page.get_by_role("link", name="New policy").first.click()
    page.get_by_label("Allowed regions").check(timeout=PATIENCE)
    page.get_by_label("Regions*").fill("westeurope")
    page.locator("#policy-test").click()
    expect(page.locator("#policy-tested")).to_contain_text(re.compile(r"\d+ plans? fails?"), timeout=PATIENCE)
    expect(page.locator(".policy-tried", has_text="policy-before")).to_contain_text(
        "It would be in eastus; allowed: westeurope."
    )
    page.get_by_label("Name*").fill("Only Europe")
    page.get_by_label("Override").check()
    page.locator("#policy-save").click()
    expect(page.get_by_role("link", name="Only Europe")).to_be_visible(timeout=PATIENCE)
    assert said == []

    after = planned(hand, "policy-after")
    page.goto(f"/runs/{after}")
    expect(page.locator("#run-checks")).to_contain_text("Only Europe", timeout=PATIENCE)
    expect(page.locator("#run-queue")).to_have_attribute("data-code", "policy")
    expect(page.locator("#run-plan .change", has_text=ADDRESS)).to_contain_text("1 check not met")
    expect(page.locator("#run-confirm")).to_have_count(0)
    page.locator("#run-override_policy").click()
    page.get_by_label("Why may it be applied all the same?").fill("Agreed with security.")
    page.get_by_role("button", name="Override", exact=True).click()
    expect(page.locator("#run-checks")).to_contain_text("Agreed with security.", timeout=PATIENCE)
    expect(page.locator("#run-confirm")).to_be_visible()
    assert hand.api("GET", f"/runs/{before}/plan")["policy"] == []
    viewer = open_page(f"/runs/{after}", "viewer")
    expect(viewer.locator("#run-checks")).to_contain_text("Only Europe", timeout=PATIENCE)
    expect(viewer.locator("#run-override_policy")).to_have_count(0)


def test_an_expression_that_cannot_be_used_says_where_at_its_field_and_the_page_fits_a_phone(
    hand: Portal, open_page: Open
) -> None:
    page = open_page("/admin/policies?new=1", phone=True)
    page.get_by_label("Expression (CEL)").check(timeout=PATIENCE)
    page.get_by_label("This must be true").fill("change.typ == 'x'")
    page.locator("#policy-test").click()
    expect(page.locator("#setting-expression-error")).to_contain_text(
        "Line 1, column 8: A change has no field 'typ'. Did you mean 'type'?", timeout=PATIENCE
    )
    assert page.evaluate(OVERFLOW) <= 0
    page.get_by_label("This must be true").fill("change.type != ''")
    page.get_by_label("Name*").fill("Typed")
    page.locator("#policy-save").click()
    expect(page.get_by_role("link", name="Typed")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate(OVERFLOW) <= 0
    (made,) = hand.api("GET", "/policies")["items"]
    assert (made["rule"], made["settings"]["form"], made["level"]) == ("expression", "each", "advisory")
