"""From the outbox to people and channels: what a worker does with what `service` wrote.

Spreading an event is one transaction: inboxes, deliveries, and the mark that it was spread. Sending is outside of any: a
delivery is taken for a while (`next_at` moves ahead, so that nobody else takes it), sent, and its outcome written. A worker
that dies in between has perhaps sent it: the next one sends it again, under the same id.
"""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, Final, cast

import structlog
from sqlmodel import Session

from portal.kit import clock, live
from portal.kit.config import settings
from portal.kit.db import after_commit, unit_of_work
from portal.kit.errors import TerraceError
from portal.kit.ids import new_id
from portal.models import Notification, NotificationChannel, NotificationDelivery, NotificationEvent
from portal.notification import plain, preferences, recipients, repository, senders, service, texts
from portal.notification.events import COMMON, EVENTS, MAILS, OF_RUN, SECRET_FACTS, EventName, Fact
from portal.notification.recipients import Concerned, Person
from portal.notification.senders import Message, Outcome

log = structlog.get_logger(__name__)
GAPS: Final = (5, 30, 120, 600, 1800, 7200, 18000, 36000)
"""Seconds before each further attempt; after the last one it is given up, some 19 hours after the first."""
TAKEN: Final = timedelta(seconds=90)
"""For so long a delivery is its sender's. Longer than any sending takes."""
BATCH: Final = 50
AT_ONCE: Final = 4
LONGEST_WAIT: Final = 6 * 3600


def work_off(seconds: float = 20.0, *, at_once: int = AT_ONCE) -> int:
    """Spread and send what is due, for at most about so long; how many were sent or tried."""
    while spread():
        pass
    end = time.monotonic() + seconds
    with ThreadPoolExecutor(at_once, "notifications") as pool:
        done = sum(pool.map(lambda _: _send_due(end), range(at_once)))
    with unit_of_work() as session:
        if time.monotonic() > end and repository.has_work(session, clock.now()):
            service.wake(session)
    return done


def spread() -> int:
    """Put events into inboxes and deliveries; how many. One that cannot be spread keeps the others from nothing."""
    with unit_of_work() as session:
        rows = repository.open_events(session, BATCH)
        for row in rows:
            _spread_one(session, row)
        return len(rows)


def _spread_one(session: Session, row: NotificationEvent) -> None:
    row.spread_at = clock.now()
    session.add(row)
    try:
        with session.begin_nested():
            _tell(session, row)
    except (TerraceError, ValueError, LookupError) as error:
        log.error("event_not_told", about=row.event, id=row.id, error=type(error).__name__)


def _tell(session: Session, row: NotificationEvent) -> None:
    event = cast(EventName, row.event)
    facts, about = _facts(session, row)
    own = repository.texts(session, event)
    told = recipients.of(session, event, about)
    wishes = preferences.of_many(session, [person.id for person in told], event)
    title, body = (_filled(event, part, facts, own.get(part)) for part in ("subject", "text"))
    for person in told:
        if wishes[person.id].inbox:
            _into_inbox(session, row, about, person, title, body, str(facts["path"] or ""))
        if wishes[person.id].mail and not EVENTS[event].own_mail and service.can_mail():
            _deliver(session, row, about, facts, kind="mail", recipient=person.email, to=person.email)
    if event != "test":
        for channel in repository.channels_for(session, event, about.project_id):
            to_channel(session, channel, event=event, facts=facts, project_id=about.project_id)


