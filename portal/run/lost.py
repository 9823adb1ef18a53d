"""A run whose worker no longer answers: a plan is made again by itself, an apply ends and says how far it got."""

from __future__ import annotations

from typing import Any, Final, cast

from sqlmodel import Session, col

from portal.models import Run
from portal.run import events, moves, progress
from portal.run.lifecycle import Status
from portal.run.moves import Move
from portal.run.schemas import Interrupted, NewEvent, RunError
from portal.state import holds

MAX_REPLANS: Final = 2
"""How often a plan is made again after its worker was lost; a template that brings workers down must not go round for ever."""
_NEXT: Final = "Start the recovery run: it compares with the cloud and finishes what is missing."


def settle(session: Session, run: Run) -> bool:
    """Plan again or end, by what the run was doing. The caller has locked the deployment and seen the lease over."""
    status = cast(Status, run.status)
    if status == "planning" and run.cancel_requested_at is not None:
        note = "The worker stopped before it could be asked to. Nothing was changed in the cloud."
        return moves.move(session, run.id, Move(status, "canceled", run.claim, note=note))
    if status == "planning" and run.replans < MAX_REPLANS:
        return _plan_again(session, run)
    if run.kind == "action":
        return _end(session, run, status, lost_action())
    if status == "applying":
        holds.expect(session, run.deployment_id, run.id, run.worker)
    error = lost_worker(status, progress.of_run(session, run.id) if status == "applying" else None)
    return _end(session, run, status, error)


def _end(session: Session, run: Run, status: Status, error: RunError) -> bool:
    events.append(session, run.id, [NewEvent("diagnostic", _diagnostic(error))])
    wanted = Move(status, "errored", run.claim, {"error": events.cut(error.model_dump())}, note=error.summary)
    return moves.move(session, run.id, wanted)


def _plan_again(session: Session, run: Run) -> bool:
    """Back into the queue, at the place that it had. Its token dies with the claim."""
    moves.end_phase(session, run.id)
    note = f"The worker stopped while planning, so the plan is made again ({run.replans + 1} of {MAX_REPLANS})."
    columns = {"replans": col(Run.replans) + 1, "plan_queued_at": run.plan_queued_at}
    return moves.move(session, run.id, Move("planning", "plan_queued", run.claim, columns, note=note))


def lost_worker(status: Status, reached: Interrupted | None = None) -> RunError:
    """What to tell people about a run whose worker stopped answering."""
    if status == "planning":
        return RunError(
            summary="The worker stopped while planning.",
            explanation="The process that made the plan no longer answers, and it was so each time that the plan was made "
            "again. A plan changes nothing in the cloud.",
            next_step="Ask an administrator to look at the workers, then start the run again.",
        )
    return RunError(
        summary="The worker stopped while applying.",
        detail=progress.in_words(reached) if reached else "",
        explanation="The process that applied the plan no longer answers. What Terraform had saved in the state until then is "
        "kept and the state is unlocked; a resource that was being made at that moment may exist without being in the state.",
        next_step=_NEXT,
        interrupted=reached,
    )


def lost_action() -> RunError:
    """What to tell people about an action whose worker stopped answering."""
    return RunError(
        summary="The worker stopped in the middle of this action.",
        explanation="The process that ran the command no longer answers. The cloud may have carried it out or not; nothing of "
        "the deployment's state has changed.",
        next_step="Look at the resource, then start the action again if it is still needed.",
    )


def stopped_worker(reached: Interrupted | None, detail: str = "") -> RunError:
    """What to tell people about an apply that its worker, which was being stopped, could not finish in time."""
    return RunError(
        summary="The worker was stopped while it applied this run.",
        detail="\n".join(part for part in (detail, progress.in_words(reached) if reached else "") if part),
        explanation="Somebody stopped the worker, for an upgrade perhaps, and the apply did not end in the time that a worker "
        "has then. Terraform was interrupted, and what it had done is in the state.",
        next_step=_NEXT,
        interrupted=reached,
    )


def cut_short(error: RunError, reached: Interrupted | None) -> RunError:
    """The same error, of an apply whose Terraform was killed: how far it got, as nobody could save what came last."""
    told = progress.in_words(reached) if reached else ""
    return error.model_copy(
        update={
            "detail": "\n".join(part for part in (error.detail, told) if part),
            "explanation": "Terraform was killed while it applied. What it had saved in the state until then is kept and the "
            "state is unlocked; what it was making at that moment, or had made since, may exist without being in the state.",
            "next_step": f"{_NEXT} If it says that something exists already, have that imported or deleted in the cloud.",
            "interrupted": reached,
        }
    )


def _diagnostic(error: RunError) -> dict[str, Any]:
    return {
        "severity": "error",
        "summary": error.summary,
        "detail": error.detail,
        "explanation": error.explanation,
        "next_step": error.next_step,
    }
