"""What must hold when the dust has settled. Pure: a snapshot in, violations and what was accounted for out.

One loss cannot be prevented: when Terraform itself (or the cloud's side of it) is killed between the cloud's act and the
writing of the state, the state does not have that act. It counts as accounted for only when something that happened explains
it, and the run says which resource it was; everything else is a violation.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from portal.run.lifecycle import RUNNING, TERMINAL
from tests.chaos.harness.snapshot import Audited, Event, Existing, RunRow, Snapshot, StateRow

LOST: Final = "The worker stopped while applying."
STOPPED: Final = "The worker was stopped while it applied this run."
_GROUPS: Final = ("in_flight", "failed", "unsaved", "not_begun")


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that was not kept; `runs` are those whose stories explain it."""

    rule: str
    text: str
    runs: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"


@dataclass
class Judgement:
    """`unrecorded`: exists, and no state has it; `vanished`: a state has it and it is gone. Both accounted for."""

    violations: list[Violation] = field(default_factory=list)
    unrecorded: list[Existing] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Known:
    """What the harness did that no Terraform could survive: runs whose Terraform or cloud was killed."""

    killed: Collection[str] = ()


def judge(seen: Snapshot, known: Known, *, at_the_end: bool = False) -> Judgement:
    """Everything at once. `at_the_end`: everything was destroyed, so nothing may be left."""
    judgement = Judgement()
    for rule in RULES:
        judgement.violations += rule(seen)
    _match(seen, known, judgement)
    if at_the_end:
        judgement.violations += _nothing_left(seen)
    return judgement


def _ended(seen: Snapshot) -> Iterator[Violation]:
    """Every run is terminal: nobody acts any more and everything runs."""
    for run in seen.runs:
        if run.status not in TERMINAL:
            yield Violation("every run ends", f"{run.id} is {run.status}", (run.id,))
        elif run.claim is not None:
            yield Violation("an ended run is nobody's", f"{run.id} is {run.status} and claimed", (run.id,))


def _numbered(seen: Snapshot) -> Iterator[Violation]:
    """Events are numbered from 1 to the run's count without a gap or a double."""
    for run in seen.runs:
        if [event.n for event in run.events] != list(range(1, run.event_count + 1)):
            text = f"{run.id} has {len(run.events)} events and counts {run.event_count}"
            yield Violation("events have no gap", text, (run.id,))


def _moves(run: RunRow) -> list[Event]:
    return [event for event in run.events if event.type == "status"]


def _began_to_apply(move: Event) -> int:
    """A worker that had not begun may hand the run back, and then another one applies it."""
    if move.data["status"] == "applying":
        return 1
    return -1 if move.data["from"] == "applying" and move.data["status"] in ("apply_queued", "plan_queued") else 0


def _walked(seen: Snapshot) -> Iterator[Violation]:
    """Each status follows from the one before it, applying comes once, the last is the run's, and nothing is said after it."""
    for run in seen.runs:
        moves = _moves(run)
        for before, after in itertools.pairwise(moves):
            if after.data["from"] != before.data["status"]:
                text = f"{run.id} went from {before.data['status']} and then left {after.data['from']}"
                yield Violation("statuses follow each other", text, (run.id,))
        if sum(map(_began_to_apply, moves)) > 1:
            yield Violation("no plan is applied twice", f"{run.id} began to apply more than once", (run.id,))
        if moves and moves[-1].data["status"] != run.status:
            yield Violation("statuses follow each other", f"{run.id} is {run.status}, its events differ", (run.id,))
        if run.status in TERMINAL and run.events and run.events[-1].type != "status":
            yield Violation("nobody speaks after the end", f"{run.id}: {run.events[-1].data}", (run.id,))


def _told_once(seen: Snapshot) -> Iterator[Violation]:
    """An operation of an apply ends once, whatever answers were lost."""
    for run in seen.runs:
        told = Counter(
            (event.data["address"], event.data["action"])
            for event in run.events
            if event.type == "resource" and event.data["phase"] == "apply" and event.data["status"] == "done"
        )
        for (address, action), times in told.items():
            if times > 1:
                yield Violation("nothing is told twice", f"{run.id}: {action} of {address}, {times} times", (run.id,))


