"""Outside: what Terraform may ask through its walls, and nothing else.

`state`: requests to the portal about one deployment's state and who the run is, with the run's token put in here.
`control`: launchers of the sandbox cloud's providers, for one account and run.
`egress`: connections to the internet (HTTP CONNECT), but not to this machine, its neighbours or a metadata service.
`metadata`: tokens of the machine's own identity, for an account that is this identity.
"""

from __future__ import annotations

import _socket
import _thread
import os

from worker.terraform.isolation import metadata, wire
from worker.terraform.isolation.egress import Refused, connect

TYPE_CHECKING = False  # typing takes longer to import than this takes to run
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_LARGEST_STATE = 128 << 20
_LONGEST_LAUNCH = 64 << 10
_PASSED = ("content-type", "content-md5", "accept", "user-agent")
_KEPT = frozenset({b"content-type", b"content-md5", b"retry-after"})


def serve(answers: dict[str, Any], listening: list[tuple[str, _socket.socket]]) -> None:
    """Answer on each socket, in threads, as long as this process lives."""
    for name, listener in listening:
        _thread.start_new_thread(_accept, (listener, _ANSWERS[name], answers.get(name)))


def _accept(listener: _socket.socket, answer: Callable[[_socket.socket, Any], None], what: Any) -> None:
    while True:
        number, _ = listener._accept()  # pyright: ignore[reportAttributeAccessIssue]
        _thread.start_new_thread(_answered, (_socket.socket(fileno=number), answer, what))


def _answered(connection: _socket.socket, answer: Callable[[_socket.socket, Any], None], what: Any) -> None:
    try:
        connection.settimeout(wire.PATIENCE)
        answer(connection, what)
    except (OSError, ValueError):
        pass  # the other side is gone, or talks nonsense
    finally:
        connection.close()


# The state


def _state(connection: _socket.socket, to: dict[str, Any]) -> None:
    """One request after the other, until the other side has no more."""
    waiting = b""
    while True:
        head, waiting = wire.head(connection, waiting)
        if not head:
            return None
        method, target, headers = wire.parsed(head)
        size = headers.get("content-length", "0")
        path, _, query = target.partition("?")
        methods, authorization = to["paths"].get(path, ((), ""))
        if method not in methods or not wire.is_plain_query(query):
            return connection.sendall(wire.plain("404 Not Found"))
        if "transfer-encoding" in headers or not size.isdecimal() or int(size) > _LARGEST_STATE:
            return connection.sendall(wire.plain("413 Content Too Large"))
        while len(waiting) < int(size):
            waiting += wire.some(connection)
        body, waiting = waiting[: int(size)], waiting[int(size) :]
        passed = "".join(f"{name}: {headers[name]}\r\n" for name in _PASSED if name in headers)
        first = f"{method} {path}{'?' if query else ''}{query} HTTP/1.1\r\nHost: {to['authority']}\r\n"
        last = f"Authorization: {authorization}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        connection.sendall(_asked(to, f"{first}{passed}{last}".encode("latin-1") + body))


def _asked(to: dict[str, Any], request: bytes) -> bytes:
    """The portal's answer; while it is away, one after which Terraform tries again."""
    try:
        return wire.asked(_upstream(to), request, _KEPT)
    except OSError:
        return wire.plain("502 Bad Gateway")


def _upstream(to: dict[str, Any]) -> Any:
    connection = wire.connected(_socket.getaddrinfo(to["host"], to["port"], 0, _socket.SOCK_STREAM))
    if not to["tls"]:
        return connection
    import socket
    import ssl  # takes 30 ms to import, so only for who needs it

    context = ssl.create_default_context()
    return context.wrap_socket(socket.socket(fileno=connection.detach()), server_hostname=to["host"])


# The sandbox cloud


def _control(connection: _socket.socket, to: dict[str, Any]) -> None:
    """A launcher gets a provider that acts for the run's own account, whatever it says about itself."""
    size = int.from_bytes(_exactly(connection, 4), "big")
    if size > _LONGEST_LAUNCH:
        return None
    texts = _exactly(connection, size).decode().split("\0")
    fields = {name: value for name, _, value in (text.partition("=") for text in texts)} | to["fields"]
    if ("tool" in fields) != to["is_action"]:
        return connection.sendall(b"This run may not ask the sandbox cloud for that.\n")
    request = "\0".join(f"{name}={value}" for name, value in fields.items()).encode()
    daemon = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        folder = os.open(os.path.dirname(to["socket"]), os.O_PATH | os.O_DIRECTORY)
        try:  # by way of its folder: a socket's whole path may be longer than the system allows
            daemon.connect(f"/proc/self/fd/{folder}/{os.path.basename(to['socket'])}")
        finally:
            os.close(folder)
        daemon.sendall(len(request).to_bytes(4, "big") + request)
        _both_ways(connection, daemon)
    except OSError as error:
        connection.sendall(f"The sandbox cloud is not running: no daemon answers ({error.strerror}).\n".encode())
    finally:
        daemon.close()


def _exactly(connection: _socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += wire.some(connection, size - len(data))
    return data


# The internet


def _egress(connection: _socket.socket, to: dict[str, Any]) -> None:
    """HTTP CONNECT and nothing else."""
    head, early = wire.head(connection, b"")
    method, target, _ = wire.parsed(head)
    host, _, port = target.rpartition(":")
    if method != "CONNECT" or not port.isdecimal():
        return connection.sendall(_refusal("405 Method Not Allowed", "Only encrypted connections leave this run."))
    try:
        upstream = connect(host.strip("[]"), int(port), to)
    except Refused as refused:
        return connection.sendall(_refusal("403 Forbidden", str(refused)))
    except OSError as error:
        return connection.sendall(_refusal("502 Bad Gateway", f"{host} cannot be reached: {error.strerror or error}."))
    try:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        upstream.sendall(early)
        _both_ways(connection, upstream)
    finally:
        upstream.close()


def _refusal(status: str, sentence: str) -> bytes:
    """Go shows the status line of a proxy that refuses, so the sentence is in it."""
    return f"HTTP/1.1 {status}: {sentence}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode("ascii", "replace")


def _both_ways(one: _socket.socket, other: _socket.socket) -> None:
    """Pass on what comes on either side until one of them ends."""
    import select

    one.settimeout(None)
    other.settimeout(None)
    open_ends = {one: other, other: one}
    while len(open_ends) == 2:
        ready, _, _ = select.select(list(open_ends), [], [])
        for source in ready:
            piece = source.recv(wire.CHUNK)
            if piece:
                open_ends[source].sendall(piece)
            else:
                return


_ANSWERS = {"state": _state, "control": _control, "egress": _egress, "metadata": metadata.serve}
