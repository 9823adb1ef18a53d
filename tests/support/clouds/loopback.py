"""An HTTPS server for many host names, and this process made to find them there.

`azure-identity`, `google-auth` and `httpx` run unchanged: names are resolved to the stand-in instead of the internet, and its
certificates are signed by an authority that is trusted for the test. Whatever name is not stood in for does not resolve at all.
"""

from __future__ import annotations

import json
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.certificates import key

LOCAL = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Asked:
    """One request that reached a stand-in."""

    host: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    raw_query: str = ""
    """For a name that is given several times."""

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")


@dataclass(frozen=True)
class Answer:
    """What a stand-in says. `slow` seconds pass first, unless the test is over before."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    slow: float = 0.0

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Responder = Callable[[Asked], Answer]


@dataclass
class Loopback:
    """The names stood in for, and everything that was asked."""

    hosts: dict[str, Responder] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        responder = self.hosts.get(asked.host)
        if responder is None:
            return Answer({"error": f"nobody stands in for {asked.host}"}, 421)
        answer = responder(asked)
        if answer.slow:
            self.over.wait(answer.slow)
        return answer


@contextmanager
def standing_in(hosts: Mapping[str, Responder], folder: Path) -> Iterator[Loopback]:
    """Within the block, and in this process, the hosts are these responders. Their certificates go into `folder`."""
    loopback = Loopback(dict(hosts))
    authority, chain = _written(folder, tuple(sorted(hosts)))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(loopback))
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    trust = {"SSL_CERT_FILE": str(authority), "REQUESTS_CA_BUNDLE": str(authority)}
    no_proxy = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"), "")
    try:
        with mock.patch.dict(os.environ, {**trust, **no_proxy}), _resolving(loopback, server.server_address[1]):
            yield loopback
    finally:
        loopback.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def _resolving(loopback: Loopback, port: int) -> Iterator[None]:
    real = socket.getaddrinfo

    def found(host: Any, service: Any, *rest: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name in loopback.hosts:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        if name is None or name in LOCAL:
            return real(host, service, *rest, **more)
        raise socket.gaierror(socket.EAI_NONAME, f"{name} is not stood in for")

    with mock.patch.object(socket, "getaddrinfo", found):
        yield


def _handler(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            parts = urlsplit(self.path)
            answer = loopback.answer(
                Asked(
                    host=(self.headers.get("Host") or "").partition(":")[0],
                    method=self.command,
                    path=parts.path,
                    query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                    headers={name.lower(): value for name, value in self.headers.items()},
                    body=self.rfile.read(size),
                    raw_query=parts.query,
                )
            )
            self.send_response_only(answer.status)
            ours = {"Content-Type": "application/json", "Date": self.date_time_string()}
            for name, value in {**ours, **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.content)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the library's names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """A test's output is not the place."""

        def handle(self) -> None:
            try:
                super().handle()
            except (OSError, ssl.SSLError):
                self.close_connection = True  # whoever asked hung up, or does not trust us

    return Handler


@lru_cache(maxsize=32)
def _certificates(hosts: tuple[str, ...]) -> tuple[bytes, bytes]:
    """An authority's certificate, and a server's with its key; both in PEM."""
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test authority")])

    def signed(subject: x509.Name, *extensions: tuple[x509.ExtensionType, bool]) -> bytes:
        builder = x509.CertificateBuilder(name, subject, key().public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(key(), hashes.SHA256()).public_bytes(Encoding.PEM)

    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    own_id = x509.SubjectKeyIdentifier.from_public_key(key().public_key())
    authority = signed(name, (x509.BasicConstraints(True, None), True), (usage, True), (own_id, False))
    alternative = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(key().public_key())
    server = signed(
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "stand-in")]), (alternative, False), (issuer_id, False)
    )
    private = key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return authority, server + private


def _written(folder: Path, hosts: tuple[str, ...]) -> tuple[Path, Path]:
    authority, server = _certificates(hosts)
    paths = folder / "authority.pem", folder / "server.pem"
    for path, content in zip(paths, (authority, server), strict=True):
        path.write_bytes(content)
    return paths
