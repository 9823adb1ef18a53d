"""What a series of rounds did, as a table; and everything that is known about a violation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.chaos.harness.invariants import LOST
from tests.chaos.harness.plan import KINDS
from tests.chaos.harness.rounds import Result
from tests.chaos.harness.snapshot import RunRow

_LAST = 60


@dataclass
class Total:
    """Adds rounds up."""

    rounds: int = 0
    seconds: float = 0.0
    violations: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    missed: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    deployments: int = 0
    replanned: int = 0
    interrupted: int = 0
    recovered: int = 0
    delivered: int = 0
    unrecorded: int = 0
    vanished: int = 0
    versions: int = 0
    notices: list[float] = field(default_factory=list)

    def add(self, result: Result) -> None:
        runs = result.seen.runs
        self.rounds += 1
        self.seconds += result.seconds
        self.violations += len(result.violations)
        self.faults.update(injected.fault.kind for injected in result.injected)
        self.missed += len(result.missed)
        self.statuses.update(run.status for run in runs)
        self.deployments += len(result.seen.deployments)
        self.replanned += sum(run.replans for run in runs)
        lost = [run for run in runs if run.error is not None and run.error["summary"] == LOST]
        self.interrupted += len(lost)
        self.recovered += sum(result.seen.deployments[run.deployment_id][1] == "destroyed" for run in lost)
        mine = {run.id for run in runs}
        self.delivered += sum(
            item.action == "state.deliver" and item.detail.get("run_id") in mine for item in result.seen.audited
        )
        self.unrecorded += result.unrecorded
        self.vanished += result.vanished
        self.versions += len(result.seen.states)
        self.notices += result.notices

    def table(self) -> str:
        """For docs/chaos.md."""
        rows = [("rounds", self.rounds), ("minutes", f"{self.seconds / 60:.1f}"), ("**violations**", self.violations)]
        rows += [("**faults injected**", self.faults.total())]
        rows += [(f"- {kind.name}", self.faults[kind.name]) for kind in KINDS]
        rows += [("faults that found nothing to hit", self.missed), ("deployments", self.deployments)]
        rows += [("runs", self.statuses.total())]
        rows += [(f"- {status}", count) for status, count in sorted(self.statuses.items())]
        rows += [("state versions", self.versions), ("plans made again after a lost worker", self.replanned)]
        rows += [
            ("applies that lost their worker", self.interrupted),
            ("- of these recovered afterwards", self.recovered),
        ]
        rows += [("states delivered by a courier or past the portal", self.delivered)]
        rows += [("resources that no killed Terraform could record, each named by its run", self.unrecorded)]
        rows += [("deletions that no killed Terraform could record", self.vanished)]
        rows += [("longest time to notice a lost worker", f"{max(self.notices, default=0):.1f} s")]
        return "\n".join(["| what | how many |", "|---|---:|", *(f"| {name} | {value} |" for name, value in rows)])


def line(result: Result) -> str:
    """One round in a line."""
    statuses = Counter(run.status for run in result.seen.runs)
    ended = ", ".join(f"{count} {status}" for status, count in statuses.most_common())
    return (
        f"seed {result.plan.seed}: {len(result.injected)} faults, {len(result.violations)} violations, "
        f"{len(result.seen.runs)} runs ({ended}), {result.unrecorded} unrecorded, {result.seconds:.0f} s"
    )


def failure(result: Result) -> str:
    """The seed, what was done when, and the stories of the runs concerned."""
    return "\n".join(_failure(result))


def _failure(result: Result) -> Iterator[str]:
    yield f"=== {len(result.violations)} violations in the round with seed {result.plan.seed}"
    yield f"To repeat its plan: {result.plan.command}"
    yield from (f"  {violation}" for violation in result.violations)
    yield "--- what was done"
    yield from result.log
    wanted = {run_id for violation in result.violations for run_id in violation.runs}
    for run in result.seen.runs:
        if run.id in wanted:
            yield from _story(run)


def _story(run: RunRow) -> Iterator[str]:
    yield f"--- {run.id} of {run.deployment_id}: {run.kind}, {run.status}, {run.error}"
    shown = [event for event in run.events if event.type != "log"] + [e for e in run.events if e.type == "log"][-15:]
    for event in sorted(shown, key=lambda event: event.n)[-_LAST:]:
        yield f"{event.n:5} {event.at:%H:%M:%S.%f} {event.type} {str(event.data)[:300]}"
