"""Role × route × object through the REST API: generated from the table of roles and the routes there are (attacks 20 and 21)."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import anyio.to_thread
import pytest

from portal.api.security import SecurityMiddleware
from portal.auth import passwords, throttle
from portal.kit import db
from portal.kit.config import settings
from tests.api import asking
from tests.api.asking import Asker, Cell
from tests.api.running import catalogue
from tests.api.test_doors import API, OPEN, RUNS_OWN, UNKNOWN
from tests.conftest import TEST_KEY
from tests.support import people, servers, things
from tests.support.asked import ANSWERS, BODIES, BROWSERS, GONE, KINDS, QUERIES
from tests.support.matrix import FUNCTIONS, HELPER, ROUTES
from tests.support.undone import undone

PARTS = 4
NO_LINE = "lead it to a function that is in FUNCTIONS of tests/support/matrix.py, or say in ROUTES there what it takes"
NO_KIND = "say in KINDS of tests/support/asked.py what each is about, and make such things in tests/support/things.py"


def endpoints(routes: list[Any], prefix: str = "") -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """(method, path, what answers) of every route."""
    for route in routes:
        if (router := getattr(route, "original_router", None)) is not None:
            yield from endpoints(router.routes, prefix + route.include_context.prefix)
        elif prefix + route.path not in UNKNOWN:
            for method in sorted(route.methods - {"HEAD"}):
                yield method, prefix + route.path, route.endpoint


def lines_of(endpoint: Callable[..., Any]) -> list[str]:
    """The lines of the functions that the endpoint names, those of helpers left out."""
    found = []
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(endpoint)))):
        if isinstance(node, (ast.Attribute, ast.Name)):
            function = _resolved(node, endpoint.__globals__)
            name = f"{getattr(function, '__module__', '')}.{getattr(function, '__name__', '')}".removeprefix("portal.")
            if FUNCTIONS.get(name, HELPER) != HELPER:
                found.append(FUNCTIONS[name])
    return found


def _resolved(node: ast.expr, names: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        return getattr(_resolved(node.value, names), node.attr, None)
    return None


LINES = {
    (method, path): [ROUTES[f"{method} {path}"]] if f"{method} {path}" in ROUTES else lines_of(endpoint)
    for method, path, endpoint in endpoints(list(API.router.routes))
    if (method, path) not in OPEN and not path.startswith((*RUNS_OWN, "/metrics"))
}


def test_attack_21_every_route_leads_to_what_the_matrix_knows() -> None:
    assert sorted(f"{method} {path}" for (method, path), lines in LINES.items() if not lines) == [], NO_LINE
    assert len(LINES) > 150


def test_attack_20_of_every_route_it_is_known_what_it_is_about() -> None:
    unknown = [f"{method} {path}" for method, path in LINES if asking.kind_of(path, f"{method} {path}") == ""]
    assert unknown == [], NO_KIND


def test_what_is_said_of_routes_is_said_of_routes_that_there_are() -> None:
    routes, paths = {f"{method} {path}" for method, path in LINES}, {path for _, path in LINES}
    said = {*ROUTES, *BODIES, *QUERIES, *BROWSERS, *ANSWERS, *GONE}
    assert sorted(said - routes) == [], "these are gone: take them out of tests/support/matrix.py and asked.py"
    assert [prefix for prefix in KINDS if not any(path.startswith(prefix) for path in paths)] == []


@pytest.fixture(scope="module")
def made(
    test_servers: servers.Servers, database_template: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[dict[str, str], things.Scene]]:
    """A company with everything in it, made once: whatever is asked of it is undone."""
    folder = tmp_path_factory.mktemp("company")
    with servers.fresh_database(test_servers, database_template) as url, pytest.MonkeyPatch.context() as patch:
        variables = {
            "TERRACE_DATABASE_URL": url, "TERRACE_REDIS_URL": redis_url, "TERRACE_SECRET_KEYS": TEST_KEY,
            "TERRACE_TEMPLATES_DIR": catalogue(folder / "templates"),
        }  # fmt: skip
        patch.setattr(passwords, "HASHER", people.CHEAP_HASHER)
        for name, value in variables.items():
            patch.setenv(name, value)
        settings.cache_clear()
        scene = things.build()
        db.dispose_engines()
        patch.undo()
        settings.cache_clear()
        yield variables, scene


@pytest.fixture
def scene(
    made: tuple[dict[str, str], things.Scene], settings_env: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[things.Scene]:
    monkeypatch.setattr(passwords, "HASHER", people.CHEAP_HASHER)
    settings_env(**made[0])
    throttle.reset()
    yield made[1]
    throttle.reset()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the API gives to threads is done in the loop instead: nobody else asks, and thousands of turns cost a lot."""

    async def here(function: Callable[..., Any], *args: Any, **_ignored: Any) -> Any:
        return function(*args)

    monkeypatch.setattr(anyio.to_thread, "run_sync", here)


@pytest.mark.xdist_group("matrix")  # one process makes the company, and not each of them
@pytest.mark.parametrize("part", range(PARTS))
def test_attack_20_every_route_answers_everybody_about_everything_as_the_table_says(
    scene: things.Scene, api: SecurityMiddleware, at_once: None, part: int
) -> None:
    """Each role in the portal and in a project, and each kind of token: 404 for what is not theirs, 403 for what they may not
    do, and else it is done; with one's own things, others' in the project, those of another project, and what is gone."""
    lines = dict(sorted(LINES.items())[part::PARTS])
    asked: list[Cell] = list(asking.cells(scene, lines))
    assert len(asked) > 500
    assert {cell.says for cell in asked} == {200, 401, 403, 404}
    with undone():
        answers = Asker(api, scene, API.openapi()).answers(asked)
    wrong = [found for cell, answer in zip(asked, answers, strict=True) if (found := asking.wrong(cell, answer))]
    assert not wrong, "\n".join(wrong)
