"""Everybody who sends events, and what the table of roles says that they may and see."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast

from portal.auth import permissions
from portal.auth import service as auth
from portal.auth.permissions import ORGANISATION, PROJECT, Action, ProjectRole, Standing
from portal.auth.schemas import SYSTEM, Actor, NewRole
from portal.auth.sessions import digest
from portal.kit import clock, ids
from portal.kit.db import unit_of_work
from portal.models import ProjectMember, User, UserSession
from tests.support.handlers import VIEW, Line

OURS, OTHERS = "pelican", "quokka"
KEY = "potoroo"
"""The name of the key that encrypts: who may count what it encrypts sees it, and nobody else."""
SIGHTS: Final[dict[str, tuple[Action, ...]]] = {
    "wombat@example.com": ("user.read",),
    "numbat-was-here": ("audit.read",),
    "TERRACE_COOKIE_SECURE": ("settings.read",),
    "echidna": ("system.read",),
    KEY: ("system.keys",),
    "dingo-release": ("template.review",),
}
"""What can be seen of the portal as a whole, with the action that shows it."""
NAMES: Final = "bilby"
"""In the name of every deployment: who may look at deployments or at runs there sees it, and nobody else."""
CUSTOM: Final[dict[str, frozenset[Action]]] = {
    "guest": frozenset({"project.read"}),
    "wrecker": frozenset({"project.read", "deployment.destroy"}),
    "stopper": frozenset({"project.read", "run.read", "run.cancel"}),
    "helper": frozenset({"user.read", "user.manage"}),
}
"""Roles that administrators put together: in a project, and, the last one, in the portal."""
IN_THE_PORTAL: Final = "helper"
WHOSE: Final = ("own", "same project", "other project", "deleted")


_NAMING: Final[tuple[Action, ...]] = ("deployment.read", "run.read")


@dataclass(frozen=True)
class Person:
    """Somebody with a session; `role` is theirs in the portal, `inside` theirs in the project; "" for none."""

    name: str
    role: str
    inside: str = ""
    user_id: str = ""
    cookie: str | None = None
    able: bool = True
    """False: nothing works for them now, whatever their role says."""

    @property
    def actor(self) -> Actor:
        grant = ORGANISATION["member"] | CUSTOM[self.role] if self.role in CUSTOM else frozenset[Action]()
        return Actor("user", self.user_id, self.name, self.role, self.user_id, session_id="s", grant=grant)

    def standing(self, ours: bool) -> Standing | None:
        """What they are in the project, or in the other one."""
        if not self.able:
            return None
        if ours and self.inside and self.role not in permissions.EVERYWHERE:
            actions = CUSTOM.get(self.inside) or PROJECT[cast(ProjectRole, self.inside)]
            return permissions.standing(self.actor, self.inside, actions)
        return permissions.everywhere(self.actor)

    def may(self, line: Line, whose: str) -> bool:
        """What the table of roles says."""
        if not self.able or (line.own and whose != "own" and "token.manage" not in permissions.held(self.actor)):
            return False
        inside = self.standing(whose != "other project")
        return all(permissions.allows(self.actor, cast(Action, action), inside) for action in line.actions)

    def sees(self, sight: str) -> bool:
        """Whether what is marked with this word may come to them."""
        if not self.able:
            return False
        if sight in (OURS, OTHERS):
            return self._looks(sight == OURS) or permissions.allows(
                self.actor, "user.read"
            )  # people's addresses have it
        if sight == NAMES:
            return self._looks(ours=True)
        return all(permissions.allows(self.actor, action) for action in SIGHTS[sight])

    def _looks(self, ours: bool) -> bool:
        """Whether they may look at deployments or runs of the project, or of the other one."""
        inside = self.standing(ours)
        return any(permissions.allows(self.actor, action, inside) for action in _NAMING)


def everybody(project_id: str) -> list[Person]:
    """A person of each role in the portal with each in the project, or none there, of roles of one's own too; and two who are
    kept out. What an administrator or an auditor is in a project makes no difference: one membership of each tries that."""
    with unit_of_work() as session:
        for title, actions in CUSTOM.items():
            kind = "organisation" if title == IN_THE_PORTAL else "project"
            auth.create_role(session, SYSTEM, NewRole(kind=kind, title=title, actions=sorted(actions)))
    own = (*(("member", role) for role in CUSTOM if role != IN_THE_PORTAL), (IN_THE_PORTAL, ""))
    built_in = [
        (role, inside)
        for role in ORGANISATION
        for inside in (*PROJECT, "")
        if role not in permissions.EVERYWHERE or inside in ("owner", "")
    ]
    people = [person(project_id, role, inside) for role, inside in (*built_in, *own)]
    barred = [
        person(
            project_id,
            "admin",
            "owner",
            must_change_password=True,
            name="an administrator with somebody else's password",
        ),
        person(project_id, "admin", "owner", disabled_at=clock.now(), name="an administrator who is shut out"),
    ]
    return [*people, *barred]


def person(project_id: str, role: str, inside: str, *, name: str = "", **fields: Any) -> Person:
    user_id, cookie, at = ids.new_id("user"), secrets.token_urlsafe(32), clock.now()
    with unit_of_work() as session:
        session.add(User(id=user_id, email=f"{user_id}@example.com".lower(), role=role, created_at=at, **fields))
        session.flush()
        if inside:
            session.add(ProjectMember(project_id=project_id, user_id=user_id, role=inside, created_at=at))
        session.add(session_of(user_id, cookie))
    return Person(name or f"{role}, {inside or 'a stranger to the project'}", role, inside, user_id, cookie, not fields)


def session_of(user_id: str, cookie: str) -> UserSession:
    at = clock.now()
    return UserSession(
        id=digest(cookie), user_id=user_id, csrf="x", created_at=at, expires_at=at + timedelta(hours=1), last_seen_at=at
    )


def end_session(person: Person) -> None:
    """What they left open in the portal's process ends."""
    with unit_of_work() as session:
        if person.cookie:
            session.get_one(UserSession, digest(person.cookie)).revoked_at = clock.now()


def cells(line: Line) -> tuple[str, ...]:
    """Whose things a line is tried on. What only reads asks for no owner, and a worker is in no project."""
    if line.on in ("", "hold", "draft", "worker", "own session"):
        return ("own",)
    return WHOSE if line.changes else ("own", "other project")


def concerns(line: Line, person: Person) -> bool:
    """Whether the line is this person's to try.

    What is judged by the role in the portal is the same whatever they are in a project: strangers to it try that, and whoever is
    kept out. What only changes what is shown is the same for everybody: the one who may do least tries that.
    """
    if not person.able:
        return bool(line.changes)
    if line.takes == VIEW:
        return (person.role, person.inside) == ("viewer", "")
    return not person.inside or is_in_project(line)


def is_in_project(line: Line) -> bool:
    """Whether a role in a project says who may."""
    return any(permissions.RULES[cast(Action, action)].in_project for action in line.actions)


def least(line: Line) -> tuple[str, str]:
    """The roles, in the portal and in the project, that may least of those that may do this."""
    able = [permissions.roles_with(cast(Action, action)) for action in line.actions]
    role = next(role for role in able[0] if all(role in roles for roles in able))
    return ("member", role) if is_in_project(line) else (role, "")
