"""What a plan says that its deployment costs, beside the run, and on the deployment once that is what there is."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import text
from sqlmodel import Session

from portal.run.schemas import PlanSummary

# A plan without changes tells what there is, too: so a deployment from before there were prices gets its own.
_KEEP: Final = text("""
UPDATE deployment SET monthly_cost = run.monthly_cost FROM run
WHERE run.id = :run AND deployment.id = run.deployment_id AND run.kind <> 'action' AND (
    run.status = 'applied'
    OR (run.status = 'planned_and_finished' AND run.has_changes IS FALSE AND run.monthly_cost IS NOT NULL)
)
""")


def columns(summary: PlanSummary) -> dict[str, Any]:
    """Columns of the run."""
    known = summary.cost
    return {} if known is None else {"monthly_cost": known.after_monthly, "cost_delta": known.delta_monthly}


def keep(session: Session, run_id: str) -> None:
    """The run has ended: what its deployment costs from now on, when the run decided that."""
    session.connection().execute(_KEEP, {"run": run_id})
