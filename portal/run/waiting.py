"""Why a run waits, in a sentence, and what would help. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from portal.run.lifecycle import Status, confirmable
from portal.run.schemas import Waiting


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the answer depends on: `ahead` runs before it in its line, `slots` of live workers, `busy` of them taken."""

    ahead: int
    slots: int = 0
    busy: int = 0
    blocker: str | None = None
    """Pending only: the active run of the same deployment."""
    blocker_status: Status | None = None


def explain(status: Status, around: Surroundings) -> Waiting | None:
    """Position and reason; None when the run does not wait for its turn."""
    if status == "pending":
        return Waiting(position=around.ahead + 1, reason=_pending(around))
    if status in ("plan_queued", "apply_queued"):
        return Waiting(position=around.ahead + 1, reason=_queued(around))
    return None


def _pending(around: Surroundings) -> str:
    if around.blocker is None:
        return "It starts in a moment."
    first = f"Waiting for {around.blocker} of this deployment"
    if around.blocker_status is not None and confirmable(around.blocker_status):
        return f"{first}, whose plan waits to be confirmed or discarded."
    return f"{first}, and {_runs(around.ahead)} before this one." if around.ahead else f"{first} to end."


def _queued(around: Surroundings) -> str:
    if around.slots == 0:
        return "No worker is connected. It starts by itself as soon as one is: `terrace worker` starts one."
    if around.busy < around.slots and not around.ahead:
        return "A worker takes it in a moment."
    busy = f"{min(around.busy, around.slots)} of {around.slots} worker slots are busy"
    return f"{_runs(around.ahead)} ahead; {busy}." if around.ahead else f"Next in line; {busy}."


def _runs(number: int) -> str:
    return "1 run" if number == 1 else f"{number} runs"
