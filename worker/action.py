"""Carries out an action: one command of the cloud's own tool, in the same surroundings as Terraform."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from portal.kit.config import Settings
from portal.run.lifecycle import PhaseName
from portal.run.schemas import Command, Job, NewEvent, RunError
from worker import tools
from worker.terraform.isolation.cage import Cage
from worker.terraform.output import Translator
from worker.terraform.process import Process
from worker.terraform.workdir import Workdir
from worker.tools import Plan
from worker.wording import PhaseFailed

PHASE: Final[PhaseName] = "apply"
LARGEST_RESULT: Final = 1 << 20
"""Bytes that an action may leave to keep."""
_WORDS: Final = 4000
Watch = Callable[[Process, Callable[[str, bytes], None]], int]


def carry_out(
    job: Job,
    files: Workdir,
    config: Settings,
    watch: Watch,
    say: Callable[[list[NewEvent]], None],
    hide: Callable[[Iterable[str]], None],
) -> bytes | None:
    """Sign in, run the command; what it leaves to keep. PhaseFailed when one of them fails.

    `watch` follows a process to its end line by line and returns its exit code. `hide` is told of secrets before anything starts.
    """
    command = job.command
    if command is None:
        raise ValueError("this run is no action")
    cage = Cage.around(job, config, files=files)
    plan = tools.prepare(job, command, files, config, renamed=cage.renamed())
    hide(plan.secrets)
    env, limits = cage.tool_environment(plan.env, os.environ), config.limits

    def start(words: tuple[str, ...]) -> Process:
        with cage.starting(words, verb=command.tool) as begun:
            return Process(
                begun.argv,
                cwd=files.home,
                env=env,
                hold=(files.lock, *begun.files),
                max_output=limits.output_bytes,
                max_file=limits.disk_bytes,
                verb=command.tool,
            )

    return _Conductor(command, plan, files, start, watch, say).carry_out()


@dataclass(frozen=True)
class _Conductor:
    """Starts the commands of one action."""

    command: Command
    plan: Plan
    files: Workdir
    start: Callable[[tuple[str, ...]], Process]
    watch: Watch
    say: Callable[[list[NewEvent]], None]

    def carry_out(self) -> bytes | None:
        """What it leaves to keep."""
        for words in self.plan.sign_in:
            self._run(words, f"Signing in with {self.command.tool}", keep=False, quiet=True)
        shown = shlex.join([self.command.tool, *self.command.arguments])
        self.say([_log("info", f"$ {shown}")])
        kept = self._run(self.plan.command, self.command.title, keep=self.command.result is not None)
        if self.command.result is None:
            return None
        result = kept.strip() or self._written()
        if not result:
            raise PhaseFailed(RunError(summary=f"{self.command.title} succeeded, but left nothing to keep."))
        self.say([_log("info", f"{self.command.result} was kept. It is not in the log: reveal it above.")])
        return result

    def _run(self, words: tuple[str, ...], title: str, *, keep: bool, quiet: bool = False) -> bytes:
        """The command's standard output, if it is kept; every other line is in the log."""
        kept, translator = bytearray(), Translator(PHASE, operations=False)

        def line(stream: str, raw: bytes) -> None:
            if stream == "out" and (keep or quiet):
                kept.extend(raw[: max(0, LARGEST_RESULT - len(kept))] + b"\n")
                return
            self.say([_log("info", event.data["text"]) for event in translator.stray(raw)])

        code = self.watch(self.start(words), line)
        if code != 0:
            raise PhaseFailed(_failure(self.command, title, translator.last_words, code))
        return bytes(kept) if keep else b""

    def _written(self) -> bytes:
        """A kubeconfig that the tool wrote to a file instead of saying it."""
        return (self.files.read(self.plan.kubeconfig) or b"")[:LARGEST_RESULT]


def _log(level: str, text: str) -> NewEvent:
    return NewEvent("log", {"level": level, "text": text, "phase": PHASE})


def _failure(command: Command, title: str, words: str, code: int) -> RunError:
    return RunError(
        summary=f"{title} did not succeed.",
        detail=words[-_WORDS:] or f"{command.tool} ended with exit code {code}.",
        address=command.address,
        explanation=f"The cloud's own tool ({command.tool}) refused, or could not do it. Nothing of the deployment's state has "
        "changed.",
        next_step="Look at the log, then start the action again.",
    )
