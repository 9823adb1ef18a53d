"""The command that an action is: one argument list, in which nothing that a resource is called becomes an option or a file."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from portal.template.actions import command
from portal.template.errors import TemplateError
from portal.template.manifest import Action

MACHINE = {
    "id": "/subscriptions/s/x",
    "name": "web 1; rm -rf $HOME",
    "resource_group_name": "rg",
    "zone": "europe-west1-b",
}


def action(*arguments: str, **more: str) -> Action:
    return Action.model_validate(
        {"name": "restart", "title": "Restart", "types": ["azurerm_linux_virtual_machine"], "tool": "az",
         "confirm": "It restarts.", "arguments": list(arguments), **more}
    )  # fmt: skip


def test_each_attribute_stands_in_its_own_argument_whatever_it_holds() -> None:
    made = command(action("vm", "restart", "--ids", "{id}", "--name={name}", "--label", "x-{zone}"), MACHINE)
    assert made == (
        "vm",
        "restart",
        "--ids",
        "/subscriptions/s/x",
        "--name=web 1; rm -rf $HOME",
        "--label",
        "x-europe-west1-b",
    )


@pytest.mark.parametrize("name", ["--debug", "@/etc/passwd", "-", "a\nb", "a\x00b", "", "x" * 2000])
def test_attack_06_a_name_that_would_be_read_as_something_else_is_no_argument(name: str) -> None:
    for argument in ("{name}", "--name={name}"):
        with pytest.raises(TemplateError):
            command(action("vm", "restart", argument), {"name": name})


def test_within_a_word_a_leading_dash_is_only_a_letter() -> None:
    assert command(action("vm", "restart", "vm{name}"), {"name": "-1"})[-1] == "vm-1"


@pytest.mark.parametrize(
    "arguments", [("login", "--identity"), ("rest", "--url"), ("vm", "{admin_password}"), ("vm", "a\nb"), ("vm",)]
)
def test_what_is_no_action_on_a_resource_is_refused_in_the_manifest(arguments: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        action(*arguments)
