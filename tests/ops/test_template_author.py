"""`terrace template new`, `lint` and `test`: what they write, say and answer, and the worked example of the document."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.kit.config import PROJECT_DIR

SECONDS = 280
DOCUMENT = (PROJECT_DIR / "docs" / "authoring.md").read_text()
KEY = "gcp/event-bus"

Terrace = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def terrace(tmp_path: Path) -> Terrace:
    """Run `terrace template …` in a folder whose catalogue is empty but for the lists of options."""
    catalogue = tmp_path / "catalogue"
    catalogue.mkdir()
    (catalogue / "_data").mkdir()
    for path in (PROJECT_DIR / "templates" / "_data").glob("*.json"):
        (catalogue / "_data" / path.name).write_bytes(path.read_bytes())
    own = {"TERRACE_TEMPLATES_DIR": "catalogue", "PYTHONPATH": str(PROJECT_DIR)}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TERRACE_")} | own
    if engine := os.environ.get("TERRACE_TERRAFORM_BIN"):
        environment["TERRACE_TERRAFORM_BIN"] = engine

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "portal.cli", "template", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environment | more, capture_output=True, text=True, timeout=SECONDS, check=False
        )

    return run


def code_blocks(heading: str) -> list[str]:
    """The blocks of code below a heading of the document."""
    section = DOCUMENT.partition(f"\n## {heading}")[2].partition("\n## ")[0]
    return re.findall(r"```\w*\n(.*?)```", section, re.DOTALL)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, old
    path.write_text(text.replace(old, new, 1))


def test_the_worked_example_does_what_the_document_says(terrace: Terrace, tmp_path: Path) -> None:
    folder = tmp_path / "catalogue" / KEY
    assert terrace("new", KEY, "--title", "Event bus").returncode == 0
    variable, told, hint = code_blocks("3. Add a question")
    change(folder / "variables.tf", 'variable "owner"', f'{variable}\nvariable "owner"')
    linted = terrace("lint", KEY)
    assert (linted.returncode, linted.stdout) == (1, told)

    rule, run = code_blocks("4. Add a rule")
    change(
        folder / "variables.tf", variable, f"{variable.rstrip().removesuffix('}')}  nullable    = false\n\n{rule}}}\n"
    )
    labels = "  labels  = local.labels\n"
    change(folder / "main.tf", labels, f"{labels}\n  enable_message_ordering = var.ordering_enabled\n")
    change(folder / "manifest.yaml", "variables:\n", hint)
    change(
        folder / "manifest.yaml", "      retention_days: 7\n", "      retention_days: 7\n      ordering_enabled: true\n"
    )
    assert {each["rule"] for each in json.loads(terrace("lint", KEY, "--json").stdout)} == {"untested-rule"}
    (folder / "tests" / "rules.tftest.hcl").write_text((folder / "tests" / "rules.tftest.hcl").read_text() + "\n" + run)
    assert terrace("lint", "--strict").stdout == "1 template: nothing to mend.\n"

    tested = terrace("test", "--apply", KEY)
    (promised,) = code_blocks("6. Try all of it")[1:]
    assert without_times(tested.stdout) == without_times(promised), tested.stderr
    assert tested.returncode == 0


def without_times(text: str) -> str:
    return re.sub(r" +[\d.]+ s$", "", text, flags=re.MULTILINE)


def test_what_fails_is_shown_with_its_place_and_what_to_do(terrace: Terrace, tmp_path: Path) -> None:
    folder = tmp_path / "catalogue" / "azure" / "group"
    assert terrace("new", "azure/group").returncode == 0
    change(folder / "main.tf", "  location = var.location", "  location =   var.location")
    change(folder / "tests" / "defaults.tftest.hcl", 'environment = "dev"', 'environment = "prod"')
    change(folder / "manifest.yaml", "message: not ending in a dot", "message: shorter, please")
    tested = terrace("test", str(folder), "--json")
    steps = {step["step"]: step for step in map(json.loads, tested.stdout.splitlines())}
    assert tested.returncode == 1
    assert {name for name, step in steps.items() if not step["ok"]} == {"format", "test", "refuse"}
    assert (steps["format"]["problems"][0]["file"], steps["format"]["problems"][0]["line"]) == ("main.tf", 12)
    assert steps["test"]["problems"][0]["file"] == "tests/defaults.tftest.hcl"
    assert "run required_values_make_a_group_without_a_lock" in steps["test"]["problems"][0]["message"]
    assert "promises 'shorter, please'" in steps["refuse"]["problems"][0]["message"]
    assert all(step["remedy"] for step in steps.values() if not step["ok"])


def test_lint_shows_the_format_as_terraform_wants_it(terrace: Terrace, tmp_path: Path) -> None:
    terrace("new", KEY)
    change(tmp_path / "catalogue" / KEY / "main.tf", "  project                    = var", "  project = var")
    (found,) = json.loads(terrace("lint", "--json").stdout)
    assert (found["rule"], found["file"], found["line"], found["level"]) == ("format", "main.tf", 17, "error")


def test_lint_goes_on_without_terraform_and_says_so(terrace: Terrace) -> None:
    made = terrace("new", KEY)
    assert "tests/rules.tftest.hcl" in made.stdout
    linted = terrace("lint", TERRACE_TERRAFORM_BIN="no-such-terraform")
    assert (linted.returncode, linted.stdout) == (0, "1 template: nothing to mend.\n")
    assert "The format was not looked at. TERRACE_TERRAFORM_BIN names" in linted.stderr


def test_warnings_fail_a_strict_check_alone_and_a_folder_anywhere_is_judged(terrace: Terrace, tmp_path: Path) -> None:
    folder = tmp_path / "somewhere" / "gcp" / "topic"
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(
        'output "answer" {\n  description = "The answer to it all."\n  value       = 42\n}\n'
    )
    assert terrace("lint", str(folder)).returncode == 1  # it does not say which Terraform it needs
    (folder / "versions.tf").write_text('terraform {\n  required_version = ">= 1.11"\n}\n')
    linted = terrace("lint", "somewhere/gcp/topic")
    assert linted.returncode == 0
    assert (
        "somewhere/gcp/topic/main.tf:1: warning: The output answer is declared in main.tf. [misplaced]" in linted.stdout
    )
    assert terrace("lint", "--strict", str(folder)).returncode == 1


def test_a_name_that_stands_for_no_template_is_told_and_is_no_finding(terrace: Terrace) -> None:
    refused = terrace("test", "gcp/none")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "There is no template gcp/none" in refused.stderr
