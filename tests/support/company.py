"""A company to ask questions as: people of every role in the portal and in a project, and the tokens that they come with.

What each may do is read out of the table in portal/auth/permissions.py, by a few lines of its own: the code that answers
requests is what the matrices of authorisation (tests/service/matrix, tests/api/test_matrix.py) hold against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, cast

from sqlmodel import Session

from portal.auth import service as auth
from portal.auth.permissions import EVERYWHERE, ONLY_READ, ORGANISATION, PROJECT, RULES, Action, OrganisationRole, Scope
from portal.auth.schemas import SYSTEM, Actor, NewRole, NewServiceAccount, NewToken
from portal.kit import clock, ids
from portal.kit.db import unit_of_work
from portal.models import Project, ProjectMember, User
from tests.support import people

ProjectName = Literal["shop", "other", "old"]
"""`shop` is where people work; in `other` they are nothing; `old` is archived."""
Kind = Literal["browser", "token", "service", "disabled"]
OF_OTHERS: Final = ("colleague", "neighbour")
"""Whose the things in `shop` and in `other` are. Nobody asks as them."""


@dataclass(frozen=True)
class Person:
    """Somebody who asks. `memberships`: what they are in which project. `only`, `limited`: of their token."""

    name: str
    role: str = "member"
    memberships: Mapping[str, str] = field(default_factory=dict)
    kind: Kind = "browser"
    scope: Scope = "write"
    limited: bool = False
    only: frozenset[Action] | None = None
    user_id: str = ""
    secret: str = field(default="", repr=False)
    """The cookie of their browser, or the token."""

    def inside(self, project: str) -> str | None:
        """What they are in this project; None when it must not be there for them."""
        if self.limited and project != "shop":
            return None
        return EVERYWHERE.get(cast("OrganisationRole", self.role)) or self.memberships.get(project)

    def holds(self, action: Action, project: str | None = None) -> bool:
        """Whether the table of roles lets them do this, in this project if it is an action in projects."""
        rule = RULES[action]
        if (rule.writes and self.scope == "read") or (self.only is not None and action not in self.only | _ALWAYS):
            return False
        if rule.in_project:
            inside = self.inside(project) if project else None
            return action in _project(inside) and not (rule.writes and self.role in ONLY_READ)
        if self.limited and action not in _BESIDE_A_PROJECT:
            return False
        role = "viewer" if self.scope == "read" and self.role in ("admin", "member") else self.role
        return action in _organisation(role)

    def actor(self, session: Session) -> Actor:
        """As services see them."""
        read = auth.actor_for_session if self.kind == "browser" else auth.actor_for_token
        return read(session, self.secret)

    def headers(self, origin: str) -> dict[str, str]:
        """As a request says who it is from."""
        if self.kind == "browser":
            return {"Cookie": f"{auth.COOKIE}={self.secret}", "Origin": origin}
        return {"Authorization": f"Bearer {self.secret}"} if self.secret else {}


CLERK: Final[frozenset[Action]] = frozenset({"user.read", "notification.manage", "notification.review"})
STOPPER: Final[frozenset[Action]] = frozenset({"project.read", "run.read", "run.cancel"})
"""Roles of the company's own: one in the portal, which may besides what a member may; one in projects."""
_ALWAYS: Final[frozenset[Action]] = frozenset({"me.read", "role.read", "project.read"})
_BESIDE_A_PROJECT: Final[frozenset[Action]] = frozenset(
    {"me.read", "role.read", "template.read", "policy.read", "cloud_account.read", "cloud_account.use"}
)


def _organisation(role: str) -> frozenset[Action]:
    table: dict[str, frozenset[Action]] = {**ORGANISATION, "clerk": ORGANISATION["member"] | CLERK}
    return table[role]


def _project(role: str | None) -> frozenset[Action]:
    table: dict[str | None, frozenset[Action]] = {**PROJECT, "stopper": STOPPER, None: frozenset()}
    return table[role]


def _of(role: str) -> dict[str, str]:
    return {"shop": role, "old": role}


