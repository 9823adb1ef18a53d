"""`terrace policy`: what is kept, and a draft in a file tried on past plans, for whoever keeps policies in a repository."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from portal.cli.operator import operating
from portal.cli.output import AsJson, show
from portal.kit.errors import Conflict, Invalid
from portal.policy import service as policies
from portal.policy.schemas import TrialRequest, TrialView

app = typer.Typer(help="Policies on plans.", no_args_is_help=True)
COLUMNS = ("name", "rule", "level", "enabled", "version")
TRIED = ("run_id", "deployment_name", "template_key", "passed", "problem_count")


@app.command("list")
def list_policies(as_json: AsJson = False) -> None:
    """Every policy, by name."""
    with operating() as (session, actor):
        found = policies.list_policies(session, actor)
    show(found, as_json=as_json, columns=COLUMNS)


@app.command("test")
def try_out(
    file: Annotated[Path, typer.Argument(help="JSON as `POST /api/v1/policies/test` takes it; - is standard input.")],
    project: Annotated[str | None, typer.Option(help="Only plans of this project, by id or slug.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, max=50, help="How many of the newest plans.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask a draft of the newest kept plans. Nothing is kept. Ends with 1 when one of them fails."""
    given = {name: value for name, value in (("project", project), ("limit", limit)) if value is not None}
    draft = _draft(file, given)
    with operating() as (session, actor):
        found = policies.test(session, actor, draft)
    _tell(found, as_json)


def _draft(file: Path, given: dict[str, Any]) -> TrialRequest:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        return TrialRequest.model_validate(TrialRequest.model_validate_json(text).model_dump() | given)
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{file} cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise Invalid(f"{file} is no draft of a policy: {where + ': ' if where else ''}{first['msg']}") from error


def _tell(found: TrialView, as_json: bool) -> None:
    if as_json:
        show(found, as_json=True, columns=())
    else:
        show(found.runs, as_json=False, columns=TRIED)
        for run in found.runs:
            for problem in run.problems:
                print(f"{run.run_id}  {problem.address}  {problem.message}")
    if not found.complete:
        print(f"Time ran out after {len(found.runs)} plans.", file=sys.stderr)
    if found.failed:
        raise Conflict(f"{found.failed} of {len(found.runs)} plans fail.")
