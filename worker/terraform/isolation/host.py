"""How strong the walls can be on this machine: found out by building them once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import structlog

from portal.kit.errors import ConfigurationError
from worker.terraform.isolation import layout, program

log = structlog.get_logger(__name__)

Level = Literal["bubblewrap", "namespaces", "none"]


UNPRIVILEGED: Final = 62987
"""The user that Terraform runs as where the worker is root: of the range that systemd gives to services for a while."""
_NOBODY: Final = 65534
_SECONDS: Final = 30
_SHOWN: Final = 300


@dataclass(frozen=True, slots=True)
class Walls:
    """What is used. `user` is Terraform's inside; with a user namespace it is the worker's own outside."""

    level: Level
    reason: str
    user: int = 0
    user_namespace: bool = False
    program: str | None = None
    """Who builds them, if not we."""

    @property
    def up(self) -> bool:
        """Whether there are any."""
        return self.level != "none"

    @property
    def own_files(self) -> int | None:
        """The user who must own what Terraform writes; None when the worker's own does."""
        return self.user if self.up and not self.user_namespace else None


@lru_cache(maxsize=4)
def strongest(mode: str) -> Walls:
    """The strongest walls that can be built here; ConfigurationError when there must be some and cannot."""
    walls = Walls("none", "TERRACE_ISOLATION=off") if mode == "off" else _tried()
    if walls.up:
        log.info("isolation", level=walls.level, how=walls.reason)
    elif mode == "require":
        raise ConfigurationError(
            f"TERRACE_ISOLATION=require, but this machine cannot isolate Terraform: {walls.reason} "
            "docs/isolation.md says what it needs."
        )
    elif mode == "auto":
        log.warning("no_isolation", reason=walls.reason)
    return walls


def candidates() -> list[Walls]:
    """What to try, the strongest first: only root can give Terraform another user, and `bwrap` cannot do it for root."""
    user = os.geteuid()
    if user == 0:
        return [
            Walls("namespaces", f"namespaces, as user {UNPRIVILEGED}", UNPRIVILEGED),
            *_wrapped(_NOBODY),
            Walls("namespaces", "namespaces, as this user without its rights", _NOBODY, user_namespace=True),
        ]
    return [*_wrapped(user), Walls("namespaces", "namespaces of an ordinary user", user, user_namespace=True)]


def _wrapped(user: int) -> list[Walls]:
    program = shutil.which("bwrap")
    return [Walls("bubblewrap", program, user, user_namespace=True, program=program)] if program else []


def _tried() -> Walls:
    if sys.platform != "linux":
        return Walls("none", "Only Linux can.")
    problem = ""
    for walls in candidates():
        found = problem_with(walls)
        if found is None:
            return walls
        problem = found if walls.level == "namespaces" else problem
    return Walls("none", problem)


def problem_with(walls: Walls) -> str | None:
    """Build them around a program that does nothing. None when that works, else why it does not."""
    with tempfile.TemporaryDirectory(prefix="terrace-walls-") as name:
        root = Path(name, "root")
        root.mkdir()
        Path(name).chmod(0o755)
        around = layout.Layout(root, Path("/"), walls.user)
        around.read(*layout.python_files(), *layout.own_files())
        plan = around.plan()
        try:
            with program.started(walls, plan, {}, ["/bin/sh", "-c", "exit 0"]) as start:
                done = subprocess.run(
                    start.argv, pass_fds=start.files, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS,
                    env={"PATH": os.defpath}, check=False,
                )  # fmt: skip
        except (OSError, subprocess.SubprocessError) as error:
            return f"{error}."
    return None if done.returncode == 0 else _sentence(done.stderr)


def _sentence(text: bytes) -> str:
    said = text.decode("utf-8", "replace").strip().splitlines()
    return said[-1][:_SHOWN] if said else "The program behind the walls did not end well."
