"""What workers call. Every write names the claim: a worker that lost its run (lease over, canceled) changes nothing any more.

Leases are kept by the database's clock, so machines whose clocks differ agree on when one is over.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from typing import Any, cast

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from portal.cloud_account import service as cloud_account_service
from portal.cloud_account.provider import RunIdentity
from portal.issuer import service as issuer
from portal.kit import clock
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, TerraceError
from portal.models import CloudAccount, Deployment, Run, RunPlan, TemplateVersion
from portal.policy import service as policies
from portal.run import (
    archive,
    asking,
    costs,
    events,
    explain,
    gate,
    handback,
    hold,
    line,
    lost,
    moves,
    progress,
    redaction,
    stale,
    take,
    told,
)
from portal.run.lifecycle import PHASES, Kind, PhaseName, Status, stops_after_plan
from portal.run.moves import Move
from portal.run.schemas import Beat, Command, Job, NewEvent, PlanSummary, RunError
from portal.run.sweep import sweep
from portal.run.workers import (
    beat_worker,
    drain_worker,
    holds_runs,
    is_draining,
    leave_line,
    register_worker,
    stop_worker,
)
from portal.state import holds
from portal.state import service as state_service
from portal.state.schemas import HoldKind

__all__ = [
    "append",
    "beat",
    "beat_worker",
    "claim",
    "claim_next",
    "drain_worker",
    "end_canceled",
    "end_stopped",
    "fail",
    "finish_action",
    "finish_apply",
    "finish_plan",
    "hand_back",
    "holds_runs",
    "is_draining",
    "leave_line",
    "next_job",
    "plan_again",
    "register_worker",
    "stop_worker",
    "sweep",
]

_TRIES = 10
"""How many runs that cannot be prepared one look ends before it lets others look too."""
_PASSED_OVER = 100
"""How many it leaves to workers that have the Terraform of their plan."""


def claim_next(
    session: Session,
    *,
    queues: Collection[str],
    worker: str,
    engine: str | None = None,
    but: Collection[str] = (),
    due: list[str] | None = None,
) -> Job | None:
    """Take the run that is next in line for a worker of these queues. None when none may start now, or the worker drains.

    A plan that another Terraform than `engine`, the worker's, has made is left to a worker that has that one, if there is any.
    Runs of `but` are passed over. One of which policies have to be asked first is not taken: it is the last of `due` then.
    """
    phases = {phase.queued: phase for phase in PHASES.values() if phase.queue in queues}
    line.one_at_a_time(session)
    if is_draining(session, worker):
        return None
    tried: list[str] = list(but)
    passed: list[str] = []
    while len(tried) < _TRIES + len(but) and (next_ := line.pick(session, phases, but=[*tried, *passed])) is not None:
        if len(passed) < _PASSED_OVER and handback.is_for_another(session, next_.run_id, engine):
            passed.append(next_.run_id)
            continue
        tried.append(next_.run_id)
        job = claim(session, next_.run_id, phase=phases[cast(Status, next_.status)].name, worker=worker)
        if job is not None:
            line.served(session, next_.project_id)
            return job
        if due is not None and take.is_due(session, next_.run_id):
            due.append(next_.run_id)
            return None
    return None


def next_job(*, queues: Collection[str], worker: str, engine: str | None = None) -> Job | None:
    """`claim_next` in transactions of its own, with policies asked in between of whatever they have to be asked."""
    asked: list[str] = []
    while True:
        due: list[str] = []
        left = [run_id for run_id in asked if asked.count(run_id) >= take.MOST_TIMES]
        with unit_of_work() as session:
            job = claim_next(session, queues=queues, worker=worker, engine=engine, but=left, due=due)
        if job is not None or not due:
            return job
        asked += due if take.ask(due[0]) else due * take.MOST_TIMES


def claim(session: Session, run_id: str, *, phase: PhaseName, worker: str) -> Job | None:
    """Take the run for this phase. None when it is not waiting (any more): the message came twice, or too late."""
    if moves.lock_deployment(session, run_id) is None:
        return None
    if holds.of_run(session, run_id) is not None:
        return None
    if phase == "apply" and not take.is_open(session, run_id):
        return None
    wanted, word = PHASES[phase], secrets.token_hex(16)
    columns = {"claim": word, "worker": worker, "lease_expires_at": _lease_end()}
    if not moves.move(session, run_id, Move(wanted.queued, wanted.running, columns=columns)):
        return None
    try:
        return _job(session, run_id, phase, word)
    except TerraceError as error:
        fail(session, run_id, word, RunError(summary="The run could not be prepared.", detail=error.message))
        return None


def _job(session: Session, run_id: str, phase: PhaseName, word: str) -> Job:
    run, deployment, template = session.exec(
        select(Run, Deployment, TemplateVersion)
        .join(Deployment, col(Deployment.id) == col(Run.deployment_id))
        .join(TemplateVersion, col(TemplateVersion.id) == col(Run.template_version_id))
        .where(col(Run.id) == run_id)
        .execution_options(populate_existing=True)
    ).one()
    plan = session.get(RunPlan, run_id) if phase == "apply" else None
    cloud_account_service.require_runnable(
        session, run.cloud_account_id, project_id=run.project_id, template=template.key, kind=run.kind
    )
    account = session.get_one(CloudAccount, run.cloud_account_id)
    _stay_where_it_is(run, deployment, account)
    if phase == "plan":
        run.account_mark = stale.mark_of(account)
    bearer = state_service.issue_token(session, run_id)
    identity = RunIdentity(phase, issuer.token_url(run_id), bearer)
    return Job(
        run_id=run_id,
        deployment_id=run.deployment_id,
        deployment_name=deployment.name,
        kind=cast(Kind, run.kind),
        phase=phase,
        claim=word,
        worker=run.worker or "",
        template_key=template.key,
        state_url=f"{settings().state_url}/api/v1/state/{run.deployment_id}",
        state_token=bearer,
        auto_apply=run.auto_apply,
        files=archive.unpack(template.archive),
        values=run.values,
        account=cloud_account_service.environment_for(session, run.cloud_account_id, identity),
        plan_file=plan.plan_file if plan else None,
        lock_file=plan.lock_file if plan else None,
        command=Command.model_validate(run.action) if run.action else None,
        plan_engine=plan.engine if plan else None,
        queued_at=run.confirmed_at if phase == "apply" else run.plan_queued_at,
        request_id=run.request_id,
        traceparent=run.traceparent,
    )


def _stay_where_it_is(run: Run, deployment: Deployment, account: CloudAccount) -> None:
    """A real cloud must not be told to change what is simulated, nor the other way round: its state is of one of the two."""
    mode = "sandbox" if account.kind == "sandbox" else "live"
    if run.cloud_account_id != deployment.cloud_account_id or deployment.mode not in (None, mode):
        made = "in the sandbox" if deployment.mode == "sandbox" else "in a real cloud"
        raise Conflict(
            f"This deployment was made {made}, on another account than this run has. Make a new deployment there."
        )
    deployment.mode = mode


def beat(session: Session, run_id: str, claim: str) -> Beat:
    """Renew the lease, and learn whether to go on."""
    query = update(Run).where(col(Run.id) == run_id, col(Run.claim) == claim).values(lease_expires_at=_lease_end())
    query = query.returning(col(Run.cancel_requested_at), col(Run.cancel_forced_at))
    row = session.exec(query, execution_options=moves.NO_SYNC).one_or_none()
    if row is None:
        return Beat(lost=True)
    return Beat(cancel_requested=row[0] is not None, force=row[1] is not None)


def append(session: Session, run_id: str, claim: str, new: Sequence[NewEvent], *, again: bool = False) -> bool:
    """Append events (redacted by the caller); False when the claim is lost. `again`: the answer to an earlier try was lost."""
    return events.append(session, run_id, new, claim=claim, again=again)


def finish_plan(
    session: Session,
    run_id: str,
    claim: str,
    *,
    plan_file: bytes,
    lock_file: bytes | None,
    summary: PlanSummary,
    state_serial: int | None = None,
    state_lineage: str | None = None,
    engine: str | None = None,
    ahead: policies.Ahead | None = None,
) -> bool:
    """Keep the plan and move on: to a person, to the apply (auto apply), or to the end. False when the claim is lost.

    Without a serial, the plan is bound to the state that the portal holds now: only this run could have written it. `engine`
    is the Terraform that made it, `ahead` what policies say of it (`policies.judge_ahead`).
    """
    deployment_id = moves.lock_deployment(session, run_id)
    if deployment_id is None or not append(session, run_id, claim, [_plan_event(summary)]):
        return False
    position = state_service.position(session, deployment_id)
    if position is None:
        # A plan file names a lineage also when there is no state yet.
        state_serial, state_lineage = None, None
    elif state_serial is None:
        state_serial, state_lineage = position.serial, position.lineage
    _keep_plan(
        session,
        {
            "run_id": run_id,
            "plan_file": plan_file,
            "lock_file": lock_file,
            "summary": summary.model_dump(mode="json"),
            "state_serial": state_serial,
            "state_lineage": state_lineage,
            "engine": engine,
            "plan_sha256": asking.digest(plan_file),
            "created_at": clock.now(),
        },
    )
    moves.end_phase(session, run_id)
    return _after_plan(session, run_id, claim, summary, ahead or {})


def _keep_plan(session: Session, row: dict[str, Any]) -> None:
    query = insert(RunPlan).values(**row)
    session.exec(query.on_conflict_do_update(index_elements=["run_id"], set_=row))


def _plan_event(summary: PlanSummary) -> NewEvent:
    return NewEvent("plan", {"counts": summary.counts.model_dump(), "has_changes": summary.has_changes})


def _after_plan(session: Session, run_id: str, claim: str, summary: PlanSummary, ahead: policies.Ahead) -> bool:
    query = select(Run.kind, Run.auto_apply, Run.cancel_requested_at, Run.project_id).where(col(Run.id) == run_id)
    kind, auto_apply, cancel_requested_at, project_id = session.exec(query).one()
    columns: dict[str, Any] = {f"{name}_count": number for name, number in summary.counts}
    columns["has_changes"] = summary.has_changes
    columns |= costs.columns(summary)
    if cancel_requested_at is not None:
        return moves.move(session, run_id, Move("planning", "canceled", claim, columns))
    verdict = gate.judge(session, run_id, summary, ahead)
    if stops_after_plan(cast(Kind, kind), has_changes=summary.has_changes):
        return moves.move(session, run_id, Move("planning", "planned_and_finished", claim, columns))
    if verdict.denied is not None:
        columns["error"] = events.cut(verdict.denied.model_dump())
        return moves.move(session, run_id, Move("planning", "policy_denied", claim, columns))
    on_hold = hold.find(session) if auto_apply else None
    note = f"Auto apply is on hold, so a person must confirm. {on_hold.reason}" if on_hold else verdict.held
    held = on_hold or verdict.held
    moved = moves.move(session, run_id, Move("planning", "planned", claim, columns, note=note))
    if moved and auto_apply and not held:
        by = {"confirmed_by_label": "auto-apply"}
        return moves.move(session, run_id, Move("planned", "apply_queued", columns=by))
    if moved and not verdict.held:
        told.waits_for_a_person(session, run_id, project_id)
    return moved


def finish_apply(session: Session, run_id: str, claim: str, *, applied: int | None = None) -> bool:
    """The plan was applied, with `applied` operations (counted from the events when None). False when the claim is lost."""
    moves.lock_deployment(session, run_id)
    columns = {} if applied is None else {"applied_count": applied}
    return moves.move(session, run_id, Move("applying", "applied", claim, columns))


def finish_action(session: Session, run_id: str, claim: str, *, result: bytes | None) -> bool:
    """The action's command ended well; `result` is what it printed, when that is to be kept. False when the claim is lost."""
    moves.lock_deployment(session, run_id)
    columns = {} if result is None else {"result": result}
    return moves.move(session, run_id, Move("applying", "applied", claim, columns))


