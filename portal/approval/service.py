"""Use cases around who must agree. Runs call `ask`, `problem` and `decide` with their deployment locked; they move themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from portal.approval import keep, repository, rules, standing, telling
from portal.approval.schemas import ApprovalView, Decide, Facts, Requirement
from portal.auth.permissions import Standing as InProject
from portal.auth.schemas import Actor
from portal.kit import clock, ids
from portal.kit.config import settings
from portal.kit.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from portal.models import ApprovalDecision, ApprovalRequest
from portal.project import service as projects

CHANGED = "What was approved is not what would be applied. Plan again to ask anew."


@dataclass(frozen=True, slots=True)
class Asked:
    """A plan that somebody may have to agree to. `bound` is exactly what would be applied."""

    run_id: str
    bound: dict[str, Any]
    plan_sha256: str
    facts: Facts
    requesters: frozenset[str]
    requested_by: str
    deployment: str
    project: str
    """Names, for messages."""


def ask(session: Session, asked: Asked) -> str | None:
    """Ask for the approvals that the plan needs; whom it waits for, or None when it needs none.

    What was asked and said about an earlier plan of the run counts for nothing from now on.
    """
    repository.supersede(session, asked.run_id, clock.now())
    wanted = rules.required(keep.enabled(session), asked.facts)
    if not wanted:
        return None
    request = _request(asked, wanted)
    repository.add(session, request)
    telling.asked(session, request, deployment=asked.deployment, project=asked.project)
    return _standing(session, request).waits_for


def _request(asked: Asked, wanted: list[Requirement]) -> ApprovalRequest:
    now = clock.now()
    return ApprovalRequest(
        id=ids.new_id("apr"),
        run_id=asked.run_id,
        project_id=asked.facts.project_id,
        state="waiting",
        bound=asked.bound,
        plan_sha256=asked.plan_sha256,
        requirements=[item.model_dump() for item in wanted],
        requesters=sorted(asked.requesters),
        requested_by_label=asked.requested_by,
        requested_at=now,
        expires_at=now + timedelta(seconds=settings().approval_seconds),
    )


def problem(session: Session, run_id: str, bound: Mapping[str, Any]) -> str | None:
    """Why what is bound here may not be applied (yet), in a sentence; None when enough people agreed to exactly this.

    Asked at the confirmation and again by the worker that is about to apply, whatever status the run was given.
    """
    request = repository.locked(session, run_id)
    if request is None or request.state == "superseded":
        return None
    if request.state not in repository.CURRENT:
        return f"Its approval was {request.state}." if request.state == "rejected" else "Its approval has expired."
    if request.bound != bound:
        return CHANGED
    found = _standing(session, request)
    if found.complete:
        return None
    return f"It waits to be approved by {found.waits_for}."


def decide(session: Session, actor: Actor, inside: InProject | None, *, run_id: str, status: str, wish: Decide) -> str:
    """Keep what the actor says; what has become of the request: `waiting`, `approved` or `rejected`.

    Saying the same twice changes nothing. A person's newest word replaces the one before.
    """
    request = repository.locked(session, run_id)
    if request is None:
        raise NotFound("Nobody was asked to approve this run.")
    _require_own_word(session, actor)
    found = _standing(session, request, actor)
    mine = found.active(actor.user_id)
    if wish.plan is not None and wish.plan != request.plan_sha256:
        raise Conflict("The plan was made again since you looked at it. Look at the new one first.")
    if wish.decision == "withdraw":
        return _withdraw(session, found, mine, actor, status)
    _require_open(found, actor, inside, status)
    reason = _reason(wish)
    if mine is not None and mine.decision == wish.decision:
        return request.state
    if mine is not None:
        repository.withdraw(session, mine.id, clock.now())
    _keep(session, request, actor, wish.decision, reason)
    state = _settle(session, request, rejected=wish.decision == "reject")
    if state != "waiting":
        telling.decided(session, request, decision=state, by=actor.label, reason=reason)
    return state


def people_behind(session: Session, token_ids: Collection[str]) -> set[str]:
    """Who asks when one of these tokens does: whose it is, and whoever made it."""
    return {
        *repository.token_owners(session, token_ids).values(),
        *repository.token_makers(session, token_ids).values(),
    }


def _require_own_word(session: Session, actor: Actor) -> None:
    """Whoever makes a token for somebody else knows it, so what it says may be anybody's word."""
    if (
        actor.kind == "token"
        and repository.token_makers(session, [actor.id]).get(actor.id, actor.user_id) != actor.user_id
    ):
        raise Forbidden("This token was made by somebody else. Sign in, or use a token that you made yourself.")


