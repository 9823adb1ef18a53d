"""Projects in the browser: quotas, people, guardrails by hand, and a form that offers what they leave."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.support.pages import PATIENCE, Portal, complaints
from tests.ui.conftest import Open


def test_a_project_is_made_limited_and_narrowed_and_its_form_offers_what_is_left(
    open_page: Open, portal_server: Portal
) -> None:
    page = open_page("/projects")
    said = complaints(page)
    page.get_by_role("button", name="New project").click(timeout=PATIENCE)
    page.get_by_label("Name").fill("Walled garden")
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_role("heading", name="Walled garden")).to_be_visible(timeout=PATIENCE)

    page.get_by_label("Deployments", exact=True).last.fill("1")
    page.get_by_role("button", name="Save the quotas").click()
    expect(page.get_by_text("0 of 1", exact=True)).to_be_visible(timeout=PATIENCE)

    page.get_by_text("Production project").click()
    expect(page.get_by_text("Production", exact=True).and_(page.locator(".badge"))).to_be_visible(timeout=PATIENCE)
    assert portal_server.api("GET", "/projects/walled-garden")["production"] is True

    role = {"kind": "project", "name": "gardener", "title": "Gardener", "actions": ["run.read"]}
    portal_server.api("POST", "/roles", role)
    page.reload()
    page.get_by_role("tab", name="Members").click()
    page.get_by_label("Add a person, by e-mail").fill("vera@example.com")
    page.get_by_label("As", exact=True).select_option("viewer")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("combobox", name="Role of vera@example.com")).to_have_value("viewer", timeout=PATIENCE)
    page.get_by_role("combobox", name="Role of vera@example.com").select_option(label="Gardener")
    expect(page.get_by_role("combobox", name="Role of vera@example.com")).to_have_value("gardener", timeout=PATIENCE)

    page.get_by_role("tab", name="Guardrails").click()
    page.get_by_label("Offer what this template asks").select_option("azure/every-type")
    page.get_by_label("Kind of the new rule").select_option("fixed")
    page.get_by_label("Field", exact=True).fill("tier")
    page.get_by_label("Value", exact=True).fill("premium")
    page.get_by_label("Why (optional)").fill("Paid for.")
    page.get_by_role("button", name="Save the guardrails").click()
    expect(page.get_by_text("What exists stays; its next change must comply.")).to_be_visible(timeout=PATIENCE)
    rules = portal_server.api("GET", "/projects/walled-garden/guardrails")["guardrails"]
    assert [(rule["variable"], rule["value"]) for rule in rules] == [("tier", "premium")]

    page.goto("/templates/azure/every-type/deploy?project=walled-garden")
    page.get_by_role("button", name=re.compile("^Everything")).click(timeout=PATIENCE)
    tier = page.locator("[data-path='tier']").first
    expect(tier.get_by_text("This project sets this. Paid for.")).to_be_visible(timeout=PATIENCE)
    expect(tier.get_by_role("combobox")).to_be_disabled()
    expect(tier.get_by_role("combobox")).to_have_value("premium")
    page.locator("#head-project").select_option("default")
    expect(tier.get_by_role("combobox")).to_be_enabled(timeout=PATIENCE)

    garden = {"project": "walled-garden", "name": "walled", "values": {"name": "walledin", "location": "westeurope"}}
    made = portal_server.api(
        "POST", "/deployments", {**garden, "template": "azure/storage-account", "cloud_account": "sandbox-azure"}
    )
    only = {"guardrails": [{"rule": "places", "allowed": ["northeurope"]}]}
    portal_server.api("PUT", "/projects/walled-garden/guardrails", only)
    page.goto(f"/deployments/{made['deployment']['id']}")
    misfits = page.locator(".callout", has_text="It no longer fits the guardrails").get_by_role("listitem")
    expect(misfits).to_contain_text("location", timeout=PATIENCE)
    assert said == []


def test_a_viewer_reads_a_project_and_changes_nothing_in_it(open_page: Open) -> None:
    page = open_page("/projects", "viewer", phone=True, dark=True)
    page.get_by_role("link", name="Default", exact=True).click(timeout=PATIENCE)
    expect(page.get_by_role("progressbar").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Save the quotas")).to_have_count(0)
    expect(page.get_by_label("Production project")).to_have_count(0)
    for tab in ("Members", "Cloud accounts", "Templates", "Guardrails"):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel", name=tab)).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("^(Save|Add|Remove|Archive|Rename)"))).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_project_that_one_looks_at_narrows_every_list_and_stays_chosen(
    open_page: Open, portal_server: Portal
) -> None:
    portal_server.api("POST", "/projects", {"name": "Harbour"})
    portal_server.api("PUT", "/projects/harbour/guardrails", {"templates": {"deny": ["gcp/*"]}, "guardrails": []})
    portal_server.api("POST", "/projects/harbour/members", {"user": "max@example.com", "role": "viewer"})
    body = {"template": "azure/storage-account", "cloud_account": "sandbox-azure"}
    for name, project in (("quay-afar", "harbour"), ("quay-home", "default")):
        values = {"name": name.replace("-", ""), "location": "westeurope"}
        portal_server.api("POST", "/deployments", {**body, "name": name, "project": project, "values": values})
    page = open_page("/deployments?q=quay-", "member", phone=True)
    said = complaints(page)
    rows = page.get_by_role("table", name="Deployments").get_by_role("row")
    expect(rows).to_have_count(3)
    page.get_by_label("Project", exact=True).select_option("Harbour")
    expect(rows).to_have_count(2)
    expect(page).to_have_url(re.compile(r"q=quay-&project=harbour$"))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page).to_have_url(re.compile(r"/runs\?project=harbour$"))
    runs = page.get_by_role("table", name="Runs").get_by_role("row")
    expect(runs.filter(has_text="quay-afar")).to_have_count(1)
    expect(runs.filter(has_text="quay-home")).to_have_count(0)
    expect(page.locator("#scope-note")).to_have_count(0)
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/\?project=harbour$"))
    expect(page.get_by_role("note").filter(has_text="Harbour")).to_contain_text("the address named no project")
    expect(page.get_by_role("link", name=re.compile("^Storage account"))).to_be_visible()
    expect(page.get_by_role("button", name="Google Cloud 0")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Storage account")).click()
    expect(page.get_by_text("Your role in Harbour deploys nothing.")).to_be_visible()

    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Find anything").fill("switch to project def")
    page.get_by_role("option", name="Switch to project Default").click()
    page.get_by_role("link", name="Deploy", exact=True).click()
    expect(page).to_have_url(re.compile(r"/deploy\?project=default$"))
    expect(page.locator("#head-project").get_by_role("option", name="Harbour")).to_have_count(0)
    page.goto("/templates/gcp/storage-bucket?project=harbour")
    expect(page.get_by_text("There is no such template in this project.")).to_be_visible()
    page.goto("/templates/gcp/storage-bucket")
    expect(page.get_by_text("There is no such template in this project.")).to_be_visible()
    page.get_by_role("button", name="Show all projects").click()
    expect(page.get_by_text("There is no such template in this project.")).to_have_count(0)
    page.goto("/approvals")
    expect(page.get_by_label("Project", exact=True)).to_have_value("")
    assert said == []


def test_an_owner_has_the_channels_of_the_project_and_no_event_of_the_portal(
    open_page: Open, portal_server: Portal
) -> None:
    portal_server.api("POST", "/projects", {"name": "Lighthouse"})
    portal_server.api("POST", "/projects/lighthouse/members", {"user": "max@example.com", "role": "owner"})
    page = open_page("/projects/lighthouse?tab=notifications", "member", phone=True)
    said = complaints(page)
    expect(page.get_by_role("tab", name="Notifications")).to_be_in_viewport()
    expect(page).to_have_title("Lighthouse · Terrace")
    page.get_by_role("button", name="New channel").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("checkbox", name="run.applied")).to_be_visible()
    expect(dialog.get_by_role("checkbox", name="worker.lost")).to_have_count(0)
    dialog.get_by_label("Name").fill("Keepers")
    dialog.get_by_label("Kind").select_option("mail")
    dialog.get_by_label("Addresses").fill("keepers@example.com")
    dialog.get_by_role("button", name="Make the channel").click()
    expect(page.get_by_role("row", name=re.compile("Keepers"))).to_contain_text("keepers@example.com")
    page.get_by_label("Over which channel").select_option(label="Keepers")
    expect(page.get_by_role("heading", name="Nothing was sent")).to_be_visible()
    assert [item["project"] for item in portal_server.api("GET", "/notification-channels?project=lighthouse")] == [
        "lighthouse"
    ]
    portal_server.api("POST", "/projects/lighthouse/archive", {})
    page.reload()
    expect(page.get_by_role("row", name=re.compile("Keepers")).get_by_role("button")).to_have_count(1)
    expect(page.get_by_role("button", name="New channel")).to_have_count(0)
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Projects").click()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    assert said == []