def _facts(session: Session, row: NotificationEvent) -> tuple[dict[str, Fact], Concerned]:
    """Everything that may be told of an event, and what it says of whom it concerns."""
    run = repository.run_facts(session, row.run_id) if row.run_id else None
    run = run or _deployment_facts(session, row)
    project_id = row.project_id or run.get("project_id")
    project = repository.project(session, project_id) if project_id else None
    facts: dict[str, Any] = {
        **dict.fromkeys((*COMMON, *OF_RUN, *EVENTS[cast(EventName, row.event)].facts), ""),
        **{name: run[name] for name in OF_RUN if name in run},
        "event": row.event,
        "title": EVENTS[cast(EventName, row.event)].title,
        "at": row.created_at,
        "portal": settings().public_url,
        "project": project.name if project else "",
        "project_slug": project.slug if project else "",
        **row.facts,
    }
    path = _path(row, run, project.slug if project else None)
    facts |= {"path": path, "link": settings().public_url + path if path else ""}
    return plain.facts(facts), Concerned(
        project_id=project_id,
        people=row.people,
        requesters=[user_id for user_id in run.get("people", ()) if user_id],
        owner=run.get("owner"),
    )


def _deployment_facts(session: Session, row: NotificationEvent) -> dict[str, Any]:
    """Of an event about a deployment and no run of it."""
    given = row.facts.get("deployment_id")
    found = repository.deployment(session, str(given)) if given else None
    if found is None:
        return {}
    return {
        "deployment": found.name,
        "deployment_id": found.id,
        "template": found.template_key,
        "project_id": found.project_id,
        "people": [found.owner_id],
        "owner": found.owner_id,
    }


def _path(row: NotificationEvent, run: dict[str, Any], slug: str | None) -> str:
    """Where to look: what whoever reported it said, else the run, the deployment, the project. Never another site."""
    said = row.facts.get("link")
    if isinstance(said, str) and said.startswith("/") and not said.startswith(("//", "/\\")) and said.isprintable():
        return said
    if row.run_id and "run" in run:
        return f"/runs/{row.run_id}"
    if "deployment_id" in run:
        return f"/deployments/{run['deployment_id']}"
    return f"/projects/{slug}" if slug else ""


def _filled(event: str, part: texts.Part, facts: dict[str, Fact], own: str | None) -> str:
    """The text, in our words where an administrator's cannot be filled: a message is late by no mistake of a text."""
    if own is not None:
        try:
            return texts.render(event, part, facts, own)
        except TerraceError as error:
            log.warning("own_text_not_used", about=event, part=part, reason=error.message)
    return texts.render(event, part, facts)


def _into_inbox(
    session: Session, row: NotificationEvent, about: Concerned, person: Person, title: str, body: str, path: str
) -> None:
    session.add(
        Notification(
            id=new_id("inbox"),
            event_id=row.id,
            user_id=person.id,
            event=row.event,
            project_id=about.project_id,
            run_id=row.run_id,
            title=title,
            body=plain.text(body.strip(), 2000),
            link=path,
            created_at=row.created_at,
        )
    )
    after_commit(session, lambda: live.nudge(f"inbox:{person.id}"))


def _deliver(
    session: Session,
    row: NotificationEvent,
    about: Concerned,
    facts: dict[str, Fact],
    *,
    kind: str,
    recipient: str,
    to: str,
) -> None:
    at = clock.now()
    session.add(
        NotificationDelivery(
            id=new_id("msg"),
            event=row.event,
            project_id=about.project_id,
            kind=kind,
            recipient=recipient,
            content={"to": to, "facts": facts},
            status="waiting",
            next_at=at,
            created_at=at,
        )
    )


def to_channel(
    session: Session,
    channel: NotificationChannel,
    *,
    event: str,
    facts: dict[str, Fact],
    project_id: str | None,
) -> NotificationDelivery:
    """A delivery over the channel, to be sent as soon as somebody can."""
    at = clock.now()
    row = NotificationDelivery(
        id=new_id("msg"),
        event=event,
        channel_id=channel.id,
        project_id=project_id,
        kind=channel.kind,
        recipient=f"{channel.name} ({channel.shown})",
        content={"facts": facts},
        status="waiting",
        next_at=at,
        created_at=at,
    )
    session.add(row)
    return row


def _send_due(end: float) -> int:
    done = 0
    while time.monotonic() < end and _send_next():
        done += 1
    return done


