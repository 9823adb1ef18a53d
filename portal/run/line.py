"""The line of the runs that wait for a worker: which is next, and where each stands. One order, in one place; SQL.

1. Urgency: applies before plans before drift checks. A plan that has waited for a minute, and a drift check that has waited
   for a quarter of an hour, are as urgent as an apply, so a flood of one kind holds up no other for long.
2. Turns: of what is equally urgent, the project whose turn is longest ago.
3. Within a project: its applies, plans, drift checks, each the oldest first.

A run whose project or cloud account has reached its limit of runs at once is passed over. See docs/decisions/0009.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import text, update
from sqlmodel import Session, col, select

from portal.kit import clock
from portal.kit.config import settings
from portal.models import Project, Run, StateHold
from portal.run.lifecycle import KINDS

PLAN_PATIENCE: Final = timedelta(minutes=1)
DRIFT_PATIENCE: Final = timedelta(minutes=15)
_LOCK: Final = 7_221_914_009  # an arbitrary number that only we use
_PASSED_OVER: Final = 3
"""Of how many runs of a project, account and kind a pick thinks, should somebody be busy with the first of them."""

_GATE: Final = text("SELECT set_config('idle_in_transaction_session_timeout', '5s', true), pg_advisory_xact_lock(:key)")
# Statuses are written out, so that the planner sees that the indexes of open and of queued runs have all of them.
_KINDS: Final = ", ".join(
    f"('apply_queued', '{kind}', 0, NULL::timestamptz), ('plan_queued', '{kind}', "
    + ("2, :drift_since)" if kind == "drift" else "1, :plans_since)")
    for kind in KINDS
)
_COMMON: Final = f"""
held AS MATERIALIZED (
    SELECT project_id, cloud_account_id FROM run WHERE status IN ('planning', 'applying')
), projects AS (
    SELECT project.id, project.served_at, coalesce(project.run_limit, :project_runs) AS most,
        (SELECT count(*) FROM held WHERE held.project_id = project.id) AS held
    FROM project
), accounts AS (
    SELECT account.id, account.suspended_by, account.suspended_reason,
        CASE WHEN account.suspended_at IS NULL THEN coalesce(account.run_limit, :account_runs) ELSE 0 END AS most,
        (SELECT count(*) FROM held WHERE held.cloud_account_id = account.id) AS held
    FROM cloud_account AS account
), kinds (status, kind, step, patient_since) AS (VALUES {_KINDS})
"""  # noqa: S608 - nothing but our own constants
# Only the heads are looked at: of every project, account and kind that has something waiting, the first few, by the index
# ix_run_queued. So the time depends on how many projects wait, not on how many runs.
_HEADS: Final = f"""
WITH RECURSIVE pair AS (
    (
        SELECT project_id, cloud_account_id FROM run WHERE status IN ('plan_queued', 'apply_queued')
        ORDER BY project_id, cloud_account_id LIMIT 1
    )
    UNION ALL
    SELECT next.project_id, next.cloud_account_id FROM pair CROSS JOIN LATERAL (
        SELECT project_id, cloud_account_id FROM run
        WHERE status IN ('plan_queued', 'apply_queued')
            AND (project_id, cloud_account_id) > (pair.project_id, pair.cloud_account_id)
        ORDER BY project_id, cloud_account_id LIMIT 1
    ) AS next
), {_COMMON}
, heads AS (
    SELECT head.id, head.deployment_id, kinds.status, pair.project_id, row_number() OVER (
        ORDER BY CASE WHEN head.since <= kinds.patient_since THEN 0 ELSE kinds.step END,
            projects.served_at NULLS FIRST, kinds.step, head.since, pair.project_id, head.id
    ) AS place
    FROM pair
    JOIN projects ON projects.id = pair.project_id AND projects.held < projects.most
    JOIN accounts ON accounts.id = pair.cloud_account_id AND accounts.held < accounts.most
    JOIN kinds ON kinds.status = ANY(:statuses)
    CROSS JOIN LATERAL (
        SELECT run.id, run.deployment_id, coalesce(run.confirmed_at, run.plan_queued_at) AS since FROM run
        WHERE run.status IN ('plan_queued', 'apply_queued') AND run.status = kinds.status AND run.kind = kinds.kind
            AND run.project_id = pair.project_id AND run.cloud_account_id = pair.cloud_account_id
            AND NOT run.id = ANY(:but)
            AND NOT EXISTS (SELECT FROM state_hold WHERE state_hold.deployment_id = run.deployment_id)
        ORDER BY run.confirmed_at, run.plan_queued_at, run.id LIMIT :each
    ) AS head
)
"""  # noqa: S608 - nothing but our own constants
_PICK: Final = text(f"""{_HEADS}
SELECT heads.id, heads.status, heads.project_id FROM heads
JOIN deployment ON deployment.id = heads.deployment_id
ORDER BY heads.place LIMIT 1
FOR NO KEY UPDATE OF deployment SKIP LOCKED
""")  # noqa: S608
_UPCOMING: Final = text(f"{_HEADS} SELECT id FROM heads ORDER BY place LIMIT :each")  # noqa: S608
# Turns, written as rounds: the first run of every project, then the second of every project, and so on. A run has before it
# what is more urgent, and of each project as many runs as that project has rounds before this one comes round.
# Everything that waits is looked at once and only counted: per project, account, kind, and the interval of time between two of
# the runs that are asked for. Sorting all of it would cost several times as much.
_PLACES: Final = text(f"""
WITH {_COMMON}
, asked AS (
    SELECT project_id, array_agg(DISTINCT since ORDER BY since) AS moments FROM (
        SELECT project_id, coalesce(confirmed_at, plan_queued_at) AS since
        FROM run WHERE id = ANY(:ids) AND status IN ('plan_queued', 'apply_queued')
    ) AS them GROUP BY project_id
), line AS (
    SELECT run.id, run.project_id, run.cloud_account_id, moments, coalesce(run.confirmed_at, run.plan_queued_at) AS since,
        CASE WHEN run.status = 'apply_queued' THEN 0 WHEN run.kind = 'drift' THEN 2 ELSE 1 END AS step
    FROM run LEFT JOIN asked USING (project_id)
    WHERE run.status IN ('plan_queued', 'apply_queued')
        AND run.deployment_id NOT IN (SELECT deployment_id FROM state_hold)
), timed AS (
    SELECT line.*, since <= CASE step WHEN 2 THEN :drift_since ELSE :plans_since END AS patient,
        coalesce(width_bucket(since, moments), 0) AS stretch
    FROM line
), counted AS MATERIALIZED (
    SELECT project_id, cloud_account_id, step, patient, stretch,
        CASE WHEN since = moments[stretch] THEN id END COLLATE "C" AS id, count(*) AS number, min(since) AS first
    FROM timed GROUP BY 1, 2, 3, 4, 5, 6
), classes AS (
    SELECT counted.*, NOT :together AND step > 0 AS lane, CASE WHEN patient THEN 0 ELSE step END AS urgency,
        projects.held >= projects.most OR accounts.held >= accounts.most AS stopped
    FROM counted
    JOIN projects ON projects.id = counted.project_id
    JOIN accounts ON accounts.id = counted.cloud_account_id
), ranked AS MATERIALIZED (
    SELECT *, dense_rank() OVER (ORDER BY lane, stopped, urgency, project_id) AS key,
        sum(number) OVER (
            PARTITION BY lane, stopped, urgency, project_id ORDER BY step, stretch, id NULLS LAST
        )::bigint AS round
    FROM classes
), by_project AS (
    SELECT key, lane, stopped, urgency, project_id, sum(number) AS number,
        (array_agg((step, first) ORDER BY step, first))[1] AS head
    FROM ranked GROUP BY key, lane, stopped, urgency, project_id
), turns AS MATERIALIZED (
    SELECT by_project.*, row_number() OVER (
        PARTITION BY lane, stopped, urgency ORDER BY projects.served_at NULLS FIRST, head, by_project.project_id
    ) AS turn
    FROM by_project JOIN projects ON projects.id = by_project.project_id
)
SELECT mine.id, (
    SELECT 1 + coalesce(sum(CASE
        WHEN (other.stopped, other.urgency) < (own.stopped, own.urgency) THEN other.number
        WHEN other.turn < own.turn THEN least(other.number, mine.round)
        ELSE least(other.number, mine.round - 1)
    END), 0)
    FROM turns AS other
    WHERE other.lane = own.lane AND (other.stopped, other.urgency) <= (own.stopped, own.urgency)
)::integer AS position,
    CASE WHEN projects.held >= projects.most THEN projects.most END AS project_limit,
    CASE WHEN accounts.held >= accounts.most THEN accounts.most END AS account_limit,
    accounts.suspended_by, accounts.suspended_reason
