"""`terrace backup`, `terrace restore`: everything that the portal keeps, in one file. `terrace hold`: what a restore leaves."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from portal.backup import service
from portal.cli.connection import connected
from portal.cli.operator import operating, operator
from portal.cli.output import AsJson, show
from portal.run import hold as holds

hold = typer.Typer(help="Keep the portal from applying anything by itself.", no_args_is_help=True)
HOLD_COLUMNS = ("reason", "placed_by", "placed_at")


def backup(
    file: Annotated[Path, typer.Argument(help="The file to make. It must not exist yet.")], as_json: AsJson = False
) -> None:
    """Write the whole database to one file, while the portal runs. The key is not in it: keep that apart."""
    with connected() as config:
        report = service.backup(config.require_database_url(), operator(), file)
    show(report, as_json=as_json, columns=("path", "bytes", "tables", "revision", "keys"))
    print("Its secrets can be read only with the key: keep secret.key (or TERRACE_SECRET_KEYS) apart.", file=sys.stderr)


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `terrace backup` made.")],
    force: Annotated[bool, typer.Option("--force", help="Lose what the database holds now.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the database what it was. Nothing is applied by itself afterwards until `terrace hold release`."""
    with connected(unfinished=True) as config:
        report = service.restore(config.require_database_url(), operator(), file, force=force, say=_say)
    show(report, as_json=as_json, columns=("made_at", "made_by_version", "ended_runs"))
    _say("Everybody signs in again. Auto apply and expiry are on hold: look for drift, then `terrace hold release`.")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@hold.command("show")
def show_hold(as_json: AsJson = False) -> None:
    """The hold that is on, if there is one."""
    with operating() as (session, _actor):
        found = holds.find(session)
    show([found] if found else [], as_json=as_json, columns=HOLD_COLUMNS)


@hold.command("place")
def place(
    reason: Annotated[str, typer.Option(help="Why; people see it.")],
    as_json: AsJson = False,
) -> None:
    """From now on auto apply confirms nothing, and nothing that has expired is destroyed."""
    with operating() as (session, actor):
        placed = holds.place(session, actor, reason=reason)
    show(placed, as_json=as_json, columns=HOLD_COLUMNS)


@hold.command("release")
def release() -> None:
    """Let auto apply and expiry work again."""
    with operating() as (session, actor):
        holds.release(session, actor)
    print("The hold is released.")
