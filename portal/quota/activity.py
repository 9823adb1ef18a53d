"""What was done in a project, for its owners: the part of the audit trail that is about it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel
from sqlmodel import Session

from portal.audit import repository as trail
from portal.audit.schemas import AuditFilter
from portal.auth.schemas import Actor
from portal.kit.errors import FieldProblem, Invalid
from portal.kit.pagination import Page, clamp, decode_cursor, encode_cursor
from portal.project import service as projects

_TOLD = ("name", "slug", "deployment", "template", "kind", "role", "reason", "project")


class ActivityView(BaseModel):
    """One event: who did what to which object. Addresses and hashes are for those who read the whole trail."""

    n: int
    at: datetime
    actor: str
    action: str
    object_kind: str
    object_id: str
    about: str
    """A few words of it."""


def activity(
    session: Session, actor: Actor, project: str, *, cursor: str | None = None, limit: int = 50
) -> Page[ActivityView]:
    """The events of a project, newest first, for whoever manages it."""
    found = projects.resolve(session, actor, project)
    projects.require(session, actor, found.id, "project.manage")
    size, keys = clamp(limit), decode_cursor(cursor, length=1)
    if keys is not None and (not isinstance(keys[0], int) or not 0 <= keys[0] < 2**63):
        raise Invalid("This cursor is not one of ours.", [FieldProblem("cursor", "not a cursor")])
    rows = trail.page(session, AuditFilter(project_id=found.id), before=keys[0] if keys else None, limit=size + 1)
    items = [
        ActivityView(
            n=row.n or 0, at=row.at, actor=row.actor_label, action=row.action, object_kind=row.object_kind,
            object_id=row.object_id, about=_about(row.detail),
        )
        for row in rows[:size]
    ]  # fmt: skip
    return Page(items=items, next_cursor=encode_cursor(items[-1].n) if len(rows) > size else None)


def _about(detail: dict[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name in _TOLD if isinstance(value := detail.get(name), str) and value)
