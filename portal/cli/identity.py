"""`terrace identity`: the providers that sign people in, and the way back when none does."""

from __future__ import annotations

from typing import Annotated

import typer

from portal.auth.oidc import service as oidc
from portal.cli.connection import connected
from portal.cli.operator import operating, operator
from portal.cli.output import AsJson, show
from portal.kit.errors import Conflict

app = typer.Typer(help="Identity providers, and passwords.", no_args_is_help=True)
COLUMNS = ("slug", "kind", "title", "enabled", "issuer", "people", "last_sign_in_at")


@app.command("list")
def list_providers(as_json: AsJson = False) -> None:
    """Every identity provider."""
    with operating() as (session, actor):
        found = oidc.list_providers(session, actor)
    show(found, as_json=as_json, columns=COLUMNS)


@app.command("test")
def try_out(provider: Annotated[str, typer.Argument(help="Its slug.")], as_json: AsJson = False) -> None:
    """Read a provider's configuration and keys, and compare the clocks. Ends with 1 when a sign-in could not work."""
    with connected():
        found = oidc.test_provider(operator(), provider)
    show(found.checks, as_json=as_json, columns=("name", "ok", "detail"))
    if not found.ok:
        raise Conflict(f"Nobody can sign in by {provider} as it is.")


@app.command("passwords-on")
def passwords_on(as_json: AsJson = False) -> None:
    """Let everybody who has a password sign in with it again."""
    with operating() as (session, actor):
        found = oidc.switch_on(session, actor)
    show(found, as_json=as_json, columns=("local_off",))
