"""Attack 21: a State's event handler, which anybody can call over the websocket, is not let in without a line of the matrix."""

from __future__ import annotations

from typing import get_args

from portal.auth.permissions import Action
from tests.support.handlers import HANDLERS, OPEN
from tests.support.states import found


def test_attack_21_every_handler_of_every_page_has_its_line() -> None:
    handlers = found()
    assert len(handlers) > 60
    missing = sorted(handlers.keys() - HANDLERS.keys())
    assert missing == [], "add each to HANDLERS in tests/support/handlers.py: the action that it takes, and on what"
    gone = sorted(HANDLERS.keys() - handlers.keys())
    assert gone == [], "these are gone: take their lines out of tests/support/handlers.py"


def test_attack_21_a_line_names_actions_that_there_are_and_gives_what_the_handler_declares() -> None:
    handlers = found()
    actions = {action for lines in HANDLERS.values() for line in lines for action in line.actions}
    assert actions - set(get_args(Action)) == set(), "these are no actions of portal/auth/permissions.py"
    given = {name: {tuple(sorted(line.given)) for line in lines} for name, lines in HANDLERS.items()}
    declared = {name: {tuple(sorted(handler.arguments))} for name, handler in handlers.items()}
    wrong = {name: shapes for name, shapes in given.items() if shapes != declared.get(name, shapes)}
    assert wrong == {}, "give in tests/support/handlers.py what these handlers declare now"
    assert [name for name, lines in HANDLERS.items() if OPEN in {line.takes for line in lines}] == ["Identity.load"]
