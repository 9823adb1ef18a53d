"""Links in messages that lead an approver to a request. They sign nobody in and decide nothing.

A link is its id and an HMAC over what it is about, with a key of its own that is kept encrypted. It opens the page for the
person it was made for, who must be signed in; it is used up by that person's decision, and after a while by itself.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from datetime import timedelta

from sqlmodel import Session

from portal.approval import repository
from portal.approval.schemas import LinkView
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.kit import clock, ids
from portal.kit.config import settings
from portal.kit.errors import Conflict, NotFound
from portal.models import ApprovalLink, ApprovalRequest

LIVES = timedelta(days=3)


def make(session: Session, run_id: str, user_id: str) -> str:
    """A new link to what was asked about the run, for this person. Ids only: what it leads to is read when it is opened."""
    request = repository.latest(session, [run_id]).get(run_id)
    if request is None:
        raise NotFound("Nobody was asked to approve this run.")
    now = clock.now()
    row = ApprovalLink(
        id=ids.new_id("apl"),
        request_id=request.id,
        user_id=user_id,
        key=os.urandom(32),
        created_at=now,
        expires_at=min(now + LIVES, request.expires_at).replace(microsecond=0),
    )
    repository.forget_links(session, now - LIVES)
    repository.add(session, row)
    return f"{settings().public_url}/approvals?link={row.id}.{_signature(row)}"


def opened(session: Session, actor: Actor, link: str) -> LinkView:
    """Where the link leads this actor. One answer to every link that is not theirs, forged, or of nobody."""
    permissions.require_standing(actor)
    row = _row(session, link)
    if row is None or actor.user_id != row.user_id:
        raise NotFound("This link is not for you, or it was not made by this portal.")
    if row.used_at is not None:
        raise Conflict("This link was used already: you have decided.")
    request = session.get_one(ApprovalRequest, row.request_id, populate_existing=True)
    if row.expires_at < clock.now() or request.state not in repository.CURRENT:
        raise Conflict("This link has expired. What waits for you is on the page Approvals.")
    return LinkView(run_id=request.run_id, expires_at=row.expires_at)


def _row(session: Session, link: str) -> ApprovalLink | None:
    link_id, _, signature = link.partition(".")
    row = session.get(ApprovalLink, link_id, populate_existing=True) if link_id.isascii() and len(link) < 200 else None
    if row is None or not hmac.compare_digest(_signature(row).encode(), signature.encode("utf-8", "replace")):
        return None
    return row


def _signature(row: ApprovalLink) -> str:
    said = "\n".join((row.id, row.request_id, row.user_id, row.expires_at.astimezone(clock.now().tzinfo).isoformat()))
    digest = hmac.new(row.key, said.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
