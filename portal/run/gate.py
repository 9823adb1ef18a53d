"""Between a plan and its apply: everything that may deny it or hold it until somebody agrees, asked in one place.

`judge` is asked once, when a plan is kept; `require_open` whenever somebody wants it applied; `before_apply` by the worker that
is about to (`portal/run/take.py`). Quotas, policies and approvals answer in this order, so that nobody is asked to approve what
may not be done anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session, col, select

from portal.approval import service as approvals
from portal.kit.errors import Conflict
from portal.models import Run, RunPlan
from portal.policy import late
from portal.policy import service as policies
from portal.policy.schemas import Outcome
from portal.quota import service as quotas
from portal.quota.schemas import Growth
from portal.run import asking, events, lifetime
from portal.run.lifecycle import Status
from portal.run.schemas import NewEvent, PlanSummary, RunError
from portal.template import releases

_OVER_QUOTA: Final = "The project's quota does not allow this."
_REFUSED_ACTION: Final = RunError(
    summary="The action was not carried out.",
    explanation="Nothing was changed in the cloud.",
    next_step="Start the action again, and let it be approved.",
)
_AGAIN: Final = "Nothing was changed in the cloud. Plan again when there is room for it."


@dataclass(frozen=True, slots=True)
class Verdict:
    """`denied` ends the run as `policy_denied`; `held` keeps it `planned`, also when it would be applied by itself."""

    denied: RunError | None = None
    held: str | None = None


class ApprovalRequired(Conflict):
    """Somebody still has to agree. `message` says who."""

    code, title = "approval_required", "Somebody has to approve this first"


class PolicyRefused(Conflict):
    """A policy does not allow the plan to be applied (now). `message` says which and why."""

    code, title = "policy_refused", "A policy does not allow this"


def judge(session: Session, run_id: str, summary: PlanSummary, ahead: policies.Ahead) -> Verdict:
    """What stands between this plan and its apply. The deployment is locked, the plan is kept; `ahead` is what policies say."""
    monthly = summary.cost.after_monthly if summary.cost else None
    growth = Growth(summary.counts.add, summary.counts.destroy, monthly)
    problem = quotas.problem_of_plan(session, run_id, growth)
    if problem:
        return Verdict(denied=RunError(summary=_OVER_QUOTA, explanation=problem))
    judged = policies.judge(session, run_id, summary, ahead)
    _tell(session, run_id, judged)
    if judged.denied is not None:
        return Verdict(denied=_error(judged))
    soft = bool(policies.soft_failures(session, run_id))
    waits_for = approvals.ask(session, asking.asked(session, run_id, summary, policy_failure=soft))
    reasons = [judged.held, f"It waits to be approved by {waits_for}." if waits_for else None]
    return Verdict(held=" ".join(filter(None, reasons)) or None)


def ask_action(session: Session, run_id: str) -> str | None:
    """Whom the action waits for, which is to start now; None when nobody has to agree to it. The deployment is locked."""
    return approvals.ask(session, asking.asked_action(session, run_id))


def _error(judged: Outcome) -> RunError:
    return RunError(
        summary=judged.denied or "", detail=judged.detail, address=judged.address, next_step=judged.next_step
    )


def _tell(session: Session, run_id: str, judged: Outcome) -> None:
    if judged.passed or judged.failed:
        data = {"passed": judged.passed, "failed": list(judged.failed), "denied": judged.denied is not None}
        events.append(session, run_id, [NewEvent("policy", data)])


def require_open(session: Session, run_id: str, *, since: datetime | None = None) -> None:
    """Raise Conflict with a sentence when the plan of the run may not be applied (yet). Nothing is evaluated (`judged.lock`)."""
    problem = releases.problem_of_run(session, run_id) or quotas.problem_of_confirm(session, run_id)
    problem = problem or lifetime.problem(session, run_id)
    if problem:
        raise Conflict(problem)
    refusal = late.problem_of_apply(session, run_id, since=since)
    if refusal is not None:
        raise PolicyRefused(refusal)
    problem = approvals.problem(session, run_id, asking.bound(session, run_id))
    if problem is not None:
        raise ApprovalRequired(problem)


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a confirmed run is not applied, and where it goes instead: to its end, or back to people, with its plan."""

    reached: Status
    error: RunError
    judged: Outcome | None = None

    @property
    def note(self) -> str:
        """Why, in the run's log."""
        return f"{self.error.detail if self.reached == 'canceled' else self.error.summary} Nothing was changed."


def before_apply(session: Session, run_id: str) -> Stop | None:
    """Why the worker that is about to apply must not: something else than was made or approved, or not allowed any more.

    A status alone proves nothing: whoever moved the run, this looks at the plan itself. The deployment is locked, and nothing
    is due at the policies (`portal.policy.late`).
    """
    query = select(Run.kind, RunPlan.plan_sha256).join(RunPlan, col(RunPlan.run_id) == col(Run.id), isouter=True)
    kind, made = session.exec(query.where(col(Run.id) == run_id)).one()  # type: ignore[arg-type]
    if kind == "action":
        problem = approvals.problem(session, run_id, asking.bound(session, run_id))
        return None if problem is None else Stop("canceled", _REFUSED_ACTION.model_copy(update={"detail": problem}))
    if not asking.has_plan(session, run_id):
        return None
    bound = asking.bound(session, run_id)
    if made is not None and made != bound["plan"]:
        return _canceled("The plan is not the one that was made.")
    revoked = releases.problem_of_run(session, run_id) or lifetime.problem(session, run_id)
    if revoked is not None:
        return _canceled(revoked)
    return _not_allowed(session, run_id) or _not_approved(session, run_id, bound)


def _not_allowed(session: Session, run_id: str) -> Stop | None:
    """What quotas and policies say now. What may be allowed again later, or by somebody, goes back to people."""
    problem = quotas.problem_of_apply(session, run_id)
    if problem is not None:
        return Stop("policy_denied", RunError(summary=_OVER_QUOTA, explanation=problem, next_step=_AGAIN))
    judged = late.standing(session, run_id)
    if judged.denied is not None:
        return Stop("policy_denied", _error(judged), judged)
    return None if judged.held is None else Stop("planned", RunError(summary=judged.held), judged)


def _not_approved(session: Session, run_id: str, bound: dict[str, Any]) -> Stop | None:
    problem = approvals.problem(session, run_id, bound)
    return None if problem is None else _canceled(problem)


def _canceled(problem: str) -> Stop:
    return Stop(
        "canceled",
        RunError(
            summary="The plan was not applied.",
            detail=problem,
            explanation="Nothing was changed in the cloud.",
            next_step="Plan again, and let the new plan be approved.",
        ),
    )
