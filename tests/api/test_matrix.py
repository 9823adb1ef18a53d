"""The authorisation matrix through the REST API: each route leads to functions whose lines say what it takes (attack 21)."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from portal.auth.permissions import ORGANISATION, PROJECT, RULES
from tests.api.conftest import World
from tests.api.test_doors import API, OPEN, RUNS_OWN, SAFE, UNKNOWN, address
from tests.support import examples
from tests.support.matrix import EVERYBODY, FUNCTIONS, HELPER, ROUTES

NO_LINE = "lead it to a function that is in FUNCTIONS of tests/support/matrix.py, or say in ROUTES there what it takes"
SCHEMAS = API.openapi()["components"]["schemas"]


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


def refused_to(organisation: frozenset[str], project: frozenset[str]) -> list[tuple[str, str]]:
    """The routes of which every line takes something that neither of these roles holds."""
    return [
        route
        for route, lines in LINES.items()
        if lines and not any(_may(line, organisation, project) for line in lines)
    ]


def _may(line: str, organisation: frozenset[str], project: frozenset[str]) -> bool:
    actions = [action for action in line.removeprefix("hidden ").split() if action in RULES]
    return line == EVERYBODY or all(
        action in (project if RULES[action].in_project else organisation)  # type: ignore[index]
        for action in actions
    )


def body(method: str, path: str) -> Any:
    """A body that passes the checks of form."""
    content = API.openapi()["paths"].get(path, {}).get(method.lower(), {}).get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return None if schema is None else examples.of_schema(schema, SCHEMAS, {**examples.NAMES, "project": "default"})


def query(method: str, path: str) -> dict[str, Any]:
    asked = API.openapi()["paths"].get(path, {}).get(method.lower(), {}).get("parameters", [])
    known = {**examples.NAMES, "project": "default"}
    return {
        item["name"]: examples.of_schema(item["schema"], SCHEMAS, known, item["name"])
        for item in asked if item["in"] == "query" and item.get("required")
    }  # fmt: skip


def ask(client: TestClient, method: str, path: str) -> int:
    sent = None if method in SAFE else body(method, path)
    return client.request(method, address(path), json=sent, params=query(method, path)).status_code


@pytest.mark.parametrize(("who", "inside"), [("member", "deployer"), ("viewer", "viewer")])
def test_attack_21_what_a_role_does_not_hold_no_route_gives_it(
    who: str, inside: str, request: pytest.FixtureRequest, world: World
) -> None:
    """Somebody of the role in the portal, with this one in the project: 403, or 404 where the thing is not theirs."""
    client: TestClient = request.getfixturevalue(f"{who}_client")
    refused = refused_to(ORGANISATION[who], PROJECT[inside])  # type: ignore[index]
    assert len(refused) > 50
    let_in = [
        f"{method} {path}: {status}"
        for method, path in refused
        if (status := ask(client, method, path)) not in (403, 404)
    ]
    assert let_in == []


def test_attack_20_what_an_administrator_may_is_refused_to_them_nowhere(admin_client: TestClient) -> None:
    refused = [
        f"{method} {path}"
        for method, path in LINES
        if method == "GET" and ask(admin_client, method, path) in (401, 403)
    ]
    assert refused == []