def fail(
    session: Session,
    run_id: str,
    claim: str,
    error: RunError,
    *,
    state_kept: HoldKind | None = None,
    cut_short: bool = False,
) -> bool:
    """End the run with an error, which is redacted and explained here. False when the claim is lost.

    `state_kept`: the worker keeps a state that nobody has taken, so no other run of the deployment starts before it arrives.
    `cut_short`: the Terraform of an apply was killed, so nobody could save what it had done last.
    """
    status = _ending(session, run_id, claim, state_kept)
    if status is None:
        return False
    clean = redaction.of_run(session, run_id).error(error)
    complete = explain.complete(clean)
    if cut_short and status == "applying":
        complete = lost.cut_short(complete, progress.of_run(session, run_id))
    return moves.move(session, run_id, Move(status, "errored", claim, {"error": events.cut(complete.model_dump())}))


def end_canceled(
    session: Session, run_id: str, claim: str, *, state_kept: HoldKind | None = None, cut_short: bool = False
) -> bool:
    """The worker stopped because it was asked to. False when the claim is lost. The rest as for `fail`."""
    status = _ending(session, run_id, claim, state_kept)
    if status is None:
        return False
    columns = {}
    if cut_short and status == "applying":
        error = RunError(summary="The run was stopped by killing Terraform.")
        columns = {"error": events.cut(lost.cut_short(error, progress.of_run(session, run_id)).model_dump())}
    return moves.move(session, run_id, Move(status, "canceled", claim, columns))


