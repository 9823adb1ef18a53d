"""Pages by cursor: stable while rows come and go, and as quick on the last page as on the first."""

from __future__ import annotations

import base64
import json
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
    except ValueError:
        keys = None
    if not isinstance(keys, list) or len(keys) != length:
        raise Invalid(
            "This cursor is not one of ours. Start again from the first page.", [FieldProblem("cursor", "not a cursor")]
        )
    return keys


def clamp(limit: int) -> int:
    """A page size between 1 and MAX_LIMIT."""
    return max(1, min(limit, MAX_LIMIT))
