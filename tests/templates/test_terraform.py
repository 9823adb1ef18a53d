"""Every template lives and dies in the sandbox cloud, and its own tests pass."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.bench import costs
from tests.templates import catalogue
from tests.templates.catalogue import KEYS
from tests.templates.workplace import VALUES, Workplace

Places = Callable[[str], Workplace]
each_template = pytest.mark.parametrize("key", KEYS)


def _actions(plan: dict[str, Any]) -> set[str]:
    return {action for change in plan["resource_changes"] for action in change["change"]["actions"]} - {"read"}


def _elsewhere(key: str) -> dict[str, Any]:
    """The required values that are fixed once it is there, as the full fixture has them: another name, another region."""
    full, hints = catalogue.fixtures(key).full, catalogue.manifest(key).variables
    assert full is not None
    return {
        name: full.values[name]
        for name, variable in catalogue.module(key).variables.items()
        if variable.required and hints[name].immutable_after_create
    }


@pytest.fixture
def place(key: str, workplace: Places) -> Iterator[Workplace]:
    """The template's folder; whatever a failed test left in the cloud is removed after it."""
    found = workplace(key)
    yield found
    if (found.path / "terraform.tfstate").exists() and found.state["resources"]:
        found.terraform("destroy", "-auto-approve", "-refresh=false", codes=(0, 1))


@each_template
def test_the_files_are_formatted_and_valid_without_a_warning(key: str, workplace: Places) -> None:
    place = workplace(key)
    place.terraform("fmt", "-check", "-recursive", "-diff")
    assert json.loads(place.terraform("validate", "-json").output)["diagnostics"] == []


@each_template
def test_required_values_alone_are_applied_changed_in_place_replaced_only_where_said_and_destroyed(
    key: str, place: Workplace
) -> None:
    minimal = catalogue.fixtures(key).minimal.values
    planned = place.plan("minimal", minimal)
    assert _actions(planned) == {"create"}
    assert costs.summary(planned) == costs.kept(key, "minimal"), costs.__doc__
    place.terraform("apply", "minimal")
    place.terraform("plan", "-detailed-exitcode")
    assert place.state["outputs"]["id"]["value"]

    changed = place.plan("changed", minimal | {"environment": "staging"})
    assert "update" in _actions(changed)
    assert _actions(changed) <= {"update", "no-op"}
    place.terraform("apply", "changed")
    assert {"delete", "create"} <= _actions(place.plan("other", minimal | _elsewhere(key))), "nothing is replaced"
    place.use(minimal)
    place.terraform("destroy", "-auto-approve")
    assert place.state["resources"] == []


@each_template
def test_every_feature_at_once_is_applied_twice_without_a_change_and_destroyed(key: str, place: Workplace) -> None:
    full = catalogue.fixtures(key).full
    assert full is not None
    planned = place.plan("full", full.values)
    assert _actions(planned) == {"create"}
    assert costs.summary(planned) == costs.kept(key, "full"), costs.__doc__
    place.terraform("apply", "full")
    place.terraform("plan", "-detailed-exitcode")
    place.terraform("destroy", "-auto-approve")
    assert place.state["resources"] == []


@each_template
def test_its_rules_hold_for_terraform(key: str, bare_workplace: Places) -> None:
    place = bare_workplace(key)
    (place.path / VALUES).unlink(missing_ok=True)
    place.terraform("test")


@each_template
def test_its_defaults_and_features_hold_for_terraform(key: str, workplace: Places) -> None:
    place = workplace(key)
    (place.path / VALUES).unlink(missing_ok=True)
    place.terraform("test", "-filter=tests/defaults.tftest.hcl", "-filter=tests/features.tftest.hcl")
