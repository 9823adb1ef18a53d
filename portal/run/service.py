"""Use cases of runs, for people and programs: authorise, decide by the run machine, move, audit. Workers call work.py."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth.schemas import Actor
from portal.kit.errors import FieldProblem, Invalid, NotFound
from portal.kit.pagination import Page, clamp, decode_moment_cursor, encode_cursor
from portal.policy import service as policies
from portal.project import service as project_service
from portal.run import access, approve, repository, system, views
from portal.run.approve import approval, decide
from portal.run.approve import count_mine as waiting_for_me
from portal.run.confirm import confirm
from portal.run.create import create, retry
from portal.run.lifecycle import KINDS, TERMINAL, TRANSITIONS
from portal.run.numbers import metrics
from portal.run.override import override_policy
from portal.run.schemas import EventPage, PlanSummary, RunEventView, RunResult, RunView
from portal.run.stop import cancel, discard
from portal.run.system import reachable, worker_views
from portal.run.workers import drain_worker

__all__ = [
    "approval",
    "cancel",
    "confirm",
    "create",
    "decide",
    "discard",
    "drain_worker",
    "events",
    "get",
    "list_runs",
    "metrics",
    "override_policy",
    "plan",
    "reachable",
    "result",
    "retry",
    "system_view",
    "waiting_for_me",
    "worker_views",
]

MAX_EVENTS = 2000
system_view = system.view


def get(session: Session, actor: Actor, *, run_id: str) -> RunView:
    """The run; NotFound also when it is in a project that the actor is nothing in."""
    access.authorise(session, actor, run_id, "run.read")
    return access.view(session, actor, run_id)


def list_runs(
    session: Session,
    actor: Actor,
    *,
    deployment_id: str | None = None,
    project: str | None = None,
    status: Collection[str] = (),
    kind: Collection[str] = (),
    approval: Literal["mine", "waiting"] | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[RunView]:
    """The runs that the actor may see, newest first. `approval`: those whose plan waits for somebody's, or for the actor's."""
    _require_known("status", status, TRANSITIONS)
    _require_known("kind", kind, KINDS)
    projects = _projects(session, actor, project)
    wanted = repository.RunFilter(
        deployment_id=deployment_id,
        project_ids=projects,
        run_ids=None if approval is None else approve.waiting(session, actor, projects, mine=approval == "mine"),
        statuses=status,
        kinds=kind,
        before=decode_moment_cursor(cursor),
    )
    size = clamp(limit)
    rows = repository.page(session, wanted, limit=size + 1)
    last = rows[size - 1].run if len(rows) > size else None
    items = views.of_rows(session, actor, rows[:size])
    return Page(items=items, next_cursor=encode_cursor(last.created_at, last.id) if last else None)


def plan(session: Session, actor: Actor, run_id: str) -> PlanSummary:
    """What the plan would do, without secrets. NotFound while there is no plan."""
    access.authorise(session, actor, run_id, "run.read")
    summary = repository.find_plan(session, run_id)
    if summary is None:
        raise NotFound("This run has no plan. It has one from the status `planned` on.")
    found = PlanSummary.model_validate(summary)
    return found.model_copy(update={"policy": policies.results(session, run_id)})


def result(session: Session, actor: Actor, run_id: str) -> RunResult:
    """What an action left to keep. It is a secret: who looks at it is in the audit trail."""
    project_id = access.authorise(session, actor, run_id, "output.reveal")
    run = access.view(session, actor, run_id)
    found = repository.result_of(session, run_id) if run.action else None
    if run.action is None or found is None:
        raise NotFound("This run left no result. Results of actions are kept for a day.")
    detail = {"deployment_id": run.deployment_id, "action": run.action.name}
    audit.record(
        session, actor, "run.result", object_kind="run", object_id=run_id, project_id=project_id, detail=detail
    )
    name = run.action.result or "Result"
    return RunResult(
        name=name, file=run.action.result_file or f"{run.action.name}.txt", text=found.decode("utf-8", "replace")
    )


def events(session: Session, actor: Actor, run_id: str, *, after: int = 0, limit: int = 500) -> EventPage:
    """Events numbered above `after`. When `ended`, nothing will ever follow `last_n`."""
    access.authorise(session, actor, run_id, "run.read")
    # The end is read before the rows: what is said to be the end cannot have grown by the time the rows are read.
    found = repository.stream_end(session, run_id)
    if found is None:
        raise access.not_found(run_id)
    status, count = found
    after = min(max(after, 0), count)
    rows = repository.events_after(session, run_id, after=after, limit=max(1, min(limit, MAX_EVENTS)))
    items = [RunEventView(n=row.n, at=row.at, type=row.type, data=row.data) for row in rows]
    last_n = items[-1].n if items else after
    return EventPage(items=items, last_n=last_n, ended=status in TERMINAL and last_n >= count)


def _projects(session: Session, actor: Actor, project: str | None) -> set[str] | None:
    if project is not None:
        found = project_service.resolve(session, actor, project).id
        project_service.require(session, actor, found, "run.read")
        return {found}
    return project_service.readable_ids(session, actor, "run.read")


def _require_known(name: str, given: Collection[str], known: Collection[str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        text = f"There is no {name} {unknown[0][:40]!r}; there are {', '.join(known)}."
        raise Invalid(text, [FieldProblem(name, text)])
