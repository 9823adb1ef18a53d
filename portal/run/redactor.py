"""Taking secrets out of a text: the values themselves and the forms in which programs print them. Pure."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

from portal.run.schemas import RunError

MASK = "(sensitive)"
MIN_LENGTH = 4
"""Shorter secrets are left: replacing every "1" hides nothing and makes the text useless."""


class Redactor:
    """Replaces every secret it knows. Longer forms go first, so a secret within a secret leaves no rest."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets if len(secret) >= MIN_LENGTH for form in derived(secret)}
        ordered = sorted(forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def text(self, text: str) -> str:
        """The text without the secrets."""
        return self._pattern.sub(MASK, text) if self._pattern else text

    def json(self, value: Any) -> Any:
        """The same JSON without the secrets in its texts; keys stay."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.json(item) for key, item in value.items()}
        return [self.json(item) for item in value] if isinstance(value, list) else value

    def error(self, error: RunError) -> RunError:
        """The error without the secrets."""
        texts = {name: self.text(value) for name, value in error if isinstance(value, str)}
        return error.model_copy(update=texts)


def derived(secret: str) -> Iterator[str]:
    """The forms in which a secret may be printed: itself, JSON, URL, base64, and each of its lines."""
    raw = secret.encode()
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield from (base64.b64encode(raw).decode().rstrip("="), base64.urlsafe_b64encode(raw).decode().rstrip("="))
    yield from (line for line in secret.splitlines() if len(line.strip()) >= 2 * MIN_LENGTH)


def texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value; numbers as they are printed."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)
