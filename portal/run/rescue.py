"""A state that Terraform could not give to the portal: the worker keeps it and delivers it here, also after the run's end.

It may be the only record of what exists, so it is taken whenever it is the successor of what is stored, and never otherwise.
"""

from __future__ import annotations

from sqlmodel import Session, col, select

from portal.audit import service as audit
from portal.auth.schemas import worker_actor
from portal.kit.errors import Locked, NotFound
from portal.models import Run
from portal.run import moves, repository
from portal.run.lifecycle import QUEUED, RUNNING, Status
from portal.state import holds
from portal.state import service as state_service
from portal.state.schemas import HoldKind, Position, RunRef


def deliver(session: Session, run_id: str, body: bytes, *, worker: str) -> int:
    """Take the state in; the number of its version.

    Locked while another run of the deployment applies. StateConflict, Invalid, TooLarge or NotFound when it can never be taken.
    """
    run = _ref(session, run_id)
    _require_nobody_applies(session, run)
    number = state_service.take_in(session, run, body, base=_base(session, run_id))
    _let_go(session, run)
    audit.record(
        session,
        worker_actor(worker),
        "state.deliver",
        object_kind="deployment",
        object_id=run.deployment_id,
        project_id=repository.project_of(session, run_id),
        detail={"run_id": run_id, "version": number, "run_status": run.status},
    )
    return number


def nothing_kept(session: Session, run_id: str) -> None:
    """The worker that was lost in this run is back, and keeps no state of it."""
    _let_go(session, _ref(session, run_id))


def give_up(session: Session, run_id: str) -> None:
    """A person has decided not to wait for the state of this run any longer."""
    _let_go(session, _ref(session, run_id))


def kept(session: Session, run_id: str, *, worker: str, kind: HoldKind, note: str = "") -> None:
    """The worker keeps a state of the run. A wait that a person has ended is not begun again."""
    run = _ref(session, run_id)
    if run.status in RUNNING:
        holds.keep(session, run.deployment_id, run_id, worker, kind, note)
    else:
        holds.turn(session, run_id, kind, note)


def _ref(session: Session, run_id: str) -> RunRef:
    """The run, its deployment locked."""
    deployment_id = moves.lock_deployment(session, run_id)
    if deployment_id is None:
        raise NotFound("The portal does not know this run.")
    status = session.exec(select(col(Run.status)).where(col(Run.id) == run_id)).one()
    return RunRef(run_id, deployment_id, status)


def _require_nobody_applies(session: Session, run: RunRef) -> None:
    active = moves.active_run(session, run.deployment_id)
    if active is None or active == run.run_id:
        return
    if session.exec(select(col(Run.status)).where(col(Run.id) == active)).one() == "applying":
        raise Locked("Another run of the deployment applies now.")


def _base(session: Session, run_id: str) -> Position | None:
    against = repository.planned_against(session, run_id)
    if against is None or against[0] is None or against[1] is None:
        return None
    return Position(against[0], against[1])


def _let_go(session: Session, run: RunRef) -> None:
    """End the wait and call a worker for the run that stood behind it."""
    if not holds.release(session, run_id=run.run_id):
        return
    active = moves.active_run(session, run.deployment_id)
    if active is not None:
        status: Status = session.exec(select(col(Run.status)).where(col(Run.id) == active)).one()  # type: ignore[assignment]
        if status in QUEUED:
            moves.call_worker(session, active, status)
