"""`terrace audit`: prove that nobody changed the trail, take it elsewhere, remove what is old."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from portal.audit import retention
from portal.audit import service as audit
from portal.audit.schemas import AuditCheck, AuditFilter, Format
from portal.cli.connection import connected
from portal.cli.operator import operating, operator
from portal.cli.output import AsJson, show
from portal.kit import origin
from portal.kit.clock import now
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict

app = typer.Typer(help="The audit trail.", no_args_is_help=True)
COLUMNS = ("ok", "count", "removed", "head", "broken_at", "reason")


@app.command("verify")
def verify(
    head: Annotated[str, typer.Option(help="A `head` that was kept elsewhere: it must be in the trail still.")] = "",
    file: Annotated[Path | None, typer.Option(help="A file of `prune` or `export` instead of the database.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compute every hash again. Ends with 1 when anything was changed, removed or cut off."""
    if file is not None:
        _tell(retention.verify_file(file), as_json)
        return
    with operating() as (session, actor):
        found = audit.check(session, actor)
        known = not head or audit.has_hash(session, actor, head)
    if found.ok and not known:
        found = found.model_copy(update={"ok": False, "reason": f"No event has the hash {head[:16]}… any more."})
    _tell(found, as_json)


def _tell(found: AuditCheck, as_json: bool) -> None:
    show(found, as_json=as_json, columns=COLUMNS)
    if not found.ok:
        raise Conflict(found.reason or "The trail was changed.")


@app.command("export")
def export(
    form: Annotated[Format, typer.Option("--format", help="csv or jsonl.")] = "jsonl",
    action: Annotated[str | None, typer.Option(help="One action, or a family with a dot at its end.")] = None,
    project: Annotated[str | None, typer.Option(help="The id of a project.")] = None,
) -> None:
    """Write the trail to standard output, oldest first. The export itself is in the trail."""
    wanted = AuditFilter(action=action, project_id=project)
    with connected(), origin.asked_from(origin.Origin("command line")):
        with unit_of_work() as session:
            pieces = audit.exported(session, operator(), wanted=wanted, form=form)
        for piece in pieces:
            sys.stdout.write(piece)


@app.command("prune")
def prune(
    days: Annotated[int, typer.Option(min=30, help="Events older than this leave.")],
    archive: Annotated[Path, typer.Option(help="A folder for the file that they are written to before.")],
    as_json: AsJson = False,
) -> None:
    """Remove old events, after they were written to a file whose chain can be verified. Again until it says 0."""
    with operating() as (session, actor):
        done = retention.prune(session, actor, before=now() - timedelta(days=days), archive=archive.absolute())
    show(done, as_json=as_json, columns=("removed", "last", "archive"))


@app.callback()
def group() -> None:
    """The audit trail."""
