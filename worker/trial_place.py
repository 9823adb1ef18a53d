"""Where a template is tried: a work directory of its own, behind the walls that this machine can build.

A template is a program, and whoever tries it need not be who wrote it: a build tries what strangers send.
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from portal.cloud_account.schemas import AccountEnvironment
from portal.kit.config import Settings
from portal.kit.secrets import Masked
from portal.run.schemas import Job
from portal.template import package
from portal.template.errors import TemplateError
from worker.terraform import engine, process, providers, workdir
from worker.terraform.isolation import host
from worker.terraform.isolation.cage import Cage

_SECONDS: Final = 600.0
_LEFT_BEHIND: Final = (".*", "*.tfstate", "*.tfstate.backup", "*.tfvars", "*.tfvars.json")
_NOWHERE: Final = "http://127.0.0.1:9/api/v1/state/trial"
"""No portal is there: a trial's state stays in its folder."""


@dataclass
class Done:
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Place:
    """One work directory, and how commands are started in it."""

    files: workdir.Workdir
    cage: Cage
    environment: Mapping[str, str]
    config: Settings
    command: Sequence[str]

    def write_values(self, values: bytes | None) -> None:
        """The values of the next command. TemplateError when an earlier one has put something in their place that stays."""
        try:
            self.files.replace_values(values, self.cage.own_files)
        except OSError as error:
            raise TemplateError(f"it has put something in the place of {workdir.VALUES}: {error.strerror}") from None

    def run(self, *arguments: str) -> Done:
        """Terraform with these arguments, to its end."""
        said: dict[str, list[bytes]] = {"out": [], "err": []}
        with self._started(arguments) as running:
            clock = threading.Timer(_SECONDS, running.kill)
            clock.start()
            try:
                for stream, line in running.lines():
                    said[stream].append(line)
                code = running.wait()
            finally:
                clock.cancel()
        return Done(code, *(b"\n".join(lines).decode("utf-8", "replace") for lines in said.values()))

    def _started(self, arguments: Sequence[str]) -> process.Process:
        limits, verb = self.config.limits, arguments[0]
        with self.cage.starting([*self.command, *arguments], verb=verb) as start:
            return process.Process(
                start.argv,
                cwd=self.files.module,
                env=self.environment,
                hold=(self.files.lock, *start.files),
                max_output=limits.output_bytes,
                max_file=limits.disk_bytes,
                verb=verb,
            )


@dataclass(frozen=True)
class Ground:
    """Where places are made, and where their Terraform finds its providers."""

    root: Path
    config: Settings
    source: providers.Source

    @contextmanager
    def place(self, name: str, files: Mapping[str, bytes]) -> Iterator[Place]:
        """One with these files, for the sandbox account `name`; gone afterwards, whatever the template did in it."""
        found = engine.find(self.config.terraform_bin)
        with workdir.opened(self.root, name) as opened:
            opened.write_template(files)
            job = _job(name, dict(files))
            cage = Cage.around(job, self.config, files=opened, engine=found, source=self.source)
            yield Place(opened, cage, cage.environment(os.environ), self.config, found.command)


def _job(name: str, files: dict[str, bytes]) -> Job:
    """A run that no portal knows of."""
    account = AccountEnvironment("sandbox", "azure", name)
    return Job(
        run_id=name, deployment_id=name, deployment_name=name, kind="plan_and_apply", phase="plan", claim="", worker="trial",
        template_key=name, state_url=_NOWHERE, state_token=Masked("nobody"), auto_apply=False, files=files, values={},
        account=account, plan_file=None, lock_file=None,
    )  # fmt: skip


def walls_told(config: Settings) -> str:
    """What people should know of the walls around what they try. ConfigurationError when there must be some and cannot."""
    walls = host.strongest(config.isolation.mode)
    if walls.up:
        return f"Terraform runs behind walls ({walls.reason})."
    return f"There are no walls around Terraform here ({walls.reason.rstrip('.')}): try only templates that you trust."


def read(folder: Path) -> dict[str, bytes]:
    """The files of a template's folder, tests too. Links are left out: one could show any file of this machine.

    Raises:
        TemplateError: a file cannot be read or is too large.
    """
    found: dict[str, bytes] = {}
    for name, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if not _is_left_behind(each)]
        for path in (Path(name, each) for each in files if not _is_left_behind(each)):
            if stat.S_ISREG(path.lstat().st_mode):
                found[path.relative_to(folder).as_posix()] = package.read_file(path)
    return found


def _is_left_behind(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in _LEFT_BEHIND)
