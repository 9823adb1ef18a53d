"""What stands between a worker and the apply that is next in line: everything that may forbid it is asked one last time.

What has to be evaluated is evaluated between two looks at the line, in no transaction: nobody else is kept from taking a run.
"""

from __future__ import annotations

from typing import Any, Final

import structlog
from sqlmodel import Session, col, select

from portal.audit import service as audit
from portal.auth.schemas import SYSTEM
from portal.models import Run
from portal.policy import late
from portal.policy.schemas import Outcome
from portal.run import asking, events, gate, moves, told
from portal.run.gate import Stop
from portal.run.moves import Move
from portal.run.schemas import NewEvent

log = structlog.get_logger(__name__)
MOST_TIMES: Final = 3
"""So often one worker asks about the same run: policies that change all the time keep it from no other."""


def is_due(session: Session, run_id: str) -> bool:
    """Whether policies must be asked before the run can be taken: see `ask`."""
    query = select(col(Run.id)).where(col(Run.id) == run_id, col(Run.status) == "apply_queued")
    return session.exec(query).one_or_none() is not None and _due(session, run_id)


def is_open(session: Session, run_id: str) -> bool:
    """Whether the confirmed run may be applied, in the very transaction that takes it. What may not, is moved away here."""
    if _due(session, run_id):
        return False
    stop = gate.before_apply(session, run_id)
    if stop is None:
        return True
    _turn_away(session, run_id, stop)
    return False


def _due(session: Session, run_id: str) -> bool:
    return asking.has_plan(session, run_id) and late.due(session, run_id)


def ask(run_id: str) -> bool:
    """Ask the policies that are due. False when that could not be done: the run is left where it is, and unapplied."""
    try:
        late.ask(run_id, status="apply_queued")
    except Exception as error:
        log.exception("policies_not_asked", run=run_id, error=type(error).__name__)
        return False
    return True


def _turn_away(session: Session, run_id: str, stop: Stop) -> None:
    # Since when there is a plan stays as it was: after a while that nobody confirms, it expires.
    columns: dict[str, Any] = {"planned_at": col(Run.planned_at)}
    if stop.reached == "planned":
        columns |= {"confirmed_at": None, "confirmed_by_label": None}
    else:
        columns["error"] = events.cut(stop.error.model_dump())
    if not moves.move(session, run_id, Move("apply_queued", stop.reached, columns=columns, note=stop.note)):
        return
    run = session.get_one(Run, run_id, populate_existing=True)
    if stop.judged is not None:
        _say(session, run_id, stop.judged)
    if stop.reached == "planned":
        told.waits_for_a_person(session, run_id, run.project_id)
    audit.record(
        session, SYSTEM, "run.refuse", object_kind="run", object_id=run_id, project_id=run.project_id,
        detail={"deployment_id": run.deployment_id, "status": stop.reached, "reason": stop.note},
    )  # fmt: skip


def _say(session: Session, run_id: str, judged: Outcome) -> None:
    data = {"passed": judged.passed, "failed": list(judged.failed), "denied": judged.denied is not None}
    events.append(session, run_id, [NewEvent("policy", data)])
