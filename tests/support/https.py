"""Servers over TLS on the loopback that answer as a test wants, and whose certificate a test trusts."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.support.certificates import private_key, server_certificate

NAMES = ("localhost", "127.0.0.1", "idp.example.test")


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Server:
    """`url` names localhost. Every request is in `asked`."""

    port: int
    certificates: Path
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"


Reply = tuple[int, dict[str, str], bytes]


class Handler(http.server.BaseHTTPRequestHandler):
    """Hands each request to `reply`; a reply may write to `self.wfile` itself and give None."""

    server_of_test: Server
    reply: Callable[[Handler, Asked], Reply | None]

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
        self.server_of_test.asked.append(asked)
        said = type(self).reply(self, asked)
        if said is None:
            return
        status, headers, content = said
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = _any  # noqa: N815 - the names are the base class's

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


class _Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def serving(
    reply: Callable[[Handler, Asked], Reply | None], folder: Path, *, names: tuple[str, ...] = NAMES
) -> Iterator[Server]:
    """A server with a certificate for `names`; trust `certificates` by SSL_CERT_FILE."""
    server = _Quiet(("127.0.0.1", 0), Handler)
    found = Server(server.server_address[1], folder / "authority.pem")
    server.RequestHandlerClass = type("_Handler", (Handler,), {"server_of_test": found, "reply": staticmethod(reply)})
    server.socket = tls_context(folder, names).wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def tls_context(folder: Path, names: tuple[str, ...] = NAMES) -> ssl.SSLContext:
    """For a server; `authority.pem` in the folder is what to trust."""
    pem = server_certificate(*names)
    (folder / "authority.pem").write_bytes(pem)
    chain = folder / "server.pem"
    chain.write_bytes(private_key() + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


@contextmanager
def in_background(server: Any) -> Iterator[None]:
    """A server of somebody else's that has `serve_forever` and `shutdown`."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def post(url: str, form: dict[str, str]) -> httpx.Response:
    """As a browser that trusts whatever the test trusts; no redirect is followed."""
    return httpx.post(url, data=form, verify=httpx.create_ssl_context(), follow_redirects=False, trust_env=False)
