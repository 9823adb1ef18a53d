"""What clouds answered, kept for a while: one row an account and question, in PostgreSQL, so that every portal sees it.

A row's key is the account's id and a digest of the question, of the account's settings, and of since when it has its credentials:
nobody is told what another account, or the same account with other credentials, could see.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from portal.cloud_account.clouds import Asked
from portal.kit.clock import now
from portal.models import CloudAnswer

ASKING: Final = timedelta(seconds=8)
"""Whoever asks and is heard of no more holds the question for no longer."""
FORGOTTEN: Final = timedelta(days=7)
PAUSE: Final = timedelta(seconds=20)
"""A cloud that did not answer is left alone for this long."""
LONGEST_PAUSE: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a question."""

    answer: dict[str, Any] | None = None
    answered_at: datetime | None = None
    failure: str | None = None
    retry_at: datetime | None = None
    asking: bool = False
    """Somebody is asking now."""
    mine: bool = False
    """Whoever got this is to ask; everybody else waits, or makes do."""

    def is_fresh(self, life: timedelta) -> bool:
        return self.answered_at is not None and now() - self.answered_at < life


def key(asked: Asked, verb: str, kind: str, parameters: Mapping[str, str]) -> str:
    """The digest by which a question is known. Of the credentials it knows the moment at which they came, and nothing more."""
    text = json.dumps([verb, kind, sorted(parameters.items()), asked.given.settings, asked.since], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def look(session: Session, account_id: str, question: str, life: timedelta) -> Known:
    """What is known; when that is too old, and nobody asks, and the cloud may be asked, the caller is to ask."""
    found = _read(session, account_id, question)
    if found.is_fresh(life):
        return found
    patience = _patience(session, account_id)
    if patience is not None:
        return Known(found.answer, found.answered_at, failure=patience)
    if _claim(session, account_id, question, found):
        return Known(found.answer, found.answered_at, mine=True)
    return _read(session, account_id, question)


def peek(session: Session, account_id: str, question: str) -> Known:
    """What is known."""
    return _read(session, account_id, question)


def keep(session: Session, account_id: str, question: str, answer: dict[str, Any]) -> None:
    """The cloud answered. What was asked long ago goes."""
    _write(session, account_id, question, answer=answer, answered_at=now(), failure=None, retry_at=None)
    old = col(CloudAnswer.answered_at) < now() - FORGOTTEN
    session.execute(CloudAnswer.__table__.delete().where(CloudAnswer.account_id == account_id, old))  # type: ignore[attr-defined]


def fail(session: Session, account_id: str, question: str, why: str, retry_after: float | None) -> None:
    """The cloud did not answer. With `retry_after` it asked for patience, and no question of the account goes out before."""
    pause = PAUSE if retry_after is None else min(timedelta(seconds=max(1.0, retry_after)), LONGEST_PAUSE)
    _write(session, account_id, question, failure=why, retry_at=now() + pause)
    if retry_after is not None:
        everybody = {"account_id": account_id, "question": "*", "retry_at": now() + pause, "failure": why}
        query = insert(CloudAnswer).values(everybody)
        session.execute(query.on_conflict_do_update(index_elements=["account_id", "question"], set_=everybody))


def _read(session: Session, account_id: str, question: str) -> Known:
    row = session.get(CloudAnswer, (account_id, question), populate_existing=True)
    if row is None:
        return Known()
    asking = row.asking_until is not None and row.asking_until > now()
    return Known(row.answer, row.answered_at, row.failure, row.retry_at, asking)


def _patience(session: Session, account_id: str) -> str | None:
    """What the cloud said when it asked the account for patience, whatever the question was; None when it may be asked."""
    query = select(col(CloudAnswer.failure)).where(
        CloudAnswer.account_id == account_id, CloudAnswer.question == "*", col(CloudAnswer.retry_at) > now()
    )
    return session.exec(query).first()


def _claim(session: Session, account_id: str, question: str, found: Known) -> bool:
    """Of all who find the answer too old, one asks, unless a newer one has come since."""
    until = now() + ASKING
    query = insert(CloudAnswer).values(account_id=account_id, question=question, asking_until=until)
    free = or_(col(CloudAnswer.asking_until).is_(None), col(CloudAnswer.asking_until) < now())
    may = or_(col(CloudAnswer.retry_at).is_(None), col(CloudAnswer.retry_at) < now())
    same = col(CloudAnswer.answered_at).is_not_distinct_from(found.answered_at)
    query = query.on_conflict_do_update(
        index_elements=["account_id", "question"], set_={"asking_until": until}, where=free & may & same
    )
    return session.execute(query.returning(col(CloudAnswer.question))).first() is not None


def _write(session: Session, account_id: str, question: str, **columns: Any) -> None:
    """An account that was removed meanwhile, or has other credentials by now, has no such row, and gets none."""
    query = (
        update(CloudAnswer)
        .where(col(CloudAnswer.account_id) == account_id, col(CloudAnswer.question) == question)
        .values(asking_until=None, **columns)
    )
    session.execute(query, execution_options={"synchronize_session": False})
