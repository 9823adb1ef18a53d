"""Outside: what a run of an account that is the machine's own identity may ask the machine's metadata service.

Tokens of the identity that the account names, and who that is. Not what else the service knows of the worker's machine, which
are secrets of its operator (user data, startup scripts, keys of a cluster), nor tokens of other identities that it has.
"""

from __future__ import annotations

import _socket

from worker.terraform.isolation import wire

TYPE_CHECKING = False  # typing takes longer to import than this takes to run
if TYPE_CHECKING:
    from typing import Any

_PASSED = ("metadata", "metadata-flavor", "x-google-metadata-request", "accept", "user-agent")
_KEPT = frozenset({b"content-type", b"metadata-flavor", b"server", b"etag", b"date", b"retry-after"})
_AZURES_PATH = "/metadata/identity/oauth2/token"
_AZURES_FIELDS = frozenset({"api-version", "resource", "client_id"})
_GOOGLES = "/computeMetadata/v1/"
_OF_THE_MACHINE = frozenset({
    "project/project-id", "project/numeric-project-id", "universe/universe-domain", "universe/universe_domain",
    "instance/zone", "instance/service-accounts", "instance/service-accounts/",
})  # fmt: skip
_ACCOUNTS = "instance/service-accounts/"
_OF_AN_ACCOUNT = frozenset({"", "aliases", "email", "identity", "scopes", "token"})
_IN_A_NAME = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.@")


def serve(connection: _socket.socket, to: dict[str, Any]) -> None:
    """One request after the other, until the other side has no more."""
    waiting = b""
    while True:
        head, waiting = wire.head(connection, waiting)
        if not head:
            return None
        method, target, headers = wire.parsed(head)
        allowed = _allowed(target, to) if method == "GET" else None
        if allowed is None:
            return connection.sendall(wire.plain("404 Not Found"))
        if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
            return connection.sendall(wire.plain("413 Content Too Large"))
        passed = "".join(f"{name}: {headers[name]}\r\n" for name in _PASSED if name in headers)
        authority = to["host"] if to["port"] == 80 else f"{to['host']}:{to['port']}"
        request = f"GET {allowed} HTTP/1.1\r\nHost: {authority}\r\n{passed}Connection: close\r\n\r\n"
        connection.sendall(_asked(to, request.encode("latin-1")))


def _asked(to: dict[str, Any], request: bytes) -> bytes:
    try:
        found = _socket.getaddrinfo(to["host"], to["port"], 0, _socket.SOCK_STREAM)
        return wire.asked(wire.connected(found), request, _KEPT)
    except OSError:
        return wire.plain("502 Bad Gateway")


def _allowed(target: str, to: dict[str, Any]) -> str | None:
    """What is asked of the service in place of `target`; None for what a run may not ask."""
    path, _, query = target.partition("?")
    if not wire.is_plain_query(query.replace("/", "").replace(":", "").replace(",", "").replace("+", "")):
        return None
    if to["cloud"] == "azure":
        return _azures(path, query, to["client_id"])
    return target if path == "/" or _is_googles(path) else None


def _azures(path: str, query: str, client_id: str | None) -> str | None:
    """A token of the account's identity, whichever is asked for: a machine may have several."""
    pairs = [(name, value) for name, _, value in (pair.partition("=") for pair in query.split("&"))]
    names = [name for name, _ in pairs]
    if path != _AZURES_PATH or not _AZURES_FIELDS.issuperset(names) or len(set(names)) != len(names):
        return None
    fields = dict(pairs)
    asked_for = fields.pop("client_id", client_id)
    if (asked_for or "").lower() != (client_id or "").lower():
        return None
    own = {"client_id": client_id} if client_id else {}
    return f"{path}?" + "&".join(f"{name}={value}" for name, value in {**fields, **own}.items())


def _is_googles(path: str) -> bool:
    """Whether it is about the machine's service account: a machine has one."""
    if not path.startswith(_GOOGLES):
        return False
    what = path.removeprefix(_GOOGLES)
    if what in _OF_THE_MACHINE:
        return True
    name, _, leaf = what.removeprefix(_ACCOUNTS).partition("/")
    plain = bool(name.strip(".")) and _IN_A_NAME.issuperset(name)
    return what.startswith(_ACCOUNTS) and plain and leaf in _OF_AN_ACCOUNT
