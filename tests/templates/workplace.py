"""A template's working folder, and Terraform in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.templates import catalogue
from worker.sandbox import mirror
from worker.terraform import engine

SECONDS = 240.0
VALUES = "terraform.tfvars.json"


@dataclass(frozen=True)
class Answer:
    """What Terraform said. `text` is output and errors, without line breaks and frames."""

    code: int
    output: str
    text: str


@dataclass
class Workplace:
    """A copy of a template in a folder of its own, where Terraform was initialised."""

    key: str
    path: Path
    environment: dict[str, str]
    plans: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def prepare(cls, key: str, path: Path, cli_config: Path) -> Workplace:
        """The whole template, as a sandbox account of its own."""
        shutil.copytree(catalogue.folder(key), path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*"))
        account = f"test-{key.replace('/', '-')}"
        types = mirror.named_types(file.read_bytes() for file in path.rglob("*") if file.suffix in (".tf", ".hcl"))
        cloud = mirror.environment(account=account, run_id=key, types=types)
        place = cls(key, path, _environment(path, str(cli_config)) | cloud)
        place.terraform("init")
        return place

    @classmethod
    def prepare_rules(cls, key: str, path: Path) -> Workplace:
        """The variables and the tests of their rules."""
        shutil.copy(catalogue.folder(key) / "variables.tf", path)
        (path / "tests").mkdir()
        shutil.copy(catalogue.folder(key) / "tests" / "rules.tftest.hcl", path / "tests")
        place = cls(key, path, _environment(path, os.devnull))
        place.terraform("init")
        return place

    def terraform(self, verb: str, *arguments: str, codes: tuple[int, ...] = (0,)) -> Answer:
        """Run a verb; any exit code but `codes` is a failure that shows what Terraform said."""
        done = subprocess.run(
            [*self._command, verb, *arguments, "-no-color"],
            cwd=self.path, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=SECONDS, check=False,
        )  # fmt: skip
        said = done.stdout + done.stderr
        assert done.returncode in codes, f"terraform {verb} in {self.key} ended with {done.returncode}:\n{said}"
        return Answer(done.returncode, done.stdout, " ".join(said.replace("│", " ").split()))

    @property
    def state(self) -> dict[str, Any]:
        """The state as Terraform left it."""
        return json.loads((self.path / "terraform.tfstate").read_text())

    def use(self, values: Mapping[str, Any]) -> None:
        """Set the values of the next verbs."""
        (self.path / VALUES).write_text(json.dumps(values))

    def plan(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Set the values and plan them into the file `name`; returns the plan as JSON."""
        self.use(values)
        self.terraform("plan", f"-out={name}")
        self.plans[name] = json.loads(self.terraform("show", "-json", name).output)
        return self.plans[name]

    def planned(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """A plan to look at, made only when there is none of this name; it may be too old to be applied."""
        return self.plans.get(name) or self.plan(name, values)

    @cached_property
    def _command(self) -> tuple[str, ...]:
        return engine.find(os.environ.get("TERRACE_TERRAFORM_BIN")).command


def _environment(home: Path, cli_config: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "TF_CLI_CONFIG_FILE": cli_config,
        "TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1", "GOGC": "800",
    }  # fmt: skip
