"""What a worker gives back that another must do: because it is being stopped, or because another Terraform made the plan."""

from __future__ import annotations

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from portal.models import Run, RunPlan
from portal.run import lost, moves, progress, workers
from portal.run.lifecycle import Status
from portal.run.moves import Move
from portal.run.schemas import RunError

_KEPT = ("confirmed_at", "request_id", "traceparent")
"""What belongs to whoever had the plan applied; a move into the queue would write it anew."""


def to_queue(session: Session, run_id: str, claim: str, status: Status) -> bool:
    """The worker is being stopped and has changed nothing: back into the queue, at the place that the run had."""
    run = _read(session, run_id)
    if run.cancel_requested_at is not None:
        note = "The worker was stopped at that moment. Nothing was changed in the cloud."
        return moves.move(session, run_id, Move(status, "canceled", claim, note=note))
    moves.end_phase(session, run_id)
    if status == "planning":
        note = "The worker is being stopped, so another one makes this plan."
        return moves.move(
            session, run_id, Move(status, "plan_queued", claim, {"plan_queued_at": run.plan_queued_at}, note)
        )
    note = "The worker is being stopped and had not begun, so another one applies this plan."
    kept = {name: getattr(run, name) for name in _KEPT} | {"applying_at": None}
    return moves.move(session, run_id, Move("applying", "apply_queued", claim, kept, note))


def to_be_planned(session: Session, run_id: str, claim: str, *, here: str) -> RunError | None:
    """The plan is another Terraform's than `here`, which does not read it: make it again. Else the error to end with.

    What a person has confirmed is that plan and no other, so the new one must be confirmed too.
    """
    run = _read(session, run_id)
    made_by = made_by_engine(session, run_id) or "another version"
    if run.replans >= lost.MAX_REPLANS:
        return RunError(
            summary=f"This plan was made by {made_by}, and the worker has {here}.",
            explanation="A plan can be applied only by the version of Terraform that made it. It was made again already, and "
            "each time a worker with another version was to apply it. Nothing was changed in the cloud.",
            next_step="Ask an administrator to give all workers the same Terraform, then start the run again.",
        )
    moves.end_phase(session, run_id)
    again = "" if run.auto_apply else " It must be confirmed again."
    note = f"This plan was made by {made_by} and the worker has {here}, so it is made again.{again}"
    cleared = dict.fromkeys(("planned_at", "confirmed_at", "confirmed_by_label", "applying_at"))
    columns = {"replans": col(Run.replans) + 1, "plan_queued_at": run.plan_queued_at, **cleared}
    moves.move(session, run_id, Move("applying", "plan_queued", claim, columns, note))
    return None


def made_by_engine(session: Session, run_id: str) -> str | None:
    """Which Terraform made the run's plan; None when there is no plan, or it is from before this was kept."""
    return session.exec(select(RunPlan.engine).where(col(RunPlan.run_id) == run_id)).one_or_none()


def is_for_another(session: Session, run_id: str, engine: str | None) -> bool:
    """Whether the run's plan is another Terraform's than `engine`, and a worker is there that has that one."""
    made_by = made_by_engine(session, run_id) if engine is not None else None
    return made_by not in (None, engine) and made_by in workers.engines(session)


def stopped_while_applying(session: Session, run_id: str) -> RunError:
    """What to tell people about an apply that its worker, which was being stopped, could not finish in time."""
    if _read(session, run_id).kind == "action":
        return lost.lost_action()
    return lost.stopped_worker(progress.of_run(session, run_id))


def _read(session: Session, run_id: str) -> Run:
    query = select(Run).where(col(Run.id) == run_id).options(defer(Run.values))  # type: ignore[arg-type]
    return session.exec(query.execution_options(populate_existing=True)).one()
