"""A TCP proxy on the loopback that can cut, refuse, hang, and lose answers. One thread drives all proxies of a cluster."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

_LINGER: Final = struct.pack("ii", 1, 0)
_CHUNK: Final = 1 << 16
Reach = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxies", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


def to_port(port: int) -> Reach:
    """What is behind: a port of the loopback."""
    return lambda: asyncio.open_connection("127.0.0.1", port)


def to_socket(path: str) -> Reach:
    """What is behind: a unix socket."""
    return lambda: asyncio.open_unix_connection(path)


class Proxy:
    """One way to one server. Nobody but this process can take its port, also while connections are refused."""

    def __init__(self, loop: Loop, reach: Reach) -> None:
        self._loop, self._reach = loop, reach
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._server: asyncio.Server | None = None
        self._deaf = False
        # Bound and never listened on: it keeps the port ours. Connections to it are refused by the kernel.
        self._place = _bound(0)
        self.port = int(self._place.getsockname()[1])
        self._loop.run(self._begin())

    async def _begin(self) -> None:
        self._going = asyncio.Event()
        self._going.set()
        await self._listen()

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, sock=_bound(self.port), backlog=200)

    def cut(self) -> int:
        """Reset every connection; how many there were."""
        return self._loop.run(self._cut())

    def refuse(self) -> None:
        """Nobody gets in, and whoever was in is out."""
        self._loop.run(self._refuse())

    def hang(self) -> None:
        """Nothing passes; nobody is told."""
        self._loop.run(self._hang())

    def lose_answers(self) -> None:
        """What is asked arrives and is done; no answer comes back."""
        self._deaf = True

    def heal(self) -> None:
        """As if nothing had been. Whoever lost an answer is cut off, or would wait for it for ever."""
        self._loop.run(self._heal())

    def close(self) -> None:
        self._loop.run(self._refuse())
        self._place.close()

    async def _cut(self) -> int:
        pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            for writer in pair:
                _reset(writer)
        return len(pairs)

    async def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._cut()

    async def _hang(self) -> None:
        self._going.clear()

    async def _heal(self) -> None:
        if self._deaf:
            await self._cut()
            self._deaf = False
        self._going.set()
        await self._listen()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._going.wait()
        try:
            behind_reader, behind = await self._reach()
        except OSError:
            _reset(writer)
            return
        pair = (writer, behind)
        self._pairs.add(pair)
        await asyncio.gather(self._pump(reader, behind, answers=False), self._pump(behind_reader, writer, answers=True))
        self._pairs.discard(pair)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, answers: bool) -> None:
        with suppress(OSError):
            while chunk := await source.read(_CHUNK):
                await self._going.wait()
                if not (answers and self._deaf):
                    sink.write(chunk)
                    await sink.drain()
        if not (answers and self._deaf):
            with suppress(OSError, RuntimeError):
                sink.close()


def _bound(port: int) -> socket.socket:
    place = socket.socket()
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    place.bind(("127.0.0.1", port))
    return place


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the other side is told of a reset and not of an end."""
    with suppress(OSError):
        raw = writer.get_extra_info("socket")
        if raw is not None and raw.family == socket.AF_INET:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
    writer.transport.abort()
