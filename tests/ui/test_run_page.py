"""The page of one run, over a run that the test carries out by hand, as a worker would."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, WebSocket, expect

from portal.kit.db import unit_of_work
from portal.run import work
from portal.run.schemas import AttributeChange, Counts, NewEvent, PlanSummary, ResourceChange, RunError
from tests.support.pages import Portal, complaints
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
            attributes=[
                AttributeChange(path="name", after="acme"),
                AttributeChange(path="id", unknown=True),
                AttributeChange(path="key", after="(sensitive)", sensitive=True),
            ],
        )
    ],
)
DESTRUCTIVE = SUMMARY.model_copy(update={"counts": Counts(add=1, destroy=1, replace=1)})


@pytest.fixture
def hand(portal_server: Portal, settings_env: Callable[..., None]) -> Portal:
    """This process stands at the portal's database and Redis, as a worker does."""
    names = ("TERRACE_DATABASE_URL", "TERRACE_REDIS_URL", "TERRACE_SECRET_KEYS")
    settings_env(**{name: portal_server.environment[name] for name in names})
    return portal_server


@dataclass
class Run:
    """A run in our hands. `n` is how many lines we have written."""

    id: str
    claim: str
    n: int = 0

    def write(self, count: int) -> None:
        first, self.n = self.n + 1, self.n + count
        self.append(*(NewEvent("log", {"level": "info", "text": f"line {n:05d}"}) for n in range(first, self.n + 1)))

    def append(self, *events: NewEvent) -> None:
        with unit_of_work() as session:
            assert work.append(session, self.id, self.claim, list(events))

    def resource(self, status: str, **more: object) -> None:
        data = {"address": ADDRESS, "action": "create", "status": status, "phase": "apply", **more}
        self.append(NewEvent("resource", data))

    def finish_plan(self, summary: PlanSummary = SUMMARY) -> None:
        with unit_of_work() as session:
            assert work.finish_plan(session, self.id, self.claim, plan_file=b"PLAN", lock_file=b"", summary=summary)


def take(run_id: str, phase: str = "plan") -> Run:
    with unit_of_work() as session:
        job = work.claim(session, run_id, phase=phase, worker="by-hand")  # type: ignore[arg-type]
    assert job is not None
    return Run(run_id, job.claim)


def planned(portal: Portal, name: str, summary: PlanSummary = SUMMARY) -> str:
    run_id = portal.deploy(name)["run"]["id"]
    take(run_id).finish_plan(summary)
    return run_id


def lines(page: Page) -> list[str]:
    return [text for text in page.locator("#run-log .log-text").all_text_contents() if text.startswith("line ")]


def expect_lines(page: Page, count: int) -> None:
    expect(page.locator("#run-log .log-text", has_text=f"line {count:05d}")).to_have_count(1)
    assert lines(page) == [f"line {n:05d}" for n in range(1, count + 1)]


def test_a_run_is_planned_confirmed_and_applied_before_ones_eyes(hand: Portal, open_page: Open) -> None:
    run_id = hand.deploy("eyes")["run"]["id"]
    page = open_page(f"/runs/{run_id}", "member")
    said = complaints(page)
    expect(page.locator("#run-queue")).to_contain_text("No worker")
    take(run_id).finish_plan()
    expect(page.locator("#run-status")).to_have_attribute("data-status", "planned")
    page.get_by_role("button", name=re.compile(re.escape(ADDRESS))).click()
    expect(page.locator("#run-plan table")).to_contain_text("known after apply")
    expect(page.locator("#run-plan table")).to_contain_text("(sensitive)")
    page.click("#run-confirm")
    expect(page.locator("#run-status")).to_have_attribute("data-status", "apply_queued")
    run = take(run_id, "apply")
    run.resource("pending")
    run.resource("running")
    row = page.locator(f"#run-progress [data-address='{ADDRESS}']")
    expect(row).to_contain_text("Working")
    run.resource("done", elapsed_seconds=3, id="/subscriptions/x/storage")
    expect(row).to_contain_text("/subscriptions/x/storage")
    expect(page.locator("#run-progress-count")).to_have_text("1 of 1")
    with unit_of_work() as session:
        assert work.finish_apply(session, run_id, run.claim, applied=1)
    expect(page.locator("#run-status")).to_have_attribute("data-status", "applied")
    expect(page.locator("#run-next")).to_be_visible()
    expect(page.locator("#run-confirm")).to_have_count(0)
    assert said == []


def test_a_plan_is_discarded_after_a_question(hand: Portal, open_page: Open) -> None:
    page = open_page(f"/runs/{planned(hand, 'discarded')}", "member")
    page.click("#run-discard")
    page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(page.locator("#run-status")).to_have_attribute("data-status", "discarded")


