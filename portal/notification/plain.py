"""Facts as plain values: what goes into a text or a message is a short text or a number, and nothing that could do anything."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from portal.kit.logging import scrub
from portal.notification.events import Fact

LONGEST: Final = 1000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of what follows; lines and tabs stay."""


def facts(given: Mapping[str, Any]) -> dict[str, Fact]:
    """Every value as a plain one."""
    return {name: _value(value) for name, value in given.items()}


def text(value: str, longest: int = LONGEST) -> str:
    """Without control characters, half surrogates and tokens, and no longer than it may be."""
    clean = _CONTROL.sub("", value.replace("\r\n", "\n").encode("utf-8", "replace").decode())
    clean = scrub(clean)
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"


def line(value: str, longest: int = 200) -> str:
    """The text as one line: what may be a subject."""
    return text(" ".join(value.split()), longest)


def _value(value: Any) -> Fact:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return text(str(value))
