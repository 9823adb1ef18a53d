"""More of `terrace user`: inviting, resetting, shutting out and letting in."""

from __future__ import annotations

from typing import Annotated

import typer

from portal.auth import locks, second_step
from portal.auth import service as auth
from portal.auth.account_schemas import Membership, NewInvitation
from portal.auth.schemas import UserChange
from portal.cli.operator import operating, user_of
from portal.cli.output import AsJson, show
from portal.cli.users import COLUMNS, Email, app
from portal.kit.errors import FieldProblem, Invalid
from portal.notification import people

Places = Annotated[list[str] | None, typer.Option("--project", help="PROJECT or PROJECT=ROLE; may be given again.")]


@app.command("invite")
def invite(
    email: Email,
    role: Annotated[str, typer.Option(help="What they may do in the portal.")] = "member",
    name: Annotated[str, typer.Option(help="Their name.")] = "",
    project: Places = None,
    as_json: AsJson = False,
) -> None:
    """Invite somebody: a link with which they choose a name and a password. It is shown once, and mailed where possible."""
    memberships = [_membership(word) for word in project] if project else None
    with operating() as (session, actor):
        request = NewInvitation(email=email, role=role, name=name, memberships=memberships)
        made = people.invite(session, actor, request)
    show(made, as_json=as_json, columns=("email", "role", "expires_at", "mailed", "link"))


@app.command("reset")
def reset(email: Email, as_json: AsJson = False) -> None:
    """A link with which somebody sets a new password, good once and for an hour."""
    with operating() as (session, actor):
        made = people.start_reset(session, actor, user_of(session, email).id)
    show(made, as_json=as_json, columns=("email", "expires_at", "mailed", "link"))


@app.command("disable")
def disable(email: Email, as_json: AsJson = False) -> None:
    """Shut somebody out: sessions, open pages and API tokens end at once."""
    _change(email, UserChange(disabled=True), as_json=as_json)


@app.command("enable")
def enable(email: Email, as_json: AsJson = False) -> None:
    """Let somebody in again. Sessions and tokens of before stay ended."""
    _change(email, UserChange(disabled=False), as_json=as_json)


@app.command("unlock")
def unlock(email: Email, as_json: AsJson = False) -> None:
    """Lift the lock after many wrong passwords."""
    with operating() as (session, actor):
        user = user_of(session, email)
        locks.unlock(session, actor, user.id)
    show(user, as_json=as_json, columns=COLUMNS)


@app.command("totp-reset")
def reset_second_step(email: Email, as_json: AsJson = False) -> None:
    """Take away a second step whose device is lost: the next sign-in takes the password alone."""
    with operating() as (session, actor):
        user = user_of(session, email)
        second_step.reset(session, actor, user.id)
    show(user, as_json=as_json, columns=COLUMNS)


def _change(email: str, change: UserChange, *, as_json: bool) -> None:
    with operating() as (session, actor):
        user = auth.update_user(session, actor, user_of(session, email).id, change)
    show(user, as_json=as_json, columns=COLUMNS)


def _membership(word: str) -> Membership:
    project, _, role = word.partition("=")
    if not project:
        problem = f"{word!r} names no project. Write `data` or `data=viewer`."
        raise Invalid(problem, [FieldProblem("project", problem)])
    return Membership(project=project, role=role or "deployer")
