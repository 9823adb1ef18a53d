"""`terrace keys`: keys for the secrets at rest, and keys that sign who a run is."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from portal.cli.operator import operating
from portal.cli.output import AsJson, show
from portal.issuer import service as issuer
from portal.kit.secrets import generate_key

app = typer.Typer(help="Keys: for the secrets at rest, and for the tokens that clouds trust.", no_args_is_help=True)
SIGNING_COLUMNS = ("id", "use", "created_at", "signs_from")


@app.command("new")
def new(
    key_id: Annotated[str, typer.Option("--id", help="A name for the key, kept beside what it encrypts.")] = "k1",
) -> None:
    """Print a new key for TERRACE_SECRET_KEYS. It is shown once and stored nowhere."""
    print(generate_key(key_id))


@app.command("signing")
def signing(as_json: AsJson = False) -> None:
    """The keys with which tokens for clouds are signed: which signs, which is coming, which is leaving."""
    with operating() as (session, actor):
        found = issuer.signing_keys(session, actor)
    show(found, as_json=as_json, columns=SIGNING_COLUMNS)


@app.command("rotate-signing")
def rotate_signing(
    hours: Annotated[
        int, typer.Option("--in", min=0, max=24 * 90, help="Hours for which the new key is published before it signs.")
    ] = 24,
    now: Annotated[
        bool, typer.Option("--now", help="Others may have the key: sign with a new one now, forget the others.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Publish a new signing key. Nothing is refused in between, unless with --now."""
    with operating() as (session, actor):
        found = issuer.rotate(session, actor, ahead=timedelta(hours=hours), at_once=now)
    show(found, as_json=as_json, columns=SIGNING_COLUMNS)


@app.command("jwks")
def jwks() -> None:
    """Print the public keys as clouds read them, for a cloud that cannot reach the portal."""
    with operating() as (session, _actor):
        print(issuer.jwks(session).model_dump_json(indent=2))


@app.callback()
def group() -> None:
    """Keys: for the secrets at rest, and for the tokens that clouds trust."""
