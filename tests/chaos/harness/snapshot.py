"""What there is after the faults: read from the database by the portal's own code, from the cloud's store, from the disk."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import psutil
from sqlalchemy import text
from sqlmodel import Session, col, select

from portal.audit import service as audit
from portal.kit.db import unit_of_work
from portal.models import Deployment, Run, RunEvent, RunPlan, StateHold, StateLock, StateVersion
from tests.chaos.harness.cluster import Cluster
from tests.chaos.harness.load import Done
from worker.spool import of_this_machine
from worker.terraform import workdir

TYPES: Final = ("azurerm_resource_group", "azurerm_user_assigned_identity", "azurerm_role_assignment")
_OWNER: Final = re.compile(r"/resourceGroups/rg-(c\d+-\d+)(?:/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a run."""

    n: int
    at: datetime
    type: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run with its whole story. `creates`: how many resources its plan makes, by type."""

    id: str
    deployment_id: str
    kind: str
    status: str
    claim: str | None
    event_count: int
    replans: int
    confirmed_by: str | None
    cancel_requested: bool
    cancel_forced: bool
    created_at: datetime
    applying_at: datetime | None
    ended_at: datetime | None
    error: dict[str, Any] | None
    creates: dict[str, int]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class StateRow:
    """One version of a state. `resources`: (address, id) of what it holds."""

    deployment_id: str
    n: int
    serial: int
    lineage: str
    run_id: str | None
    created_at: datetime
    resources: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Existing:
    """Something in the cloud, and what a configuration calls it."""

    address: str
    id: str
    owner: str
    """The deployment's name."""


@dataclass(frozen=True, slots=True)
class Operation:
    """The cloud made or deleted something."""

    at: datetime
    operation: str
    type: str
    owner: str


@dataclass(frozen=True, slots=True)
class Audited:
    """One event of the trail."""

    action: str
    object_id: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """Everything of one round's deployments. `deployments`: id to (name, status)."""

    deployments: dict[str, tuple[str, str]] = field(default_factory=dict)
    runs: Sequence[RunRow] = ()
    states: Sequence[StateRow] = ()
    locks: Sequence[str] = ()
    holds: Sequence[str] = ()
    cloud: Sequence[Existing] = ()
    operations: Sequence[Operation] = ()
    audited: Sequence[Audited] = ()
    audit_fault: str | None = None
    left_over: Sequence[str] = ()
    acknowledged: Sequence[Done] = ()


def take(cluster: Cluster, prefix: str, acknowledged: Sequence[Done]) -> Snapshot:
    """Of the deployments whose names begin with `prefix`."""
    with unit_of_work() as session:
        owned = select(Deployment).where(col(Deployment.name).startswith(prefix))
        deployments = {row.id: (row.name, row.status) for row in session.exec(owned)}
        ids = list(deployments)
        checked = audit.verify(session)
        return Snapshot(
            deployments,
            _runs(session, ids),
            _states(session, ids),
            [f"{row.deployment_id} by {row.run_id}" for row in session.exec(select(StateLock))],
            [f"{row.deployment_id}: {row.kind} of {row.run_id} {row.note}" for row in session.exec(select(StateHold))],
            _existing(cluster, prefix),
            _operations(cluster, prefix),
            _audited(session),
            None if checked.ok else f"{checked.reason} ({checked.broken_at})",
            left_over(cluster),
            acknowledged,
        )


