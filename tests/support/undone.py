"""Work that leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlmodel import Session

from portal.kit import db


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done within leaves no trace: no transaction is committed, and nothing is done after it."""
    usual = db._transaction

    @contextmanager
    def rolled_back(_afterwards: list[Any]) -> Iterator[Session]:
        with Session(db.engine(), expire_on_commit=False) as session:
            session.info["afterwards"] = []
            try:
                yield session
                session.flush()
            finally:
                session.rollback()

    db._transaction = rolled_back
    try:
        yield
    finally:
        db._transaction = usual
