"""Why a run waits: a code for programs, a sentence and what would help for people."""

from __future__ import annotations

import pytest

from portal.run import waiting
from portal.run.lifecycle import Status
from portal.run.line import Place

BOTH = (("plan", "apply"), 2, False)
PLANS_ONLY = (("plan",), 2, False)
DRAINING = (("plan", "apply"), 2, True)
SWEEPER = (("control",), 1, False)


@pytest.mark.parametrize(
    ("live", "busy", "place", "code", "reason"),
    [
        ([], 0, Place(1), "no_worker", "No worker is connected."),
        ([SWEEPER], 0, Place(1), "no_worker", "No worker is connected."),
        ([DRAINING], 0, Place(1), "no_worker", "Every worker that could take it is draining and takes no new run."),
        ([BOTH], 1, Place(1), "starting", "A worker takes it in a moment."),
        ([BOTH], 2, Place(1), "workers_busy", "Next in line; 2 of 2 worker slots are busy."),
        ([BOTH, DRAINING], 3, Place(3), "workers_busy", "2 runs ahead; 2 of 2 worker slots are busy."),
        ([BOTH], 0, Place(4, 2), "project_limit", "This project may have 2 runs going at once, and has."),
        ([BOTH], 0, Place(4, None, 1), "account_limit", "This cloud account may have 1 run going at once, and has."),
        ([BOTH], 0, Place(4, 0), "project_limit", "Runs of this project are paused."),
        ([BOTH], 0, Place(4, None, 0), "account_limit", "Runs of this cloud account are paused."),
    ],
)
def test_a_queued_run_says_what_keeps_it_from_starting(
    live: list[tuple[tuple[str, ...], int, bool]], busy: int, place: Place, code: str, reason: str
) -> None:
    for status in ("plan_queued", "apply_queued"):
        found = waiting.for_worker(status, place, waiting.workers(live, busy))
        assert (found.code, found.reason, found.position) == (code, reason, place.position)
        assert bool(found.help) == (code != "starting"), "what keeps it waiting can be helped"


def test_a_run_whose_queue_no_worker_serves_says_which() -> None:
    seen = waiting.workers([PLANS_ONLY], 0)
    assert waiting.for_worker("plan_queued", Place(1), seen).code == "starting"
    found = waiting.for_worker("apply_queued", Place(1), seen)
    assert found.code == "no_worker_for_queue"
    assert "`apply`" in found.reason


@pytest.mark.parametrize(
    ("live", "together"), [([], True), ([BOTH], True), ([BOTH, SWEEPER], True), ([BOTH, PLANS_ONLY], False)]
)
def test_plans_and_applies_stand_in_one_line_unless_a_worker_takes_only_one_kind(
    live: list[tuple[tuple[str, ...], int, bool]], together: bool
) -> None:
    assert waiting.workers(live, 0).together is together


@pytest.mark.parametrize(
    ("ahead", "status", "code", "reason"),
    [
        (0, "applying", "deployment_busy", "Waiting for run-x of this deployment to end."),
        (2, "applying", "deployment_busy", "Waiting for run-x of this deployment, and 2 runs before this one."),
        (
            1,
            "planned",
            "confirmation",
            "Waiting for run-x of this deployment, whose plan waits to be confirmed or discarded.",
        ),
    ],
)
def test_a_pending_run_says_what_it_waits_for(ahead: int, status: Status, code: str, reason: str) -> None:
    found = waiting.behind(ahead, "run-x", status)
    assert (found.position, found.code, found.reason) == (ahead + 1, code, reason)
    assert found.help


def test_a_pending_run_behind_nothing_starts_in_a_moment() -> None:
    assert waiting.behind(0, None, None).code == "starting"


def test_a_plan_waits_for_a_person_and_stands_in_no_line() -> None:
    found = waiting.for_confirmation("shop")
    assert (found.position, found.code) == (None, "confirmation")
    assert "shop" in found.help
