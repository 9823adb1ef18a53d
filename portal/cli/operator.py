"""Who the command line acts as: whoever can read the portal's database and key on this machine is its operator."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from portal.auth import service as auth
from portal.auth.schemas import Actor, UserView
from portal.cli.connection import connected
from portal.kit import origin
from portal.kit.db import unit_of_work
from portal.kit.errors import NotFound


@contextmanager
def operating() -> Iterator[tuple[Session, Actor]]:
    """One transaction with the portal's database, as the operator. The audit trail names the system's user."""
    with connected(), origin.asked_from(origin.Origin("command line")), unit_of_work() as session:
        yield session, operator()


def operator() -> Actor:
    """The actor of a command."""
    return Actor(kind="system", id="command-line", label=f"{_login()} on the command line", role="admin")


def user_of(session: Session, email: str) -> UserView:
    """The user of that address; NotFound in one sentence."""
    user = auth.find_by_email(session, email)
    if user is None:
        raise NotFound(f"There is no user with the address {email}. `terrace user list` shows all.")
    return user


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
