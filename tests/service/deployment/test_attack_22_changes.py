"""Attack 22: what a form does not offer cannot be submitted around it, neither at first nor with a change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portal.kit.errors import Invalid
from tests.service.deployment.conftest import MAIN, VARIABLES, write_template
from tests.service.deployment.test_deployments import change, make, problems, stored
from tests.service.run.world import World

MORE = """
variable "place" {
  type        = string
  description = "Where."
}
variable "backup_days" {
  type        = number
  description = "How long."
  default     = 7
}
variable "vault" {
  type        = string
  description = "Which."
  default     = "none"
}
"""
MANIFEST = """
title: A thing
summary: For tests.
category: Tests
icon: box
version: 1.0.0
variables:
  place: {immutable_after_create: true, options: [here, there]}
  size: {monotonic: true}
  vault: {visible_when: "var.backup_days > 7"}
"""
USED = 'resource "terraform_data" "more" {\n  input = [var.place, var.backup_days, var.vault]\n}\n'
VALUES = {"size": 3, "place": "here"}


@pytest.fixture(autouse=True)
def _with_hints(templates: Path) -> None:
    folder = templates / "azure" / "thing"
    write_template(folder, variables=VARIABLES + MORE, main=MAIN + USED)
    (folder / "manifest.yaml").write_text(MANIFEST)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"size": 3, "place": "there"}, "values.place"),
        ({"size": 2, "place": "here"}, "values.size"),
        ({"size": 4, "place": "elsewhere"}, "values.place"),
        ({"size": 4, "place": "here", "nobody": 1}, "values.nobody"),
    ],
)
def test_attack_22_what_may_not_change_is_refused_whoever_asks(
    world: World, values: dict[str, Any], field: str
) -> None:
    made = make(world, values=VALUES).deployment
    with pytest.raises(Invalid) as error:
        change(world, made.id, values=values)
    assert list(problems(error)) == [field]
    with pytest.raises(Invalid):
        change(world, made.id, values=values, version="latest")
    assert stored(made.id)["place"] == "here"
    assert stored(made.id)["size"] == 3


def test_attack_22_a_number_that_only_grows_may_grow(world: World) -> None:
    made = make(world, values=VALUES).deployment
    change(world, made.id, values=VALUES | {"size": 4})
    assert stored(made.id)["size"] == 4


def test_attack_22_a_hidden_value_is_not_kept(world: World) -> None:
    made = make(world, values=VALUES | {"vault": "theirs"}).deployment
    assert "vault" not in stored(made.id)
    change(world, made.id, values=VALUES | {"vault": "theirs", "backup_days": 30})
    assert stored(made.id)["vault"] == "theirs"
