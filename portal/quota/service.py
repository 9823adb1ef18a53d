"""What a project may use: read and set, and held at submit, when a plan is kept, and when it is confirmed.

Whoever decides takes the project's lock first and holds it until the commit, so of two who come at once the second counts what
the first has taken. Order of locks: a deployment's row, the project's quotas, runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.kit import clock
from portal.kit.config import settings
from portal.kit.errors import Conflict
from portal.models import ProjectLimits
from portal.project import limits as project_limits
from portal.project import repository as project_repository
from portal.project import service as projects
from portal.project.schemas import ProjectView
from portal.quota import repository, rules
from portal.quota.schemas import Growth, Limits, QuotaChange, QuotaView, UsageView, Used

_GROWS = ("plan_and_apply",)
"""The kinds of runs that may add something. A destroy never meets a quota."""


def usage(session: Session, actor: Actor, project: str) -> UsageView:
    """What the project uses of each of its quotas."""
    found = projects.resolve(session, actor, project)
    return usage_of(session, found.id, found.slug)


def usages(session: Session, found: Mapping[str, ProjectView]) -> dict[str, UsageView]:
    """`usage` of projects that the caller has read, by id, in three queries."""
    used, held = repository.used_in(session, found), repository.runs_held(session, found)
    rows = project_limits.find_all(session, found)
    return {
        item.id: _usage(
            item.id, item.slug, _total(used[item.id].values(), held[item.id]), rows.get(item.id), item.run_limit
        )
        for item in found.values()
    }


def usage_of(session: Session, project_id: str, slug: str) -> UsageView:
    """The same for the portal itself, which asks nobody."""
    row, own = project_limits.find(session, project_id), repository.project(session, project_id).run_limit
    return _usage(project_id, slug, _used(session, project_id), row, own)


def _usage(project_id: str, slug: str, used: Used, row: ProjectLimits | None, run_limit: int | None) -> UsageView:
    meters = rules.meters(used, _limits_of(row, run_limit))
    return UsageView(
        project_id=project_id, slug=slug, meters=meters, warnings=rules.warnings(meters),
        archived_at=row.archived_at if row else None,
    )  # fmt: skip


def quota(session: Session, actor: Actor, project: str) -> QuotaView:
    """The project's own quotas, and the portal's for where it has none."""
    found = projects.resolve(session, actor, project)
    return _view(session, found.id)


def set_quota(session: Session, actor: Actor, project: str, change: QuotaChange) -> QuotaView:
    """Change what is given, for administrators of the portal. What exists stays, also when it is more than the new quota."""
    found = projects.resolve(session, actor, project)
    permissions.require(actor, "project.limit")
    repository.lock(session, found.id)
    before = _view(session, found.id)
    project_limits.write(session, found.id, change.model_dump(exclude_unset=True, exclude={"run_limit"}))
    if "run_limit" in change.model_fields_set:
        row = project_repository.lock(session, found.id)
        row.run_limit = change.run_limit
        session.add(row)
        session.flush()
    after = _view(session, found.id)
    names = [name for name in QuotaView.model_fields if name != "defaults"]
    detail = {name: {"before": getattr(before, name), "after": getattr(after, name)} for name in names}
    audit.record(
        session, actor, "project.quota", object_kind="project", object_id=found.id, project_id=found.id,
        detail={name: pair for name, pair in detail.items() if pair["before"] != pair["after"]},
    )  # fmt: skip
    return after


def lock(session: Session, project_id: str) -> None:
    """Take the project's lock. For use cases that will need it and take others before: see portal/run/moves.py."""
    repository.lock(session, project_id)


def require_deployment(session: Session, project_id: str) -> None:
    """Conflict unless the project may have one more deployment. It counts from its row on, whatever becomes of its runs."""
    _require_room(session, project_id)  # so that in a rush whoever comes too late does not wait for the others
    repository.lock(session, project_id)
    _require_room(session, project_id)


def _require_room(session: Session, project_id: str) -> None:
    project_limits.require_open(session, project_id)
    slug = repository.project(session, project_id).slug
    _refuse(rules.no_room_for_another(slug, _used(session, project_id), _limits(session, project_id)))