def _made_once(seen: Snapshot) -> Iterator[Violation]:
    """Between the beginning of one apply and that of the next, the cloud makes at most what the plan says."""
    names = {deployment_id: name for deployment_id, (name, _) in seen.deployments.items()}
    for deployment_id, name in names.items():
        applies = sorted(
            (run for run in seen.runs if run.deployment_id == deployment_id and run.applying_at),
            key=lambda run: str(run.applying_at),
        )
        made = [item for item in seen.operations if item.owner == name and item.operation == "insert"]
        for number, run in enumerate(applies):
            next_ = applies[number + 1].applying_at if number + 1 < len(applies) else None
            mine = Counter(
                item.type
                for item in made
                if run.applying_at and item.at >= run.applying_at and (next_ is None or item.at < next_)
            )
            for type_name, count in mine.items():
                if count > run.creates.get(type_name, 0):
                    text = f"{run.id} made {count} of {type_name}, its plan says {run.creates.get(type_name, 0)}"
                    yield Violation("no plan is applied twice", text, (run.id,))
        first = applies[0].applying_at if applies else None
        if any(first is None or item.at < first for item in made):
            yield Violation("nothing is made without an apply", name)


def _versions(seen: Snapshot) -> Iterator[Violation]:
    """State versions count up without a gap, serials count up, one lineage, each written by a run while it was in progress."""
    runs = {run.id: run for run in seen.runs}
    delivered = {(item.detail.get("run_id"), item.detail.get("version")) for item in _acts(seen, "state.deliver")}
    for deployment_id in seen.deployments:
        rows = [row for row in seen.states if row.deployment_id == deployment_id]
        if [row.n for row in rows] != list(range(1, len(rows) + 1)):
            yield Violation("state versions have no gap", f"{deployment_id}: {[row.n for row in rows]}")
        if len({row.lineage for row in rows}) > 1:
            yield Violation("a state has one lineage", deployment_id, tuple(str(row.run_id) for row in rows))
        serials = [row.serial for row in rows]
        if serials != sorted(set(serials)):
            yield Violation("serials only count up", f"{deployment_id}: {serials}", tuple(str(r.run_id) for r in rows))
        for row in rows:
            yield from _written_in_time(row, runs, delivered)


def _written_in_time(
    row: StateRow, runs: dict[str, RunRow], delivered: Collection[tuple[object, object]]
) -> Iterator[Violation]:
    run = runs.get(row.run_id or "")
    if run is None:
        yield Violation("a state is written by a run", f"version {row.n} of {row.deployment_id} by {row.run_id}")
    elif (row.run_id, row.n) in delivered:
        return
    elif run.applying_at is None or row.created_at < run.applying_at:
        yield Violation("a state is written by an apply", f"version {row.n} by {run.id}", (run.id,))
    elif run.ended_at is not None and row.created_at > run.ended_at:
        yield Violation("a lost claim writes no state", f"version {row.n} after the end of {run.id}", (run.id,))


def _unlocked(seen: Snapshot) -> Iterator[Violation]:
    """No lock without a live holder; nobody holds one now. Nothing is waited for."""
    running = {run.id for run in seen.runs if run.status in RUNNING}
    for lock in seen.locks:
        if lock.rpartition(" by ")[2] not in running:
            yield Violation("no lock without a live holder", lock)
    for hold in seen.holds:
        yield Violation("no deployment waits for ever", hold)


def _acts(seen: Snapshot, *actions: str) -> list[Audited]:
    return [item for item in seen.audited if item.action in actions]


def _trail(seen: Snapshot) -> Iterator[Violation]:
    """The chain verifies; what was done has its event, as often as it was done; what was acknowledged was done."""
    if seen.audit_fault:
        yield Violation("the audit chain holds", seen.audit_fault)
    counted = Counter((item.action, item.object_id) for item in seen.audited)
    for deployment_id in seen.deployments:
        if counted["deployment.create", deployment_id] != 1:
            yield Violation("every act is audited", f"the creation of {deployment_id}")
    for run in seen.runs:
        for action, times in _expected(run).items():
            if counted[action, run.id] != times:
                text = f"{action} of {run.id}: {counted[action, run.id]} events, not {times}"
                yield Violation("every act is audited", text, (run.id,))
        if run.cancel_requested and not counted["run.cancel", run.id]:
            yield Violation("every act is audited", f"the cancelling of {run.id}", (run.id,))
    for done in seen.acknowledged:
        if not counted[done.action, done.object_id]:
            yield Violation("what was acknowledged is kept", f"{done.action} of {done.object_id}")


