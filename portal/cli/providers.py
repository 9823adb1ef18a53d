"""`terrace providers`: the official providers of real clouds, for sites without internet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The official providers of real clouds.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """The official providers of real clouds."""


@app.command("mirror")
def mirror(
    folder: Annotated[Path, typer.Argument(help="Where to put them; add to what is there.")],
    platform: Annotated[
        list[str] | None,
        typer.Option("--platform", help="Such as linux_amd64, as often as you like; this machine's when left out."),
    ] = None,
) -> None:
    """Fetch what the catalogue's templates ask for, and write down the checksums by which workers check it before each use."""
    command = [sys.executable, "-m", "worker.terraform.mirrored", str(folder), *(platform or [])]
    sys.exit(subprocess.run(command, check=False).returncode)
