"""Outside: what Terraform may ask through its walls, and nothing else.

`state`: requests to the portal about one deployment's state and who the run is, with the run's token put in here.
`control`: launchers of the sandbox cloud's providers, for one account and run.
`egress`: connections to the internet (HTTP CONNECT), but not to this machine, its neighbours or a metadata service.
`metadata`: the machine's metadata service, for an account that is the machine's own identity.
"""

from __future__ import annotations

import _socket
import _thread
import os

from worker.terraform.isolation.egress import Refused, connect

TYPE_CHECKING = False  # typing takes longer to import than this takes to run
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_CHUNK = 1 << 16
_LONGEST_HEAD = 32 << 10
_LARGEST_STATE = 128 << 20
_LONGEST_LAUNCH = 64 << 10
_PATIENCE = 60.0
_PASSED = ("content-type", "content-md5", "accept", "user-agent")
_QUERY = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~=&%")
_METADATA = ("169.254.169.254", 80)


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
        connection.settimeout(_PATIENCE)
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
        head, waiting = _head(connection, waiting)
        if not head:
            return None
        method, target, headers = _parsed(head)
        size = headers.get("content-length", "0")
        path, _, query = target.partition("?")
        methods, authorization = to["paths"].get(path, ((), ""))
        if method not in methods or not _QUERY.issuperset(query):
            return connection.sendall(_plain("404 Not Found"))
        if "transfer-encoding" in headers or not size.isdecimal() or int(size) > _LARGEST_STATE:
            return connection.sendall(_plain("413 Content Too Large"))
        while len(waiting) < int(size):
            waiting += _some(connection)
        body, waiting = waiting[: int(size)], waiting[int(size) :]
        passed = "".join(f"{name}: {headers[name]}\r\n" for name in _PASSED if name in headers)
        first = f"{method} {path}{'?' if query else ''}{query} HTTP/1.1\r\nHost: {to['authority']}\r\n"
        last = f"Authorization: {authorization}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        connection.sendall(_asked(to, f"{first}{passed}{last}".encode("latin-1") + body))


def _asked(to: dict[str, Any], request: bytes) -> bytes:
    """The portal's answer; while it is away, one after which Terraform tries again."""
    try:
        upstream = _upstream(to)
        try:
            upstream.sendall(request)
            return _kept_alive(_until_end(upstream))
        finally:
            upstream.close()
    except OSError:
        return _plain("502 Bad Gateway")


def _upstream(to: dict[str, Any]) -> Any:
    connection = _connected(_socket.getaddrinfo(to["host"], to["port"], 0, _socket.SOCK_STREAM))
    if not to["tls"]:
        return connection
    import socket
    import ssl  # takes 30 ms to import, so only for who needs it

    context = ssl.create_default_context()
    return context.wrap_socket(socket.socket(fileno=connection.detach()), server_hostname=to["host"])


def _connected(found: list[Any]) -> _socket.socket:
    """A connection to the first address that answers."""
    problem: OSError = OSError("no address")
    for family, kind, protocol, _, address in found:
        connection = _socket.socket(family, kind, protocol)
        connection.settimeout(_PATIENCE)
        try:
            connection.connect(address)
            return connection
        except OSError as error:
            connection.close()
            problem = error
    raise problem


def _until_end(upstream: Any) -> bytes:
    pieces = []
    while piece := upstream.recv(_CHUNK):
        pieces.append(piece)
    return b"".join(pieces)


def _kept_alive(answer: bytes) -> bytes:
    """The answer with a length instead of an end; OSError when it is cut short."""
    head, separator, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    if headers.get(b"transfer-encoding", b"").lower() == b"chunked":
        body = _unchunked(body)
    length = headers.get(b"content-length")
    if not separator or (length is not None and int(length) != len(body)):
        raise OSError("the answer was cut short")
    kept = [
        line for line in lines if line.partition(b":")[0].lower() in (b"content-type", b"content-md5", b"retry-after")
    ]
    return b"\r\n".join([status, *kept, b"Content-Length: %d" % len(body), b"", b""]) + body


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


def _head(connection: _socket.socket, waiting: bytes) -> tuple[bytes, bytes]:
    """The head of a request and what came after it; nothing when there is no other."""
    while b"\r\n\r\n" not in waiting:
        piece = connection.recv(_CHUNK)
        if not piece:
            return b"", b""
        waiting += piece
        if len(waiting) > _LONGEST_HEAD and b"\r\n\r\n" not in waiting:
            raise ValueError("the head is too long")
    head, _, rest = waiting.partition(b"\r\n\r\n")
    return head, rest


def _parsed(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    if any("\n" in text or "\r" in text for text in headers.values()):
        raise ValueError("a line break in a header")
    return method, target, headers


def _some(connection: _socket.socket, most: int = _CHUNK) -> bytes:
    piece = connection.recv(most)
    if not piece:
        raise OSError("the request was cut short")
    return piece


def _plain(status: str) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()


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
        data += _some(connection, size - len(data))
    return data


# The internet


def _egress(connection: _socket.socket, to: dict[str, Any]) -> None:
    """HTTP CONNECT and nothing else."""
    head, early = _head(connection, b"")
    method, target, _ = _parsed(head)
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


def _metadata(connection: _socket.socket, to: Any) -> None:
    upstream = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    try:
        upstream.settimeout(_PATIENCE)
        upstream.connect(tuple(to or _METADATA))
        _both_ways(connection, upstream)
    finally:
        upstream.close()


def _both_ways(one: _socket.socket, other: _socket.socket) -> None:
    """Pass on what comes on either side until one of them ends."""
    import select

    one.settimeout(None)
    other.settimeout(None)
    open_ends = {one: other, other: one}
    while len(open_ends) == 2:
        ready, _, _ = select.select(list(open_ends), [], [])
        for source in ready:
            piece = source.recv(_CHUNK)
            if piece:
                open_ends[source].sendall(piece)
            else:
                return


_ANSWERS = {"state": _state, "control": _control, "egress": _egress, "metadata": _metadata}
