"""The database: one engine a process, and `unit_of_work`, the only place that commits.

What must happen after the commit (a Celery message, a nudge to viewers) is registered on the session with `after_commit` and
runs only when the commit succeeded: a message can never overtake its row. What must be kept although a unit of work is
refused (that somebody guessed a password) is registered with `afterwards`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

from portal.kit.config import settings

log = structlog.get_logger(__name__)
_HOOKS = "after_commit"
_AFTERWARDS = "afterwards"
# A process that stands still in the middle of a transaction (SIGSTOP, a machine that sleeps) keeps its locks no longer than
# a lease: PostgreSQL ends the transaction, and whoever looks after the run can go on. Plans are made for the parameters at
# hand: one for any parameters could not know that a partial index (open runs, queued runs) has what is asked for.
_OPTIONS = (
    "-c timezone=UTC -c lock_timeout=15000 -c idle_in_transaction_session_timeout=15000 "
    "-c plan_cache_mode=force_custom_plan"
)
# What PostgreSQL says when it cannot serve anybody now: connection lost, no room, shutting down, starting.
_AWAY = ("08", "53", "57P")
_lock = threading.Lock()
_engines: dict[str, Engine] = {}


def engine() -> Engine:
    """This process's engine for the configured database (made on first use, so a fork before it is harmless)."""
    url = settings().require_database_url()
    with _lock:
        if url not in _engines:
            _engines[url] = create_engine(
                url,
                pool_size=10,
                max_overflow=20,
                pool_pre_ping=True,
                pool_recycle=1800,
                hide_parameters=True,  # an error of the database must not print values
                connect_args={"connect_timeout": 10, "options": _OPTIONS},
            )
        return _engines[url]


def is_away(error: BaseException) -> bool:
    """Whether the error means that the database cannot be reached now, so that the same may work in a moment."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    unreached = isinstance(error, OperationalError) and state is None
    return error.connection_invalidated or unreached or (state or "").startswith(_AWAY)


def dispose_engines() -> None:
    """Close every pooled connection: after a fork, and when a test's database goes."""
    with _lock:
        for item in _engines.values():
            item.dispose(close=False)
        _engines.clear()


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """One transaction: commits when the block ends, rolls back when it raises, then runs what was registered."""
    afterwards: list[Callable[[Session], Any]] = []
    try:
        with _transaction(afterwards) as session:
            yield session
    finally:
        for work in afterwards:
            _run(lambda work=work: _alone(work))


@contextmanager
def _transaction(afterwards: list[Callable[[Session], Any]]) -> Iterator[Session]:
    with Session(engine(), expire_on_commit=False) as session:
        session.info[_AFTERWARDS] = afterwards
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            session.info.pop(_HOOKS, None)
            raise
        hooks: list[Callable[[], Any]] = session.info.pop(_HOOKS, [])
    for hook in hooks:
        _run(hook)


def _alone(work: Callable[[Session], Any]) -> None:
    with unit_of_work() as session:
        work(session)


def let_go(session: Session) -> None:
    """Commit, and give the connection back for as long as something takes that needs none.

    For whoever has written nothing so far that a later refusal would have to take back. What was read may change meanwhile.
    """
    session.commit()
    session.expire_all()


def after_commit(session: Session, hook: Callable[[], Any]) -> None:
    """Run `hook` once the session's unit of work has committed. A hook that fails is logged: the row is the truth."""
    session.info.setdefault(_HOOKS, []).append(hook)


def afterwards(session: Session, work: Callable[[Session], Any]) -> None:
    """Run `work` in a unit of its own once this one has ended, also when it is refused and rolled back. A failure is logged."""
    session.info[_AFTERWARDS].append(work)


def forget_after_commit(session: Session) -> None:
    """Drop what was registered: nobody is there who could do it."""
    session.info.pop(_HOOKS, None)


def _run(hook: Callable[[], Any]) -> None:
    try:
        hook()
    except Exception as error:
        log.warning("after_commit_failed", error=type(error).__name__)
