"""The hash chain, pure: what an event's hash covers, and what may stand in its detail."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import rfc8785

from portal.kit.logging import scrub

GENESIS = "0" * 64
"""The hash before the first event."""
FIELDS = ("n", "actor_kind", "actor_id", "actor_label", "action", "object_kind", "object_id", "project_id", "detail")
MASK = "********"
LONGEST_TEXT = 1000
_DEEPEST = 8
_SAFE_INTEGER = 2**53 - 1
_SECRET_NAME = re.compile(
    r"password|secret|token|credential|authorization|cookie|private_?key|certificate", re.IGNORECASE
)
_PLAIN_NAMES = frozenset({"token_id", "must_change_password", "credentials_changed", "password_changed"})


def event_hash(event: Mapping[str, Any], previous_hash: str) -> str:
    """SHA-256 (hex) over the RFC 8785 form of the event's fields, its time and the hash before it."""
    content = {name: event[name] for name in FIELDS}
    content["at"] = event["at"].astimezone(UTC).isoformat(timespec="microseconds")
    content["previous_hash"] = previous_hash
    if event.get("origin") is not None:  # an event from before this was kept has none, and its hash stays what it was
        content["origin"] = event["origin"]
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def clean(value: Any, depth: int = 0) -> Any:
    """`value` as JSON that reads back from the database exactly as it was hashed, with secrets masked."""
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        return {_text(str(name)): _member(str(name), item, depth) for name, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [clean(item, depth + 1) for item in value]
    return _scalar(value)


def _member(name: str, item: Any, depth: int) -> Any:
    if name not in _PLAIN_NAMES and _SECRET_NAME.search(name):
        return MASK
    return clean(item, depth + 1)


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _SAFE_INTEGER else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return _text(str(value))


def _text(text: str) -> str:
    """Without NUL and lone surrogates, which PostgreSQL refuses, without tokens, and of bounded length."""
    usable = scrub(text.replace("\x00", "").encode("utf-8", "replace").decode())
    return usable if len(usable) <= LONGEST_TEXT else usable[:LONGEST_TEXT] + "…"
