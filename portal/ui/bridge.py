"""The one road from a page's State to the services.

A handler of a State can be called by anybody who opens a websocket, whatever the pages show. So each call goes through here:
the actor is loaded anew from the session of this very connection, and the service decides.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
import secrets
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_type_hints

import reflex as rx
import structlog

from portal.auth import service as auth
from portal.auth.errors import PasswordChangeRequired, SecondStepRequired
from portal.kit import live, origin, tracing
from portal.kit.db import unit_of_work
from portal.kit.errors import FieldProblem, Invalid, TerraceError, Unauthenticated
from portal.ui import handshake, routes

log = structlog.get_logger(__name__)
Result = TypeVar("Result")
Service = Callable[..., Result]
_LOOK_AGAIN_SECONDS = 20.0
_COALESCE_SECONDS = 0.4
_ATTENDED = contextvars.ContextVar("attended", default=True)
_CHECKED = (str, int, bool, float, dict, list)


@dataclass(frozen=True)
class Problem:
    """What a page shows when something failed; empty `text` means that nothing did."""

    title: str = ""
    text: str = ""
    code: str = ""
    reference: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    """The first error of each field."""


NONE = Problem()


class PageState(rx.State, mixin=True):
    """What every page's State has: `ready` after the first load, `busy` during an action, `problem` when one failed."""

    ready: bool = False
    busy: bool = False
    problem: Problem = NONE


def cookie_of(state: rx.State) -> str | None:
    """The session's cookie of the connection that this event came in on."""
    return handshake.unseal(state.router.headers.cookie or "")


async def call(state: rx.State, service: Service[Result], /, *args: Any, **arguments: Any) -> Result:
    """`service(session, actor, …)` in a thread and a transaction of its own, as whoever this connection belongs to."""
    return await asyncio.to_thread(_call, cookie_of(state), _origin(state), service, args, arguments)


def unattended() -> None:
    """What this background handler reads from now on, nobody asked for: an open page keeps no session from growing old."""
    _ATTENDED.set(False)


def _origin(state: rx.State) -> origin.Origin:
    """Where the browser is, as the server and its own headers say."""
    return origin.Origin(
        "browser",
        str(state.router.session.client_ip or ""),
        str(state.router.headers.user_agent or ""),
        secrets.token_hex(8),
    )


def _call(
    cookie: str | None,
    asked: origin.Origin,
    service: Service[Result],
    args: tuple[Any, ...],
    arguments: dict[str, Any],
) -> Result:
    request_id = asked.request_id
    with (
        origin.asked_from(asked),
        structlog.contextvars.bound_contextvars(request_id=request_id),
        tracing.span(f"page {getattr(service, '__name__', 'call')}", request=request_id),
        unit_of_work() as session,
    ):
        actor = auth.actor_for_session(session, cookie, used=_ATTENDED.get())
        return service(session, actor, *args, **arguments)


async def is_signed_in(state: rx.State) -> bool:
    """Whether this connection has a session that is good now."""
    try:
        await call(state, lambda _session, actor: actor)
    except TerraceError:
        return False
    return True


def handler(function: Callable[..., Awaitable[Any]]) -> Any:
    """A State's event handler: arguments are checked, and an error becomes the page's `problem` or a way to sign in."""
    signature, hints = inspect.signature(function), get_type_hints(function)

    @functools.wraps(function)
    async def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            self.problem = NONE
            bound = _checked(signature, hints, self, args, kwargs)
            return await function(*bound.args, **bound.kwargs)
        except PasswordChangeRequired:
            return rx.redirect(routes.CHANGE_PASSWORD)
        except SecondStepRequired:
            return rx.redirect(routes.SET_UP_SECOND_STEP)
        except Unauthenticated:
            return rx.redirect(routes.sign_in(path_of(self)))
        except TerraceError as error:
            self.problem = problem_of(error)
        except Exception as error:
            self.problem = unexpected(function.__qualname__, error)
        finally:
            self.ready, self.busy = True, False
        return None

    run.__signature__ = signature  # type: ignore[attr-defined]  # Reflex looks here for the names of the arguments
    return rx.event(run)


def problem_of(error: TerraceError) -> Problem:
    """An error of ours, for people."""
    fields: dict[str, str] = {}
    for problem in error.errors if isinstance(error, Invalid) else ():
        fields.setdefault(problem.path, problem.message)
    return Problem(error.title, error.message, error.code, fields=fields)


def unexpected(where: str, error: Exception | None = None) -> Problem:
    """Log an exception that nobody foresaw (by default the one being handled), and tell its reference."""
    reference = secrets.token_hex(4)
    log.error("page_failed", where=where, reference=reference, exc_info=error or sys.exc_info())
    text = "This is a fault of the portal and was noted. Try again; if it stays, tell an administrator the reference."
    return Problem("Something went wrong", text, "internal_error", reference)


def _checked(
    signature: inspect.Signature, hints: dict[str, Any], self: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> inspect.BoundArguments:
    """The arguments, of which a client may have sent anything; Invalid when they are not what the handler declares."""
    try:
        bound = signature.bind(self, *args, **kwargs)
    except TypeError:
        raise Invalid("The page sent something that it should not. Reload it.") from None
    for name, value in bound.arguments.items():
        hint = hints.get(name)
        if hint in _CHECKED and (not isinstance(value, hint) or (hint is int and isinstance(value, bool))):
            raise Invalid(
                "The page sent something that it should not. Reload it.", [FieldProblem(name, "of another type")]
            )
    return bound


async def follow(state: Any, *channels: str, look: float = _LOOK_AGAIN_SECONDS) -> None:
    """For a background handler of a State with `_read` and `_show`: show again what changes, until the page is left.

    `look`: every so many seconds at least, for what changes without anybody doing anything.
    """
    unattended()
    async with live.hub().subscribe(*channels) as changed:
        shown: Any = None
        while True:
            await live.wait(changed, poll=look)
            try:
                found = await state._read()
            except TerraceError:
                return  # signed out, or gone: loading the page says so
            if found != shown:
                async with state:
                    state._show(found)
                shown = found
            await asyncio.sleep(_COALESCE_SECONDS)


def query(state: rx.State) -> dict[str, str]:
    """The parameters of the page's address."""
    return {name: value[:500] for name, value in state.router.url.query_parameters.items()}


def one_of(value: str, allowed: tuple[str, ...]) -> Any:
    """`value`, when it is one of `allowed`."""
    if value not in allowed:
        raise Invalid("The page asked for something that there is not. Reload it.")
    return value


def argument(state: rx.State, name: str) -> str:
    """A part of the page's address, by its name in the route."""
    return str(getattr(state, name, ""))


def path_of(state: rx.State) -> str:
    """The address of the page, with its query, as the browser says."""
    url = state.router.url
    return f"{url.path}?{url.query}" if url.query else url.path
