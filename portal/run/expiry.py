"""An end that a lifetime brought, once somebody extended the lifetime: it is taken back."""

from __future__ import annotations

from typing import cast

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from portal.auth.schemas import SYSTEM
from portal.kit import clock
from portal.kit.errors import Conflict
from portal.models import Run
from portal.run import lifetime, moves
from portal.run.lifecycle import ACTIVE, Status, can
from portal.run.moves import Move


def take_back(session: Session, deployment_id: str) -> None:
    """End the destroy of a deployment that lives on; one that Terraform plans now is asked to stop before its apply.

    Conflict when it is being applied: whoever extends the lifetime must know. The caller has locked the deployment.
    """
    query = select(Run.id, Run.status).where(col(Run.deployment_id) == deployment_id, *lifetime.by_itself())
    for run_id, status in session.exec(query.where(col(Run.status).in_([*ACTIVE, "pending"]))).all():
        left = cast(Status, status)
        if left == "applying":
            raise Conflict("The deployment is being destroyed already. Cancel that run to stop it where it is.")
        if can(left, "discarded"):
            moves.move(session, run_id, Move(left, "discarded", note=lifetime.NOTE))
        elif left != "planning":
            moves.move(session, run_id, Move(left, "canceled", note=lifetime.NOTE))
        else:
            wish = {"cancel_requested_at": func.coalesce(Run.cancel_requested_at, clock.now())}
            asked = update(Run).where(col(Run.id) == run_id).values(cancel_requested_by=SYSTEM.label, **wish)
            session.exec(asked, execution_options=moves.NO_SYNC)
