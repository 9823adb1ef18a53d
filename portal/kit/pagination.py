"""Pages by cursor: stable while rows come and go, and as quick on the last page as on the first."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from portal.kit.errors import FieldProblem, Invalid

Item = TypeVar("Item")
MAX_LIMIT = 200


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next_cursor` is None on the last."""

    items: list[Item]
    next_cursor: str | None = None


def encode_cursor(*keys: Any) -> str:
    """An opaque cursor of the last row's sort keys (JSON values)."""
    return base64.urlsafe_b64encode(json.dumps(keys, separators=(",", ":"), default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, *, length: int) -> list[Any] | None:
    """The sort keys of a cursor that `encode_cursor` made; None for the first page; Invalid for anything else."""
    if not cursor:
        return None
    try:
        keys = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        keys = None
    if not isinstance(keys, list) or len(keys) != length or not all(_is_key(key) for key in keys):
        raise _not_ours()
    return keys


def decode_moment_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    """The (time, id) of a cursor made by `encode_cursor(time, id)`; None for the first page; Invalid for anything else."""
    keys = decode_cursor(cursor, length=2)
    if keys is None:
        return None
    try:
        moment = datetime.fromisoformat(str(keys[0]))
    except ValueError:
        raise _not_ours() from None
    if moment.tzinfo is None:
        raise _not_ours()
    return moment, str(keys[1])


def _is_key(key: Any) -> bool:
    """Whether a query may compare with it: text that PostgreSQL takes, or a number that fits a bigint."""
    if isinstance(key, str):
        return "\x00" not in key and key.isprintable()
    return isinstance(key, int) and not isinstance(key, bool) and abs(key) < 2**63


def _not_ours() -> Invalid:
    problem = FieldProblem("cursor", "not a cursor")
    return Invalid("This cursor is not one of ours. Start again from the first page.", [problem])


def clamp(limit: int) -> int:
    """A page size between 1 and MAX_LIMIT."""
    return max(1, min(limit, MAX_LIMIT))
