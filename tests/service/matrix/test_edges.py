"""What pages, routes and commands call: functions that the matrix asks, and few others, each for a reason (attack 21)."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from types import ModuleType
from typing import Any, Final

import portal.api
import portal.cli
import portal.ui
from tests.support.matrix import FUNCTIONS, HELPER, OPEN_FUNCTIONS

FEATURES: Final = frozenset(
    {
        "approval", "audit", "auth", "backup", "cloud_account", "cost", "deployment", "issuer", "keys", "notification", "policy",
        "project", "quota", "run", "state", "template",
    }
)  # fmt: skip
EDGES: Final = (portal.api, portal.ui, portal.cli)


def modules(package: ModuleType) -> Iterator[ModuleType]:
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not info.name.endswith("__main__"):
            yield importlib.import_module(info.name)


def calls(module: ModuleType) -> Iterator[tuple[str, str]]:
    """(the function of a feature, the function here that names it), by full names."""
    tree = ast.parse(inspect.getsource(module))
    names = {**_imported(tree), **vars(module)}
    for outer in ast.walk(tree):
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for node in ast.walk(outer):
                found = _resolved(node, names)
                if inspect.isfunction(found) and (name := _name(found)):
                    yield name, outer.name


def _imported(tree: ast.Module) -> dict[str, Any]:
    """What functions import by themselves."""
    found: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("portal"):
            source = importlib.import_module(node.module or "")
            for item in node.names:
                value = getattr(source, item.name, None)
                if value is None:
                    value = importlib.import_module(f"{node.module}.{item.name}")
                found[item.asname or item.name] = value
    return found


def _resolved(node: ast.AST, names: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    return getattr(_resolved(node.value, names), node.attr, None) if isinstance(node, ast.Attribute) else None


def _name(function: Callable[..., Any]) -> str | None:
    home, _, rest = function.__module__.partition(".")
    return f"{rest}.{function.__name__}" if home == "portal" and rest.split(".")[0] in FEATURES else None


@cache
def called() -> dict[str, set[str]]:
    """The functions of features that pages, routes and commands name, each with where."""
    found: dict[str, set[str]] = {}
    for module in (module for package in EDGES for module in modules(package)):
        for name, outer in calls(module):
            found.setdefault(name, set()).add(f"{module.__name__.removeprefix('portal.')}.{outer}")
    return found


def test_attack_21_what_pages_routes_and_commands_call_is_asked_by_the_matrix_or_open_for_a_reason() -> None:
    """Also what is not told a session and who asks: a function with only an actor, with only a session, or with neither."""
    unknown = {
        name: sorted(where) for name, where in called().items() if name not in FUNCTIONS and name not in OPEN_FUNCTIONS
    }
    assert unknown == {}, (
        "lead it through a function of FUNCTIONS, or say in OPEN_FUNCTIONS of tests/support/matrix.py why it asks nobody"
    )
    assert len(called()) > 200
    assert sorted(OPEN_FUNCTIONS.keys() - called().keys()) == [], "nobody calls these: take their lines out"
    assert all(len(reason) > 10 for reason in OPEN_FUNCTIONS.values())


def test_attack_21_helpers_are_called_by_what_has_authorised() -> None:
    """A page, route or command that calls a helper calls a function beside it that asks the table of roles."""
    bare = []
    for module in (module for package in EDGES for module in modules(package)):
        beside: dict[str, set[str]] = {}
        for name, outer in calls(module):
            beside.setdefault(outer, set()).add(name)
        for outer, names in beside.items():
            helpers = {name for name in names if FUNCTIONS.get(name) == HELPER and name not in SAFE_HELPERS}
            if helpers and not any(FUNCTIONS.get(name, HELPER) != HELPER for name in names):
                bare.append(f"{module.__name__}.{outer} calls {', '.join(sorted(helpers))}")
    assert bare == []


SAFE_HELPERS: Final = frozenset(
    {
        "template.releases.require_visible",  # asks for template.read itself, and whether the template is for the actor
        "auth.sessions.csrf_matches",  # compares with the actor's own session
        "auth.oidc.logout.address_after",  # of the actor's own session
    }
)
"""Helpers that look at nothing but what is the actor's own, or that ask by themselves."""
