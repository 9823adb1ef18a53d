"""Why a run waits, in a sentence, and what would help. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from portal.approval.schemas import ApprovalView
from portal.policy.schemas import ChecksView
from portal.run.lifecycle import PHASES, Status, confirmable, phase_of
from portal.run.line import Place
from portal.run.schemas import Waiting, WaitingCode

_QUEUES = frozenset(phase.queue for phase in PHASES.values())
START_ONE = "It starts by itself as soon as one is there: `terrace worker` starts one."


@dataclass(frozen=True, slots=True)
class Workers:
    """The live workers, as seen from the line: `taking` and `draining` are slots by queue, `busy` those that are taken."""

    taking: dict[str, int]
    draining: dict[str, int]
    busy: int = 0
    together: bool = True
    """Some worker takes plans and applies, so they stand in one line."""


def workers(live: Iterable[tuple[Collection[str], int, bool]], busy: int) -> Workers:
    """Out of (queues, slots, whether it drains) of each live worker."""
    taking, draining = dict.fromkeys(_QUEUES, 0), dict.fromkeys(_QUEUES, 0)
    alone = False
    for queues, slots, drains in live:
        served = _QUEUES & set(queues)
        for name in served:
            (draining if drains else taking)[name] += slots
        alone = alone or (len(served) == 1 and not drains)
    return Workers(taking, draining, busy, together=not alone)


def for_worker(status: Status, place: Place, seen: Workers) -> Waiting:
    """Of a run that waits for a worker: what of it all keeps it from starting, the sternest first."""
    return _disabled(place) or _no_worker(status, place, seen) or _limit(place) or _line(status, place, seen)


def behind(ahead: int, blocker: str | None, blocker_status: Status | None) -> Waiting:
    """Of a run behind others of its deployment: `ahead` of them wait too, and `blocker` is the active one."""
    position = ahead + 1
    if blocker is None:
        return Waiting(position=position, code="starting", reason="It starts in a moment.")
    first = f"Waiting for {blocker} of this deployment"
    if blocker_status is not None and confirmable(blocker_status):
        reason = f"{first}, whose plan waits to be confirmed or discarded."
        return Waiting(position=position, code="confirmation", reason=reason, help="Confirm or discard that plan.")
    reason = f"{first}, and {_runs(ahead)} before this one." if ahead else f"{first} to end."
    help_ = "One run of a deployment goes on at a time. Cancel what is not needed any more."
    return Waiting(position=position, code="deployment_busy", reason=reason, help=help_)


def for_confirmation(project: str, *, action: bool = False) -> Waiting:
    """Of a finished plan, or of an action that does not go on by itself."""
    return Waiting(
        code="confirmation",
        reason=f"{'It' if action else 'Its plan'} waits to be confirmed or discarded.",
        help=f"Any member of the project {project} may do that.",
    )


def for_approval(project: str, asked: ApprovalView, *, action: bool = False) -> Waiting:
    """Of a finished plan, or an action, that somebody has to agree to first."""
    if asked.state == "approved":
        return for_confirmation(project, action=action)
    return Waiting(
        code="approval",
        reason=f"{'It' if action else 'Its plan'} waits to be approved by {asked.waits_for}.",
        help=asked.why_not if not asked.can_decide else "You may approve or reject it.",
    )


def for_policy(checks: ChecksView) -> Waiting:
    """Of a finished plan that policies keep from being applied."""
    names = ", ".join(f"“{name}”" for name in checks.blocking)
    many = len(checks.blocking) != 1
    advice = "Change the deployment and plan again."
    override = (
        "Somebody who may override policies in its project can let it pass, with a reason. Or change the deployment."
    )
    return Waiting(
        code="policy",
        reason=f"The {'policies' if many else 'policy'} {names} {'do' if many else 'does'} not allow its plan.",
        help=override if checks.overridable else advice,
    )


def for_state() -> Waiting:
    """Of a run whose deployment's last state has yet to arrive from the worker that may keep it."""
    return Waiting(
        code="state_missing",
        reason="The last state of this deployment has yet to arrive from the worker that made it.",
        help="It arrives when that worker is back; the deployment's page says which. An administrator can end the wait.",
    )


def _disabled(place: Place) -> Waiting | None:
    if place.account_disabled is None:
        return None
    by, why = place.account_disabled
    reason = f"Its cloud account was disabled by {by}: {why}"
    help_ = "It starts by itself once an administrator enables the account again."
    return Waiting(position=place.position, code="account_disabled", reason=reason, help=help_)


def _no_worker(status: Status, place: Place, seen: Workers) -> Waiting | None:
    phase = phase_of(status)
    if phase is None or seen.taking.get(phase.queue):
        return None
    if seen.draining.get(phase.queue):
        reason = "Every worker that could take it is draining and takes no new run."
        return Waiting(position=place.position, code="no_worker", reason=reason, help=START_ONE)
    if any(seen.taking.values()):
        reason = f"No worker of the queue `{phase.queue}` is connected; those that are take other runs."
        return Waiting(position=place.position, code="no_worker_for_queue", reason=reason, help=START_ONE)
    return Waiting(position=place.position, code="no_worker", reason="No worker is connected.", help=START_ONE)


def _limit(place: Place) -> Waiting | None:
    limits: tuple[tuple[WaitingCode, int | None, str], ...] = (
        ("project_limit", place.project_limit, "project"),
        ("account_limit", place.account_limit, "cloud account"),
    )
    for code, limit, whose in limits:
        if limit is not None:
            return Waiting(position=place.position, code=code, reason=_full(limit, whose), help=_room(limit, whose))
    return None


def _full(limit: int, whose: str) -> str:
    if limit == 0:
        return f"Runs of this {whose} are paused."
    return f"This {whose} may have {_runs(limit)} going at once, and has."


def _room(limit: int, whose: str) -> str:
    when = "when one of them ends" if limit else "when the pause is over"
    return f"It starts {when}. An administrator can change the {whose}'s `run_limit`."


def _line(status: Status, place: Place, seen: Workers) -> Waiting:
    phase = phase_of(status)
    slots, ahead = seen.taking.get(phase.queue, 0) if phase else 0, place.position - 1
    if seen.busy < slots and not ahead:
        return Waiting(position=place.position, code="starting", reason="A worker takes it in a moment.")
    busy = f"{min(seen.busy, slots)} of {slots} worker slots are busy"
    reason = f"{_runs(ahead)} ahead; {busy}." if ahead else f"Next in line; {busy}."
    help_ = "It starts by itself. More workers, or a greater TERRACE_WORKER_CONCURRENCY, shorten the line."
    return Waiting(position=place.position, code="workers_busy", reason=reason, help=help_)


def _runs(number: int) -> str:
    return "1 run" if number == 1 else f"{number} runs"
