"""Role × handler × object over the raw websocket, generated from the table of roles (attacks 20 and 21).

Everybody sends every event, complete and valid, at what is theirs, at what is somebody else's in the same project, at things of
another project, and at what was deleted. What the table refuses changes nothing at all, and shows nothing that is not theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from portal.kit import db, live
from portal.kit.config import settings
from tests.support import pages, servers, wire
from tests.support.handlers import HANDLERS, Line
from tests.support.pages import Portal
from tests.support.states import Handler, found
from tests.ui import wire_people, wire_world
from tests.ui.wire_people import NAMES, OTHERS, OURS, SIGHTS, Person
from tests.ui.wire_world import Scene

CHANGING = [(name, line) for name, lines in HANDLERS.items() for line in lines if line.changes]
FOLLOWING = [(name, line) for name, lines in HANDLERS.items() for line in lines if name.endswith(".follow")]
FOLLOWERS = (("member", "viewer"), ("member", "stopper"), ("member", "guest"), ("member", ""), ("helper", ""))
FOUND: dict[str, Handler] = found()


@pytest.fixture(scope="module")
def portal(
    test_servers: servers.Servers, database_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """A portal of this file's own, and this process at its database and Redis: what is allowed changes things.

    It keeps Reflex's states in its memory. Nothing else about them is different, and pickling them takes half the time.
    """
    folder, key = tmp_path_factory.mktemp("wire"), wire_world.secret_key()
    with (
        pytest.MonkeyPatch.context() as patch,
        servers.fresh_database(test_servers, database_template) as database_url,
        servers.own_redis(test_servers) as redis_url,
    ):
        patch.setenv("REFLEX_STATE_MANAGER_MODE", "memory")
        with pages.running(folder, database_url=database_url, redis_url=redis_url, secret_key=key) as running:
            for name in ("TERRACE_DATABASE_URL", "TERRACE_REDIS_URL", "TERRACE_SECRET_KEYS"):
                patch.setenv(name, running.environment[name])
            settings.cache_clear()
            yield running
            db.dispose_engines()
    settings.cache_clear()


@pytest.fixture(scope="module")
def scene(portal: Portal) -> Scene:
    """People and things."""
    keys = (wire_world.TEMPLATE, wire_world.HIDDEN)
    return wire_world.build({key: portal.api("GET", f"/templates/{key}")["content_hash"] for key in keys})


class Sender:
    """One connection, and what it says of one thing after the other."""

    def __init__(self, socket: wire.Wire, hashes: Mapping[str, str]) -> None:
        self.socket = socket
        self.hashes = hashes
        self.sent = 0

    def event(self, name: str, line: Line, thing: str, *, prepared: bool = True) -> None:
        """What a page would send before, when it is to be prepared, and then this."""
        state = name.partition(".")[0]
        for before, given in line.first if prepared else ():
            self._send(f"{state}.{before}", line, given, thing)
        self._send(name, line, line.given, thing)

    def _send(self, name: str, line: Line, given: Mapping[str, Any], thing: str) -> None:
        address, query = _address(line.at, thing)
        texts = {"{id}": thing, "{hash}": self.hashes.get(thing, "none")}
        filled = {key: texts.get(value, value) if isinstance(value, str) else value for key, value in given.items()}
        self.socket.send(FOUND[name].name, filled, path=address, query=query)
        self.sent += 1

    def settle(self) -> str:
        """Everything that came, once all that was sent is done: one event is worked off after the other."""
        last = f"the-last-of-{self.sent}"
        self.socket.send(FOUND["TemplateState.show"].name, {"tab": last})
        self.sent += 1

        def done(said: list[str]) -> bool:
            return last in said[-1] or sum("_redirect" in text for text in said) >= self.sent

        return "".join(self.socket.read_until(done))


def _address(at: str, thing: str) -> tuple[str, dict[str, str]]:
    """The page's address, and the names that its route gives to the parts."""
    cloud, _, name = thing.partition("/")
    known = {
        "/deployments/{id}": {"deployment_id": thing}, "/runs/{id}": {"run_id": thing},
        "/approvals/{id}": {"run_id": thing}, "/admin/cloud-accounts/{id}": {"account_id": thing},
        "/templates/{id}": {"cloud": cloud, "name": name}, "/admin/templates/{id}": {"cloud": cloud, "name": name},
    }  # fmt: skip
    return at.format(id=thing), known.get(at, {})


