"""The registry of providers on the loopback: its protocol over TLS, packages that are signed, and any answer that a test wants.

Whoever is to find it there is given the proxy of the site (HTTPS_PROXY), which knows where its names are. The whole way of a
worker is then as it is at work: Terraform, the way out of the run, the site's proxy, and TLS with a name that is checked.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support import https, mirror
from tests.support.https import Asked, Handler, Reply
from tests.support.openpgp import Key

HOST, FILES = mirror.HOST, "releases.hashicorp.com"
VERSION = "5.10.0"
_OS, _, _ARCHITECTURE = mirror.PLATFORM.partition("_")


@dataclass
class Registry:
    """What it has, and what it does. `answers` by the last word of a step stand for what it would say itself."""

    package: Path
    signer: Key = field(default_factory=Key)
    published: list[Key] = field(default_factory=list)
    """The keys that it says packages are signed with; the signer's when it is empty."""
    answers: dict[str, Callable[[], Reply | None]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Places that somebody wanted the proxy to lead to and that are none of ours."""
    over: threading.Event = field(default_factory=threading.Event)
    proxy: str = ""
    certificates: Path = Path()

    def steps(self) -> list[str]:
        """What it was asked for, in order, and at which of its hosts."""
        return [f"{asked.headers['host']} {_step(asked.path)}" for asked in self.asked]

    def reply(self, _: Handler, asked: Asked) -> Reply | None:
        step = _step(asked.path)
        if step in self.answers:
            return self.answers[step]()
        return 200, {"Content-Type": "application/json"}, self._content(step)

    def silent(self) -> None:
        """An answer: none, for as long as the test goes on."""
        self.over.wait(120)

    def _content(self, step: str) -> bytes:
        name = self.package.name
        sums = (
            f"{hashlib.sha256(self.package.read_bytes()).hexdigest()}  {name}\n{'0' * 64}  other_windows.zip\n".encode()
        )
        match step:
            case "discovery":
                return json.dumps({"providers.v1": "/v1/providers/"}).encode()
            case "versions":
                platforms = [{"os": _OS, "arch": _ARCHITECTURE}]
                version = {"version": VERSION, "protocols": ["5.0", "6.0"], "platforms": platforms}
                return json.dumps({"versions": [version]}).encode()
            case "download":
                return json.dumps(self._described()).encode()
            case "sums":
                return sums
            case "signature":
                return self.signer.sign(sums)
            case _:
                return self.package.read_bytes()

    def _described(self) -> dict[str, object]:
        place = f"https://{FILES}/azurerm/{VERSION}/"
        keys = [{"key_id": key.id, "ascii_armor": key.armored()} for key in self.published or [self.signer]]
        return {
            "protocols": ["5.0", "6.0"], "os": _OS, "arch": _ARCHITECTURE, "filename": self.package.name,
            "download_url": place + self.package.name, "shasums_url": f"{place}SHA256SUMS",
            "shasums_signature_url": f"{place}SHA256SUMS.sig", "signing_keys": {"gpg_public_keys": keys},
            "shasum": hashlib.sha256(self.package.read_bytes()).hexdigest(),
        }  # fmt: skip


def _step(path: str) -> str:
    ends = {"terraform.json": "discovery", "versions": "versions", "SHA256SUMS": "sums", "SHA256SUMS.sig": "signature"}
    last = path.rpartition("/")[2]
    return ends.get(last) or ("package" if last.endswith(".zip") else "download")


@contextmanager
def running(folder: Path) -> Iterator[Registry]:
    """A registry with hashicorp/azurerm, signed. Its proxy and certificates are for HTTPS_PROXY and SSL_CERT_FILE."""
    registry = Registry(mirror.package(folder / "packages", version=VERSION))
    with https.serving(registry.reply, folder, names=(HOST, FILES)) as server, _proxy(registry, server.port) as proxy:
        registry.asked, registry.certificates, registry.proxy = server.asked, server.certificates, proxy
        try:
            yield registry
        finally:
            registry.over.set()


@contextmanager
def _proxy(registry: Registry, port: int) -> Iterator[str]:
    """The proxy of a site: leads to the registry's hosts, and nowhere else."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=_led, args=(connection, registry, port), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # whoever waits in accept() is told


def _led(connection: socket.socket, registry: Registry, port: int) -> None:
    with connection, contextlib.suppress(OSError):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(4096)
            if not piece:
                return
            head += piece
        place = head.split(b" ")[1].decode()
        if place not in (f"{HOST}:443", f"{FILES}:443"):
            registry.refused.append(place)
            connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", port)) as server:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            _both_ways(connection, server)


def _both_ways(one: socket.socket, other: socket.socket) -> None:
    ends = {one: other, other: one}
    while True:
        for source in select.select(list(ends), [], [])[0]:
            piece = source.recv(1 << 16)
            if not piece:
                return
            ends[source].sendall(piece)
