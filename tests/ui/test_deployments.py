"""The lists and the page of one deployment, over real rows; no worker ever takes the runs."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.models import StateLock
from tests.support.pages import Portal, complaints
from tests.ui.conftest import Open


def test_the_list_is_searched_by_the_server_and_follows_what_happens(portal_server: Portal, open_page: Open) -> None:
    portal_server.deploy("list-one")
    page = open_page("/deployments?q=list-", "member")
    table = page.get_by_role("table", name="Deployments")
    expect(table.get_by_role("link", name="list-one")).to_be_visible()
    made = portal_server.deploy("list-two")
    expect(table.get_by_role("link", name="list-two")).to_be_visible()
    portal_server.api("POST", f"/runs/{made['run']['id']}/cancel")
    expect(table.get_by_role("row", name=re.compile("list-two"))).to_contain_text("Canceled")
    page.get_by_role("searchbox").fill("list-one")
    expect(table.get_by_role("link", name="list-two")).to_have_count(0)
    expect(page).to_have_url(re.compile("q=list-one"))
    page.get_by_role("searchbox").fill("no such thing")
    expect(page.get_by_role("heading", name="No deployment fits")).to_be_visible()


def test_a_deployment_shows_its_values_runs_and_resources(portal_server: Portal, open_page: Open) -> None:
    made = portal_server.deploy("looked-at")
    page = open_page(f"/deployments/{made['deployment']['id']}", "viewer")
    said = complaints(page)
    expect(page.get_by_role("heading", name="looked-at")).to_be_visible()
    expect(page).to_have_title(re.compile("looked-at"))
    expect(page.get_by_role("button", name="Destroy")).to_have_count(0)
    page.get_by_role("tab", name="Configuration").click()
    expect(page.locator("[data-path='location'] input")).to_have_value(re.compile("West Europe|westeurope"))
    expect(page.locator("[data-path='location'] input")).to_be_disabled()
    page.get_by_role("tab", name="Resources").click()
    expect(page.get_by_role("heading", name="Nothing exists")).to_be_visible()
    page.get_by_role("tab", name=re.compile("Runs")).click()
    expect(page.get_by_role("table", name="Runs")).to_contain_text("Plan queued")
    assert said == []


def test_a_state_that_nobody_will_free_says_who_holds_it_and_is_unlocked_with_a_reason(
    portal_server: Portal, open_page: Open, settings_env: Callable[..., None]
) -> None:
    names = ("TERRACE_DATABASE_URL", "TERRACE_REDIS_URL", "TERRACE_SECRET_KEYS")
    settings_env(**{name: portal_server.environment[name] for name in names})
    made = portal_server.deploy("locked-up")
    deployment_id, run_id = made["deployment"]["id"], made["run"]["id"]
    portal_server.api("POST", f"/runs/{run_id}/cancel")
    lock = StateLock(deployment_id=deployment_id, lock_id="left", run_id=run_id, created_at=clock.now())
    with unit_of_work() as session:
        session.add(lock)
    page = open_page(f"/deployments/{deployment_id}", "member")
    notice = page.locator(".callout.warning", has_text="The state is locked")
    expect(notice).to_contain_text(run_id)
    notice.get_by_role("button", name="Unlock the state").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Why?").fill("Nobody is left to free it.")
    dialog.get_by_role("button", name="Unlock").click()
    expect(notice).to_have_count(0)
    assert portal_server.api("GET", f"/deployments/{deployment_id}")["state_lock"] is None


def test_destroying_takes_the_name_and_starts_a_run(portal_server: Portal, open_page: Open) -> None:
    made = portal_server.deploy("to-be-gone")
    portal_server.api("POST", f"/runs/{made['run']['id']}/cancel")
    page = open_page(f"/deployments/{made['deployment']['id']}", "member")
    page.get_by_role("button", name="Destroy").click()
    dialog = page.get_by_role("dialog")
    confirm = dialog.get_by_role("button", name="Plan the destruction")
    expect(confirm).to_be_disabled()
    dialog.get_by_role("textbox").fill("to-be-gone")
    confirm.click()
    expect(page).to_have_url(re.compile("/runs/run-"))
    run = portal_server.api("GET", f"/runs/{page.url.rsplit('/', 1)[-1]}")
    assert (run["kind"], run["deployment_name"]) == ("destroy", "to-be-gone")


def test_a_deployment_that_does_not_exist_says_so(open_page: Open) -> None:
    page = open_page("/deployments/dep-nothing", "member")
    expect(page.get_by_role("alert")).to_contain_text("dep-nothing")


def test_runs_are_filtered_by_state(portal_server: Portal, open_page: Open) -> None:
    made = portal_server.deploy("in-the-queue")
    page = open_page("/runs?state=open", "member")
    row = page.get_by_role("table", name="Runs").get_by_role("row", name=re.compile("in-the-queue"))
    expect(row).to_contain_text("Plan queued")
    portal_server.api("POST", f"/runs/{made['run']['id']}/cancel")
    expect(row).to_have_count(0)
