"""Places that the trail is sent to: syslog (RFC 5424, over TLS, TCP or UDP) and a signed webhook. Each gets the events in their
order and, but for what a network swallows on the way to a syslog server, every one at least once; `n` has no gap, so a receiver
sees what is missing and what came twice.
"""

from __future__ import annotations

import json
import os
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC
from typing import Final, Protocol
from urllib.parse import urlsplit

import httpx

from portal.audit.schemas import AuditEventView
from portal.kit import signature
from portal.kit.config import AuditRules
from portal.kit.errors import Unavailable

SECONDS: Final = 8.0
"""For one batch. Less than PostgreSQL lets a transaction stand still."""
_AUDIT, _NOTICE = 13, 5
_LARGEST_DATAGRAM: Final = 60_000
_PORTS: Final = {"tls": 6514, "tcp": 601, "udp": 514}


class Sink(Protocol):
    """One place. `send` raises Unavailable unless all of the batch has arrived, as far as one can know."""

    @property
    def name(self) -> str: ...
    @property
    def target(self) -> str: ...
    def send(self, events: Sequence[AuditEventView]) -> None: ...


def configured(rules: AuditRules) -> Iterator[Sink]:
    """The places that the settings name."""
    if rules.syslog:
        parts = urlsplit(rules.syslog)
        yield Syslog(parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme])
    if rules.webhook:
        yield Webhook(rules.webhook, tuple(signature.key_of(key) for key in rules.webhook_keys))


@dataclass(frozen=True, slots=True)
class Syslog:
    """A message an event, its text the event as JSON. Streams count octets (RFC 6587), with TLS as in RFC 5425."""

    scheme: str
    host: str
    port: int
    name: str = "syslog"

    @property
    def target(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    def send(self, events: Sequence[AuditEventView]) -> None:
        try:
            if self.scheme == "udp":
                self._datagrams(events)
            else:
                self._stream(events)
        except OSError as error:
            raise Unavailable(
                f"{self.host} did not take the events: {error.strerror or type(error).__name__}."
            ) from error

    def _datagrams(self, events: Sequence[AuditEventView]) -> None:
        family, _, _, _, address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_DGRAM)[0]
        with closing(socket.socket(family, socket.SOCK_DGRAM)) as sending:
            for event in events:
                sending.sendto(message(event)[:_LARGEST_DATAGRAM], address)

    def _stream(self, events: Sequence[AuditEventView]) -> None:
        with closing(socket.create_connection((self.host, self.port), timeout=SECONDS)) as plain:
            sending = plain
            if self.scheme == "tls":
                sending = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
            for event in events:
                said = message(event)
                sending.sendall(f"{len(said)} ".encode() + said)
            # Says goodbye and waits for it, so that a server which went away in between is noticed.
            sending.shutdown(socket.SHUT_WR)
            sending.recv(1)


def message(event: AuditEventView) -> bytes:
    """The event as RFC 5424 has it. JSON escapes what could begin a new line."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    header = f"<{_AUDIT * 8 + _NOTICE}>1 {at} {_word(socket.gethostname(), 255)} terrace {os.getpid()}"
    return f"{header} {_word(event.action, 32)} - {json.dumps(event.model_dump(mode='json'))}".encode()


def _word(text: str, longest: int) -> str:
    return "".join(char for char in text if "!" <= char <= "~")[:longest] or "-"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Batches as JSON, signed as Standard Webhooks has it when there is a key."""

    url: str
    keys: tuple[bytes, ...]
    name: str = "webhook"

    @property
    def target(self) -> str:
        return f"https://{urlsplit(self.url).hostname}"

    def send(self, events: Sequence[AuditEventView]) -> None:
        body = json.dumps(
            {"type": "audit.events", "events": [event.model_dump(mode="json") for event in events]}
        ).encode()
        message_id = f"audit-{events[0].n}-{events[-1].n}"
        headers = {"Content-Type": "application/json", "User-Agent": "terrace"}
        if self.keys:
            headers |= signature.headers(message_id, int(time.time()), body, self.keys)
        try:
            answer = httpx.post(self.url, content=body, headers=headers, timeout=SECONDS, follow_redirects=False)
        except httpx.HTTPError as error:
            raise Unavailable(f"The receiver could not be reached: {type(error).__name__}.") from error
        if not answer.is_success:
            raise Unavailable(f"The receiver answered with {answer.status_code}.")
