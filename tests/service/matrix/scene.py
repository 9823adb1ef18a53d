"""Who asks for what: a person of every role, things of one project, of another one, and ids of what does not exist."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlmodel import Session

import portal
from portal.auth.permissions import ORGANISATION, PROJECT
from portal.auth.schemas import Actor
from portal.kit import clock, db, ids
from portal.kit.db import unit_of_work
from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.models import ProjectMember, User
from tests.service.run import world as w
from tests.support import examples

Outcome = Literal["forbidden", "absent", "passed"]
_NOT_SERVICES = ("portal.ui", "portal.api", "portal.cli", "portal.models", "portal.migrations", "portal.portal")


@dataclass(frozen=True)
class Scene:
    """`everybody`: a person of each role in the portal; `inside`: a member of the project in each of its roles."""

    everybody: dict[str, Actor]
    inside: dict[str, Actor]
    stranger: Actor
    own: dict[str, Any]
    nowhere: dict[str, Any]


def build() -> Scene:
    """Rows of a project with a deployment and a plan, and people."""
    world = w.build()
    deployment_id = w.deployment(world)
    run_id = w.create(world, deployment_id).id
    w.planned(run_id)
    own = {
        "deployment_id": deployment_id, "run_id": run_id, "project": world.project_id, "project_id": world.project_id,
        "user_id": world.viewer.user_id, "account_id": world.account_id, "id_or_slug": world.project_id,
        "user": world.viewer.user_id,
    }  # fmt: skip
    nowhere = dict.fromkeys(own, "nothing-like-it")
    with unit_of_work() as session:
        everybody = {role: _person(session, role) for role in ORGANISATION}
        inside = {role: _person(session, "member") for role in PROJECT}
        for role, actor in inside.items():
            session.add(
                ProjectMember(
                    project_id=world.project_id, user_id=actor.user_id or "", role=role, created_at=clock.now()
                )
            )
    return Scene(everybody, inside, world.stranger, own, nowhere)


def _person(session: Session, role: str) -> Actor:
    user_id = ids.new_id("user")
    session.add(User(id=user_id, email=f"{user_id}@example.test".lower(), role=role, created_at=clock.now()))
    session.flush()
    return Actor("user", user_id, f"{user_id}@example.test".lower(), role, user_id, session_id="none")


def functions() -> dict[str, Callable[..., Any]]:
    """Every public function below the pages and routes that is told a session and who asks, by its full name."""
    return dict(_functions())


def _functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for info in pkgutil.walk_packages(portal.__path__, "portal."):
        if info.name.startswith(_NOT_SERVICES):
            continue
        module = importlib.import_module(info.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            first = [item.lstrip("_") for item in inspect.signature(function).parameters][:2]
            if function.__module__ == module.__name__ and not name.startswith("_") and first == ["session", "actor"]:
                yield f"{module.__name__.removeprefix('portal.')}.{name}", function


def attempt(function: Callable[..., Any], actor: Actor, known: dict[str, Any]) -> Outcome:
    """Call it, and undo whatever it did."""
    given = examples.arguments(function, known)
    with Session(db.engine()) as session:
        try:
            found = function(session, actor, **given)
            if inspect.isgenerator(found):
                next(found, None)
        except Forbidden:
            return "forbidden"
        except NotFound:
            return "absent"
        except Invalid as error:
            return "absent" if any(problem.path == "project" for problem in error.errors) else "passed"
        except Exception:
            return "passed"
        finally:
            session.rollback()
    return "passed"


def reading(actor: Actor) -> Actor:
    """The same person with a token that only reads."""
    return replace(actor, kind="token", scope="read", session_id=None)
