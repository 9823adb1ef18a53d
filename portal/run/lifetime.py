"""Whether an end that a lifetime brought still holds: once somebody extended the lifetime it is never applied."""

from __future__ import annotations

from typing import Any, Final

from sqlmodel import Session, col, select

from portal.auth.schemas import SYSTEM
from portal.kit import clock
from portal.models import Deployment, Run

NOTE: Final = "The deployment's lifetime was extended, so it is not destroyed."


def problem(session: Session, run_id: str) -> str | None:
    """Why a destroy that nobody but the lifetime asked for must not be applied: the lifetime is not over (any more)."""
    query = select(Deployment.expires_at).join(Run, col(Run.deployment_id) == col(Deployment.id))
    query = query.where(col(Run.id) == run_id, *by_itself())
    found = session.exec(query.execution_options(populate_existing=True)).all()
    return NOTE if any(end is None or end > clock.now() for end in found) else None


def by_itself() -> tuple[Any, ...]:
    """Runs that destroy and that nobody but a lifetime asked for."""
    return col(Run.kind) == "destroy", col(Run.created_by_id) == SYSTEM.id
