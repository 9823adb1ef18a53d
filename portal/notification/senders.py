"""One message over one channel: what is sent, and what the other side's answer means. No database, no retries."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from portal.kit import clock, signature, web
from portal.kit.errors import Invalid, TerraceError
from portal.notification import chat, mail, others, plain
from portal.notification.events import Fact

SECONDS: Final = 10.0
SHOWN: Final = 500
"""Characters of an answer that the log keeps."""
MASK: Final = "********"


@dataclass(frozen=True, slots=True)
class Message:
    """Everything that one sending needs."""

    id: str
    kind: str
    event: str
    subject: str
    text: str
    html: str
    chat: str
    link: str
    facts: Mapping[str, Fact]
    at: datetime
    target: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt."""

    sent: bool = False
    code: int | None = None
    response: str | None = None
    problem: str | None = None
    final: bool = False
    """No further attempt can help."""
    gone: bool = False
    """The receiver wants nothing more, ever."""
    retry_after: float | None = None

    @classmethod
    def never(cls, problem: str) -> Outcome:
        """It cannot be sent at all."""
        return cls(problem=problem, final=True)


def send(message: Message) -> Outcome:
    """Send it. Whatever goes wrong is an outcome and never an exception."""
    try:
        return _SENDERS[message.kind](message)
    except Invalid as error:
        return Outcome.never(_clean(error.message, message))
    except (TerraceError, OSError) as error:
        text = error.message if isinstance(error, TerraceError) else f"{type(error).__name__}: {error}"
        return Outcome(problem=_clean(text, message))
    except Exception as error:
        return Outcome(problem=f"The sending failed ({type(error).__name__}).")


def _webhook(message: Message) -> Outcome:
    moment = message.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    body = json.dumps(
        {"id": message.id, "type": message.event, "timestamp": moment, "data": dict(message.facts)},
        ensure_ascii=False, separators=(",", ":"),
    ).encode()  # fmt: skip
    at = int(clock.now().timestamp())
    good = [item["key"] for item in message.target["keys"] if item["until"] is None or item["until"] > at]
    headers = signature.headers(message.id, at, body, [signature.key_of(key) for key in good])
    return _post(message, body, headers)


def _slack(message: Message) -> Outcome:
    return _post(message, json.dumps(chat.slack(message.subject, message.chat, message.link)).encode(), {})


def _teams(message: Message) -> Outcome:
    return _post(message, json.dumps(chat.teams(message.subject, message.chat, message.link)).encode(), {})


def _mail(message: Message) -> Outcome:
    text = f"{message.text}\n\n{message.link}\n" if message.link and message.link not in message.text else message.text
    mail.send(
        list(message.target["addresses"]), subject=message.subject, text=text, html=message.html, message_id=message.id
    )
    return Outcome(sent=True)


def _other(message: Message) -> Outcome:
    problem = others.send(str(message.target["url"]), message.subject, message.chat, message.link)
    return Outcome(sent=problem is None, problem=problem)


def _post(message: Message, body: bytes, headers: Mapping[str, str]) -> Outcome:
    sent = {"content-type": "application/json", "user-agent": "terrace-notifications", **headers}
    answer = web.request("POST", str(message.target["url"]), headers=sent, data=body, seconds=SECONDS)
    shown = _clean(answer.body[: SHOWN * 4].decode("utf-8", "replace"), message)[:SHOWN]
    if 200 <= answer.status < 300:
        return Outcome(sent=True, code=answer.status, response=shown)
    return Outcome(
        code=answer.status,
        response=shown,
        problem=f"It was answered with {answer.status}.",
        final=answer.status == 410,
        gone=answer.status == 410,
        retry_after=_retry_after(answer.headers.get("retry-after")),
    )


def _retry_after(said: str | None) -> float | None:
    """Seconds that the other side asks for, as a number or as a date."""
    if not said:
        return None
    if said.strip().isdecimal():
        return float(said[:9])
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _clean(text: str, message: Message) -> str:
    """As the log may show it: without the address, the keys, and anything that is part of them and long enough to be a secret."""
    url = str(message.target.get("url", ""))
    keys = [str(item["key"]) for item in message.target.get("keys", ())]
    behind_host = url.partition("://")[2].partition("/")[2] if message.kind != "apprise" else url
    for part in [url, *keys, *re.split(r"[/?&=#@:]", behind_host)]:
        if len(part) >= 8:
            text = text.replace(part, MASK)
    return plain.text(text)


_SENDERS: Final[dict[str, Callable[[Message], Outcome]]] = {
    "webhook": _webhook,
    "slack": _slack,
    "teams": _teams,
    "mail": _mail,
    "apprise": _other,
}
