"""Texts in an administrator's words: looked at when they are saved, and shown filled with made-up facts."""

from __future__ import annotations

from typing import Final, cast

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.kit import clock
from portal.kit.config import settings
from portal.kit.errors import NotFound
from portal.models import NotificationText
from portal.notification import texts
from portal.notification.events import EVENTS, MAILS, EventName, Fact
from portal.notification.schemas import PreviewView, TextView
from portal.notification.texts import PARTS, Part

SAMPLE: Final[dict[str, Fact]] = {
    "at": "2026-11-28 09:30 UTC", "project": "Shop", "project_slug": "shop", "run": "run-7hXk2mPq9sTbWz4c",
    "run_kind": "plan_and_apply", "deployment": "shop-data", "deployment_id": "dep-3kPq8mXz5rTbWn7c",
    "template": "azure/storage-account", "requester": "ada@example.com", "message": "A bigger disk", "to_add": 2, "to_change": 1,
    "to_destroy": 0, "to_replace": 0, "error": "It is taken.", "approval": "approval-5tRw", "reasons": "It destroys a disk.",
    "decision": "approved", "decided_by": "grace@example.com", "reason": "Looks right.", "expires_at": "2026-11-29 09:30 UTC",
    "drifted": 1, "quota": "deployments", "used": 9, "limit": 10, "percent": 90, "currency": "USD", "account": "Production",
    "worker": "runner-1", "user": "ada@example.com", "invited_by": "root@example.com", "started_by": "root@example.com",
    "event_number": 42, "tested_by": "root@example.com", "channel": "Operations", "name": "Ada",
    "subject_line": "A subject", "body": "A first paragraph.\n\nA second one.",
}  # fmt: skip


def list_texts(session: Session, actor: Actor) -> list[TextView]:
    """Every part of every message, with the words that count now."""
    permissions.require(actor, "notification.manage")
    own = {(row.event, row.part): row for row in session.exec(select(NotificationText))}
    return [_view(name, part, own.get((name, part))) for name in (*EVENTS, *MAILS) for part in PARTS]


def get_text(session: Session, actor: Actor, event: str, part: str) -> TextView:
    """One part of one message."""
    permissions.require(actor, "notification.manage")
    name, known = _known(event, part)
    return _view(name, known, session.get(NotificationText, (name, known)))


def put_text(session: Session, actor: Actor, event: str, part: str, source: str | None) -> TextView:
    """Say it in other words from now on, or in ours again (None). Invalid when it cannot be filled."""
    permissions.require(actor, "notification.manage")
    name, known = _known(event, part)
    row = session.get(NotificationText, (name, known))
    if source is None:
        if row is not None:
            session.delete(row)
    else:
        texts.render(name, known, _sample(name), source)
        values = {"source": source, "updated_at": clock.now(), "updated_by": actor.label}
        statement = insert(NotificationText).values(event=name, part=known, **values)
        session.execute(statement.on_conflict_do_update(index_elements=["event", "part"], set_=values))
    session.flush()
    session.expire_all()
    audit.record(
        session, actor, "notification_text.update", object_kind="notification_text", object_id=f"{name} {known}",
        detail={"own": source is not None},
    )  # fmt: skip
    return _view(name, known, session.get(NotificationText, (name, known)))


def preview(session: Session, actor: Actor, event: str, part: str, source: str) -> PreviewView:
    """The template filled with made-up facts; Invalid, saying what is wrong, when it cannot be."""
    del session
    permissions.require(actor, "notification.manage")
    name, known = _known(event, part)
    return PreviewView(text=texts.render(name, known, _sample(name), source))


def _sample(name: str) -> dict[str, Fact]:
    title = EVENTS[cast(EventName, name)].title if name in EVENTS else name.replace("_", " ").capitalize()
    return {
        **SAMPLE,
        "event": name,
        "title": title,
        "portal": settings().public_url,
        "link": settings().public_url + "/runs",
    }


def _known(event: str, part: str) -> tuple[str, Part]:
    if (event not in EVENTS and event not in MAILS) or part not in PARTS:
        raise NotFound("There is no such text.")
    return event, cast(Part, part)


def _view(name: str, part: Part, row: NotificationText | None) -> TextView:
    usual = texts.source(name, part)
    return TextView(
        event=name,
        part=part,
        source=row.source if row else usual,
        usual=usual,
        facts=list(texts.allowed(name, part)),
        updated_at=row.updated_at if row else None,
        updated_by=row.updated_by if row else None,
    )
