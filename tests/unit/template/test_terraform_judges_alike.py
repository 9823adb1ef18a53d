"""Validation against Terraform itself: every fixture of the sample is good or bad for both, at the same variable."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from portal.template.module import Module
from portal.template.validation import validate
from tests.unit.template.conftest import EVERY_TYPE


def _run(name: str, values: dict[str, Any], broken: list[str]) -> str:
    """A `run` block that passes when exactly these variables are refused."""
    lines = [f"    {key} = {_hcl(value)}" for key, value in values.items()]
    failures = f"  expect_failures = [{', '.join(f'var.{each}' for each in broken)}]\n" if broken else ""
    return f'run "{name}" {{\n  command = plan\n{failures}  variables {{\n' + "\n".join(lines) + "\n  }\n}\n"


def _hcl(value: Any) -> str:
    """JSON is HCL but for the two marks of a template."""
    return json.dumps(value).replace("${", "$${").replace("%{", "%%{")


def test_terraform_accepts_and_refuses_the_same_fixtures(every_type: Module, tmp_path: Path) -> None:
    terraform = shutil.which("terraform")
    assert terraform, "this test needs terraform on PATH"
    assert every_type.manifest is not None
    fixtures = every_type.manifest.fixtures
    assert fixtures is not None
    assert fixtures.full is not None
    cases = [fixtures.minimal.values, fixtures.full.values, *(fixture.values for fixture in fixtures.invalid)]
    runs = []
    for index, values in enumerate(cases):
        errors = validate(every_type, values, {}).errors
        runs.append(_run(f"case_{index}", values, sorted({re.split(r"[.\[]", error.path)[0] for error in errors})))
    for file in EVERY_TYPE.glob("*.tf"):
        shutil.copy(file, tmp_path)
    (tmp_path / "fixtures.tftest.hcl").write_text("\n".join(runs))
    for command in ("init", "test"):
        done = subprocess.run(
            [terraform, command, "-no-color"], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(cases)} passed" in done.stdout
