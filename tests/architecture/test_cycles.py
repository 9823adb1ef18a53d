"""Whichever module a process begins with, it can be imported: no module needs itself while it is being made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from portal.kit.config import PROJECT_DIR

pytestmark = pytest.mark.xdist_group("cycles")  # one process reads every module, and once


def modules(root: Path) -> dict[str, ast.Module]:
    """Every module of ours by its name; a package goes by the name of its folder."""
    found = {}
    for path in (file for package in ("portal", "worker") for file in (root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def statements(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports that run when a module is made: not those of functions, nor those for a type checker alone."""
    for statement in body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield statement
        elif isinstance(statement, ast.If) and "TYPE_CHECKING" not in ast.unparse(statement.test):
            yield from statements([*statement.body, *statement.orelse])
        elif isinstance(statement, ast.Try):
            yield from statements([*statement.body, *statement.orelse, *statement.finalbody])


def needs(name: str, tree: ast.Module, known: dict[str, ast.Module]) -> set[str]:
    """The modules of ours that must be there before this one is."""
    found: set[str] = set()
    for statement in statements(tree.body):
        if isinstance(statement, ast.Import):
            found |= {alias.name for alias in statement.names}
        elif statement.module:
            parts = {f"{statement.module}.{alias.name}" for alias in statement.names}
            found |= (parts & known.keys()) or {statement.module}
    return (found & known.keys()) - {name}


def circle(known: dict[str, ast.Module]) -> list[str]:
    """Modules that wait for one another, or none."""
    try:
        TopologicalSorter({name: needs(name, tree, known) for name, tree in known.items()}).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.fixture(scope="module")
def known() -> dict[str, ast.Module]:
    return modules(PROJECT_DIR)


def test_no_module_needs_itself(known: dict[str, ast.Module]) -> None:
    assert len(known) > 300
    assert circle(known) == []


def test_a_planted_circle_is_seen(known: dict[str, ast.Module]) -> None:
    body = known["portal.run.lifetime"].body + ast.parse("from portal.run.moves import Move").body
    planted = known | {"portal.run.lifetime": ast.Module(body, [])}
    assert {"portal.run.lifetime", "portal.run.gate", "portal.run.moves"} <= set(circle(planted))
