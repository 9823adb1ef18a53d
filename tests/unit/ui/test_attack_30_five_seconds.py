"""Attack 30: what somebody who is shut out has open stops within five seconds, also when every nudge is lost.

Time is the loop's own here: it goes on when there is nothing to do, so a bound is a number and not a matter of the machine.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from portal.api import deps, stream
from portal.auth.schemas import Actor
from portal.auth.service import COOKIE
from portal.auth.sessions import digest
from portal.kit import live
from portal.kit.errors import Unauthenticated
from portal.run import service as runs
from portal.run.schemas import EventPage
from portal.ui import handshake, watch

AT_MOST = 5.0
LONG = 600.0
ANSWER = 0.2
"""What a slow database takes for each look."""
MOMENTS = [0.0, 0.1, 0.9, 1.0, 1.7, 1.99, 2.0, 2.1, 3.3]
"""When they are shut out, after the page was opened: just before a look, just after it, while one is answered."""
ADA = Actor("user", "ada", "ada@example.com", "member", "ada", session_id="s")


class OwnTime(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to what is due next instead of waiting for it."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(_Jumping(self))

    def time(self) -> float:
        return self.now


class _Jumping(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    def __init__(self, loop: OwnTime) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        found = super().select(60 if timeout is None else 0)
        if timeout is None and not found:
            raise RuntimeError("everything waits, and nothing will ever happen")
        if not found and timeout:
            self._loop.now += timeout
            if self._loop.now > LONG:
                raise RuntimeError("what is waited for does not come")
        return found


class Database:
    """Who is signed in. It answers slowly, and as often as `fails` says not at all."""

    def __init__(self, fails: int = 0) -> None:
        self.signed_in = True
        self.fails = fails

    async def standings(self, session_ids: set[str], _threads: Any) -> dict[str, Actor]:
        seen = self.signed_in
        await asyncio.sleep(ANSWER)
        if not self.signed_in and self.fails:
            self.fails -= 1
            raise ConnectionError
        return dict.fromkeys(session_ids, ADA) if seen else {}


class Deaf:
    """Redis is away: no nudge ever comes."""

    @asynccontextmanager
    async def subscribe(self, *_channels: str) -> AsyncIterator[asyncio.Event]:
        yield asyncio.Event()


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch, settings_env: Callable[..., None]) -> None:
    monkeypatch.setattr(live, "hub", Deaf)


def run(scenario: Coroutine[Any, Any, float]) -> float:
    with asyncio.Runner(loop_factory=OwnTime) as runner:
        return runner.run(scenario)


async def _page(database: Database, moment: float) -> float:
    """Seconds from shutting out until an open page is told."""
    async with watch.watch().of(digest("cookie")) as watched:
        started = _now()
        await asyncio.sleep(moment)
        database.signed_in = False
        await watched.changed.wait()
        assert watched.actor is None
        return _now() - started - moment


async def _socket(database: Database, moment: float) -> float:
    """Seconds from shutting out until the connection is closed, whatever its reader does."""
    closed = asyncio.Event()

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        while (await receive())["type"] != "websocket.disconnect":
            pass

    async def send(message: Any) -> None:
        assert message == {"type": "websocket.close", "code": handshake.OVER}
        closed.set()

    scope = {"type": "websocket", "headers": [(b"cookie", f"{COOKIE}=cookie".encode())]}
    held = asyncio.create_task(handshake.Handshake(app)(scope, asyncio.Event().wait, send))  # type: ignore[arg-type]
    await asyncio.sleep(2 * ANSWER + moment)
    database.signed_in = False
    started = _now()
    await closed.wait()
    await held
    return _now() - started


def _now() -> float:
    return asyncio.get_running_loop().time()


@pytest.mark.usefixtures("deaf")
@pytest.mark.parametrize("fails", [0, 1])
@pytest.mark.parametrize("opened", [_page, _socket])
def test_attack_30_a_page_and_its_websocket_stop_within_five_seconds_without_any_nudge(
    monkeypatch: pytest.MonkeyPatch, opened: Callable[..., Coroutine[Any, Any, float]], fails: int
) -> None:
    taken = {}
    for moment in MOMENTS:
        database = Database(fails)
        monkeypatch.setattr(watch, "_standings", database.standings)
        taken[moment] = run(opened(database, moment))
    assert {moment: seconds for moment, seconds in taken.items() if seconds > AT_MOST} == {}
    assert min(taken.values()) > 0


@pytest.mark.usefixtures("deaf")
def test_attack_30_a_page_that_opens_while_the_database_is_away_is_watched_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database = Database()
    failing = iter([ConnectionError(), ConnectionError()])

    async def standings(session_ids: set[str], threads: Any) -> dict[str, Actor]:
        if (error := next(failing, None)) is not None:
            raise error
        return await database.standings(session_ids, threads)

    monkeypatch.setattr(watch, "_standings", standings)
    assert run(_page(database, 1.0)) <= AT_MOST


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@pytest.mark.usefixtures("deaf")
@pytest.mark.parametrize("busy", [False, True], ids=["a quiet run", "a run that writes without a pause"])
def test_attack_30_a_stream_over_rest_ends_within_five_seconds_without_any_nudge(
    monkeypatch: pytest.MonkeyPatch, busy: bool
) -> None:
    async def scenario(moment: float) -> float:
        signed_in, loop = True, asyncio.get_running_loop()

        def any_actor(*_asked: Any) -> Actor:
            if not signed_in:
                raise Unauthenticated("It ended.")
            return ADA

        async def in_thread(function: Any, *given: Any) -> Any:
            found = function(*given)
            await asyncio.sleep(ANSWER)
            return found

        async def at_once(_nudged: Any, *, poll: float) -> None:
            await asyncio.sleep(0.1 if busy else poll)

        monkeypatch.setattr(stream, "time", SimpleNamespace(monotonic=loop.time))
        monkeypatch.setattr(stream, "asyncio", SimpleNamespace(to_thread=in_thread))
        monkeypatch.setattr(stream.live, "wait", at_once)
        monkeypatch.setattr(stream, "unit_of_work", _nothing)
        monkeypatch.setattr(deps, "any_actor", any_actor)
        monkeypatch.setattr(deps, "current_actor", lambda actor: actor)
        monkeypatch.setattr(runs, "events", lambda *_a, **_k: EventPage(items=[], last_n=0, ended=False))

        async def read() -> float:
            said = [block async for block in stream.follow(SimpleNamespace(), "run", 0)]  # type: ignore[arg-type]
            assert said[-1] == "event: error\ndata: unauthenticated\n\n"
            return loop.time()

        following = asyncio.create_task(read())
        await asyncio.sleep(moment)
        signed_in, since = False, loop.time()
        return await following - since

    taken = {moment: run(scenario(moment)) for moment in MOMENTS}
    assert {moment: seconds for moment, seconds in taken.items() if seconds > AT_MOST} == {}
