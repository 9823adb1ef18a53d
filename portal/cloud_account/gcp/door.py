"""google-auth's way out: to Google's sign-in and nowhere else, without redirects, within a few seconds, never twice.

google-auth tries again and sleeps in between when it is asked for patience, and its own transport follows redirects, with the
assertion in the body. Whoever fills in a form waits for neither.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from portal.cloud_account.outgoing import Throttled
from portal.kit.errors import Unavailable

HOSTS: Final = frozenset({"oauth2.googleapis.com", "sts.googleapis.com", "iamcredentials.googleapis.com"})
LARGEST: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in the shape that google-auth wants."""

    status: int
    headers: Mapping[str, str]
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the sign-in said instead of a token: the host, the status, and its JSON if it was one."""

    host: str
    status: int
    body: Any = field(repr=False)


@dataclass
class Door:
    """A google-auth transport for one sign-in. `anywhere` is for the machine's own login, which the operator chose."""

    seconds: float
    hosts: Collection[str] = HOSTS
    anywhere: bool = False
    refusal: Refusal | None = field(default=None, init=False)
    """The newest answer that was no success, or no JSON."""
    silence: str | None = field(default=None, init=False)
    """What it means that nobody answers, where that is known better."""
    skew: float | None = field(default=None, init=False)
    """Seconds that this machine's clock is ahead of Google's, by the newest answer."""
    _fault: str = field(default="", init=False)
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.seconds

    @property
    def left(self) -> float:
        return self._end - time.monotonic()

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_: Any,
    ) -> Reply:
        """google-auth's own signature."""
        self._require_allowed(url)
        wait = min(self.left, timeout or self.left)
        if wait <= 0:
            raise self._silent()
        answer = self._sent(method, url, wait, body, headers)
        if answer is None:
            raise self._silent()
        return self._judged(*answer)

    def _sent(
        self, method: str, url: str, wait: float, body: bytes | None, headers: Mapping[str, str] | None
    ) -> tuple[httpx.Response, bytes] | None:
        """The answer, or None: httpx's own errors hold the request, so none is passed on."""
        try:
            with (
                httpx.Client(follow_redirects=False, timeout=wait) as client,
                client.stream(method, url, content=body, headers=headers) as answer,
            ):
                return answer, self._bounded(answer)
        except httpx.TimeoutException:
            return None
        except httpx.HTTPError as error:
            self._fault = type(error).__name__
            return None

    def _require_allowed(self, url: str) -> None:
        parts = urlsplit(url)
        if self.anywhere or (parts.scheme == "https" and parts.hostname in self.hosts and parts.port in (None, 443)):
            return
        raise Unavailable("Google's sign-in pointed to an address that this portal does not call.")

    def _bounded(self, answer: httpx.Response) -> bytes:
        content = bytearray()
        for chunk in answer.iter_bytes():
            content += chunk
            if len(content) > LARGEST:
                raise Unavailable("Google's sign-in gave an answer that is far too long. Is a proxy in between?")
            if self.left < 0:
                raise self._silent()
        return bytes(content)

    def _judged(self, answer: httpx.Response, content: bytes) -> Reply:
        self.skew = _skew(answer.headers.get("Date"), self.skew)
        if answer.is_redirect:
            raise Unavailable(
                "Google's sign-in answered with a redirect, which is not followed. Is a proxy in between?"
            )
        if answer.status_code in (429, 503):
            raise _throttled(answer.headers.get("Retry-After"))
        if answer.status_code >= 500:
            raise Unavailable(f"Google's sign-in has a fault of its own ({answer.status_code}). Is a proxy in between?")
        body = _json(content)
        if answer.status_code != 200 or body is None:
            self.refusal = Refusal(answer.url.host, answer.status_code, body)
        return Reply(answer.status_code, answer.headers, content)

    def _silent(self) -> Unavailable:
        if self.silence:
            return Unavailable(self.silence)
        if self._fault:
            return Unavailable(
                f"Google's sign-in cannot be reached ({self._fault}). Is a proxy needed, or a certificate?"
            )
        return Unavailable(f"Google's sign-in did not answer within {self.seconds:g} seconds.")


def _throttled(after: str | None) -> Throttled:
    seconds = float(after) if after and after.isdecimal() else None
    again = f"in {seconds:g} seconds" if seconds else "later"
    return Throttled(f"Google's sign-in asks for patience. Try again {again}.", seconds)


def _skew(date: str | None, before: float | None) -> float | None:
    try:
        return time.time() - parsedate_to_datetime(date or "").timestamp()
    except (ValueError, TypeError):
        return before


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