def hand_back(session: Session, run_id: str, claim: str) -> bool:
    """The worker is being stopped and has changed nothing in the cloud: another one shall do it. False when the claim is lost."""
    status = _ending(session, run_id, claim, None)
    return status is not None and handback.to_queue(session, run_id, claim, status)


def plan_again(session: Session, run_id: str, claim: str, *, here: str) -> bool:
    """The worker has another Terraform (`here`) than the one that made the plan. False when the claim is lost."""
    if _ending(session, run_id, claim, None) != "applying":
        return False
    error = handback.to_be_planned(session, run_id, claim, here=here)
    return error is None or fail(session, run_id, claim, error)


def end_stopped(session: Session, run_id: str, claim: str, *, state_kept: HoldKind | None = None) -> bool:
    """The worker is being stopped, and so was the apply that it had begun. False when the claim is lost."""
    return fail(session, run_id, claim, handback.stopped_while_applying(session, run_id), state_kept=state_kept)


def _ending(session: Session, run_id: str, claim: str, state_kept: HoldKind | None) -> Status | None:
    """The status that the run is about to leave, its deployment locked; None when the claim is lost."""
    deployment_id = moves.lock_deployment(session, run_id)
    status = _held(session, run_id, claim)
    if status is not None and deployment_id is not None and state_kept is not None:
        worker = session.exec(select(Run.worker).where(col(Run.id) == run_id)).one()
        holds.keep(session, deployment_id, run_id, worker, state_kept)
    return status


def _held(session: Session, run_id: str, claim: str) -> Status | None:
    query = select(col(Run.status)).where(col(Run.id) == run_id, col(Run.claim) == claim)
    return cast("Status | None", session.exec(query).one_or_none())


def _lease_end() -> Any:
    # make_interval(years, months, weeks, days, hours, mins, secs)
    return func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, settings().lease_seconds)
