"""What a project uses, in SQL, and the one lock of all its quotas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Row, text
from sqlmodel import Session

from portal.models import Project
from portal.quota.schemas import Used

_SPACE: Final = 7_221_914
"""An arbitrary number that only these locks use."""
# Not the project's row: workers note a project's turn in it, and must not wait for whoever counts.
_LOCK: Final = text("SELECT pg_advisory_xact_lock(:space, hashtext(:project))")
# Of each living deployment: what its newest state has or, while an apply is under way, what there will be if that is more;
# and what it costs, by the last plan that was applied or is being. A run that ended in the middle counts as if it had not.
_USED: Final = text("""
SELECT living.id, living.project_id,
    coalesce(newest.resource_count, 0) AS now,
    greatest(
        coalesce(newest.resource_count, 0),
        coalesce(before.resource_count, 0) + greatest(flying.add_count - flying.destroy_count, 0)
    ) AS resources,
    costs.run_id IS NOT NULL AND costs.monthly_cost IS NULL AS unknown,
    coalesce(costs.monthly_cost, 0) AS monthly
FROM deployment AS living
LEFT JOIN LATERAL (
    SELECT resource_count FROM state_version WHERE deployment_id = living.id ORDER BY n DESC LIMIT 1
) AS newest ON true
LEFT JOIN LATERAL (
    SELECT id, add_count, destroy_count, planned_at FROM run
    WHERE deployment_id = living.id AND status IN ('apply_queued', 'applying') AND kind IN ('plan_and_apply', 'destroy')
        AND id <> :without
    LIMIT 1
) AS flying ON true
LEFT JOIN LATERAL (
    SELECT resource_count FROM state_version
    WHERE deployment_id = living.id AND created_at <= flying.planned_at ORDER BY n DESC LIMIT 1
) AS before ON true
LEFT JOIN LATERAL (
    SELECT id AS run_id, monthly_cost FROM run
    WHERE deployment_id = living.id AND kind = 'plan_and_apply' AND id <> :without
        AND (applying_at IS NOT NULL OR status IN ('apply_queued', 'planned_and_finished'))
    ORDER BY created_at DESC, id DESC LIMIT 1
) AS costs ON true
WHERE living.project_id = ANY(:projects) AND living.destroyed_at IS NULL
""")
_RUN: Final = text(
    "SELECT kind, project_id, deployment_id, add_count, destroy_count, monthly_cost FROM run WHERE id = :id"
)
_RUNS: Final = text("""
SELECT project_id, count(*) AS held FROM run
WHERE project_id = ANY(:projects) AND status IN ('planning', 'applying') GROUP BY project_id
""")


def lock(session: Session, project_id: str) -> None:
    """Until this transaction ends, nobody else counts or uses the project's quotas. Comes after deployments' rows."""
    session.connection().execute(_LOCK, {"space": _SPACE, "project": project_id})


def used(session: Session, project_id: str, *, without: str = "") -> dict[str, Used]:
    """What each living deployment of the project uses, by id; `without` the run of this id, as if nobody had confirmed it."""
    return used_in(session, [project_id], without=without)[project_id]


def used_in(session: Session, project_ids: Iterable[str], *, without: str = "") -> dict[str, dict[str, Used]]:
    """The same of several projects, by their ids."""
    found: dict[str, dict[str, Used]] = {project_id: {} for project_id in project_ids}
    for row in session.connection().execute(_USED, {"projects": list(found), "without": without}):
        found[row.project_id][row.id] = Used(1, int(row.resources), float(row.monthly), int(row.unknown))
    return found


def runs_held(session: Session, project_ids: Iterable[str]) -> dict[str, int]:
    """How many runs of each project workers hold now."""
    found = dict.fromkeys(project_ids, 0)
    rows = session.connection().execute(_RUNS, {"projects": list(found)})
    return found | {row.project_id: int(row.held) for row in rows}


def project(session: Session, project_id: str) -> Project:
    return session.get_one(Project, project_id)


def run(session: Session, run_id: str) -> Row[Any]:
    """What a run is, and what its plan brings, as this transaction has it."""
    return session.connection().execute(_RUN, {"id": run_id}).one()