def _require_open(found: standing.Standing, actor: Actor, inside: InProject | None, status: str) -> None:
    refusal = standing.why_not(found, actor, inside, live=status == "planned")
    if not refusal:
        return
    closed = status != "planned" or found.request.state not in repository.CURRENT
    expired = found.request.state == "waiting" and found.request.expires_at < clock.now()
    raise Conflict(refusal) if closed or expired else Forbidden(refusal)


def _reason(wish: Decide) -> str:
    text = " ".join(wish.reason.split())
    if wish.decision == "reject" and not text:
        wanted = "Say why, so that whoever asked knows what to change."
        raise Invalid(wanted, [FieldProblem("reason", wanted)])
    return text


def _withdraw(
    session: Session, found: standing.Standing, mine: ApprovalDecision | None, actor: Actor, status: str
) -> str:
    if actor.scope == "read":
        raise Forbidden("This token may only read. Use one with the scope `write`.")
    if mine is None:
        raise Conflict("You have said nothing that could be withdrawn.")
    if status not in ("planned", "apply_queued") or found.request.state not in repository.CURRENT:
        raise Conflict("This run has gone on, so there is nothing to withdraw any more.")
    repository.withdraw(session, mine.id, clock.now())
    return _settle(session, found.request, rejected=False)


def _keep(session: Session, request: ApprovalRequest, actor: Actor, decision: str, reason: str) -> None:
    row = ApprovalDecision(
        id=ids.new_id("apd"),
        request_id=request.id,
        user_id=actor.user_id or "",
        label=actor.label,
        decision=decision,
        reason=reason,
        decided_at=clock.now(),
    )
    repository.add(session, row)
    repository.use_links(session, request.id, row.user_id, row.decided_at)


def _settle(session: Session, request: ApprovalRequest, *, rejected: bool) -> str:
    state = "rejected" if rejected else "approved" if _standing(session, request).complete else "waiting"
    repository.set_state(session, request.id, state, None if state == "waiting" else clock.now())
    return state


def expire(session: Session, run_id: str) -> None:
    """Nobody agreed in time."""
    request = repository.locked(session, run_id)
    if request is not None and request.state == "waiting":
        repository.set_state(session, request.id, "expired", clock.now())


def overdue(session: Session, *, limit: int) -> list[tuple[str, str]]:
    """Runs, with their deployments, whose plan nobody approved in time."""
    return repository.overdue(session, clock.now(), limit)


def views(
    session: Session, actor: Actor, runs: Mapping[str, str], roles: Mapping[str, InProject | None]
) -> dict[str, ApprovalView]:
    """Of these runs (id: status) what was asked about their plan; `roles` are the actor's, by project."""
    found = repository.latest(session, runs.keys())
    asked = [request for request in found.values() if request.state != "superseded"]
    live = {run_id for run_id, status in runs.items() if status in ("planned", "apply_queued")}
    counted = standing.of(session, asked, live=live, reader=actor)
    return {
        run_id: standing.view(item, actor, roles.get(item.request.project_id), status=runs[run_id])
        for run_id, item in counted.items()
    }


def view(session: Session, actor: Actor, inside: InProject | None, *, run_id: str, status: str) -> ApprovalView:
    """The same of one run, with what was asked about plans that it had before. NotFound when nobody was ever asked."""
    requests = repository.of_run(session, run_id)
    if not requests:
        raise NotFound("Nobody was asked to approve this run.")
    live = {run_id} if status in ("planned", "apply_queued") else set[str]()
    found = standing.of(session, requests[:1], live=live, reader=actor)[run_id]
    earlier = standing.former(session, requests[1:])
    return standing.view(found, actor, inside, status=status, former=earlier)


def waiting_runs(
    session: Session,
    actor: Actor,
    *,
    project_ids: Collection[str] | None,
    mine: bool,
) -> list[str]:
    """The runs whose plan waits to be approved, the oldest first; with `mine`, those that wait for this actor."""
    found = repository.waiting(session, project_ids)
    if not mine:
        return [request.run_id for request in found]
    inside = projects.roles_in(session, actor, {request.project_id for request in found})
    counted = standing.of(session, found, live=[request.run_id for request in found], reader=actor)
    return [
        request.run_id for request in found if _is_for(counted[request.run_id], actor, inside.get(request.project_id))
    ]


def _is_for(item: standing.Standing, actor: Actor, inside: InProject | None) -> bool:
    if standing.why_not(item, actor, inside, live=True) or item.active(actor.user_id) is not None:
        return False
    pairs = zip(item.requirements, item.missing, strict=True)
    return any(missing and standing.belongs(actor, inside, wanted) for wanted, missing in pairs)


def _standing(session: Session, request: ApprovalRequest, reader: Actor | None = None) -> standing.Standing:
    return standing.of(session, [request], live=[request.run_id], reader=reader)[request.run_id]
