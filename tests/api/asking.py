"""Every route asked by everybody about everything: the requests, what the table of roles says, and the answers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import httpx

from portal.auth.permissions import RULES, Action
from tests.api.conftest import ORIGIN
from tests.api.test_doors import SAFE
from tests.support import examples, judging, people
from tests.support.asked import ANSWERS, BODIES, BROWSERS, GONE, KINDS, QUERIES
from tests.support.company import BY_THE_PORTAL, EVERYBODY, Person
from tests.support.things import Place, Scene


@dataclass(frozen=True)
class Cell:
    """One question: who asks which route about which thing, and what the table says to it."""

    person: Person
    method: str
    path: str
    place: Place
    says: int

    @property
    def route(self) -> str:
        return f"{self.method} {self.path}"


def kind_of(path: str, route: str) -> str | None:
    """The kind of the things that stand in the route, or in what is sent to it; None for a route about no thing."""
    if "{" in path:
        found = [prefix for prefix in KINDS if path == prefix or path.startswith(f"{prefix}/")]
        return KINDS[max(found, key=len)] if found else ""
    return "project" if "{project}" in f"{BODIES.get(route)} {QUERIES.get(route)}" else None


def cells(scene: Scene, lines: Mapping[tuple[str, str], list[str]]) -> Iterator[Cell]:
    """Every question: each route about each thing, by whoever it can make a difference to."""
    for (method, path), words in sorted(lines.items()):
        route, kind = f"{method} {path}", kind_of(path, f"{method} {path}")
        actions: list[Action] = [cast(Action, word) for line in words for word in line.removeprefix("hidden ").split()]
        inside = kind in judging.OF_KINDS or route in _ROUTES or any(RULES[action].in_project for action in actions)
        for person in scene.people.values():
            for place in scene.things(person)[kind] if kind else judging.PROJECTS:
                if person.name in WHO[place] and (inside or person.name in BY_THE_PORTAL) and (kind or place == "same"):
                    yield Cell(person, method, path, place, says(person, route, kind, place, actions))


def says(person: Person, route: str, kind: str | None, place: Place, actions: Sequence[Action]) -> int:
    """What the table of roles answers to a request."""
    if person.kind == "disabled":
        return 401
    found = judging.says(_ROUTES.get(route), person, kind, place, actions)
    return BROWSERS[route] if found != 403 and route in BROWSERS and person.kind != "browser" else found


_ROUTES: Final[Mapping[str, judging.Judge]] = {
    "GET /api/v1/notification-channels": judging.channels,
    "GET /api/v1/templates": judging.offered,
    "POST /api/v1/cloud-accounts/{account}/rotate": judging.tried,
    "POST /api/v1/cloud-accounts/{account}/test": judging.tried,
    "POST /api/v1/deployments/{deployment_id}/owner": judging.given,
    "POST /api/v1/notification-channels": judging.channel_made,
    "POST /api/v1/runs/{run_id}/approval": judging.decided,
}
"""Routes that read the table otherwise than the kind of their things says."""
WHO: Final[Mapping[Place, frozenset[str]]] = {
    "same": frozenset(person.name for person in EVERYBODY),
    "own": frozenset({"owner", "deployer", "approver", "reader", "outsider"}),
    "other": frozenset({"admin", "auditor", "owner", "outsider", "limited-owner"}),
    "gone": frozenset({"admin", "owner", "reader", "outsider"}),
}
"""Who asks about what: everybody about what is there, and about the rest whoever may be told something else."""


class Asker:
    """Sends requests to the API, in one loop and without a network."""

    def __init__(self, api: Any, scene: Scene, document: Mapping[str, Any]) -> None:
        self._scene, self._document = scene, document
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(api, raise_app_exceptions=False), base_url=ORIGIN
        )

    def answers(self, asked: list[Cell]) -> list[httpx.Response]:
        """What is answered to each."""

        async def all_of_them() -> list[httpx.Response]:
            async with self._client:
                return [await self._ask(cell) for cell in asked]

        return asyncio.run(all_of_them())

    async def _ask(self, cell: Cell) -> httpx.Response:
        things = self._scene.things(cell.person)
        kind = kind_of(cell.path, cell.route)
        names = {**_FIXED, **(things[kind][cell.place] if kind else {})}
        path = re.sub(r"\{(\w+)[^}]*\}", lambda match: names[match.group(1)], cell.path)
        return await self._client.request(
            cell.method, path, headers=cell.person.headers(ORIGIN), params=self._query(cell, names),
            json=None if cell.method in SAFE else self._body(cell, names),
        )  # fmt: skip

    def _operation(self, cell: Cell) -> Mapping[str, Any]:
        return self._document["paths"].get(cell.path, {}).get(cell.method.lower(), {})

    def _body(self, cell: Cell, names: Mapping[str, str]) -> Any:
        if cell.route in BODIES:
            return examples.filled(BODIES[cell.route], names)
        content = self._operation(cell).get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        return None if schema is None else examples.of_schema(schema, self._schemas, examples.NAMES)

    def _query(self, cell: Cell, names: Mapping[str, str]) -> dict[str, Any]:
        asked = self._operation(cell).get("parameters", [])
        given = {
            item["name"]: examples.of_schema(item["schema"], self._schemas, examples.NAMES, item["name"])
            for item in asked if item["in"] == "query" and item.get("required")
        }  # fmt: skip
        return given | examples.filled(QUERIES.get(cell.route, {}), names)

    @property
    def _schemas(self) -> Mapping[str, Any]:
        return self._document["components"]["schemas"]


_FIXED: Final = {
    "project": "shop", "cloud": "azure", "name": "thing", "kind": "action-groups", "slug": "spare", "password": people.PASSWORD,
}  # fmt: skip


def wrong(cell: Cell, answer: httpx.Response) -> str | None:
    """What the answer says that the table does not; None when they agree."""
    status = answer.status_code
    if status == cell.says or status in _also(cell, answer) or (cell.says == 200 and 200 <= status < 400):
        return None
    told = answer.text[:150]
    return f"{cell.route} by {cell.person.name} for {cell.place}: {status}, and the table says {cell.says}. {told}"


def _also(cell: Cell, answer: httpx.Response) -> tuple[int, ...]:
    """What may be told instead, for a reason that is no question of roles."""
    gone = GONE.get(cell.route, (409,)) if cell.place == "gone" else ()
    if cell.says == 200:
        return gone + ANSWERS.get(cell.route, ())
    if cell.says == 404:
        return (422,) if _is_at_project(answer) else tuple(status for status in gone if status != 409)
    return ()


def _is_at_project(answer: httpx.Response) -> bool:
    """A request that names a project which is not theirs is answered like one that names none."""
    return answer.status_code == 422 and any(item["path"] == "project" for item in answer.json().get("errors", []))
