"""What the end of a run means for its deployment. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from portal.run.lifecycle import Kind, Status


@dataclass(frozen=True, slots=True)
class Outcome:
    """The deployment's next status, and which of its times are now."""

    status: str
    applied: bool = False
    destroyed: bool = False


def after(*, kind: Kind, left: Status, reached: Status, before: str) -> Outcome:
    """The deployment (whose status was `before`) after its run moved from `left` to the terminal `reached`.

    A run that may apply ends `planned_and_finished` only when there was nothing to do: what is there is what was asked for.
    """
    if kind == "action":
        return Outcome(before)
    if kind == "destroy" and reached in ("applied", "planned_and_finished"):
        return Outcome("destroyed", destroyed=True)
    if reached == "applied":
        return Outcome("active", applied=True)
    if kind == "plan_and_apply" and reached == "planned_and_finished":
        return Outcome("active")
    if left == "applying" or (reached == "errored" and before == "new"):
        return Outcome("failed")
    return Outcome(before)