def _runs(session: Session, ids: list[str]) -> list[RunRow]:
    rows = session.exec(select(Run).where(col(Run.deployment_id).in_(ids)).order_by(col(Run.created_at))).all()
    events = _events(session, [row.id for row in rows])
    plans = {
        plan.run_id: plan.summary
        for plan in session.exec(select(RunPlan).where(col(RunPlan.run_id).in_([row.id for row in rows])))
    }
    return [
        RunRow(
            row.id, row.deployment_id, row.kind, row.status, row.claim, row.event_count, row.replans,
            row.confirmed_by_label, row.cancel_requested_at is not None, row.cancel_forced_at is not None,
            row.created_at, row.applying_at, row.ended_at, row.error, _creates(plans.get(row.id)),
            tuple(events.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip


def _creates(summary: dict[str, Any] | None) -> dict[str, int]:
    changes = summary["changes"] if summary else []
    made = [change["address"].partition(".")[0] for change in changes if change["action"] in ("create", "replace")]
    return {type_name: made.count(type_name) for type_name in set(made)}


def _events(session: Session, run_ids: list[str]) -> dict[str, list[Event]]:
    query = select(RunEvent).where(col(RunEvent.run_id).in_(run_ids)).order_by(col(RunEvent.run_id), col(RunEvent.n))
    found: dict[str, list[Event]] = {}
    for row in session.exec(query):
        found.setdefault(row.run_id, []).append(Event(row.n, row.at, row.type, row.data))
    return found


def _states(session: Session, ids: list[str]) -> list[StateRow]:
    """Of the newest version what its decrypted document says; of the others what was read out of it."""
    query = select(StateVersion).where(col(StateVersion.deployment_id).in_(ids))
    rows = session.exec(query.order_by(col(StateVersion.deployment_id), col(StateVersion.n))).all()
    return [
        StateRow(
            row.deployment_id, row.n, row.serial, row.lineage, row.run_id, row.created_at,
            frozenset(_instances(json.loads(row.data))),
        )
        for row in rows
    ]  # fmt: skip


def _instances(document: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for resource in document.get("resources") or []:
        if resource.get("mode") == "managed":
            for instance in resource["instances"]:
                key = instance.get("index_key")
                index = "" if key is None else f"[{json.dumps(key)}]"
                yield f"{resource['type']}.{resource['name']}{index}", str(instance["attributes"].get("id"))


def _existing(cluster: Cluster, prefix: str) -> list[Existing]:
    found = []
    with cluster.sandbox() as store:
        for row in store.search():
            owner = _OWNER.search(row.key.id)
            if owner and owner[1].startswith(prefix):
                found.append(Existing(address_of(row.key.type, row.attributes), row.key.id, owner[1]))
    return found


def address_of(type_name: str, attributes: dict[str, Any]) -> str:
    """What the template calls it."""
    if type_name == "azurerm_resource_group":
        return f"{type_name}.this"
    key = attributes.get("description") or str(attributes.get("name", "")).rpartition("-")[2]
    return f'{type_name}.this["{key}"]'


def _operations(cluster: Cluster, prefix: str) -> list[Operation]:
    with cluster.look_into_cloud() as connection:
        rows = connection.execute("SELECT at, operation, type, id FROM chaos_operation ORDER BY n").fetchall()
    owned = [(row, _OWNER.search(row[3])) for row in rows]
    return [
        Operation(row[0], row[1], row[2], owner[1]) for row, owner in owned if owner and owner[1].startswith(prefix)
    ]


def _audited(session: Session) -> list[Audited]:
    rows = session.connection().execute(text("SELECT action, object_id, detail FROM audit_event ORDER BY n"))
    return [Audited(*row) for row in rows]


def left_over(cluster: Cluster) -> list[str]:
    """Work directories, spooled states, provider sockets, half-written files, processes of nobody."""
    root = workdir.root_for(cluster.data)
    spool = of_this_machine()
    found = [f"work directory {path.name}" for path in root.glob("*")] if root.is_dir() else []
    found += [f"spooled state of {run_id}" for run_id in spool.waiting()]
    found += [f"refused state of {run_id}" for run_id in spool.refused()]
    found += [f"half a file {path.name}" for path in (cluster.data / "spool").glob(".*")]
    found += [f"half a file {path.name}" for path in (cluster.data / "prepared").glob(".*")]
    found += [f"provider's socket {path.name}" for path in cluster.tmp.glob("tsb*")]
    return found + _orphans(cluster)


def _orphans(cluster: Cluster) -> list[str]:
    known = {process.pid for name in cluster.processes for process in cluster.family(name)}
    return [
        f"process {process.pid} {' '.join(process.cmdline())[:100]}"
        for process in cluster.inhabitants()
        if process.pid not in known and process.pid != os.getpid() and _lives(process)
    ]


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
