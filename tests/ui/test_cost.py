"""What a plan costs, on the run's page, in lists, and in the catalogue."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from portal.kit.db import unit_of_work
from portal.run import work
from portal.run.plan import summarize
from tests.support.pages import OVERFLOW, Portal, complaints
from tests.ui.conftest import Open
from tests.ui.test_run_page import hand, take
from tests.unit.cost.documents import change, machine, plan

__all__ = ["hand"]
VM = "azurerm_linux_virtual_machine.this"
DOCUMENT = plan(
    change(VM, before=machine(), after=machine("Standard_D4s_v5", "germanywestcentral")),
    change("azurerm_bastion_host.this", after={"sku": "Standard", "location": "westeurope"}),
    change("azurerm_storage_account.logs", after={"account_replication_type": "LRS", "location": "westeurope"}),
    change("azurerm_resource_group.this", after={"location": "westeurope"}),
)


def test_the_cost_of_a_plan_is_told_before_it_is_confirmed_and_in_lists_afterwards(
    hand: Portal, open_page: Open
) -> None:
    made = hand.deploy("costly")
    run_id = made["run"]["id"]
    take(run_id).finish_plan(summarize(DOCUMENT))
    page = open_page(f"/runs/{run_id}", "member")
    said = complaints(page)
    cost = page.locator("#run-cost")
    expect(cost).to_contain_text("$81.31 →")
    expect(cost).to_contain_text("at least $179.13 a month")
    expect(cost).to_contain_text("+$97.82")
    expect(page.locator("#run-cost-missing")).to_contain_text("azurerm_bastion_host.this")
    cost.get_by_role("button", name=re.compile(re.escape(VM))).click()
    expect(cost.locator("table")).to_contain_text("730 × $0.23 per hour")
    expect(cost.locator("table")).to_contain_text("Price of West Europe")
    expect(cost).to_contain_text("1 is charged by use too")
    assert said == []

    narrow = open_page(f"/runs/{run_id}", "member", phone=True, dark=True)
    expect(narrow.locator("#run-cost")).to_be_visible()
    assert narrow.evaluate(OVERFLOW) <= 0

    page.click("#run-confirm")
    expect(page.locator("#run-status")).to_have_attribute("data-status", "apply_queued")
    run = take(run_id, "apply")
    with unit_of_work() as session:
        assert work.finish_apply(session, run_id, run.claim, applied=1)
    lists = open_page("/deployments?q=costly", "member")
    expect(lists.get_by_role("row", name=re.compile("costly"))).to_contain_text("$179")
    lists.goto("/runs")
    expect(lists.get_by_role("row", name=re.compile("costly"))).to_contain_text("+$97.82 a month")
    lists.goto(f"/deployments/{made['deployment']['id']}")
    expect(lists.locator(".stat", has_text="A month")).to_contain_text("$179")


def test_the_catalogue_tells_what_a_template_costs_with_its_defaults(open_page: Open) -> None:
    page = open_page("/", "viewer")
    card = page.get_by_role("link", name=re.compile("Virtual machine ")).first
    expect(card).to_contain_text("about $72/month")
    expect(page.get_by_role("link", name=re.compile("^.*Storage account")).first).to_contain_text("charged by use")
    page.goto("/templates/azure/virtual-machine")
    expect(page.locator("main aside")).to_contain_text("about $72.48 a month, and by use")


def test_a_form_tells_what_its_answers_will_cost_before_any_plan(portal_server: Portal, open_page: Open) -> None:
    page = open_page("/templates/azure/virtual-machine", "member")
    said = complaints(page)
    shown = page.locator(".will-cost")
    expect(shown).to_contain_text("$72.48 a month")
    expect(shown.get_by_role("list")).to_contain_text("Standard_B2s_v2")
    preset = portal_server.api("GET", "/templates/azure/virtual-machine")["ui"]["presets"][0]
    dearer = portal_server.api("POST", "/templates/azure/virtual-machine/preview", {"values": preset["values"]})["cost"]
    assert dearer["after_monthly"] != 72.48
    page.get_by_role("button", name=preset["title"]).click()
    expect(shown).to_contain_text(f"${dearer['after_monthly']:,.2f} a month")

    page.goto("/templates/azure/virtual-machine/deploy")
    expect(shown).to_contain_text("$72.48 a month")
    page.get_by_role("group", name="Presets").get_by_role("button", name=preset["title"]).click()
    expect(shown).to_contain_text(f"${dearer['after_monthly']:,.2f} a month")
    assert said == []


def test_more_than_a_budget_has_left_is_told_at_once(portal_server: Portal, open_page: Open) -> None:
    page = open_page("/", "admin")
    portal_server.api("POST", "/projects", {"slug": "thrifty", "name": "Thrifty"})
    portal_server.api("PATCH", "/projects/thrifty/quota", {"monthly_budget": 20})
    page.goto("/templates/azure/virtual-machine/deploy")
    page.get_by_label("Project").select_option("thrifty")
    expect(page.locator(".will-cost")).to_contain_text("The project's budget has $20.00 a month left")
    narrow = open_page("/templates/azure/virtual-machine/deploy", "admin", phone=True, dark=True)
    expect(narrow.locator(".will-cost")).to_be_visible()
    assert narrow.evaluate(OVERFLOW) <= 0
