"""Whom an event concerns: by its rule in portal/notification/events.py, and never anybody who could not see it anyway."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlmodel import Session

from portal.auth import roles
from portal.auth.permissions import EVERYWHERE, ONLY_READ, Action, project_role
from portal.notification import repository
from portal.notification.events import EVENTS, EventName
from portal.notification.repository import Person

_HOLDS: dict[str, Action] = {"owners": "project.manage", "approvers": "approval.decide"}
"""What the role of those allows whom an audience stands for."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """What is known of whom an event is about."""

    project_id: str | None = None
    people: Collection[str] | None = None
    """Those that whoever reported the event named."""
    requesters: Collection[str] = field(default_factory=tuple)
    """Who started the run, and the deployment's owner."""
    owner: str | None = None


def of(session: Session, event: EventName, about: Concerned) -> list[Person]:
    """Everybody to be told, each once, in the order of their addresses."""
    members = repository.member_roles(session, about.project_id) if about.project_id else {}
    found = _chosen(session, event, about, members)
    if _lacks_owner(event, about, [person for person in found if person.id in members or person.role in EVERYWHERE]):
        known = {person.id for person in found}
        found += [person for person in _who_may(session, _HOLDS["owners"], members) if person.id not in known]
    if about.project_id is not None:
        found = [person for person in found if person.id in members or person.role in EVERYWHERE]
    return found


def _lacks_owner(event: EventName, about: Concerned, found: Collection[Person]) -> bool:
    """Whether it is for the owner of a deployment, who is not there (any more): owners of its project are told instead."""
    owned = EVENTS[event].audience in ("owner", "requester") and about.project_id is not None and about.people is None
    return owned and all(person.id != about.owner for person in found)


def _chosen(session: Session, event: EventName, about: Concerned, members: dict[str, str]) -> list[Person]:
    if about.people is not None:
        return repository.people(session, about.people)
    audience = EVENTS[event].audience
    if audience == "admins":
        return repository.people_of_role(session, "admin")
    if audience == "requester":
        return repository.people(session, set(about.requesters))
    if audience == "owner":
        return repository.people(session, {about.owner} if about.owner else set())
    return _who_may(session, _HOLDS[audience], members) if audience in _HOLDS else []


def _who_may(session: Session, action: Action, members: dict[str, str]) -> list[Person]:
    """The members whose role allows the action, but for those who only read in the portal."""
    allows = roles.in_projects(session, members.values())
    wanted = {user_id for user_id, word in members.items() if action in allows.get(project_role(word), ())}
    return [person for person in repository.people(session, wanted) if person.role not in ONLY_READ]
