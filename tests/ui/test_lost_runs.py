"""What a person sees when a worker is lost, when a plan is out of date, and when workers are of another version."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlmodel import col, delete

from portal.kit.db import unit_of_work
from portal.models import Worker
from portal.run import work
from tests.service.run import world
from tests.support.pages import Portal, complaints
from tests.ui.conftest import Open
from tests.ui.test_run_page import planned, take


@pytest.fixture
def hand(portal_server: Portal, settings_env: Callable[..., None]) -> Portal:
    """This process stands at the portal's database and Redis, as a worker does."""
    names = ("TERRACE_DATABASE_URL", "TERRACE_REDIS_URL", "TERRACE_SECRET_KEYS")
    settings_env(**{name: portal_server.environment[name] for name in names})
    return portal_server


def lose(run_id: str) -> None:
    """Its worker is silent for longer than the lease, and somebody looks."""
    world.expire_lease(run_id)
    with unit_of_work() as session:
        assert run_id in work.sweep(session).ended


def test_a_lost_plan_is_made_again_and_a_lost_apply_offers_the_recovery_run(hand: Portal, open_page: Open) -> None:
    run_id = hand.deploy("lost-worker")["run"]["id"]
    page = open_page(f"/runs/{run_id}", "member")
    said = complaints(page)
    expect(page.locator("#run-queue")).to_contain_text(re.compile(r"Position \d+\. "))
    take(run_id)
    expect(page.locator("#run-status")).to_have_attribute("data-status", "planning")
    lose(run_id)
    expect(page.locator("#run-status")).to_have_attribute("data-status", "plan_queued")
    again = page.locator("#run-log .log-warn", has_text="the plan is made again (1 of 2)")
    expect(again).to_have_count(1)

    take(run_id).finish_plan()
    page.click("#run-confirm")
    expect(page.locator("#run-status")).to_have_attribute("data-status", "apply_queued")
    take(run_id, "apply").resource("running")
    lose(run_id)
    expect(page.locator("#run-status")).to_have_attribute("data-status", "errored")
    expect(page.locator(".diagnostic").first).to_contain_text("In flight, may exist without being in the state (1)")
    expect(page.locator("#run-retry")).to_have_text("Start the recovery run")
    page.click("#run-retry")
    expect(page).not_to_have_url(re.compile(run_id))
    expect(page.locator("#run-queue")).to_have_attribute("data-code", "state_missing")
    assert said == []


def test_a_plan_that_is_out_of_date_says_so_and_is_made_again(hand: Portal, open_page: Open) -> None:
    run_id = planned(hand, "out-of-date")
    world.put_state(hand.api("GET", f"/runs/{run_id}")["deployment_id"], 8)
    page = open_page(f"/runs/{run_id}", "member")
    expect(page.locator("#run-stale")).to_contain_text("The state has changed since this plan was made.")
    expect(page.locator("#run-confirm")).to_have_count(0)
    expect(page.locator("#run-retry")).to_have_text("Plan again")
    page.click("#run-retry")
    expect(page).not_to_have_url(re.compile(run_id))
    expect(page.locator("#run-status")).to_have_attribute("data-status", "plan_queued")
    assert hand.api("GET", f"/runs/{run_id}")["status"] == "discarded"


def test_administrators_see_workers_of_another_version_and_the_limits_with_their_settings(
    hand: Portal, open_page: Open
) -> None:
    try:
        with unit_of_work() as session:
            versions = {"terrace": "0.0.1", "terraform": "1.9.0"}
            work.register_worker(session, name="former@host", queues=["plan"], concurrency=1, versions=versions)
        page = open_page("/admin/workers")
        row = page.get_by_role("row", name=re.compile("former@host"))
        expect(row).to_contain_text("Another version")
        expect(row).to_contain_text("Version 0.0.1; this portal is")
        limit = page.get_by_role("table", name="Limits").get_by_role("row", name=re.compile("TERRACE_RUN_DISK_MB"))
        expect(limit).to_contain_text("4,096 MB")
    finally:
        with unit_of_work() as session:
            session.exec(delete(Worker).where(col(Worker.name) == "former@host"))
