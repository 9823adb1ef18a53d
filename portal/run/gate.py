"""Between a plan and its apply: everything that may deny it or hold it until somebody agrees, asked in one place.

`judge` is asked once, when a plan is kept; `require_open` whenever somebody wants it applied. Quotas, policies and approvals
answer in this order, so that nobody is asked to approve what may not be done anyway.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from portal.run.schemas import PlanSummary, RunError


@dataclass(frozen=True, slots=True)
class Verdict:
    """`denied` ends the run as `policy_denied`; `held` keeps it `planned`, also when it would be applied by itself."""

    denied: RunError | None = None
    held: str | None = None


def judge(session: Session, run_id: str, summary: PlanSummary) -> Verdict:
    """What stands between this plan and its apply. The deployment is locked, the plan is kept."""
    del session, run_id, summary
    return Verdict()


def require_open(session: Session, run_id: str) -> None:
    """Raise Conflict with a sentence when the plan of the run may not be applied (yet)."""
    del session, run_id
