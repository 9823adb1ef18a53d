"""Role × action × object through every service: generated from the table of roles (attacks 20 and 21)."""

from __future__ import annotations

from typing import cast, get_args

import pytest

from portal.auth import permissions
from portal.auth.permissions import PROJECT, RULES, Action, Standing
from portal.auth.schemas import Actor, worker_actor
from tests.service.matrix import scene
from tests.service.matrix.scene import Outcome
from tests.support.matrix import EVERYBODY, FUNCTIONS, HELPER

FOUND = scene.functions()
LINES: dict[str, list[Action]] = {
    name: cast(list[Action], line.removeprefix("hidden ").split())
    for name, line in FUNCTIONS.items()
    if line not in (HELPER, EVERYBODY)
}
IN_PROJECT = {name for name, actions in LINES.items() if any(RULES[action].in_project for action in actions)}


def test_attack_21_every_function_of_a_service_has_its_line() -> None:
    missing = sorted(FOUND.keys() - FUNCTIONS.keys())
    assert missing == [], "add each to FUNCTIONS in tests/support/matrix.py, with the action that it takes"
    assert sorted(FUNCTIONS.keys() - FOUND.keys()) == [], (
        "these are gone: take their lines out of tests/support/matrix.py"
    )
    unknown = {action for actions in LINES.values() for action in actions} - set(get_args(Action))
    assert unknown == set(), "these are no actions of portal/auth/permissions.py"


@pytest.fixture
def there(database: str) -> scene.Scene:
    """People of every role, a project with things in it."""
    return scene.build()


def expected(actor: Actor, inside: Standing | None, actions: list[Action]) -> Outcome:
    """What the table of roles says."""
    if inside is None and any(RULES[action].in_project for action in actions):
        return "absent"
    return "passed" if all(permissions.allows(actor, action, inside) for action in actions) else "forbidden"


def differences(actor: Actor, inside: Standing | None, names: set[str], known: dict[str, object]) -> list[str]:
    """Functions that do otherwise than the table says. What may be done may still find nothing to do it to."""
    wrong = []
    for name in sorted(names):
        wanted, found = expected(actor, inside, LINES[name]), scene.attempt(FOUND[name], actor, known)
        if wanted == "forbidden" and found == "absent" and FUNCTIONS[name].startswith("hidden "):
            continue
        if (found == "forbidden") if wanted == "passed" else (found != wanted):
            wrong.append(f"{name} for {actor.role}/{inside.role if inside else None}: {found}, not {wanted}")
    return wrong


def test_attack_21_each_role_in_the_portal_does_what_the_table_says_and_nothing_else(there: scene.Scene) -> None:
    wrong: list[str] = []
    for actor in there.everybody.values():
        wrong += differences(actor, permissions.everywhere(actor), set(LINES) - IN_PROJECT, there.own)
    assert not wrong, "\n".join(wrong)


def test_attack_20_each_role_in_a_project_does_what_the_table_says_there(there: scene.Scene) -> None:
    wrong: list[str] = []
    for role, actor in there.inside.items():
        standing = Standing(role, PROJECT[cast(permissions.ProjectRole, role)])
        wrong += differences(actor, standing, IN_PROJECT, there.own)
    for role in ("admin", "auditor"):
        actor = there.everybody[role]
        wrong += differences(actor, permissions.everywhere(actor), IN_PROJECT, there.own)
    assert not wrong, "\n".join(wrong)


def test_attack_20_what_is_not_ones_own_is_answered_like_what_is_not_there(there: scene.Scene) -> None:
    assert differences(there.stranger, None, IN_PROJECT, there.own) == []
    owner = there.inside["owner"]
    assert differences(owner, None, IN_PROJECT, there.nowhere) == []


def test_a_token_that_only_reads_and_a_worker_change_nothing_anywhere(there: scene.Scene) -> None:
    writing = {name for name, actions in LINES.items() if any(RULES[action].writes for action in actions)}
    reader = scene.reading(there.everybody["admin"])
    let_in = [name for name in sorted(writing) if scene.attempt(FOUND[name], reader, there.own) == "passed"]
    assert let_in == []
    worker = worker_actor("w1")
    assert [name for name in sorted(LINES) if scene.attempt(FOUND[name], worker, there.own) == "passed"] == []
