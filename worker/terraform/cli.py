"""Terraform's verbs, one method each. Every argument is a constant or a path of the work directory's own."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Final

from portal.kit.config import Limits
from worker.terraform.engine import Engine
from worker.terraform.isolation.cage import Cage
from worker.terraform.isolation.program import Start
from worker.terraform.process import MAX_LINE, Process
from worker.terraform.workdir import Workdir

_STREAMED: Final = ("-json", "-input=false", "-no-color")
# A run before this one may still be letting go of the state.
_LOCK_WAIT: Final = "-lock-timeout=30s"
# A plan writes no state, and of a deployment's runs only one is active: there is nobody to keep out.
_UNLOCKED: Final = "-lock=false"
_PLAN_KIND: Final = {"destroy": ("-destroy",), "drift": ("-refresh-only",)}


class Terraform:
    """One engine in one work directory. Each verb starts a process; the caller reads its lines and waits for it."""

    def __init__(
        self, engine: Engine, workdir: Workdir, environment: Mapping[str, str], limits: Limits, cage: Cage | None = None
    ) -> None:
        """Without a cage, commands run as an ordinary process of the worker's user."""
        self._engine = engine
        self._limits = limits
        self._workdir = workdir
        self._environment = environment
        self._cage = cage

    def init(self, *, exactly_locked: bool = False) -> Process:
        """Get providers and modules; with `exactly_locked` only those that the lock file names."""
        return self._start("init", *_STREAMED, *(("-lockfile=readonly",) if exactly_locked else ()))

    def plan(self, kind: str) -> Process:
        """Plan, and keep the plan file. `kind` is the run's: destroy plans a removal, drift only looks."""
        out = f"-out={self._workdir.plan}"
        return self._start("plan", *_STREAMED, _UNLOCKED, *_PLAN_KIND.get(kind, ()), out)

    def show_plan(self) -> Process:
        """The plan file as one JSON document on standard output. It holds secrets in clear."""
        largest = self._limits.plan_bytes
        return self._start("show", "-json", "-no-color", str(self._workdir.plan), max_line=largest, max_output=largest)

    def apply(self) -> Process:
        """Apply exactly the plan file."""
        return self._start("apply", *_STREAMED, _LOCK_WAIT, str(self._workdir.plan))

    def _start(self, *arguments: str, max_line: int = MAX_LINE, max_output: int | None = None) -> Process:
        argv = [*self._engine.command, *arguments]
        with self._cage.starting(argv, verb=arguments[0]) if self._cage else nullcontext(Start(argv)) as start:
            return Process(
                start.argv,
                cwd=self._workdir.module,
                env=self._environment,
                hold=(self._workdir.lock, *start.files),
                max_line=max_line,
                max_output=max_output or self._limits.output_bytes,
                max_file=self._limits.disk_bytes,
                verb=arguments[0],
            )