FROM ranked AS mine
JOIN turns AS own USING (key)
JOIN projects ON projects.id = own.project_id
JOIN accounts ON accounts.id = mine.cloud_account_id
WHERE mine.id = ANY(:ids)
""")  # noqa: S608


@dataclass(frozen=True, slots=True)
class Picked:
    """The run that is next, and whose turn that is. Its deployment is locked."""

    run_id: str
    status: str
    project_id: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run stands. A limit is None unless it is what the run waits for."""

    position: int
    project_limit: int | None = None
    account_limit: int | None = None
    account_disabled: tuple[str, str] | None = None
    """By whom, and why."""


def one_at_a_time(session: Session) -> None:
    """Until this transaction ends nobody else picks: of two who count at once, both could fill the last place of a limit.

    PostgreSQL ends a transaction that does nothing for seconds, so a worker that was stopped in the middle of a pick keeps
    the others from picking no longer than that.
    """
    session.connection().execute(_GATE, {"key": _LOCK})


def pick(session: Session, statuses: Collection[str], *, but: Collection[str] = ()) -> Picked | None:
    """The run that is next for a worker of these statuses, its deployment locked. What somebody is busy with is passed over."""
    given = _parameters(statuses=list(statuses), but=list(but), each=_PASSED_OVER)
    row = session.connection().execute(_PICK, given).one_or_none()
    return Picked(*row) if row else None


