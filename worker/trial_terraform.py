"""Terraform in a template's folder, with answers that say what is wrong and where."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from worker.trial_place import Done, Place

_SECONDS: Final = 60.0
_PLAN: Final = "trial.tfplan"


@dataclass(frozen=True)
class Problem:
    """Something that Terraform does not like, and where."""

    file: str
    line: int
    message: str


@dataclass(frozen=True)
class Said:
    """How a step went: `words` when it is worth a few."""

    good: bool
    words: str = ""
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Terraform:
    """Terraform where a template is tried."""

    place: Place

    def init(self) -> Said:
        """Find providers and modules."""
        done = self._run("init", "-backend=false", "-no-color")
        return Said(done.returncode == 0, "", [] if done.returncode == 0 else [_plain(done.stdout + done.stderr)])

    def validate(self) -> Said:
        """Judge the files. A warning, such as a deprecated argument, counts as wrong: a template is to last."""
        found = [_diagnostic(each) for each in json.loads(self._run("validate", "-json").stdout)["diagnostics"]]
        return Said(not found, "", found)

    def test(self) -> Said:
        """The template's own tests."""
        self.place.write_values(None)
        events = list(_events(self._run("test", "-json").stdout))
        problems = [_of_run(event) for event in events if event.get("type") == "diagnostic" and _is_error(event)]
        summary = next((event["test_summary"] for event in events if event.get("type") == "test_summary"), {})
        good = summary.get("status") == "pass"
        words = (
            f"{summary.get('passed', 0)} runs"
            if good
            else f"{summary.get('failed', 0) + summary.get('errored', 0)} failed"
        )
        return Said(good, words, problems or ([] if good else [_unsaid("test")]))

    def plan(self, values: Mapping[str, Any]) -> Said:
        """Plan with these values."""
        self.place.write_values(json.dumps(values).encode())
        return self._changes("plan", "-json", f"-out={_PLAN}")

    def whole_life(self, values: Mapping[str, Any]) -> Said:
        """Apply what was planned, see that nothing is left to do, and destroy it."""
        made = self._changes("apply", "-json", _PLAN)
        again = self.plan(values) if made.good else made
        if again.good and again.words != "nothing to do":
            message = f"The plan after the apply is not empty: {again.words}. Something changes by itself."
            again = Said(False, "", [Problem("main.tf", 1, message)])
        gone = self._changes("destroy", "-json", "-auto-approve")
        first = next((said for said in (again, gone) if not said.good), None)
        return first or Said(True, f"{made.words}, then nothing to do, and gone")

    def _changes(self, *arguments: str) -> Said:
        done = self._run(*arguments)
        events = list(_events(done.stdout))
        problems = [
            _diagnostic(event["diagnostic"])
            for event in events
            if event.get("type") == "diagnostic" and _is_error(event)
        ]
        if done.returncode != 0:
            return Said(False, "", problems or [_plain(done.stdout + done.stderr)])
        changes = next((event["changes"] for event in reversed(events) if event.get("type") == "change_summary"), {})
        return Said(True, _summary(changes))

    def _run(self, *arguments: str) -> Done:
        return self.place.run(*arguments)


def _events(text: str) -> Iterator[dict[str, Any]]:
    """Terraform's JSON lines; what is none of them is left out."""
    for line in text.splitlines():
        if line.startswith("{"):
            yield json.loads(line)


def _is_error(event: dict[str, Any]) -> bool:
    return event["diagnostic"]["severity"] == "error"


def _diagnostic(found: dict[str, Any]) -> Problem:
    words = f"{found['summary']}: {found['detail']}" if found.get("detail") else str(found["summary"])
    place = found.get("range") or {"filename": found.get("address") or ".", "start": {"line": 1}}
    return Problem(place["filename"], place["start"]["line"], " ".join(words.split()))


def _of_run(event: dict[str, Any]) -> Problem:
    """A diagnostic of a test, with the name of its run."""
    problem, run = _diagnostic(event["diagnostic"]), event.get("@testrun")
    return Problem(problem.file, problem.line, f"run {run}: {problem.message}" if run else problem.message)


def _plain(text: str) -> Problem:
    return Problem(".", 1, " ".join(text.replace("│", " ").replace("╷", " ").replace("╵", " ").split())[:1000])


def _unsaid(verb: str) -> Problem:
    return Problem(".", 1, f"terraform {verb} ended without a verdict.")


def _summary(changes: Mapping[str, Any]) -> str:
    words = {"add": "to create", "change": "to change", "remove": "to destroy"}
    found = [f"{changes[name]} {word}" for name, word in words.items() if changes.get(name)]
    return ", ".join(found) or "nothing to do"


def unformatted(command: Sequence[str], folders: Sequence[Path]) -> list[dict[str, Any]]:
    """The files that Terraform would format otherwise, as folder, file, and the first line that differs."""
    return [found for folder in folders for found in _unformatted_in(command, folder)]


def _unformatted_in(command: Sequence[str], folder: Path) -> Iterator[dict[str, Any]]:
    done = _format(command, folder, ["-check", "-recursive"], None)
    for name in done.stdout.splitlines():
        path = folder / name
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            better = _format(command, folder, ["-"], text)
            if better.returncode == 0:
                yield {"folder": str(folder), "file": name, "line": _first_difference(text, better.stdout)}


def _format(
    command: Sequence[str], folder: Path, arguments: list[str], text: str | None
) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": os.devnull,
    }
    return subprocess.run(
        [*command, "fmt", *arguments], cwd=folder, env=environment, input=text or "", capture_output=True, text=True,
        timeout=_SECONDS, check=False,
    )  # fmt: skip


def _first_difference(text: str, better: str) -> int:
    pairs = enumerate(zip(text.splitlines(), better.splitlines(), strict=False), 1)
    return next((number for number, (old, new) in pairs if old != new), max(1, len(text.splitlines())))
