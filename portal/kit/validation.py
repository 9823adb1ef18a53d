"""Pydantic's complaints as sentences that do not repeat what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def sentence_of(error: Mapping[str, Any]) -> str:
    """The message of one entry of `ValidationError.errors()`."""
    if error["type"] == "union_tag_invalid":  # Pydantic's own message repeats the input
        context = error.get("ctx", {})
        return (
            f"{context.get('discriminator', 'The kind')} must be one of {context.get('expected_tags', 'those known')}"
        )
    return str(error["msg"]).removeprefix("Value error, ")