EVERYBODY: Final[tuple[Person, ...]] = (
    Person("admin", "admin"),
    Person("auditor", "auditor"),
    Person("auditing-owner", "auditor", _of("owner")),
    *(Person(role, "member", _of(role)) for role in PROJECT if role != "viewer"),
    Person("reader", "member", _of("viewer")),
    Person("outsider", "member"),
    Person("capped-owner", "viewer", _of("owner")),
    Person("looker", "viewer"),
    Person("clerk", "clerk", _of("stopper")),
    Person("reading-admin", "admin", kind="token", scope="read"),
    Person("reading-owner", "member", _of("owner"), kind="token", scope="read"),
    Person("limited-admin", "admin", kind="token", limited=True),
    Person("limited-owner", "member", {**_of("owner"), "other": "owner"}, kind="token", limited=True),
    Person("narrow-owner", "member", _of("owner"), kind="token", only=frozenset({"run.read", "run.cancel"})),
    Person("robot", "member", _of("deployer"), kind="service"),
    Person("disabled", "member", _of("owner"), kind="disabled"),
)
"""Every role in the portal with every role in a project that it can make a difference to, and every kind of token."""

BY_THE_PORTAL: Final = frozenset(
    {
        "admin",
        "auditor",
        "owner",
        "looker",
        "clerk",
        "reading-admin",
        "limited-admin",
        "narrow-owner",
        "robot",
        "disabled",
        "nobody",
    }
)
"""Of those, each once who differs by their role in the portal or by their token: for what is in no project."""


def hire(project_ids: Mapping[str, str]) -> dict[str, Person]:
    """Everybody, and those whose the things of others are."""
    with unit_of_work() as session:
        held: list[str] = sorted(CLERK - {"notification.review"})  # which the other one implies
        stops: list[str] = sorted(STOPPER)
        auth.create_role(session, SYSTEM, NewRole(kind="organisation", title="clerk", actions=held))
        auth.create_role(session, SYSTEM, NewRole(kind="project", title="stopper", actions=stops))
        owners = (Person("colleague", memberships=_of("owner")), Person("neighbour", memberships={"other": "owner"}))
        hired = [_hired(session, person, project_ids) for person in (*EVERYBODY, *owners)]
    return {person.name: person for person in hired}


def _hired(session: Session, person: Person, project_ids: Mapping[str, str]) -> Person:
    user_id = _account(session, person)
    for project, role in person.memberships.items():
        session.add(ProjectMember(project_id=project_ids[project], user_id=user_id, role=role, created_at=clock.now()))
    session.flush()
    found = replace(person, user_id=user_id, secret=_secret(session, person, user_id))
    if person.kind == "disabled":
        session.get_one(User, user_id).disabled_at = clock.now()
    return found


def _account(session: Session, person: Person) -> str:
    if person.kind == "service":
        return auth.create_service_account(session, SYSTEM, NewServiceAccount(name=person.name, role=person.role)).id
    user = User(
        id=ids.new_id("user"), email=f"{person.name}@example.com", role=person.role, created_at=clock.now(),
        password_hash=people.CHEAP_HASHER.hash(people.PASSWORD),
    )  # fmt: skip
    session.add(user)
    session.flush()
    return user.id


def _secret(session: Session, person: Person, user_id: str) -> str:
    """What they come with; their own token, which nobody else has made for them, unless they are a program."""
    user = session.get_one(User, user_id)
    themselves = Actor("user", user_id, user.email, user.role, user_id)
    if person.kind in ("browser", "disabled"):
        return auth.open_for(session, user, ip="192.0.2.1", user_agent="test").cookie
    wanted = NewToken(
        name="own", scope=person.scope, project="shop" if person.limited else None,
        actions=sorted(person.only) if person.only else None, user_id=user_id,
    )  # fmt: skip
    return auth.create_token(session, SYSTEM if person.kind == "service" else themselves, wanted).token


def found_projects() -> dict[str, str]:
    """The ids of the projects, by name."""
    with unit_of_work() as session:
        rows = {
            slug: Project(id=ids.new_id("project"), slug=slug, name=slug.title(), created_at=clock.now())
            for slug in ("shop", "other", "old")
        }
        session.add_all(rows.values())
        return {slug: row.id for slug, row in rows.items()}
