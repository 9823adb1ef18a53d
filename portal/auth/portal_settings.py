"""Settings that administrators change while the portal runs: rows, read whenever they are needed. Nothing secret stands here."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from portal.kit.clock import now
from portal.models import PortalSetting


def get(session: Session, name: str, default: Any) -> Any:
    """The value of a setting, or what it is when nobody has said anything."""
    row = session.get(PortalSetting, name, populate_existing=True)
    return default if row is None else row.value


def put(session: Session, name: str, value: Any) -> None:
    """Set it, whether or not it was there. Whoever calls authorises and audits."""
    at = now()
    statement = insert(PortalSetting).values(name=name, value=value, changed_at=at)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value, "changed_at": at}))
