"""`terrace workers`: who carries out runs, and letting one go in good order."""

from __future__ import annotations

from typing import Annotated

import typer

from portal.cli.operator import operating
from portal.cli.output import AsJson, show
from portal.run import service as runs

app = typer.Typer(help="Workers.", no_args_is_help=True)
COLUMNS = ("name", "live", "queues", "concurrency", "runs", "drain_requested_at", "beat_at", "note")


@app.command("list")
def list_workers(as_json: AsJson = False) -> None:
    """Workers that were heard of in the last day, the live ones first."""
    with operating() as (session, actor):
        found = runs.worker_views(session, actor)
    show(found, as_json=as_json, columns=COLUMNS)


@app.command("drain")
def drain(
    name: Annotated[str, typer.Argument(help="The worker's name, as `list` shows it.")], as_json: AsJson = False
) -> None:
    """Let a worker take no new run and end when it has finished what it holds."""
    with operating() as (session, actor):
        found = runs.drain_worker(session, actor, name)
    show(found, as_json=as_json, columns=COLUMNS)
