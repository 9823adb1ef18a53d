"""Every public function of a service, and the things of the company that it is asked about."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any, Final, get_type_hints

from sqlmodel import Session

import portal
from portal.auth.schemas import Actor
from portal.kit import db
from portal.kit.errors import Forbidden, Invalid, NotFound, TerraceError
from tests.support import examples, people
from tests.support.asked import ARGUMENTS, OF_FUNCTIONS
from tests.support.company import Person
from tests.support.things import Place, Scene

_NOT_SERVICES = (
    "portal.ui", "portal.api", "portal.cli", "portal.models", "portal.migrations", "portal.portal", "portal.auth.permissions",
)  # fmt: skip
_FIXED: Final[dict[str, Any]] = {
    "project": "shop",
    "id_or_slug": "shop",
    "key": "azure/thing",
    "user": "colleague@example.com",
    "email": "new@example.com",
    "password": people.PASSWORD,
    "current_password": people.PASSWORD,
    "new_password": "a password of my own",
    "kind": "action-groups",
    "name": "x",
    "action": "user.read",
    "source": "x",
    "cloud_account": "sandbox-azure",
    "template": "azure/thing",
    "values": {"size": 3},
    "roles_": [],
    "code": "123456",
    "works": True,
    "event": "run.applied",
    "part": "subject",
    "rule": "change_limit",
    "settings": {"destroyed": 3},
    "when": {"destroy": True},
    "owner": "deployer@example.com",
    "to": "deployer@example.com",
    "issuer": "https://id.example.com",
    "url": "https://hooks.example.com/",
    "account": "",
}
_ALSO: Final = {
    "account": ("id_or_slug", "account"), "project": ("id_or_slug", "project"), "member": ("project", "user_id"),
    "offered": ("project",), "provider": ("provider", "slug"),
}  # fmt: skip
"""By which names functions take things of a kind, where that is not the name in the routes."""


def functions() -> dict[str, Callable[..., Any]]:
    """Every public function of a service that is told a session and who asks, or only who asks, by its full name."""
    return dict(_functions())


def _functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for info in pkgutil.walk_packages(portal.__path__, "portal."):
        if info.name.startswith(_NOT_SERVICES):
            continue
        module = importlib.import_module(info.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_") and _first(function):
                yield f"{module.__name__.removeprefix('portal.')}.{name}", function


def _first(function: Callable[..., Any]) -> int:
    """How many parameters say who asks: a session and the actor, or the actor alone; 0 when it is told neither."""
    first = [item.lstrip("_") for item in inspect.signature(function).parameters][:2]
    return 2 if first == ["session", "actor"] else 1 if first[:1] == ["actor"] else 0


def kind_of(name: str) -> str | None:
    """The kind of the thing that a function is about; None for one about nothing that has an id."""
    found = [prefix for prefix in OF_FUNCTIONS if name == prefix or name.startswith(f"{prefix}.")]
    return OF_FUNCTIONS[max(found, key=len)] if found else None


def known(scene: Scene, person: Person, kind: str | None, place: Place) -> dict[str, Any]:
    """Names of things for the parameters of a function, those of this kind from this place."""
    names = dict(_FIXED)
    if kind:
        found = scene.things(person)[kind][place]
        names |= found
        for other in _ALSO.get(kind, ()):
            names.setdefault(other, "")
            names[other] = found.get(other) or next(iter(found.values()))
        if "project" in found:
            names["project_id"] = scene.project_ids[found["project"]]
        if "cloud" in found:
            names["key"] = f"{found['cloud']}/{found['name']}"
    return names


def _given(function: Callable[..., Any], names: dict[str, Any]) -> dict[str, Any]:
    """What this function is given besides, with the names of things in it."""
    name = f"{function.__module__.removeprefix('portal.')}.{function.__name__}"
    hints = get_type_hints(function) if name in ARGUMENTS else {}
    return {
        parameter: hints[parameter].model_validate(examples.filled(value, names)) if isinstance(value, dict) else value
        for parameter, value in ARGUMENTS.get(name, {}).items()
    }


def attempt(function: Callable[..., Any], actor: Actor, names: dict[str, Any]) -> int | str:
    """Call it within `undone`: 200 when it was done, 403, 404, the code of another refusal, or what broke."""
    with Session(db.engine(), expire_on_commit=False) as session:
        session.info["afterwards"] = []
        try:
            given = examples.arguments(function, names, _first(function)) | _given(function, names)
            found = function(session, actor, **given) if _first(function) == 2 else function(actor, **given)
            if inspect.isgenerator(found):
                next(found, None)
        except Forbidden:
            return 403
        except NotFound:
            return 404
        except TerraceError as error:
            at_project = isinstance(error, Invalid) and any(problem.path == "project" for problem in error.errors)
            return 404 if at_project else error.code
        except Exception as error:
            return f"broke: {type(error).__name__}: {str(error)[:200]}"
        finally:
            session.rollback()
    return 200
