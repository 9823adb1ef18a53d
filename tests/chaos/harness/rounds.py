"""One round: faults and people at their times, then quiet, then the judgement, then everything is destroyed and judged again."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import text

from portal.kit.db import unit_of_work
from portal.run.lifecycle import RUNNING
from tests.chaos.harness import invariants, snapshot
from tests.chaos.harness.cluster import TOKEN, Cluster, until
from tests.chaos.harness.faults import Breaker, Injected, Missed, Undo
from tests.chaos.harness.invariants import Judgement, Known, Violation
from tests.chaos.harness.load import ACCOUNT, Crowd, Person, Refused
from tests.chaos.harness.plan import Plan, Step
from tests.chaos.harness.snapshot import RunRow, Snapshot

QUIET_SECONDS: Final = 300.0
"""For everything to come to rest, on a machine that may be busy with other things."""
_ATTEMPTS: Final = 6
_OPEN = text(
    "SELECT count(*) FROM run JOIN deployment ON deployment.id = run.deployment_id "
    "WHERE run.ended_at IS NULL AND deployment.name LIKE :names"
)
_HELD = text("SELECT (SELECT count(*) FROM state_hold) + (SELECT count(*) FROM state_lock)")


@dataclass
class Result:
    """What a round did and found."""

    plan: Plan
    injected: list[Injected] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    seen: Snapshot = field(default_factory=Snapshot)
    unrecorded: int = 0
    vanished: int = 0
    notices: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def note(self, now: float, what: str) -> None:
        self.log.append(f"{now:7.2f} s  {what}")


class Round:
    """Carries out one plan on a cluster in which everything runs."""

    def __init__(self, cluster: Cluster, plan: Plan) -> None:
        self._cluster, self._plan = cluster, plan
        self._result = Result(plan)
        self._breaker = Breaker(cluster)
        self._undo: list[tuple[float, int, str, Undo]] = []
        self._numbers = itertools.count()
        self._began = time.monotonic()

    def _now(self) -> float:
        return time.monotonic() - self._began

    def run(self) -> Result:
        """The whole round. A deadline that passes is a violation like any other."""
        self._cluster.surprises.clear()
        self._set_latencies()
        self._began = time.monotonic()
        crowd = Crowd(self._plan, self._cluster.portal_url, TOKEN)
        crowd.begin(self._now)
        try:
            self._break()
            self._come_to_rest(crowd)
            self._judge(crowd)
        except TimeoutError as error:
            self._violate("everything comes to rest", str(error))
            self._judge(crowd)
        finally:
            crowd.close()
            self._result.seconds = self._now()
        for surprise in self._cluster.surprises:
            self._violate("no process ends by itself", surprise)
        return self._result

    def _violate(self, rule: str, what: str) -> None:
        self._result.violations.append(Violation(rule, what))

    def _set_latencies(self) -> None:
        with self._cluster.sandbox() as store:
            store.reset()
            for type_name, operation, seconds in self._plan.latencies:
                store.add_rule("latency", account=ACCOUNT, type_name=type_name, operation=operation, amount=seconds)

    # Breaking

    def _break(self) -> None:
        for fault in self._plan.faults:
            self._wait_until(fault.at)
            try:
                injected, undo = self._breaker.inject(fault)
            except Missed:
                self._result.missed.append(fault.kind)
                self._result.note(self._now(), f"missed: {fault}")
                continue
            self._result.injected.append(injected)
            self._result.note(self._now(), f"{fault} {injected.detail} {' '.join(injected.lost)}".rstrip())
            if undo is not None:
                heapq.heappush(
                    self._undo,
                    (self._now() + fault.seconds, next(self._numbers), f"over: {fault.kind} ({fault.target})", undo),
                )
        self._wait_until(self._plan.seconds)

    def _wait_until(self, moment: float) -> None:
        """Undo what is due meanwhile, and be the supervisor."""
        while True:
            while self._undo and self._undo[0][0] <= self._now():
                _, _, what, undo = heapq.heappop(self._undo)
                if undo() is False:
                    heapq.heappush(self._undo, (self._now() + 0.2, next(self._numbers), what, undo))
                else:
                    self._result.note(self._now(), what)
            self._cluster.look_after()
            if self._now() >= moment:
                return
            time.sleep(0.05)

    # Resting

    def _come_to_rest(self, crowd: Crowd) -> None:
        while self._undo:
            self._wait_until(self._undo[0][0])
        self._cluster.heal()
        self._result.note(self._now(), "no more faults")
        self._cluster.wait_ready()
        self._result.note(self._now(), "everything runs")
        until(lambda: not crowd.busy(), "people have done their part", self._cluster.look_after, seconds=QUIET_SECONDS)
        until(lambda: self._quiet(crowd.people), "all runs end", self._cluster.look_after, seconds=QUIET_SECONDS)
        self._result.note(self._now(), "quiet")

    def _quiet(self, people: Iterable[Person]) -> bool:
        with unit_of_work() as session:
            moving = session.connection().execute(_OPEN, {"names": f"{self._prefix}%"}).scalar_one()
            held = session.connection().execute(_HELD).scalar_one()
        if moving:
            for person in people:
                person.settle()
        return not moving and not held and not snapshot.left_over(self._cluster)

    @property
    def _prefix(self) -> str:
        return f"c{self._plan.seed}-"

    # Judging

    def _judge(self, crowd: Crowd) -> None:
        judgement = self._look(crowd, at_the_end=False)
        self._clean(judgement)
        if not judgement.violations and not self._result.violations:
            self._finish(crowd.people)
            self._look(crowd, at_the_end=True)
        self._result.notices = list(notices(self._result.seen.runs, self._result.injected))

    def _look(self, crowd: Crowd, *, at_the_end: bool) -> Judgement:
        done = [each for person in crowd.people for each in person.done]
        seen = snapshot.take(self._cluster, self._prefix, done)
        killed = {run for injected in self._result.injected for run in injected.terraform}
        judgement = invariants.judge(seen, Known(killed), at_the_end=at_the_end)
        self._result.seen = seen
        self._result.violations += judgement.violations
        self._result.unrecorded += len(judgement.unrecorded)
        self._result.vanished += len(judgement.vanished)
        return judgement

    def _clean(self, judgement: Judgement) -> None:
        """What no state knows, a person removes, as the run's error asks for."""
        wanted = {existing.id for existing in judgement.unrecorded}
        with self._cluster.sandbox() as store:
            for row in store.search():
                if row.key.id in wanted:
                    store.delete(row.key)

    # The end: everything can still be changed and destroyed

    def _finish(self, people: Iterable[Person]) -> None:
        some = [person for number, person in enumerate(people) if number % 3 == self._plan.seed % 3]
        self._insist(some, Step(0, "change", 2, "last", auto=True))
        self._insist(people, None)
        until(lambda: self._quiet(people), "the end is quiet", self._cluster.look_after, seconds=QUIET_SECONDS)
        self._result.note(self._now(), "all destroyed")

    def _insist(self, people: Iterable[Person], step: Step | None) -> None:
        """Everybody at once; who was disturbed (a busy machine can cost a lease) tries again."""
        waiting = list(people)
        for _ in range(_ATTEMPTS):
            begun = [(person, self._begin(person, step)) for person in waiting]
            runs = [run_id for _, run_id in begun if run_id is not None]
            until(
                lambda runs=runs: self._all_ended(runs),
                "the last runs end",
                self._cluster.look_after,
                seconds=QUIET_SECONDS,
            )
            good = self._good(runs)
            waiting = [person for person, run_id in begun if run_id is not None and run_id not in good]
            if not waiting:
                return
        for person in waiting:
            self._violate("a deployment can always run again", f"{person.script.name} after {_ATTEMPTS} attempts")

    def _begin(self, person: Person, step: Step | None) -> str | None:
        started: list[str | None] = []

        def begin() -> bool:
            with suppress(Refused):
                started.append(person.last_run(step))
            return True

        until(begin, f"{person.script.name} is asked for its last run")
        return started[-1] if started else None

    def _all_ended(self, runs: list[str]) -> bool:
        return not self._which(runs, "ended_at IS NULL")

    def _good(self, runs: list[str]) -> set[str]:
        return self._which(runs, "status IN ('applied', 'planned_and_finished')")

    def _which(self, runs: list[str], condition: str) -> set[str]:
        with unit_of_work() as session:
            query = text(f"SELECT id FROM run WHERE id = ANY(:ids) AND {condition}")
            return set(session.connection().execute(query, {"ids": runs}).scalars())


def notices(runs: Iterable[RunRow], injected: Iterable[Injected]) -> Iterable[float]:
    """How many seconds each lost worker was not noticed: from the fault until the run was given up."""
    hits: dict[str, list[datetime]] = {}
    for each in injected:
        for run_id in each.lost:
            hits.setdefault(run_id, []).append(each.at)
    for run in runs:
        for event in run.events:
            if event.type == "status" and event.data["from"] in RUNNING and _given_up(run, event.data):
                before = [at for at in hits.get(run.id, []) if at <= event.at]
                if before:
                    yield (event.at - max(before)).total_seconds()


def _given_up(run: RunRow, move: dict[str, str]) -> bool:
    return str(move.get("note") or "").startswith("The worker stopped")
