"""What this installation is and how it fares: versions, storage, keys, backups, for the administrator's System page."""

from __future__ import annotations

import shutil
from datetime import datetime
from typing import Literal

import redis
from pydantic import BaseModel
from sqlalchemy import func, text
from sqlmodel import Session, col, select

from portal import migrations
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.issuer import service as issuer
from portal.issuer.schemas import SigningKeyView
from portal.kit.config import settings
from portal.kit.errors import ConfigurationError
from portal.migrations import fit
from portal.models import AuditEvent, SchemaRevision
from portal.run import repository, system

Verdict = Literal["ok", "warning", "failing"]
_LARGEST_TABLES = 12
_SIZES = text(
    "SELECT c.relname AS name, pg_total_relation_size(c.oid) AS bytes, greatest(c.reltuples, 0)::bigint AS rows "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 2 DESC LIMIT :count"
)
_FULL = 0.9
"""Of a disk: from here on it is a warning."""


class HealthView(BaseModel):
    """One thing that the portal needs, in a sentence."""

    name: str
    verdict: Verdict
    text: str


class TableView(BaseModel):
    """A table with its indexes; `rows` is PostgreSQL's estimate."""

    name: str
    bytes: int
    rows: int


class DiskView(BaseModel):
    """The disk below the data folder of the portal that answers, in bytes."""

    total: int
    free: int


class SchemaView(BaseModel):
    """The database's revision, which code may run beside it, and when it was migrated by which version."""

    revision: str
    oldest_code: str
    migrated_at: datetime | None
    migrated_by: str


class InstallationView(BaseModel):
    """Everything that the System page shows beside workers and queue."""

    health: list[HealthView]
    versions: dict[str, str]
    database: SchemaView
    database_bytes: int
    tables: list[TableView]
    disk: DiskView
    signing_keys: list[SigningKeyView]
    backed_up_at: datetime | None
    """When `terrace backup` was last taken, by the audit trail."""


def view(session: Session, actor: Actor) -> InstallationView:
    """How the installation is now. Nothing in it is a secret."""
    permissions.require(actor, "system.read")
    usage = shutil.disk_usage(_existing())
    disk = DiskView(total=usage.total, free=usage.free)
    return InstallationView(
        health=[_database(session), _redis(), _workers(session), _disk(disk)],
        versions=system.view(session, actor).versions,
        database=_schema(session),
        database_bytes=session.connection().execute(text("SELECT pg_database_size(current_database())")).scalar_one(),
        tables=[TableView(**row._mapping) for row in session.connection().execute(_SIZES, {"count": _LARGEST_TABLES})],
        disk=disk,
        signing_keys=issuer.signing_keys(session, actor),
        backed_up_at=_backed_up_at(session),
    )


def _existing() -> str:
    folder = settings().data_dir
    while not folder.exists():
        folder = folder.parent
    return str(folder)


def _database(session: Session) -> HealthView:
    problem = migrations.problem(session)
    said = problem or "It answers, and has the tables of this version."
    return HealthView(name="PostgreSQL", verdict="failing" if problem else "ok", text=said)


def _redis() -> HealthView:
    try:
        with redis.Redis.from_url(settings().redis_database(0), socket_connect_timeout=2, socket_timeout=2) as client:
            version = client.info("server").get("redis_version", "")  # type: ignore[union-attr]
    except (redis.RedisError, ConfigurationError) as error:
        said = f"It does not answer ({type(error).__name__}). Runs go on, each a few seconds later; pages stand still."
        return HealthView(name="Redis", verdict="failing", text=said)
    return HealthView(name="Redis", verdict="ok", text=f"It answers (compatible with {version}).")


def _workers(session: Session) -> HealthView:
    slots = repository.total_slots(session)
    known = {queue for queues, _, _ in repository.live_queues(session) for queue in queues}
    lacking = sorted({"plan", "apply", "control"} - known)
    if lacking:
        said = f"Nobody works on the queues {', '.join(lacking)}. Start a worker: `terrace worker`."
        return HealthView(name="Workers", verdict="failing", text=said)
    return HealthView(name="Workers", verdict="ok", text=f"{slots} phases of runs can go on at once.")


def _disk(disk: DiskView) -> HealthView:
    full = 1 - disk.free / disk.total if disk.total else 0.0
    said = f"{full:.0%} of the disk below the data folder is used."
    return HealthView(name="Disk", verdict="warning" if full > _FULL else "ok", text=said)


def _schema(session: Session) -> SchemaView:
    newest = session.exec(select(SchemaRevision).order_by(col(SchemaRevision.revision).desc()).limit(1)).first()
    return SchemaView(
        revision=newest.revision if newest else fit.head(),
        oldest_code=newest.oldest_code if newest else "",
        migrated_at=newest.applied_at if newest else None,
        migrated_by=newest.terrace if newest else "",
    )


def _backed_up_at(session: Session) -> datetime | None:
    return session.exec(select(func.max(AuditEvent.at)).where(col(AuditEvent.action) == "system.backup")).one()
