"""`terrace keys`: keys for the secrets at rest."""

from __future__ import annotations

from typing import Annotated

import typer

from portal.kit.secrets import generate_key

app = typer.Typer(help="Keys for the secrets at rest.", no_args_is_help=True)


@app.command("new")
def new(
    key_id: Annotated[str, typer.Option("--id", help="A name for the key, kept beside what it encrypts.")] = "k1",
) -> None:
    """Print a new key for TERRACE_SECRET_KEYS. It is shown once and stored nowhere."""
    print(generate_key(key_id))


@app.callback()
def group() -> None:
    """Keys for the secrets at rest."""