def test_a_waiting_run_is_canceled_and_a_running_one_is_asked_to_stop(hand: Portal, open_page: Open) -> None:
    run_id = hand.deploy("canceled")["run"]["id"]
    page = open_page(f"/runs/{run_id}", "member")
    page.click("#run-cancel")
    page.get_by_role("dialog").get_by_role("button", name="Cancel run").click()
    expect(page.locator("#run-status")).to_have_attribute("data-status", "canceled")

    other = hand.deploy("asked-to-stop")["run"]["id"]
    run = take(other)
    page.goto(f"/runs/{other}")
    page.click("#run-cancel")
    page.get_by_role("dialog").get_by_role("button", name="Cancel run").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#run-stopping")).to_be_visible()
    expect(page.locator("main .actions .btn")).to_have_count(0)
    with unit_of_work() as session:
        assert work.beat(session, other, run.claim).cancel_requested


def test_an_administrator_kills_a_run_that_does_not_stop_and_says_why(hand: Portal, open_page: Open) -> None:
    run_id = hand.deploy("does-not-stop")["run"]["id"]
    run = take(run_id)
    page = open_page(f"/runs/{run_id}")
    said = complaints(page)
    page.click("#run-cancel")
    page.get_by_role("dialog").get_by_role("button", name="Cancel run").click()
    page.click("#run-force_cancel")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Kill it").click()
    expect(dialog).to_be_visible()
    dialog.get_by_label("Why must it be killed?").fill("It hangs.")
    dialog.get_by_role("button", name="Kill it").click()
    expect(page.locator("#run-force_cancel")).to_have_count(0)
    expect(page.locator("#run-log")).to_contain_text("asked to kill this run: It hangs.")
    with unit_of_work() as session:
        assert work.beat(session, run_id, run.claim).force
    assert said == []


def test_what_destroys_takes_the_name_of_the_deployment(hand: Portal, open_page: Open) -> None:
    page = open_page(f"/runs/{planned(hand, 'dangerous', DESTRUCTIVE)}", "member")
    page.click("#run-confirm")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Apply")).to_be_disabled()
    dialog.get_by_role("textbox").fill("dangerous")
    dialog.get_by_role("button", name="Apply").click()
    expect(page.locator("#run-status")).to_have_attribute("data-status", "apply_queued")


def test_a_viewer_sees_the_plan_and_no_button(hand: Portal, open_page: Open) -> None:
    page = open_page(f"/runs/{planned(hand, 'only-looked-at')}", "viewer")
    expect(page.locator("#run-plan")).to_contain_text(ADDRESS)
    expect(page.locator("main .actions .btn")).to_have_count(0)


def test_a_failure_says_what_happened_and_what_to_do(hand: Portal, open_page: Open) -> None:
    run_id = hand.deploy("failing")["run"]["id"]
    run = take(run_id)
    page = open_page(f"/runs/{run_id}", "member")
    error = RunError(summary="The name is taken", detail="StorageAccountAlreadyTaken", next_step="Choose another name.")
    with unit_of_work() as session:
        assert work.fail(session, run_id, run.claim, error=error)
    expect(page.locator("#run-status")).to_have_attribute("data-status", "errored")
    expect(page.locator(".diagnostic").first).to_contain_text("The name is taken")
    expect(page.locator("#run-retry")).to_be_visible()


def test_two_viewers_see_the_same_and_nothing_is_lost_or_doubled_while_one_is_away(
    hand: Portal, open_page: Open
) -> None:
    run = take(hand.deploy("two-viewers")["run"]["id"])
    first, second = (open_page(f"/runs/{run.id}", who) for who in ("member", "viewer"))
    run.write(30)
    for page in (first, second):
        expect_lines(page, 30)
    second.context.set_offline(True)
    run.write(700)
    expect(first.locator("#run-log .log-text", has_text="line 00730")).to_have_count(1)
    second.context.set_offline(False)
    for page in (first, second):
        expect_lines(page, 730)
    first.reload()
    expect_lines(first, 730)


def test_the_page_goes_on_after_the_portal_was_killed(hand: Portal, open_page: Open) -> None:
    run = take(hand.deploy("killed")["run"]["id"])
    page = open_page(f"/runs/{run.id}", "member")
    run.write(20)
    expect_lines(page, 20)
    hand.kill()
    run.write(20)
    hand.start()
    run.write(20)
    expect_lines(page, 60)


def test_a_new_line_costs_the_same_however_long_the_log_is(hand: Portal, open_page: Open) -> None:
    run = take(hand.deploy("frames")["run"]["id"])
    page = open_page("/runs", "member")
    frames: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: frames.append(str(payload)))

    page.on("websocket", listen)
    page.goto(f"/runs/{run.id}")

    def size_of_next_line() -> int:
        run.write(1)
        expect(page.locator("#run-log .log-text", has_text=f"line {run.n:05d}")).to_have_count(1)
        return next(len(frame) for frame in frames if f"line {run.n:05d}" in frame)

    run.write(9)
    expect(page.locator("#run-log .log-text", has_text="line 00009")).to_have_count(1)
    early = size_of_next_line()
    run.write(2990)
    expect(page.locator("#run-log .log-text", has_text="line 03000")).to_have_count(1)
    late = size_of_next_line()
    assert abs(late - early) <= early * 0.1, (early, late)


def test_a_run_that_does_not_exist_says_so(open_page: Open) -> None:
    page = open_page("/runs/run-nothing", "member")
    expect(page.get_by_role("alert")).to_contain_text("run-nothing")
