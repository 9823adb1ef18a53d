"""What the rest of the portal calls to tell somebody something.

Both functions write a row in the caller's transaction and send nothing: what is told commits or fails with what happened, and
a worker does the rest (portal/notification/outbox.py). Losing Redis or a worker delays a message and loses none.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlmodel import Session

from portal.kit import queue
from portal.kit.clock import now
from portal.kit.config import settings
from portal.kit.ids import new_id
from portal.models import NotificationDelivery, NotificationEvent
from portal.notification import plain, preferences, repository
from portal.notification.events import EVENTS, MAILS, EventName, MailName

TASK = "terrace.notification.deliver"
_NUDGED = "notification_nudged"


def notify(
    session: Session,
    event: EventName,
    *,
    project_id: str | None = None,
    run_id: str | None = None,
    people: Collection[str] | None = None,
    **facts: Any,
) -> str:
    """Something happened; the id under which it is told.

    With `people` (ids of users) these get it and nobody else; without, whoever docs/notifications.md says. Who has no role in
    the project (any more) gets nothing of it either way. Channels that ask for the event get it too. `facts` are texts and
    numbers, never secrets: those of the run and its project are added by themselves. A fact `link` is a path of the portal and
    says where to look; without one it is the run, the deployment or the project.
    """
    if event not in EVENTS:
        raise ValueError(f"{event!r} is not among the events of portal/notification/events.py")
    row = NotificationEvent(
        id=new_id("note"),
        event=event,
        project_id=project_id,
        run_id=run_id,
        people=None if people is None else sorted(set(people)),
        facts=dict(plain.facts(facts)),
        created_at=now(),
    )
    session.add(row)
    wake(session)
    return row.id


def send_mail(session: Session, to: str, template: MailName, *, user_id: str | None = None, **values: Any) -> bool:
    """Mail one of our texts to one address; False, and nothing is written, when no mail can be sent.

    That is so in a portal without TERRACE_SMTP_URL, and when `user_id` is given and this person wants no such mail. `values`
    are encrypted until the mail is sent, and forgotten then: a `link` (whole, with https://) may let its reader in.
    """
    if template not in MAILS:
        raise ValueError(f"{template!r} is not among the mails of portal/notification/events.py")
    if not can_mail() or not _wanted(session, user_id, template):
        return False
    at = now()
    session.add(
        NotificationDelivery(
            id=new_id("msg"),
            event=template,
            kind="mail",
            recipient=plain.line(to, 254),
            content={"to": to, "facts": plain.facts(values)},
            status="waiting",
            next_at=at,
            created_at=at,
        )
    )
    wake(session)
    return True


def first_time(session: Session, subject: str) -> bool:
    """Whether nobody was told of this subject (a text of the caller's own) yet; from now on somebody was."""
    return repository.remember(session, subject, now())


def forget_told(session: Session, subject: str) -> None:
    """What was told of the subject is over: the next time is a first time again."""
    repository.forget_subject(session, subject)


def can_mail() -> bool:
    """Whether this portal sends mail."""
    return settings().mail.url is not None


def wake(session: Session) -> None:
    """Let a worker look at the outbox once this transaction has committed; once is enough, however much is in it."""
    if not session.info.get(_NUDGED):
        session.info[_NUDGED] = True
        queue.enqueue(session, TASK, queue=queue.CONTROL)


def _wanted(session: Session, user_id: str | None, template: MailName) -> bool:
    if user_id is None or template != "approval_requested":
        return True
    return preferences.wants(session, user_id, "approval.requested").mail
