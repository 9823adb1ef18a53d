"""SQL of the state feature."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from portal.models import Run, RunToken, StateLock, StateVersion
from portal.state.schemas import Position, RunRef

NO_SYNC = {"synchronize_session": False}


def live_token(session: Session, token_hash: str, *, hold: bool = False) -> tuple[str, RunRef] | None:
    """The stored hash and the run of a token that was not revoked; with `hold`, it is not before this transaction ends."""
    query = (
        select(RunToken.token_hash, Run.id, Run.deployment_id, Run.status)
        .join(Run, col(Run.id) == col(RunToken.run_id))
        .where(col(RunToken.token_hash) == token_hash, col(RunToken.revoked_at).is_(None))
    )
    query = query.with_for_update(read=True, of=RunToken) if hold else query
    row = session.exec(query).one_or_none()
    return (row[0], RunRef(row[1], row[2], row[3])) if row else None


def add_token(session: Session, run_id: str, token_hash: str, at: datetime) -> None:
    session.add(RunToken(token_hash=token_hash, run_id=run_id, created_at=at))
    session.flush()


def latest(session: Session, deployment_id: str) -> StateVersion | None:
    """The newest version with its data, decrypted."""
    query = select(StateVersion).where(col(StateVersion.deployment_id) == deployment_id)
    return session.exec(query.order_by(col(StateVersion.n).desc()).limit(1)).first()


def latest_without_data(session: Session, deployment_id: str) -> StateVersion | None:
    """The newest version; its data stays in the database, encrypted."""
    query = select(StateVersion).where(col(StateVersion.deployment_id) == deployment_id)
    query = query.order_by(col(StateVersion.n).desc()).limit(1).options(defer(StateVersion.data))  # type: ignore[arg-type]
    return session.exec(query).first()


def latest_outputs(session: Session, deployment_ids: Collection[str]) -> dict[str, Any]:
    """Of each deployment the outputs of its newest version."""
    query = (
        select(StateVersion.deployment_id, StateVersion.outputs)
        .where(col(StateVersion.deployment_id).in_(deployment_ids))
        .ext(distinct_on(col(StateVersion.deployment_id)))
        .order_by(col(StateVersion.deployment_id), col(StateVersion.n).desc())
    )
    return {row[0]: row[1] for row in session.exec(query).all()}


def position(session: Session, deployment_id: str) -> Position | None:
    query = select(StateVersion.serial, StateVersion.lineage).where(col(StateVersion.deployment_id) == deployment_id)
    row = session.exec(query.order_by(col(StateVersion.n).desc()).limit(1)).first()
    return Position(row[0], row[1]) if row else None


def positions(session: Session, deployment_ids: Collection[str]) -> dict[str, Position]:
    query = (
        select(StateVersion.deployment_id, StateVersion.serial, StateVersion.lineage)
        .where(col(StateVersion.deployment_id).in_(deployment_ids))
        .ext(distinct_on(col(StateVersion.deployment_id)))
        .order_by(col(StateVersion.deployment_id), col(StateVersion.n).desc())
    )
    return {row[0]: Position(row[1], row[2]) for row in session.exec(query).all()}


def head(session: Session, deployment_id: str) -> tuple[int, int, str, str] | None:
    """n, serial, lineage and md5 of the newest version."""
    query = select(StateVersion.n, StateVersion.serial, StateVersion.lineage, StateVersion.md5)
    query = query.where(col(StateVersion.deployment_id) == deployment_id).order_by(col(StateVersion.n).desc()).limit(1)
    row = session.exec(query).first()
    return (row[0], row[1], row[2], row[3]) if row else None


def writer(session: Session, deployment_id: str) -> str | None:
    """The run that wrote the newest version."""
    query = select(col(StateVersion.run_id)).where(col(StateVersion.deployment_id) == deployment_id)
    return session.exec(query.order_by(col(StateVersion.n).desc()).limit(1)).one_or_none()


def versions(session: Session, deployment_id: str, *, before: int | None, limit: int) -> list[StateVersion]:
    """Newest first, without their data and outputs."""
    query = select(StateVersion).where(col(StateVersion.deployment_id) == deployment_id)
    if before is not None:
        query = query.where(col(StateVersion.n) < before)
    query = query.options(defer(StateVersion.data), defer(StateVersion.outputs))  # type: ignore[arg-type]
    return list(session.exec(query.order_by(col(StateVersion.n).desc()).limit(limit)).all())


def take_lock(session: Session, lock: dict[str, Any]) -> bool:
    """Insert the lock's row; False when there is one already."""
    query = insert(StateLock).values(**lock).on_conflict_do_nothing().returning(col(StateLock.lock_id))
    return session.exec(query).scalar_one_or_none() is not None


def find_lock(session: Session, deployment_id: str, *, hold: bool = False) -> StateLock | None:
    """The lock's row; with `hold`, it cannot be released before this transaction ends."""
    query = select(StateLock).where(col(StateLock.deployment_id) == deployment_id)
    query = query.with_for_update() if hold else query
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def status_of(session: Session, run_id: str) -> str | None:
    return session.exec(select(col(Run.status)).where(col(Run.id) == run_id)).one_or_none()


def drop_lock(session: Session, deployment_id: str) -> bool:
    query = delete(StateLock).where(col(StateLock.deployment_id) == deployment_id)
    return session.exec(query, execution_options=NO_SYNC).rowcount > 0


def drop_lock_of_run(session: Session, run_id: str) -> bool:
    query = delete(StateLock).where(col(StateLock.run_id) == run_id)
    return session.exec(query, execution_options=NO_SYNC).rowcount > 0


def drop_dead_locks(session: Session, running: Collection[str]) -> list[str]:
    """Free the states whose holder is no run in progress; their deployments."""
    holders = select(col(Run.id)).where(col(Run.status).in_(running))
    query = delete(StateLock).where(col(StateLock.run_id).is_(None) | col(StateLock.run_id).not_in(holders))
    query = query.returning(col(StateLock.deployment_id))
    return list(session.exec(query, execution_options=NO_SYNC).scalars().all())


def revoke_tokens(session: Session, run_id: str, at: datetime) -> None:
    live = (col(RunToken.run_id) == run_id, col(RunToken.revoked_at).is_(None))
    session.exec(update(RunToken).where(*live).values(revoked_at=at), execution_options=NO_SYNC)
