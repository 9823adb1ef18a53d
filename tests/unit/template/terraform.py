"""Terraform for tests that ask it: the engine that the project finds, in a clean environment."""

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path

from portal.kit.config import settings
from worker.terraform import engine


def terraform(folder: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run one command in a folder; `typed` is its standard input."""
    found = engine.find(settings().terraform_bin)
    environment = {"PATH": os.environ.get("PATH", ""), "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}
    return subprocess.run(
        [*found.command, *arguments], input=typed, cwd=folder, env=environment, capture_output=True, text=True,
        timeout=240, check=False,
    )  # fmt: skip


def console_json(folder: Path, expression: str) -> str:
    """The value of an expression in a folder's module, as JSON text."""
    done = terraform(folder, "console", typed=f"base64encode(jsonencode({expression}))\n")
    assert done.returncode == 0, done.stdout + done.stderr
    return base64.b64decode(done.stdout.strip().strip('"')).decode()