def _expected(run: RunRow) -> dict[str, int]:
    by_person = run.confirmed_by not in (None, "auto-apply")
    notes = [str(move.data.get("note") or "") for move in _moves(run) if move.data["status"] == "discarded"]
    return {
        "run.create": 1,
        "run.confirm": int(by_person),
        "run.force_cancel": int(run.cancel_forced),
        "run.discard": sum(note.startswith("Discarded by ") for note in notes),
    }


def _tidy(seen: Snapshot) -> Iterator[Violation]:
    """No work directory, spool file, socket or process is left."""
    for item in seen.left_over:
        yield Violation("nothing is left behind", item)


RULES: Final[Sequence[Callable[[Snapshot], Iterator[Violation]]]] = (
    _ended, _numbered, _walked, _told_once, _made_once, _versions, _unlocked, _trail, _tidy,
)  # fmt: skip


def _match(seen: Snapshot, known: Known, judgement: Judgement) -> None:
    """Every resource of the cloud in exactly one state, and the reverse."""
    newest = {row.deployment_id: row for row in seen.states}
    recorded = Counter(item for row in newest.values() for _, item in row.resources)
    for item, times in recorded.items():
        if times > 1:
            judgement.violations.append(Violation("a resource is in one state", f"{item} is in {times}"))
    for existing in seen.cloud:
        if not recorded[existing.id]:
            _missing(seen, known, judgement, existing)
    there = {existing.id for existing in seen.cloud}
    for deployment_id, row in newest.items():
        for address, item in sorted(row.resources):
            if item not in there:
                _vanished(seen, known, judgement, deployment_id, address)


def _missing(seen: Snapshot, known: Known, judgement: Judgement, existing: Existing) -> None:
    runs = [run for run in seen.runs if seen.deployments[run.deployment_id][0] == existing.owner]
    if problem := _unexplained(runs, known, existing.address, "create"):
        text = f"{existing.address} of {existing.owner} exists and is in no state: {problem}"
        judgement.violations.append(Violation("what was made is recorded", text, tuple(run.id for run in runs)))
    judgement.unrecorded.append(existing)


def _vanished(seen: Snapshot, known: Known, judgement: Judgement, deployment_id: str, address: str) -> None:
    runs = [run for run in seen.runs if run.deployment_id == deployment_id]
    if problem := _unexplained(runs, known, address, "delete"):
        text = f"{address} of {deployment_id} is in the state and gone: {problem}"
        judgement.violations.append(Violation("what was deleted is recorded", text, tuple(run.id for run in runs)))
    judgement.vanished.append(address)


def _unexplained(runs: Sequence[RunRow], known: Known, address: str, action: str) -> str | None:
    """None when a run whose Terraform could not save says that this resource may be affected."""
    suspects = [run for run in runs if _could_not_save(run, known)]
    if not suspects:
        return "nothing explains it"
    if not any(run.status in ("errored", "canceled") and _names(run, address, action) for run in suspects):
        return f"none of {[run.id for run in suspects]} names it"
    return None


def _could_not_save(run: RunRow, known: Known) -> bool:
    lost = run.error is not None and run.error["summary"] in (LOST, STOPPED)
    return run.applying_at is not None and (run.id in known.killed or run.cancel_forced or lost)


def _names(run: RunRow, address: str, action: str) -> bool:
    """Its error names the resource, or its log does."""
    groups = ((run.error or {}).get("interrupted") or {}).items()
    if any(address in group["addresses"] for name, group in groups if name in _GROUPS):
        return True
    return any(
        event.type == "resource"
        and event.data["phase"] == "apply"
        and event.data["address"] == address
        and event.data["action"] == action
        for event in run.events
    )


def _nothing_left(seen: Snapshot) -> Iterator[Violation]:
    """Everything was destroyed: nothing exists, no state has anything."""
    for name, status in seen.deployments.values():
        if status != "destroyed":
            yield Violation("a deployment can always run again", f"{name} is {status} and could not be destroyed")
    for existing in seen.cloud:
        yield Violation("what is destroyed is gone", existing.id)
    newest = {row.deployment_id: row for row in seen.states}
    for row in newest.values():
        if row.resources:
            yield Violation("what is destroyed is gone", f"the state of {row.deployment_id} has {len(row.resources)}")
