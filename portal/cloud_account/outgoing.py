"""The one way out for look-ups and tests: HTTPS, to hosts that the cloud's own module names, with a bearer, in a few seconds.

No redirect is followed and no answer is read beyond a bound, so that neither a setting nor an answer of the other side can
send a credential elsewhere or keep the portal waiting. Proxies and certificate authorities are the operator's usual variables.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from portal.kit.errors import Unavailable
from portal.kit.secrets import Masked

SECONDS: Final = 3.0
"""For everything that one question needs, pages included."""
LARGEST: Final = 8 << 20
"""Bytes of one answer."""
PAGES: Final = 20


class Throttled(Unavailable):
    """The cloud asks for patience: `retry_after` seconds, when it said so."""

    def __init__(self, message: str, retry_after: float | None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Answered(Unavailable):
    """The cloud answered with an error; `answer` is its HTTP status and `reason` its own code."""

    def __init__(self, message: str, answer: int, reason: str) -> None:
        super().__init__(message)
        self.answer, self.reason = answer, reason


@dataclass
class Outgoing:
    """Questions to one cloud on behalf of one account. Use as a context manager."""

    hosts: Collection[str]
    """Exact names."""
    bearer: Masked
    cloud: str
    """For people: `Azure`, `Google Cloud`."""
    seconds: float = SECONDS
    headers: Mapping[str, str] = field(default_factory=dict)
    skew: float | None = field(default=None, init=False)
    """Seconds that this machine's clock is ahead of the cloud's, by the newest answer."""
    _end: float = field(default=0.0, init=False)
    _client: httpx.Client = field(init=False, repr=False)

    def __enter__(self) -> Outgoing:
        self._end = time.monotonic() + self.seconds
        self._client = httpx.Client(follow_redirects=False, headers={"User-Agent": "terrace", **self.headers})
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, url: str, parameters: Mapping[str, str] | None = None) -> Any:
        """The JSON that the address answers with. Unavailable says in one sentence what was wrong instead."""
        return self._ask("GET", url, parameters, None)

    def get_list(self, url: str, parameters: Mapping[str, str] | None = None) -> list[Any]:
        """The JSON array that the address answers with; of the few that answer with one."""
        return self._ask("GET", url, parameters, None, expected=list)

    def post(self, url: str, body: Any) -> Any:
        """The few questions that their API asks by POST: is a name free, may I do this. Nothing is ever changed by it."""
        return self._ask("POST", url, None, body)

    def exists(self, url: str) -> bool:
        """Whether something is at the address, where that is all that its API tells: by 200 or 404, without a word."""
        try:
            self._ask("HEAD", url, None, None)
        except Answered as error:
            if error.answer == 404:
                return False
            raise
        return True

    def pages(self, url: str, parameters: Mapping[str, str] | None, *, items: str, follow: str) -> Iterator[Any]:
        """All items of a list: `items` names the array; `follow` either the next address or Google's page token."""
        for _ in range(PAGES):
            page = self.get(url, parameters)
            yield from page.get(items) or ()
            after = page.get(follow)
            if not after:
                return
            if str(after).startswith("https://"):
                url, parameters = str(after), None
            else:
                parameters = {**(parameters or {}), "pageToken": str(after)}

    def _ask(
        self, method: str, url: str, parameters: Mapping[str, str] | None, body: Any, expected: type = dict
    ) -> Any:
        self._require_allowed(url)
        left = self._end - time.monotonic()
        if left <= 0:
            raise self._silent()
        bearer = {"Authorization": f"Bearer {self.bearer.reveal()}"}
        try:
            with self._client.stream(
                method, url, params=parameters, json=body, headers=bearer, timeout=max(0.05, left)
            ) as answer:
                content = self._bounded(answer)
        except httpx.HTTPError as error:
            raise self._silent() from error
        self._look_at_the_clock(answer)
        return self._read(answer, content, expected)

    def _require_allowed(self, url: str) -> None:
        parts = urlsplit(url)
        if (
            parts.scheme != "https"
            or parts.hostname not in self.hosts
            or parts.port not in (None, 443)
            or parts.username
        ):
            raise Unavailable(f"{self.cloud} pointed to an address that this portal does not call.")

    def _bounded(self, answer: httpx.Response) -> bytes:
        content = bytearray()
        for chunk in answer.iter_bytes():
            content += chunk
            if len(content) > LARGEST:
                raise Unavailable(f"{self.cloud} answered with more than {LARGEST >> 20} MB.")
            if time.monotonic() > self._end:
                raise self._silent()
        return bytes(content)

    def _look_at_the_clock(self, answer: httpx.Response) -> None:
        from email.utils import parsedate_to_datetime

        try:
            theirs = parsedate_to_datetime(answer.headers["Date"]).timestamp()
        except (KeyError, ValueError, TypeError):
            return
        self.skew = time.time() - theirs

    def _read(self, answer: httpx.Response, content: bytes, expected: type) -> Any:
        if answer.is_redirect:
            raise Unavailable(f"{self.cloud} answered with a redirect, which is not followed.")
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            found = None
        if answer.status_code in (429, 503):
            raise Throttled(
                f"{self.cloud} asks for patience. Try again later.", _seconds(answer.headers.get("Retry-After"))
            )
        if answer.status_code >= 400:
            raise self._refused(answer.status_code, found)
        if answer.request.method == "HEAD":
            return None
        if not isinstance(found, expected):
            raise Unavailable(f"{self.cloud} gave an answer that is not JSON. Is a proxy in between?")
        return found

    def _refused(self, status: int, found: Any) -> Answered:
        error = found.get("error") if isinstance(found, dict) else None
        code, message = "", ""
        if isinstance(error, dict):
            code, message = _reason(error), str(error.get("message") or "")
        message = message.strip().replace(self.bearer.reveal(), "********")
        said = f": {message.splitlines()[0][:300]}" if message else "."
        return Answered(f"{self.cloud} answered with {status}{f' ({code})' if code else ''}{said}", status, code)

    def _silent(self) -> Unavailable:
        return Unavailable(f"{self.cloud} did not answer within {self.seconds:g} seconds.")


def _reason(error: dict[str, Any]) -> str:
    """The other side's own code: Google says it most exactly in `details`, then in `status`, Azure in `code`."""
    details = [item.get("reason") for item in error.get("details") or () if isinstance(item, dict)]
    return str(next(filter(None, [*details, error.get("status"), error.get("code")]), ""))


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isdecimal() else None