def _send_next() -> bool:
    """Take one delivery, send it, write what became of it. False when none is due."""
    with unit_of_work() as session:
        row = repository.due(session, clock.now())
        if row is None:
            return False
        row.attempts += 1
        row.next_at = clock.now() + TAKEN
        session.add(row)
        taken = (row.id, row.attempts)
        message = _message(session, row)
    outcome = senders.send(message) if isinstance(message, Message) else message
    with unit_of_work() as session:
        _settle(session, *taken, outcome)
    return True


def _message(session: Session, row: NotificationDelivery) -> Message | Outcome:
    """What is to be sent, whole; or why it cannot be."""
    channel = session.get(NotificationChannel, row.channel_id) if row.channel_id else None
    if row.content is None:
        return Outcome.never("What was to be sent is no longer kept.")
    if channel is not None and channel.disabled_at is not None and row.event != "test":
        return Outcome.never("The channel is switched off.")
    facts: dict[str, Fact] = row.content["facts"]
    facts = {"portal": settings().public_url, "title": _title(row.event), **facts}
    own = repository.texts(session, row.event)
    try:
        subject = _filled(row.event, "subject", facts, own.get("subject"))
        body = _filled(row.event, "text", facts, own.get("text")).strip()
        whole = {**facts, "subject_line": subject, "body": body}
        html, chat = (_filled(row.event, part, whole, own.get(part)) for part in ("html", "chat"))
    except TerraceError as error:
        return Outcome.never(error.message)
    return Message(
        id=row.id,
        kind=row.kind,
        event=row.event,
        subject=subject,
        text=body,
        html=html,
        chat=chat.strip(),
        link=str(facts.get("link") or ""),
        facts={name: value for name, value in facts.items() if name not in ("portal", "path")},
        at=row.created_at,
        target=channel.target if channel else {"addresses": [row.content["to"]]},
    )


def _title(event: str) -> str:
    return EVENTS[cast(EventName, event)].title if event in EVENTS else event.replace("_", " ").capitalize()


def _settle(session: Session, delivery_id: str, attempt: int, outcome: Outcome) -> None:
    """Write the outcome, unless somebody else has tried since."""
    row = session.get(NotificationDelivery, delivery_id, with_for_update=True, populate_existing=True)
    if row is None or row.status != "waiting" or row.attempts != attempt:
        return
    now = clock.now()
    row.response_code, row.response, row.problem = outcome.code, outcome.response, outcome.problem
    if outcome.sent:
        row.status, row.ended_at = "sent", now
    elif outcome.final or attempt > len(GAPS):
        row.status, row.ended_at = "given_up", now
        log.warning("delivery_given_up", id=row.id, kind=row.kind, about=row.event, attempts=attempt)
    else:
        row.next_at = now + _gap(attempt, outcome.retry_after)
    if row.status != "waiting" and _lets_in(row):
        row.content = None
    if outcome.gone and row.channel_id:
        repository.disable_channel(session, row.channel_id, now, "The receiver says that it is gone (410).")
    session.add(row)


def _gap(attempt: int, asked: float | None) -> timedelta:
    """How long to wait after this attempt: longer each time, never at the same moment as others, at least what was asked."""
    seconds = GAPS[attempt - 1] * (1 + random.random() * 0.2)  # noqa: S311 - spreads load, keeps no secret
    return timedelta(seconds=max(seconds, min(asked or 0, LONGEST_WAIT)))


def _lets_in(row: NotificationDelivery) -> bool:
    """Whether the message holds a link that lets its reader in."""
    return row.event in MAILS and not SECRET_FACTS.isdisjoint((row.content or {}).get("facts", {}))


def forget(now: datetime | None = None) -> None:
    """Remove what is older than TERRACE_NOTIFICATION_DAYS."""
    with unit_of_work() as session:
        repository.forget(session, (now or clock.now()) - timedelta(days=settings().notification_days))
