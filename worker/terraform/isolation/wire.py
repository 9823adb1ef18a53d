"""Requests and answers of HTTP as the relay reads and writes them: one at a time, whole, and of bounded size."""

from __future__ import annotations

import _socket

TYPE_CHECKING = False  # typing takes longer to import than this takes to run
if TYPE_CHECKING:
    from typing import Any

CHUNK = 1 << 16
PATIENCE = 60.0
_LONGEST_HEAD = 32 << 10
_QUERY = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~=&%")


def head(connection: _socket.socket, waiting: bytes) -> tuple[bytes, bytes]:
    """The head of a request and what came after it; nothing when there is no other."""
    while b"\r\n\r\n" not in waiting:
        piece = connection.recv(CHUNK)
        if not piece:
            return b"", b""
        waiting += piece
        if len(waiting) > _LONGEST_HEAD and b"\r\n\r\n" not in waiting:
            raise ValueError("the head is too long")
    first, _, rest = waiting.partition(b"\r\n\r\n")
    return first, rest


def parsed(text: bytes) -> tuple[str, str, dict[str, str]]:
    """Method, target and headers by their names in small letters."""
    first, *lines = text.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    if any("\n" in text or "\r" in text for text in headers.values()):
        raise ValueError("a line break in a header")
    return method, target, headers


def is_plain_query(query: str) -> bool:
    """Whether nothing in it can be read in two ways."""
    return _QUERY.issuperset(query)


def some(connection: _socket.socket, most: int = CHUNK) -> bytes:
    """What comes next; OSError when nothing does."""
    piece = connection.recv(most)
    if not piece:
        raise OSError("the request was cut short")
    return piece


def connected(found: list[Any]) -> _socket.socket:
    """A connection to the first address that answers."""
    problem: OSError = OSError("no address")
    for family, kind, protocol, _, address in found:
        connection = _socket.socket(family, kind, protocol)
        connection.settimeout(PATIENCE)
        try:
            connection.connect(address)
            return connection
        except OSError as error:
            connection.close()
            problem = error
    raise problem


def asked(upstream: Any, request: bytes, kept: frozenset[bytes]) -> bytes:
    """The answer to a request that asks for the connection's end, for one that stays, with these of its headers."""
    try:
        upstream.sendall(request)
        pieces = []
        while piece := upstream.recv(CHUNK):
            pieces.append(piece)
        return _kept_alive(b"".join(pieces), kept)
    finally:
        upstream.close()


def plain(status: str) -> bytes:
    """An answer that says nothing else."""
    return f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()


def _kept_alive(answer: bytes, kept: frozenset[bytes]) -> bytes:
    """The answer with a length instead of an end; OSError when it is cut short."""
    first, separator, body = answer.partition(b"\r\n\r\n")
    status, *lines = first.split(b"\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    if headers.get(b"transfer-encoding", b"").lower() == b"chunked":
        body = _unchunked(body)
    length = headers.get(b"content-length")
    if not separator or (length is not None and int(length) != len(body)):
        raise OSError("the answer was cut short")
    chosen = [line for line in lines if line.partition(b":")[0].lower() in kept]
    return b"\r\n".join([status, *chosen, b"Content-Length: %d" % len(body), b"", b""]) + body


def _unchunked(body: bytes) -> bytes:
    pieces, rest = [], body
    while True:
        size, separator, rest = rest.partition(b"\r\n")
        length = int(size.partition(b";")[0], 16) if separator else -1
        if length < 0 or len(rest) < length:
            raise OSError("the answer was cut short")
        if length == 0:
            return b"".join(pieces)
        pieces.append(rest[:length])
        rest = rest[length + 2 :]
