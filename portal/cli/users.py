"""`terrace user`: people and their roles."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from pydantic import SecretStr

from portal.auth import service as auth
from portal.auth.schemas import NewUser, UserChange
from portal.cli.operator import operating, user_of
from portal.cli.output import AsJson, every, show
from portal.project import service as projects

app = typer.Typer(help="People and their roles.", no_args_is_help=True)
COLUMNS = ("email", "role", "name", "last_seen_at", "disabled_at", "id")
Email = Annotated[str, typer.Argument(help="The user's e-mail address.")]
FromInput = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@app.command("list")
def list_users(as_json: AsJson = False) -> None:
    """Everybody."""
    with operating() as (session, actor):
        users = every(lambda cursor, limit: auth.list_users(session, actor, cursor=cursor, limit=limit))
    show(users, as_json=as_json, columns=COLUMNS)


@app.command("add")
def add(
    email: Email,
    role: Annotated[str, typer.Option(help="What they may do.")] = "member",
    name: Annotated[str, typer.Option(help="Their name.")] = "",
    password_stdin: FromInput = False,
    as_json: AsJson = False,
) -> None:
    """Add somebody. A password is made up and shown once, unless one is given; they must change it when they sign in."""
    with operating() as (session, actor):
        request = NewUser(email=email, role=role, name=name, password=_password(password_stdin))
        user = projects.create_user_with_membership(session, actor, request)
    shown = ("email", "role", "id") if password_stdin else ("email", "role", "id", "generated_password")
    show(user, as_json=as_json, columns=shown)


@app.command("change")
def change(
    email: Email,
    role: Annotated[str | None, typer.Option(help="What they may do from now on.")] = None,
    name: Annotated[str | None, typer.Option(help="Their name.")] = None,
    disabled: Annotated[bool | None, typer.Option("--disable/--enable", help="Whether they may come in.")] = None,
    password_stdin: FromInput = False,
    as_json: AsJson = False,
) -> None:
    """Change somebody. Disabling them, or giving a password, ends their sessions."""
    with operating() as (session, actor):
        wanted = {"role": role, "name": name, "disabled": disabled, "password": _password(password_stdin)}
        request = UserChange.model_validate({key: value for key, value in wanted.items() if value is not None})
        user = auth.update_user(session, actor, user_of(session, email).id, request)
    show(user, as_json=as_json, columns=COLUMNS)


def _password(from_input: bool) -> SecretStr | None:
    return SecretStr(sys.stdin.readline().rstrip("\n")) if from_input else None
