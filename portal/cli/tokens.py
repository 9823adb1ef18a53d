"""`terrace token`: API tokens."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from portal.auth import service as auth
from portal.auth.schemas import NewToken
from portal.cli.operator import operating, user_of
from portal.cli.output import AsJson, every, show

app = typer.Typer(help="API tokens.", no_args_is_help=True)
COLUMNS = ("name", "prefix", "user_email", "scope", "expires_at", "last_used_at", "revoked_at", "id")


@app.command("list")
def list_tokens(as_json: AsJson = False) -> None:
    """Everybody's tokens. None can be shown again; the prefix is what its owner recognises."""
    with operating() as (session, actor):
        tokens = every(
            lambda cursor, limit: auth.list_tokens(session, actor, everybody=True, cursor=cursor, limit=limit)
        )
    show(tokens, as_json=as_json, columns=COLUMNS)


@app.command("add")
def add(
    email: Annotated[str, typer.Argument(help="Whose token it is: it may do what they may.")],
    name: Annotated[str, typer.Option(help="What it is for.")],
    scope: Annotated[Literal["read", "write"], typer.Option(help="`read` changes nothing.")] = "write",
    days: Annotated[int, typer.Option(min=0, max=366, help="When it expires; 0 is never.")] = 90,
    as_json: AsJson = False,
) -> None:
    """Make a token. It is shown this once."""
    with operating() as (session, actor):
        owner = user_of(session, email)
        request = NewToken(name=name, scope=scope, expires_in_days=days or None, user_id=owner.id)
        token = auth.create_token(session, actor, request)
    show(token, as_json=as_json, columns=("token", "name", "user_email", "scope", "expires_at", "id"))


@app.command("revoke")
def revoke(token_id: Annotated[str, typer.Argument(help="The token's id; `terrace token list` shows it.")]) -> None:
    """End a token at once."""
    with operating() as (session, actor):
        auth.revoke_token(session, actor, token_id)
    print("The token is revoked.")