def upcoming(session: Session, statuses: Collection[str], *, most: int) -> list[str]:
    """The ids of the runs that could start now, in the order in which they would."""
    given = _parameters(statuses=list(statuses), but=[], each=most)
    return list(session.connection().execute(_UPCOMING, given).scalars())


def places(session: Session, run_ids: Collection[str], *, together: bool) -> dict[str, Place]:
    """Where these runs stand; a run whose deployment lacks a state, or that does not wait any more, stands nowhere.

    `together`: a worker takes plans and applies, so they stand in one line.
    """
    rows = session.connection().execute(_PLACES, _parameters(ids=list(run_ids), together=together))
    return {row.id: _place(row) for row in rows}


def _place(row: Any) -> Place:
    disabled = None if row.suspended_by is None else (row.suspended_by, row.suspended_reason)
    return Place(row.position, row.project_limit, row.account_limit, disabled)


def without_state(session: Session, run_ids: Collection[str]) -> list[str]:
    """Those of these runs whose deployment waits for its last state, so that no worker takes them."""
    query = select(col(Run.id)).join(StateHold, col(StateHold.deployment_id) == col(Run.deployment_id))
    return list(session.exec(query.where(col(Run.id).in_(run_ids))).all()) if run_ids else []


def served(session: Session, project_id: str) -> None:
    """The project has had its turn."""
    query = update(Project).where(col(Project.id) == project_id).values(served_at=clock.now())
    session.exec(query, execution_options={"synchronize_session": False})


def _parameters(**more: Any) -> dict[str, Any]:
    now, config = clock.now(), settings()
    return {
        "project_runs": config.project_runs,
        "account_runs": config.account_runs,
        "plans_since": now - PLAN_PATIENCE,
        "drift_since": now - DRIFT_PATIENCE,
        **more,
    }
