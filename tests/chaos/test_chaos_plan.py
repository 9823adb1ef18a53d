"""The harness judged: its plans repeat, it can do every fault that it plans, and each of its rules goes red."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.chaos.harness import invariants, plan
from tests.chaos.harness.invariants import Known
from tests.chaos.harness.load import Done
from tests.chaos.harness.snapshot import Audited, Event, Existing, Operation, RunRow, Snapshot, StateRow

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
GROUP = "azurerm_resource_group"
ADDRESS = f"{GROUP}.this"
Change = Callable[[Snapshot], Snapshot]


def test_the_same_seed_is_the_same_plan_and_another_is_another() -> None:
    assert plan.make(7) == plan.make(7)
    assert plan.make(7) != plan.make(8)


def test_in_many_rounds_every_fault_comes_at_every_target_and_never_outside_the_round() -> None:
    plans = [plan.make(seed) for seed in range(100)]
    faults = [fault for made in plans for fault in made.faults]
    assert {(fault.kind, fault.target) for fault in faults} == {
        (kind.name, target) for kind in plan.KINDS for target in kind.targets
    }
    assert all(0 < fault.at < plans[0].seconds for fault in faults)
    paused = [fault.seconds for fault in faults if fault.kind.startswith("pause")]
    assert min(paused) < plan.LEASE < max(paused)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def moved(n: int, seconds: float, left: str | None, reached: str) -> Event:
    return Event(n, at(seconds), "status", {"from": left, "status": reached})


APPLIED = RunRow(
    "run-1", "dep-1", "plan_and_apply", "applied", None, 6, 0, "auto-apply", False, False, at(0), at(3), at(5), None,
    {GROUP: 1},
    (
        moved(1, 0, None, "pending"), moved(2, 0, "pending", "plan_queued"), moved(3, 1, "plan_queued", "planning"),
        moved(4, 2, "planning", "planned"), moved(5, 3, "planned", "applying"), moved(6, 5, "applying", "applied"),
    ),
)  # fmt: skip
GOOD = Snapshot(
    deployments={"dep-1": ("c1-0", "active")},
    runs=[APPLIED],
    states=[StateRow("dep-1", 1, 1, "lineage", "run-1", at(4), frozenset({(ADDRESS, "rg")}))],
    cloud=[Existing(ADDRESS, "rg", "c1-0")],
    operations=[Operation(at(3.5), "insert", GROUP, "c1-0")],
    audited=[Audited("deployment.create", "dep-1", {}), Audited("run.create", "run-1", {})],
    acknowledged=[Done("run.create", "run-1")],
)


def run(**changed: Any) -> Change:
    return lambda seen: replace(seen, runs=[replace(seen.runs[0], **changed)])


def state(**changed: Any) -> Change:
    return lambda seen: replace(seen, states=[replace(seen.states[0], **changed)])


def given(**changed: Any) -> Change:
    return lambda seen: replace(seen, **changed)


DONE = Event(6, at(4), "resource", {"phase": "apply", "address": ADDRESS, "action": "create", "status": "done"})
BAD: dict[str, tuple[str, Change]] = {
    "a run that never ends": ("every run ends", run(status="applying", ended_at=None)),
    "a claim after the end": ("an ended run is nobody's", run(claim="word")),
    "an event too few": ("events have no gap", run(event_count=7)),
    "an event twice": ("events have no gap", run(events=(*APPLIED.events[:5], moved(5, 5, "applying", "applied")))),
    "a status from nowhere": (
        "statuses follow each other",
        run(events=(*APPLIED.events[:4], moved(5, 4, "planning", "applied"), moved(6, 5, "applied", "applied"))),
    ),
    "a word after the end": (
        "nobody speaks after the end",
        run(event_count=7, events=(*APPLIED.events, Event(7, at(6), "log", {}))),
    ),
    "an operation told twice": (
        "nothing is told twice",
        run(event_count=8, events=(*APPLIED.events[:5], DONE, DONE, moved(8, 5, "applying", "applied"))),
    ),
    "a plan applied twice": (
        "no plan is applied twice",
        given(operations=[Operation(at(3.5), "insert", GROUP, "c1-0")] * 2),
    ),
    "an apply that began twice": (
        "no plan is applied twice",
        run(
            event_count=7,
            events=(*APPLIED.events[:5], moved(6, 4, "applying", "applying"), moved(7, 5, "applying", "applied")),
        ),
    ),
    "something made before the apply": (
        "nothing is made without an apply",
        given(operations=[Operation(at(1), "insert", GROUP, "c1-0")]),
    ),
    "a version left out": ("state versions have no gap", state(n=2)),
    "a state written after the claim was lost": ("a lost claim writes no state", state(created_at=at(9))),
    "a state written by a plan": ("a state is written by an apply", state(created_at=at(1))),
    "a serial that goes back": (
        "serials only count up",
        lambda seen: replace(seen, states=[seen.states[0], replace(seen.states[0], n=2)]),
    ),
    "a second lineage": (
        "a state has one lineage",
        lambda seen: replace(seen, states=[seen.states[0], replace(seen.states[0], n=2, serial=2, lineage="other")]),
    ),
    "a lock of nobody": ("no lock without a live holder", given(locks=["dep-1 by run-1"])),
    "a wait without an end": ("no deployment waits for ever", given(holds=["dep-1: expected of run-1"])),
    "a broken chain": ("the audit chain holds", given(audit_fault="Event 3 is missing.")),
    "a run that nobody asked for": (
        "every act is audited",
        given(audited=[Audited("deployment.create", "dep-1", {})], acknowledged=()),
    ),
    "a confirmation that nobody gave": ("every act is audited", run(confirmed_by="eve@example.test")),
    "a forgotten answer": ("what was acknowledged is kept", given(acknowledged=[Done("run.confirm", "run-1")])),
    "a folder": ("nothing is left behind", given(left_over=["work directory run-1-x"])),
    "a resource that no state has": ("what was made is recorded", given(states=())),
    "a resource that is gone": ("what was deleted is recorded", given(cloud=())),
    "a resource in two states": (
        "a resource is in one state",
        lambda seen: replace(seen, states=[*seen.states, replace(seen.states[0], deployment_id="dep-2")]),
    ),
}


def test_what_is_good_is_not_complained_about() -> None:
    assert invariants.judge(GOOD, Known()).violations == []


@pytest.mark.parametrize("name", BAD)
def test_each_rule_sees_what_breaks_it(name: str) -> None:
    rule, change = BAD[name]
    assert rule in {violation.rule for violation in invariants.judge(change(GOOD), Known()).violations}


def lost(*, named: bool) -> Snapshot:
    """The Terraform of the run was killed before it could write its state."""
    groups = {"in_flight": {"count": 1, "addresses": [ADDRESS]}} if named else {}
    error = {"summary": "Terraform was ended from outside (SIGKILL).", "interrupted": groups}
    events = (*APPLIED.events[:5], moved(6, 5, "applying", "errored"))
    return replace(GOOD, runs=[replace(APPLIED, status="errored", error=error, events=events)], states=())


def test_what_a_killed_terraform_made_is_accounted_for_when_its_run_names_it_and_not_otherwise() -> None:
    told = invariants.judge(lost(named=True), Known({"run-1"}))
    assert (told.violations, [each.id for each in told.unrecorded]) == ([], ["rg"])
    for seen, known in ((lost(named=False), Known({"run-1"})), (lost(named=True), Known())):
        assert [violation.rule for violation in invariants.judge(seen, known).violations] == [
            "what was made is recorded"
        ]


def test_in_the_end_nothing_may_be_left() -> None:
    rules = {violation.rule for violation in invariants.judge(GOOD, Known(), at_the_end=True).violations}
    assert rules == {"a deployment can always run again", "what is destroyed is gone"}
