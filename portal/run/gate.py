"""Between a plan and its apply: everything that may deny it or hold it until somebody agrees, asked in one place.

`judge` is asked once, when a plan is kept; `require_open` whenever somebody wants it applied. Quotas, policies and approvals
answer in this order, so that nobody is asked to approve what may not be done anyway.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from portal.kit.errors import Conflict
from portal.quota import service as quotas
from portal.quota.schemas import Growth
from portal.run.schemas import PlanSummary, RunError


@dataclass(frozen=True, slots=True)
class Verdict:
    """`denied` ends the run as `policy_denied`; `held` keeps it `planned`, also when it would be applied by itself."""

    denied: RunError | None = None
    held: str | None = None


def judge(session: Session, run_id: str, summary: PlanSummary) -> Verdict:
    """What stands between this plan and its apply. The deployment is locked, the plan is kept."""
    monthly = summary.cost.after_monthly if summary.cost else None
    growth = Growth(summary.counts.add, summary.counts.destroy, monthly)
    problem = quotas.problem_of_plan(session, run_id, growth)
    if problem:
        return Verdict(denied=RunError(summary="The project's quota does not allow this.", explanation=problem))
    return Verdict()


def require_open(session: Session, run_id: str) -> None:
    """Raise Conflict with a sentence when the plan of the run may not be applied (yet)."""
    problem = quotas.problem_of_confirm(session, run_id)
    if problem:
        raise Conflict(problem)
