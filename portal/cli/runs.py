"""`terrace runs`: watch and steer runs."""

from __future__ import annotations

import sys
import time
from typing import Annotated, Final

import typer

from portal.cli.connection import connected, require_workers
from portal.cli.operator import operating, operator
from portal.cli.output import AsJson, every, show
from portal.kit.db import unit_of_work
from portal.run import service as runs
from portal.run.lifecycle import TERMINAL
from portal.run.schemas import PlanSummary, RunEventView, RunView

app = typer.Typer(help="Plans and applies.", no_args_is_help=True)
RunId = Annotated[str, typer.Argument(help="The run's id.")]
COLUMNS = ("id", "deployment_name", "kind", "status", "created_by", "created_at", "ended_at")
SHOWN = ("id", "deployment_name", "template_key", "kind", "status", "created_by", "created_at", "ended_at", "worker")
GOOD: Final = ("applied", "planned", "planned_and_finished")
_LOOK_SECONDS = 0.5


@app.command("list")
def list_runs(
    status: Annotated[list[str] | None, typer.Option(help="Only of this status; may be repeated.")] = None,
    project: Annotated[str | None, typer.Option(help="Only of this project.")] = None,
    as_json: AsJson = False,
) -> None:
    """Runs, the newest first."""
    with operating() as (session, actor):
        found = every(
            lambda cursor, limit: runs.list_runs(
                session, actor, project=project, status=status or (), cursor=cursor, limit=limit
            )
        )
    show(found, as_json=as_json, columns=COLUMNS)


@app.command("show")
def show_run(run_id: RunId, as_json: AsJson = False) -> None:
    """One run, and why it waits or failed if it does or did."""
    with operating() as (session, actor):
        run = runs.get(session, actor, run_id=run_id)
    show(run, as_json=as_json, columns=SHOWN)
    if run.queue and not as_json:
        place = f"position {run.queue.position}. " if run.queue.position else ""
        print(f"waits: {place}{run.queue.reason} {run.queue.help}".rstrip())
    if run.error and not as_json:
        print(f"error: {run.error.summary}\n{run.error.detail}".rstrip())


@app.command("plan")
def show_plan(run_id: RunId, as_json: AsJson = False) -> None:
    """What the run would change, without secrets."""
    with operating() as (session, actor):
        plan = runs.plan(session, actor, run_id)
    if as_json:
        show(plan, as_json=True, columns=())
    else:
        print_plan(plan)


@app.command("log")
def log(run_id: RunId, follow: Annotated[bool, typer.Option("--follow", "-f", help="Until it ends.")] = False) -> None:
    """A run's log. With --follow, the exit code says whether it ended well."""
    with connected():
        run = follow_run(run_id) if follow else _print_events(run_id)
    sys.exit(0 if not follow or run.status in GOOD else 1)


@app.command("confirm")
def confirm(run_id: RunId, as_json: AsJson = False) -> None:
    """Apply exactly what was planned."""
    with operating() as (session, actor):
        require_workers()
        run = runs.confirm(session, actor, run_id=run_id)
    show(run, as_json=as_json, columns=("id", "status"))


@app.command("discard")
def discard(run_id: RunId, as_json: AsJson = False) -> None:
    """Throw a plan away."""
    with operating() as (session, actor):
        run = runs.discard(session, actor, run_id=run_id)
    show(run, as_json=as_json, columns=("id", "status"))


@app.command("cancel")
def cancel(
    run_id: RunId,
    force: Annotated[bool, typer.Option("--force", help="The second time: kill Terraform, for the --reason.")] = False,
    reason: Annotated[str, typer.Option(help="Why it must be killed; for the audit trail.")] = "",
    as_json: AsJson = False,
) -> None:
    """Stop a run. What Terraform has made so far is in its state."""
    with operating() as (session, actor):
        run = runs.cancel(session, actor, run_id=run_id, force=force, reason=reason)
    show(run, as_json=as_json, columns=("id", "status"))


@app.command("retry")
def retry(run_id: RunId, as_json: AsJson = False) -> None:
    """Start a new run for what an ended one did not do; after a lost worker this is the recovery run."""
    with operating() as (session, actor):
        require_workers()
        run = runs.retry(session, actor, run_id=run_id)
    show(run, as_json=as_json, columns=("id", "status"))


@app.command("result")
def result(run_id: RunId, as_json: AsJson = False) -> None:
    """What an action left to keep, on standard output. It is a secret; the audit trail says who looked."""
    with operating() as (session, actor):
        found = runs.result(session, actor, run_id)
    if as_json:
        show(found, as_json=True, columns=())
    else:
        print(found.text)


def follow_run(run_id: str, *, quiet: bool = False) -> RunView:
    """Print a run's log until it waits for a person or has ended. Call it where `connected` holds."""
    after = 0
    while True:
        run, after = _page(run_id, after, quiet=quiet)
        if run.last_event_n <= after and (run.status in TERMINAL or run.status == "planned"):
            return run
        if run.last_event_n <= after:
            time.sleep(_LOOK_SECONDS)


def print_plan(plan: PlanSummary) -> None:
    """The counts, and a line a change."""
    counts = plan.counts
    print(f"{counts.add} to add, {counts.change} to change, {counts.destroy} to destroy")
    for change in plan.changes:
        print(f"  {change.action:<8} {change.address}")
    for warning in plan.warnings:
        print(f"  ! {warning.text}")


def _print_events(run_id: str) -> RunView:
    run, after = _page(run_id, 0)
    while run.last_event_n > after:
        run, after = _page(run_id, after)
    return run


def _page(run_id: str, after: int, *, quiet: bool = False) -> tuple[RunView, int]:
    """Print what came after `after`. The run is read first: when it has ended, nothing comes after its last event."""
    with unit_of_work() as session:
        run = runs.get(session, operator(), run_id=run_id)
        page = runs.events(session, operator(), run_id, after=after)
    for line in () if quiet else filter(None, map(_line, page.items)):
        print(line, flush=True)
    return run, page.last_n


def _line(event: RunEventView) -> str:
    data = event.data
    match event.type:
        case "log":
            return str(data.get("text", data.get("line", "")))
        case "status":
            note = data.get("note")
            return f"== {data.get('status')}" + (f": {note}" if note else "")
        case "diagnostic":
            return f"{data.get('severity', 'error')}: {data.get('summary', '')}"
        case _:
            return ""
