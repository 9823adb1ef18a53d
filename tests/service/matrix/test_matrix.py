"""Role × action × object through every service: generated from the table of roles (attacks 20 and 21)."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast, get_args

import pytest

from portal.auth.permissions import RULES, Action
from portal.kit.db import unit_of_work
from tests.service.deployment.conftest import write_template
from tests.service.matrix import scene
from tests.support import judging, things
from tests.support.asked import BROWSER_FUNCTIONS, CODES, JUDGED, OF_FUNCTIONS, OVER
from tests.support.company import BY_THE_PORTAL, Person
from tests.support.company import EVERYBODY as PEOPLE
from tests.support.matrix import EVERYBODY, FUNCTIONS, HELPER
from tests.support.things import Place
from tests.support.undone import undone

FOUND = scene.functions()
LINES: dict[str, list[Action]] = {
    name: cast(list[Action], line.removeprefix("hidden ").split())
    for name, line in FUNCTIONS.items()
    if line not in (HELPER, EVERYBODY)
}
WHO: dict[Place, frozenset[str]] = {
    "same": frozenset(person.name for person in PEOPLE) - {"disabled"},
    "own": frozenset({"owner", "deployer", "approver", "reader", "outsider"}),
    "other": frozenset({"admin", "auditor", "owner", "outsider", "limited-owner"}),
    "gone": frozenset({"admin", "owner", "reader", "outsider"}),
}


def test_attack_21_every_function_of_a_service_has_its_line() -> None:
    missing = sorted(FOUND.keys() - FUNCTIONS.keys())
    assert missing == [], "add each to FUNCTIONS in tests/support/matrix.py, with the action that it takes"
    assert sorted(FUNCTIONS.keys() - FOUND.keys()) == [], (
        "these are gone: take their lines out of tests/support/matrix.py"
    )
    unknown = {action for actions in LINES.values() for action in actions} - set(get_args(Action))
    assert unknown == set(), "these are no actions of portal/auth/permissions.py"


def test_attack_20_of_every_function_it_is_known_what_it_is_about() -> None:
    """A function that takes an id is asked about a real one."""
    names = {
        parameter for parameters in map(_parameters, LINES) for parameter in parameters if parameter.endswith("_id")
    }
    bare = [
        name
        for name in LINES
        if scene.kind_of(name) is None and any(item.endswith("_id") for item in _parameters(name))
    ]
    assert len(names) > 10
    assert bare == [], "say in OF_FUNCTIONS of tests/support/asked.py what each is about"
    assert [prefix for prefix in OF_FUNCTIONS if not any(name.startswith(prefix) for name in LINES)] == []


def _parameters(name: str) -> list[str]:
    return [item.name for item in inspect.signature(FOUND[name]).parameters.values() if item.default is item.empty]


@pytest.fixture
def there(database: str, settings_env: Callable[..., None], tmp_path: Path) -> Iterator[things.Scene]:
    """The company with everything in it; whatever is asked of it is undone."""
    write_template(tmp_path / "templates" / "azure" / "thing")
    settings_env(TERRACE_TEMPLATES_DIR=str(tmp_path / "templates"))
    made = things.build()
    with undone():
        yield made


def differences(there: things.Scene, names: list[str]) -> list[str]:
    """Functions that do otherwise than the table says."""
    wrong = []
    for person in there.people.values():
        if person.kind != "disabled":
            with unit_of_work() as session:
                actor = person.actor(session)
            for name in names:
                for place in _places(there, person, name):
                    wanted = _says(person, name, place)
                    found = scene.attempt(FOUND[name], actor, scene.known(there, person, scene.kind_of(name), place))
                    if not _agree(name, place, wanted, found):
                        wrong.append(f"{name} by {person.name} for {place}: {found}, and the table says {wanted}")
    return wrong


def _places(there: things.Scene, person: Person, name: str) -> list[Place]:
    kind = scene.kind_of(name)
    inside = kind in judging.OF_KINDS or name in JUDGED or any(RULES[action].in_project for action in LINES[name])
    if not inside and person.name not in BY_THE_PORTAL:
        return []
    places: list[Place] = list(there.things(person)[kind]) if kind else ["same"]
    return [place for place in places if person.name in WHO[place]]


def _says(person: Person, name: str, place: Place) -> int:
    judge = getattr(judging, JUDGED[name]) if name in JUDGED else None
    found = judging.says(judge, person, scene.kind_of(name), place, LINES[name])
    return BROWSER_FUNCTIONS[name] if found != 403 and name in BROWSER_FUNCTIONS and person.kind != "browser" else found


def _agree(name: str, place: Place, wanted: int, found: int | str) -> bool:
    gone: tuple[int | str, ...] = ("conflict", *OVER.get(name, ())) if place == "gone" else ()
    return found == wanted or (
        wanted == 200 and str(found).partition(":")[0] in map(str, (*gone, *CODES.get(name, ())))
    )


@pytest.mark.parametrize("part", range(3))
def test_attack_20_every_function_does_for_everybody_what_the_table_says_and_nothing_else(
    there: things.Scene, part: int
) -> None:
    """Each role in the portal and in a project, each kind of token; one's own things, others' there, elsewhere, and gone."""
    wrong = differences(there, sorted(LINES)[part::3])
    assert not wrong, "\n".join(wrong)
