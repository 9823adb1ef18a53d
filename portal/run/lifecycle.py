"""The run machine: one table of moves, and every question about a status answered from it. Pure.

docs/runs.md draws it. The database holds the same words in a CHECK constraint and "one active run a deployment" in a partial
unique index; a test compares them with this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Status = Literal[
    "pending",
    "plan_queued",
    "planning",
    "planned",
    "apply_queued",
    "applying",
    "planned_and_finished",
    "applied",
    "policy_denied",
    "discarded",
    "canceled",
    "errored",
]
Kind = Literal["plan_only", "plan_and_apply", "destroy", "drift", "action"]
PhaseName = Literal["plan", "apply"]
KINDS: Final[tuple[Kind, ...]] = ("plan_only", "plan_and_apply", "destroy", "drift", "action")
"""An `action` is a command of the cloud's own tool on one resource: it has no plan, and its apply phase is the command."""

TRANSITIONS: Final[dict[Status, tuple[Status, ...]]] = {
    # An action has nothing to plan: the person who started it has confirmed it, and only others may have to agree.
    "pending": ("plan_queued", "planned", "apply_queued", "canceled"),
    "plan_queued": ("planning", "canceled"),
    # Back into the queue when the worker was lost or is being stopped: a plan changes nothing, so it can be made again.
    "planning": ("plan_queued", "planned", "planned_and_finished", "policy_denied", "canceled", "errored"),
    "planned": ("apply_queued", "discarded"),
    # Back, or to an end, by the worker that would take it, when it is not allowed any more: portal/run/gate.py.
    "apply_queued": ("applying", "planned", "policy_denied", "canceled"),
    # Back, by the worker that holds it and only before Terraform has begun: for another worker, or to be planned again.
    "applying": ("apply_queued", "plan_queued", "applied", "canceled", "errored"),
    "planned_and_finished": (),
    "applied": (),
    "policy_denied": (),
    "discarded": (),
    "canceled": (),
    "errored": (),
}
TERMINAL: Final = frozenset(status for status, targets in TRANSITIONS.items() if not targets)
ACTIVE: Final = frozenset(TRANSITIONS) - TERMINAL - {"pending"}

_STAMPS: Final[dict[Status, str]] = {
    "plan_queued": "plan_queued_at",
    "planning": "planning_at",
    "planned": "planned_at",
    "planned_and_finished": "planned_at",
    "policy_denied": "planned_at",
    "apply_queued": "confirmed_at",
    "applying": "applying_at",
}


@dataclass(frozen=True, slots=True)
class Phase:
    """The part of a run that one Celery message asks for: where it waits, what it is while a worker holds it."""

    name: PhaseName
    queued: Status
    running: Status
    task: str
    queue: str


PHASES: Final[dict[PhaseName, Phase]] = {
    "plan": Phase("plan", "plan_queued", "planning", "terrace.run.plan", "plan"),
    "apply": Phase("apply", "apply_queued", "applying", "terrace.run.apply", "apply"),
}
QUEUED: Final = frozenset(phase.queued for phase in PHASES.values())
RUNNING: Final = frozenset(phase.running for phase in PHASES.values())


def can(status: Status, target: Status) -> bool:
    """Whether the table has this move."""
    return target in TRANSITIONS[status]


def stamps(target: Status) -> tuple[str, ...]:
    """The columns that get the time of a move to `target`."""
    own = (_STAMPS[target],) if target in _STAMPS else ()
    return (*own, "ended_at") if target in TERMINAL else own


def phase_of(status: Status) -> Phase | None:
    """The phase that is waited for or being carried out in this status."""
    return next((phase for phase in PHASES.values() if status in (phase.queued, phase.running)), None)


def confirmable(status: Status) -> bool:
    """A person may say: apply this plan."""
    return status == "planned"


def discardable(status: Status) -> bool:
    """A person may say: do not apply this plan."""
    return can(status, "discarded")


def cancelable(status: Status) -> bool:
    """It can be stopped: at once while it waits, by asking its worker while one holds it."""
    return can(status, "canceled")


def retryable(status: Status) -> bool:
    """It ended without doing what was asked, so the same can be asked again."""
    return status in ("errored", "canceled", "discarded", "policy_denied")


def first_queued(kind: Kind) -> Status:
    """Where a run of this kind waits for a worker first."""
    return "apply_queued" if kind == "action" else "plan_queued"


def stops_after_plan(kind: Kind, *, has_changes: bool) -> bool:
    """Whether a finished plan is the end of the run: nothing may, or nothing need, be applied."""
    return kind in ("plan_only", "drift") or not has_changes