def require_run(session: Session, project_id: str, deployment_id: str, kind: str) -> None:
    """Conflict when the run could only add to what is full already: its deployment manages nothing yet."""
    if kind not in _GROWS:
        return
    repository.lock(session, project_id)
    project_limits.require_open(session, project_id)
    if repository.used(session, project_id).get(deployment_id, Used()).resources == 0:
        slug = repository.project(session, project_id).slug
        _refuse(rules.nothing_left(slug, _used(session, project_id), _limits(session, project_id)))


def problem_of_plan(session: Session, run_id: str, growth: Growth) -> str | None:
    """Why the plan of a run may not be applied; None when it may. Until the commit nobody else takes what it needs."""
    run = repository.run(session, run_id)
    if run.kind not in _GROWS:
        return None
    repository.lock(session, run.project_id)
    return _problem(session, run.project_id, run.deployment_id, growth, repository.used(session, run.project_id))


def problem_of_confirm(session: Session, run_id: str) -> str | None:
    """The same for a plan that was kept before: others may have taken meanwhile what it needs."""
    return problem_of_plan(session, run_id, _growth(repository.run(session, run_id)))


def problem_of_apply(session: Session, run_id: str) -> str | None:
    """The same for a plan that was confirmed and is to be applied: the project may have been given less since.

    What it needs is counted as its own since its confirmation, so nobody can take it, and a worker waits for nobody here.
    """
    run = repository.run(session, run_id)
    if run.kind not in _GROWS:
        return None
    used = repository.used(session, run.project_id, without=run_id)
    return _problem(session, run.project_id, run.deployment_id, _growth(run), used)


def _growth(run: Any) -> Growth:
    return Growth(run.add_count, run.destroy_count, run.monthly_cost)


def _problem(
    session: Session, project_id: str, deployment_id: str, growth: Growth, used: dict[str, Used]
) -> str | None:
    own = used.pop(deployment_id, Used())
    monthly = own.monthly if growth.monthly is None else growth.monthly
    wanted = Used(1, max(0, own.resources + growth.add - growth.destroy), monthly)
    slug = repository.project(session, project_id).slug
    return rules.too_much(slug, _sum(used.values()), own, wanted, _limits(session, project_id))


def _refuse(problem: str | None) -> None:
    if problem:
        raise Conflict(problem)


def _used(session: Session, project_id: str) -> Used:
    held = repository.runs_held(session, [project_id])[project_id]
    return _total(repository.used(session, project_id).values(), held)


def _total(parts: Iterable[Used], runs: int) -> Used:
    return replace(_sum(parts), runs=runs)


def _sum(parts: Iterable[Used]) -> Used:
    found = list(parts)
    return Used(
        len(found), sum(part.resources for part in found), sum(part.monthly for part in found),
        sum(part.unknown for part in found),
    )  # fmt: skip


def _limits(session: Session, project_id: str) -> Limits:
    own = repository.project(session, project_id).run_limit
    return _limits_of(project_limits.find(session, project_id), own)


def _limits_of(row: ProjectLimits | None, own: int | None) -> Limits:
    defaults, row = settings().quotas, row or ProjectLimits(project_id="", updated_at=clock.now())
    return Limits(
        deployments=defaults.deployments if row.deployments is None else row.deployments,
        resources=defaults.resources if row.resources is None else row.resources,
        monthly_budget=defaults.budget if row.monthly_budget is None else row.monthly_budget,
        runs=settings().project_runs if own is None else own,
    )


def _view(session: Session, project_id: str) -> QuotaView:
    row, defaults = project_limits.find(session, project_id), settings().quotas
    return QuotaView(
        deployments=row.deployments if row else None,
        resources=row.resources if row else None,
        monthly_budget=row.monthly_budget if row else None,
        run_limit=repository.project(session, project_id).run_limit,
        defaults={
            "deployments": defaults.deployments,
            "resources": defaults.resources,
            "monthly_budget": defaults.budget,
            "run_limit": settings().project_runs,
        },
    )
