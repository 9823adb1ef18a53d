"""Templates tried with the real Terraform against a sandbox cloud of their own: what `terrace template test` starts.

`python -m worker.trial run [--apply] KEY=FOLDER …` finds a database in its environment and prints one JSON object a step;
`python -m worker.trial format FOLDER …` prints the files that are not in Terraform's own format.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

from portal.kit import logging
from portal.kit.config import settings
from portal.kit.errors import ConfigurationError, Invalid
from portal.template.errors import TemplateError
from portal.template.manifest import Fixtures, InvalidFixture, parse_manifest
from worker import trial_place
from worker.terraform import engine, providers
from worker.terraform.process import keep_private
from worker.trial_terraform import Problem, Said, Terraform, unformatted

_START_SECONDS: Final = 60.0
_MEND: Final = {
    "read": "Leave out what no template needs, and make the files smaller.",
    "format": "Run terraform fmt -recursive in the folder.",
    "init": "The sandbox cloud has azurerm and google only, in the versions of docs/sandbox.md, and no way to the internet.",
    "validate": "Terraform itself refuses the files: mend what it names.",
    "test": "Mend the template, or the run that expects something else of it.",
    "plan": "The values of this fixture are good for the form: mend the template until they can be planned.",
    "refuse": "Form and Terraform must answer alike: move the rule into a validation block, or mend the fixture.",
    "apply": "What was planned could not be made, changed again in the next plan, or could not be destroyed.",
}


@dataclass
class Trial:
    """One template's steps; each says how it went. After a step that the others need has failed, they are skipped."""

    key: str
    folder: Path
    files: Mapping[str, bytes]
    terraform: Terraform
    bare: Terraform
    report: Callable[[dict[str, Any]], None]
    failed: bool = field(default=False)

    def run(self, *, apply: bool) -> bool:
        """All steps. Returns whether all went well."""
        self.step("format", self._format)
        if not self.step("init", lambda: self.terraform.init()) or not self.step("validate", self.terraform.validate):
            return False
        if any(fnmatch(name, "tests/*.tftest.hcl") for name in self.files):
            self.step("test", self.terraform.test)
        fixtures = self._fixtures()
        if fixtures is None:
            return not self.failed
        for name, values in _good(fixtures):
            planned = self.step(f"plan {name}", lambda values=values: self.terraform.plan(values))
            if planned and apply:
                self.step(f"apply {name}", lambda values=values: self.terraform.whole_life(values))
        if fixtures.invalid:
            self.step("refuse", lambda: self._refuse(fixtures.invalid))
        return not self.failed

    def step(self, name: str, work: Callable[[], Said]) -> bool:
        """Carry one step out and report it."""
        began = time.monotonic()
        try:
            said = work()
        except TemplateError as error:
            said = Said(False, "", [Problem(".", 1, f"The template cannot be tried further: {error}.")])
        self.failed |= not said.good
        remedy = "" if said.good else _MEND[name.split()[0]]
        problems = [problem.__dict__ for problem in said.problems]
        self.report({
            "template": self.key, "step": name, "ok": said.good, "said": said.words, "problems": problems,
            "remedy": remedy, "seconds": round(time.monotonic() - began, 1),
        })  # fmt: skip
        return said.good

    def _format(self) -> Said:
        found = unformatted(self.terraform.place.command, [self.folder])
        return Said(not found, "", [Problem(each["file"], each["line"], "not in Terraform's format") for each in found])

    def _fixtures(self) -> Fixtures | None:
        try:
            return parse_manifest(self.files["manifest.yaml"]).fixtures
        except (KeyError, TemplateError):
            return None

    def _refuse(self, fixtures: list[InvalidFixture]) -> Said:
        """Terraform refuses each invalid fixture with the promised sentence."""
        judge = self.bare if self._stands_alone() else self.terraform
        problems = []
        for index, fixture in enumerate(fixtures):
            said = judge.plan(fixture.values)
            answers = " ".join(problem.message for problem in said.problems)
            if said.good or " ".join(fixture.message.split()) not in answers:
                answer = "takes the values" if said.good else f"says: {answers[:300]}"
                message = f"invalid[{index}] promises {fixture.message!r}, and Terraform {answer}"
                problems.append(Problem("manifest.yaml", 1, message))
        return Said(not problems, f"{len(fixtures)} refused", problems)

    def _stands_alone(self) -> bool:
        """Whether the variables can be judged without the rest, which takes a tenth of the time."""
        named = any(fnmatch(name, "variables*.tf") for name in self.files)
        return named and self.bare.init().good and self.bare.validate().good


