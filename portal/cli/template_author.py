"""`terrace template new`, `lint`, `test`: for authors of templates. None needs a portal that runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from portal.cli.output import AsJson
from portal.embedded import instance
from portal.embedded.supervisor import StopRequested, Supervisor
from portal.kit import secrets
from portal.kit.config import PROJECT_DIR, settings
from portal.template import authoring
from portal.template.lint import finding
from portal.template.lint_source import Finding, Spot

Names = Annotated[
    list[str] | None, typer.Argument(help="Templates by key or folder; every one of the catalogue when left out.")
]
TRIAL = [sys.executable, "-m", "worker.trial"]
INTERRUPTED = 130


def new_template(
    key: Annotated[str, typer.Argument(help="CLOUD/NAME of a template that is not there yet, such as gcp/event-bus.")],
    title: Annotated[str | None, typer.Option(help="What people call it; made from the name when left out.")] = None,
) -> None:
    """Write a small template that works: lint and test take it as it is. Then make it yours."""
    folder = authoring.write_starter(key, title)
    print(f"{_shown(folder)}:")
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        print(f"  {path.relative_to(folder).as_posix()}")
    print(f"Next: terrace template lint {key}, terrace template test {key}. docs/authoring.md goes on from here.")


def lint_templates(
    templates: Names = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings, too, make the exit code 1.")] = False,
    as_json: AsJson = False,
) -> None:
    """Judge templates without a cloud. Exit code 0 without an error, 1 with one, 2 when there is no such template."""
    folders = _folders(templates)
    found = [*authoring.lint_all(folders, lists=not templates), *_unformatted(folders)]
    found.sort(key=lambda each: (each.template, each.file, each.line))
    if as_json:
        print(json.dumps([each.model_dump() for each in found], indent=2, ensure_ascii=False))
    else:
        _print_findings(found, folders)
    sys.exit(1 if any(strict or each.level == "error" for each in found) else 0)


def _folders(names: Sequence[str] | None) -> dict[str, Path]:
    try:
        return authoring.folders_of(names)
    except authoring.NoSuchTemplate as error:
        print(f"terrace: {error.message}", file=sys.stderr)
        sys.exit(2)


def _unformatted(folders: dict[str, Path]) -> list[Finding]:
    """What Terraform would format otherwise; nothing when there is no Terraform to ask."""
    done = subprocess.run(
        [*TRIAL, "format", *map(str, folders.values())], cwd=PROJECT_DIR, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        print(f"The format was not looked at. {done.stderr.strip()[-300:]}", file=sys.stderr)
        return []
    keys = {str(folder): key for key, folder in folders.items()}
    remedy = "Run terraform fmt -recursive in the folder."
    return [
        finding(keys[each["folder"]], "format", Spot(each["file"], each["line"]), "Not in Terraform's format.", remedy)
        for each in json.loads(done.stdout)
    ]


def _print_findings(found: Sequence[Finding], folders: dict[str, Path]) -> None:
    for each in found:
        folder = folders.get(each.template, settings().templates_dir / each.template)
        print(f"{_shown(folder / each.file)}:{each.line}: {each.level}: {each.message} [{each.rule}]")
        print(f"    {each.remedy}")
    errors = sum(each.level == "error" for each in found)
    told = f"{_count(errors, 'error')}, {_count(len(found) - errors, 'warning')}" if found else "nothing to mend"
    print(f"{_count(len(folders), 'template')}: {told}.")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _shown(path: Path) -> str:
    """A path as people would type it here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def try_templates(
    templates: Names = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Make and destroy everything, too: the whole life of each fixture.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a step.")] = False,
) -> None:
    """Try templates with Terraform against a sandbox cloud of their own. Exit code 1 when something went wrong."""
    folders = _folders(templates)
    words = [f"{key}={folder}" for key, folder in folders.items()]
    try:
        with _own_cloud() as environment:
            code = _try([*TRIAL, "run", *(["--apply"] if apply else []), *words], environment, as_json=as_json)
    except StopRequested:
        code = INTERRUPTED
    sys.exit(code)


@contextmanager
def _own_cloud() -> Iterator[dict[str, str]]:
    """An environment with a database that is new, ours, and gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="terrace-") as name:
        config = replace(settings(), database_url=None, data_dir=Path(name))
        with instance.claim(config.data_dir) as own, Supervisor(own.run, print).running() as supervisor:
            database_url = instance.start_postgres(config, own, supervisor)()
            own_settings = {"TERRACE_DATABASE_URL": database_url, "TERRACE_SECRET_KEYS": secrets.generate_key()}
            yield {**os.environ, **own_settings, "TERRACE_DATA_DIR": name}
            supervisor.check()


def _try(command: list[str], environment: dict[str, str], *, as_json: bool) -> int:
    template = ""
    with subprocess.Popen(command, cwd=PROJECT_DIR, env=environment, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            step = json.loads(line)
            if as_json:
                print(line, end="", flush=True)
                continue
            if step["template"] != template:
                template = step["template"]
                print(template)
            _print_step(step)
    if not as_json and process.returncode in (0, 1):
        print("Every step went well." if process.returncode == 0 else "Mend what failed and try again.")
    return process.returncode


def _print_step(step: dict[str, Any]) -> None:
    verdict = "ok" if step["ok"] else "failed"
    said = "  ".join(filter(None, [step["said"], f"{step['seconds']} s"]))
    print(f"  {step['step']:<14} {verdict:<7} {said}", flush=True)
    for problem in step["problems"]:
        print(f"    {problem['file']}:{problem['line']}: {problem['message']}")
    if step["remedy"]:
        print(f"    {step['remedy']}")