def _refused(person: Person) -> Iterator[tuple[str, Line, str]]:
    """All that this person may not do, and all that only reads; each with whose thing it is tried on."""
    for name, lines in HANDLERS.items():
        for line in lines:
            for whose in wire_people.cells(line) if wire_people.concerns(line, person) else ():
                if not (line.changes and person.may(line, whose)):
                    yield name, line, whose


def _wrong(portal: Portal, scene: Scene, person: Person) -> list[str]:
    """What came of sending it all."""
    wire_world.own(scene, person)
    before = wire_world.snapshot()
    with wire.connected(portal.url, person.cookie) as socket:
        sender = Sender(socket, scene.hashes)
        for name, line, whose in _refused(person):
            thing = scene.things[line.on][whose] if line.on else ""
            sender.event(name, line, thing, prepared=whose == "own")
        said = sender.settle()
        for channel in ("runs", *(f"run:{run_id}" for run_id in scene.things["planned run"].values())):
            live.nudge(channel)
        said = sender.settle()
    tables = wire_world.changed(before, wire_world.snapshot())
    wire_people.end_session(person)
    sights = (OURS, OTHERS, NAMES, *(() if person.inside else SIGHTS))
    told = [
        f"{'sees' if sight in said else 'does not see'} {sight}"
        for sight in sights
        if (sight in said) != person.sees(sight)
    ]
    return [f"{person.name} {text}" for text in (*told, *(f"changed {table}" for table in tables))]


def test_attack_20_what_the_table_of_roles_refuses_changes_nothing_and_shows_nothing(
    portal: Portal, scene: Scene
) -> None:
    wrong = [text for person in scene.people for text in _wrong(portal, scene, person)]
    assert wrong == [], "\n".join(wrong)


def test_attack_20_open_pages_are_told_what_happens_in_ones_own_projects_and_nothing_else(
    portal: Portal, scene: Scene
) -> None:
    wrong: list[str] = []
    for role, inside in FOLLOWERS:
        person = wire_people.person(scene.world.project_id, role, inside)
        with wire.connected(portal.url, person.cookie) as socket:
            sender = Sender(socket, scene.hashes)
            for name, line in FOLLOWING:
                for whose in ("same project", "other project") if line.on else ("same project",):
                    sender.event(name, line, scene.things[line.on][whose] if line.on else "")
            sender.settle()
            ours, theirs = (wire_world.happen(scene, whose) for whose in ("same project", "other project"))
            for run_id in scene.things["planned run"].values():
                live.nudge(f"run:{run_id}")
            live.nudge("runs")
            if person.sees(NAMES):
                socket.read_until(lambda said, name=ours: any(name in text for text in said))
            said = sender.settle()
        wrong += [f"{person.name} hears of {theirs}"] if theirs in said or OTHERS in said else []
        wrong += [f"{person.name} hears of {ours}"] if ours in said and not person.sees(NAMES) else []
    assert wrong == []


def test_attack_21_what_the_table_allows_is_done_by_whoever_may_least(portal: Portal, scene: Scene) -> None:
    undone: list[str] = []
    for name, line in CHANGING:
        person = wire_people.person(scene.world.project_id, *wire_people.least(line))
        thing = wire_world.make(scene, line.on, "own") if line.on else ""
        wire_world.give(line.on, thing, person)
        before = wire_world.snapshot()
        with wire.connected(portal.url, person.cookie) as socket:
            sender = Sender(socket, scene.hashes)
            sender.event(name, line, thing)
            said = sender.settle()
        if line.changes not in wire_world.changed(before, wire_world.snapshot()):
            undone.append(f"{name} on {line.on} by {person.name}: {said[-600:]}")
    assert undone == [], "\n".join(undone)
