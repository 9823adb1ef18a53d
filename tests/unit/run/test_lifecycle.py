"""The table of moves, walked: nothing leads out of an end, nothing is unreachable, the database knows the same words."""

from __future__ import annotations

import re

import pytest

from portal.models import Run
from portal.models import run as tables
from portal.run import lifecycle, outcome
from portal.run.lifecycle import ACTIVE, PHASES, QUEUED, RUNNING, TERMINAL, TRANSITIONS, Kind, Status


def words(text: str) -> set[str]:
    return set(re.findall(r"'(\w+)'", text))


def test_the_database_and_the_table_know_the_same_statuses() -> None:
    assert words(tables.ALL) == set(TRANSITIONS)
    assert words(tables.ACTIVE) == set(ACTIVE)


def test_every_target_is_a_status_and_every_status_is_reached_from_pending() -> None:
    reached, waiting = {"pending"}, ["pending"]
    while waiting:
        for target in TRANSITIONS[waiting.pop()]:  # type: ignore[index]
            assert target in TRANSITIONS
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    assert reached == set(TRANSITIONS)


def test_ends_are_ends_and_everything_else_goes_on() -> None:
    assert {"planned_and_finished", "applied", "policy_denied", "discarded", "canceled", "errored"} == TERMINAL
    assert {"pending"} | ACTIVE | TERMINAL == set(TRANSITIONS)
    for status in set(TRANSITIONS) - TERMINAL:
        assert any(lifecycle.can(status, target) for target in TRANSITIONS)


def test_nothing_is_applied_without_having_been_confirmed() -> None:
    assert [status for status in TRANSITIONS if lifecycle.can(status, "applied")] == ["applying"]
    assert [status for status in TRANSITIONS if lifecycle.can(status, "applying")] == ["apply_queued"]
    # A worker that is being stopped and has not begun gives back what was confirmed before.
    assert [status for status in TRANSITIONS if lifecycle.can(status, "apply_queued")] == [
        "pending",
        "planned",
        "applying",
    ]
    # The road past the plan is for what has none, and is taken by its kind alone.
    assert [kind for kind in lifecycle.KINDS if lifecycle.first_queued(kind) == "apply_queued"] == ["action"]


def test_questions_and_moves_come_from_one_table() -> None:
    for status in TRANSITIONS:
        assert lifecycle.confirmable(status) == (status == "planned")
        assert lifecycle.discardable(status) == lifecycle.can(status, "discarded")
        assert lifecycle.cancelable(status) == lifecycle.can(status, "canceled")


def test_only_what_a_worker_holds_can_fail() -> None:
    assert {status for status in TRANSITIONS if lifecycle.can(status, "errored")} == RUNNING == {"planning", "applying"}
    assert {phase.queued for phase in PHASES.values()} == QUEUED


def test_times_are_columns_and_every_end_has_one() -> None:
    for status in TRANSITIONS:
        for stamp in lifecycle.stamps(status):
            assert stamp in Run.model_fields
        assert ("ended_at" in lifecycle.stamps(status)) == (status in TERMINAL)


def test_phases_are_found_by_status() -> None:
    assert lifecycle.phase_of("planning") is lifecycle.phase_of("plan_queued") is PHASES["plan"]
    assert lifecycle.phase_of("planned") is None


@pytest.mark.parametrize(
    ("kind", "has_changes", "stops"),
    [
        ("plan_and_apply", True, False),
        ("plan_and_apply", False, True),
        ("destroy", True, False),
        ("destroy", False, True),
        ("plan_only", True, True),
        ("drift", True, True),
    ],
)
def test_a_plan_is_the_end_when_nothing_may_or_need_be_applied(kind: Kind, has_changes: bool, stops: bool) -> None:
    assert lifecycle.stops_after_plan(kind, has_changes=has_changes) is stops


@pytest.mark.parametrize(
    ("kind", "left", "reached", "before", "after"),
    [
        ("plan_and_apply", "applying", "applied", "new", "active"),
        ("plan_and_apply", "planning", "planned_and_finished", "failed", "active"),
        ("plan_and_apply", "planning", "errored", "new", "failed"),
        ("plan_and_apply", "planning", "errored", "active", "active"),
        ("plan_and_apply", "applying", "errored", "active", "failed"),
        ("plan_and_apply", "applying", "canceled", "active", "failed"),
        ("plan_and_apply", "planned", "discarded", "new", "new"),
        ("plan_and_apply", "plan_queued", "canceled", "active", "active"),
        ("plan_only", "planning", "planned_and_finished", "new", "new"),
        ("drift", "planning", "planned_and_finished", "failed", "failed"),
        ("destroy", "applying", "applied", "active", "destroyed"),
        ("destroy", "planning", "planned_and_finished", "new", "destroyed"),
        ("destroy", "applying", "errored", "active", "failed"),
        ("destroy", "planned", "discarded", "active", "active"),
    ],
)
def test_the_end_of_a_run_decides_what_its_deployment_is(
    kind: Kind, left: Status, reached: Status, before: str, after: str
) -> None:
    result = outcome.after(kind=kind, left=left, reached=reached, before=before)
    assert result.status == after
    assert result.destroyed == (after == "destroyed")
    assert result.applied == (after == "active" and reached == "applied")