def _good(fixtures: Fixtures) -> list[tuple[str, Mapping[str, Any]]]:
    full = [("full", fixtures.full.values)] if fixtures.full else []
    return [("minimal", fixtures.minimal.values), *full]


@contextmanager
def sandbox(root: Path) -> Iterator[Path]:
    """A sandbox cloud without delays; yields the socket at which it listens."""
    from worker.sandbox import daemon  # loads gRPC, which `format` does without
    from worker.sandbox.connection import open_store

    control, stop, ready = root / "control", threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def serve() -> None:
        try:
            daemon.serve(control, open_store(None), stop=stop, speed=0, ready=ready)
        except BaseException as error:
            failures.append(error)
            ready.set()

    thread = threading.Thread(target=serve, name="sandbox")
    thread.start()
    try:
        if not ready.wait(_START_SECONDS) or failures:
            raise ConfigurationError(f"The sandbox cloud did not start: {failures or 'it took too long'}.")
        yield control
    finally:
        stop.set()
        thread.join(_START_SECONDS)


def try_all(templates: Mapping[str, Path], report: Callable[[dict[str, Any]], None], *, apply: bool) -> bool:
    """Try each template, one after the other. Returns whether all went well."""
    with tempfile.TemporaryDirectory(prefix="terrace-trial-") as name, sandbox(Path(name)) as control:
        config = replace(settings(), sandbox_socket=control)
        ground = trial_place.Ground(Path(name, "work"), config, providers.sandbox(Path(name), control))
        results = [
            _tried(str(number), key, folder, ground, report, apply=apply)
            for number, (key, folder) in enumerate(templates.items())
        ]
    return all(results)


def _tried(
    number: str,
    key: str,
    folder: Path,
    ground: trial_place.Ground,
    report: Callable[[dict[str, Any]], None],
    *,
    apply: bool,
) -> bool:
    try:
        files = trial_place.read(folder)
        variables = {name: data for name, data in files.items() if fnmatch(name, "variables*.tf")}
        with ground.place(f"trial-{number}", files) as whole, ground.place(f"bare-{number}", variables) as bare:
            return Trial(key, folder, files, Terraform(whole), Terraform(bare), report).run(apply=apply)
    except (TemplateError, Invalid) as error:
        problem = Problem(".", 1, f"The template's files cannot be used: {error}.").__dict__
        report({
            "template": key, "step": "read", "ok": False, "said": "", "problems": [problem], "remedy": _MEND["read"],
            "seconds": 0.0,
        })  # fmt: skip
        return False


def _say(line: Any) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


def main(arguments: list[str]) -> int:
    """The command line: 0 when all went well, 1 when something did not, 2 when nothing could be tried."""
    keep_private()
    verb, *rest = arguments
    apply = "--apply" in rest
    rest = [word for word in rest if word != "--apply"]
    try:
        if verb == "format":
            _say(unformatted(engine.find(settings().terraform_bin).command, [Path(word) for word in rest]))
            return 0
        logging.configure(replace(settings(), log_level="ERROR"))
        print(trial_place.walls_told(settings()), file=sys.stderr, flush=True)
        templates = {key: Path(path) for key, _, path in (word.partition("=") for word in rest)}
        return 0 if try_all(templates, _say, apply=apply) else 1
    except ConfigurationError as error:
        print(error.message, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
