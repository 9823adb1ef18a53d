"""Validation against Terraform itself: every fixture of the sample is good or bad for both, at the same variable."""

from __future__ import annotations

import json
import random
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from portal.template.module import Module
from portal.template.validation import validate
from tests.unit.template.conftest import EVERY_TYPE
from tests.unit.template.terraform import terraform

ODD: list[Any] = [
    "",
    "a",
    "A!",
    "x" * 300,
    None,
    0,
    -1,
    1.5,
    99999,
    [],
    {},
    "10.0.0.0/8",
    "é",
    True,
    ["a", "a"],
    [1, 1],
    {"a": "b"},
]


def _run(values: dict[str, Any], broken: list[str]) -> str:
    """A `run` block that passes when exactly these variables are refused."""
    lines = [f"    {key} = {_hcl(value)}" for key, value in values.items()]
    failures = f"  expect_failures = [{', '.join(f'var.{each}' for each in broken)}]\n" if broken else ""
    return f'run "case" {{\n  command = plan\n{failures}  variables {{\n' + "\n".join(lines) + "\n  }\n}\n"


def _hcl(value: Any) -> str:
    """JSON is HCL but for the two marks of a template."""
    return json.dumps(value).replace("${", "$${").replace("%{", "%%{")


def _judged(folder: Path, runs: list[str]) -> dict[int, str]:
    """Terraform's word on each run: pass or fail."""
    for file in EVERY_TYPE.glob("*.tf"):
        shutil.copy(file, folder)
    for index, run in enumerate(runs):
        (folder / f"case_{index}.tftest.hcl").write_text(run)
    terraform(folder, "init", "-no-color")
    done = terraform(folder, "test", "-no-color")
    found = re.findall(r"case_(\d+)\.tftest\.hcl\.\.\. (pass|fail)", done.stdout)
    return {int(index): word for index, word in found}


def _fixtures(module: Module) -> list[dict[str, Any]]:
    assert module.manifest is not None
    fixtures = module.manifest.fixtures
    assert fixtures is not None
    assert fixtures.full is not None
    return [fixtures.minimal.values, fixtures.full.values, *(fixture.values for fixture in fixtures.invalid)]


def _mutated(value: Any, chance: random.Random) -> Any:
    """The value with something odd in one place."""
    if isinstance(value, dict) and value and chance.random() < 0.8:
        key = chance.choice(sorted(value))
        return {**value, key: _mutated(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.7:
        index = chance.randrange(len(value))
        return [*value[:index], _mutated(value[index], chance), *value[index + 1 :]]
    return chance.choice(ODD)


def test_terraform_accepts_and_refuses_the_same_fixtures_at_the_same_variable(
    every_type: Module, tmp_path: Path
) -> None:
    runs = []
    for values in _fixtures(every_type):
        errors = validate(every_type, values, {}).errors
        runs.append(_run(values, sorted({re.split(r"[.\[]", error.path)[0] for error in errors})))
    assert _judged(tmp_path, runs) == dict.fromkeys(range(len(runs)), "pass")


def test_terraform_accepts_and_refuses_the_same_odd_values(every_type: Module, tmp_path: Path) -> None:
    """The manifest is left out: its limits are ours alone. So are attributes that no object has."""
    module, chance = replace(every_type, manifest=None), random.Random(20)
    cases: list[tuple[dict[str, Any], str]] = []
    while len(cases) < 40:
        values = chance.choice(_fixtures(every_type)[:2])
        values = {key: _mutated(value, chance) if chance.random() < 0.15 else value for key, value in values.items()}
        result = validate(module, values, {})
        if not result.undecided and "no attribute" not in str(result.errors):
            cases.append((values, "pass" if result.ok else "fail"))
    judged = _judged(tmp_path, [_run(values, []) for values, _ in cases])
    different = [values for index, (values, ours) in enumerate(cases) if judged[index] != ours]
    assert not different
    assert {ours for _, ours in cases} == {"pass", "fail"}
