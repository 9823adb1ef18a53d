"""An end that a lifetime brought, once somebody extended the lifetime: it is taken back, and never applied."""

from __future__ import annotations

from typing import Any, Final, cast

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from portal.auth.schemas import SYSTEM
from portal.kit import clock
from portal.kit.errors import Conflict
from portal.models import Deployment, Run
from portal.run import moves
from portal.run.lifecycle import ACTIVE, Status, can
from portal.run.moves import Move

_NOTE: Final = "The deployment's lifetime was extended, so it is not destroyed."


def problem(session: Session, run_id: str) -> str | None:
    """Why a destroy that nobody but the lifetime asked for must not be applied: the lifetime is not over (any more)."""
    query = select(Deployment.expires_at).join(Run, col(Run.deployment_id) == col(Deployment.id))
    query = query.where(col(Run.id) == run_id, *_by_itself())
    found = session.exec(query.execution_options(populate_existing=True)).all()
    return _NOTE if any(end is None or end > clock.now() for end in found) else None


def take_back(session: Session, deployment_id: str) -> None:
    """End the destroy of a deployment that lives on; one that Terraform plans now is asked to stop before its apply.

    Conflict when it is being applied: whoever extends the lifetime must know. The caller has locked the deployment.
    """
    query = select(Run.id, Run.status).where(col(Run.deployment_id) == deployment_id, *_by_itself())
    for run_id, status in session.exec(query.where(col(Run.status).in_([*ACTIVE, "pending"]))).all():
        left = cast(Status, status)
        if left == "applying":
            raise Conflict("The deployment is being destroyed already. Cancel that run to stop it where it is.")
        if can(left, "discarded"):
            moves.move(session, run_id, Move(left, "discarded", note=_NOTE))
        elif left != "planning":
            moves.move(session, run_id, Move(left, "canceled", note=_NOTE))
        else:
            wish = {"cancel_requested_at": func.coalesce(Run.cancel_requested_at, clock.now())}
            asked = update(Run).where(col(Run.id) == run_id).values(cancel_requested_by=SYSTEM.label, **wish)
            session.exec(asked, execution_options=moves.NO_SYNC)


def _by_itself() -> tuple[Any, ...]:
    return col(Run.kind) == "destroy", col(Run.created_by_id) == SYSTEM.id
