"""A mail server on the loopback that keeps what it takes. As much of SMTP as a client needs: STARTTLS, AUTH, one message."""

from __future__ import annotations

import base64
import email
import email.policy
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.support.https import tls_context


@dataclass
class Server:
    """Every message that was taken, with the addresses of its envelope; `refuse` is said instead of taking one."""

    port: int
    certificates: Path | None = None
    taken: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    refuse: str | None = None


class _Conversation(socketserver.StreamRequestHandler):
    server_of_test: Server
    context: ssl.SSLContext | None = None

    def handle(self) -> None:
        self.secure, to = False, list[str]()
        self._say("220 test")
        while line := self.rfile.readline().decode().strip():
            word = line.upper()
            if word.startswith("EHLO"):
                offers = [] if self.secure or self.context is None else ["STARTTLS"]
                offers += ["AUTH PLAIN", "SMTPUTF8"]
                self._say("\r\n".join(f"250-{offer}" for offer in ["test", *offers]) + "\r\n250 SIZE 1000000")
            elif word == "STARTTLS" and self.context:
                self._say("220 go on")
                self._encrypt(self.context)
            elif word.startswith("AUTH PLAIN"):
                said = base64.b64decode(line.split(" ")[2]).decode().split("\0")
                self.server_of_test.logins.append(":".join(said[1:]))
                self._say("235 in")
            elif word.startswith("RCPT"):
                to.append(line.partition("<")[2].partition(">")[0])
                self._say("250 yes")
            elif word == "DATA":
                self._data(to)
                to = []
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 yes")

    def _data(self, to: list[str]) -> None:
        self._say("354 go on")
        lines = list[bytes]()
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if self.server_of_test.refuse:
            self._say(self.server_of_test.refuse)
            return
        message: Any = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        self.server_of_test.taken.append((to, message))
        self.server_of_test.encrypted.append(self.secure)
        self._say("250 taken")

    def _encrypt(self, context: ssl.SSLContext) -> None:
        wrapped = context.wrap_socket(self.request, server_side=True)
        self.request, self.secure = wrapped, True
        self.rfile, self.wfile = wrapped.makefile("rb"), wrapped.makefile("wb", 0)  # type: ignore[assignment]

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Quiet(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def serving(folder: Path | None = None) -> Iterator[Server]:
    """A server; with a folder it offers STARTTLS, with a certificate for localhost that `certificates` trusts."""
    tcp = _Quiet(("127.0.0.1", 0), _Conversation)
    found = Server(tcp.server_address[1], folder / "authority.pem" if folder else None)
    context = tls_context(folder) if folder else None
    tcp.RequestHandlerClass = type("_Of", (_Conversation,), {"server_of_test": found, "context": context})
    thread = threading.Thread(target=tcp.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        tcp.shutdown()
        thread.join()
        tcp.server_close()
