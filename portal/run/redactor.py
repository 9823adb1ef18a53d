"""Keeps secrets out of what people read: every known secret, and every common disguise of it, becomes "(sensitive)".

Pure. A text is searched for all forms first and the places found are merged before anything is replaced, so that two
secrets which overlap leave no tail of either behind.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote, quote_plus

from portal.run.schemas import RunError

MASK: Final = "(sensitive)"
SHORTEST: Final = 4
"""Shorter secrets are masked only where they stand quoted: elsewhere they would make every text unreadable."""
_SHORTEST_DERIVED: Final = 6
_SHORTEST_LINE: Final = 8
_SHORTEST_SPLIT: Final = 8
"""Shorter forms are not looked for across the end of a line: by chance they stand in every text."""
_HINT: Final = 4
# Where a text was wrapped: the end of the line with what is drawn or indented before the next one. NUL parts whole lines.
_GAP: Final = re.compile(r"(?:\x00|\\?\r?\n)[ \t|│╷╵>]*")
_ESCAPED_BYTE: Final = re.compile(r"%[0-9A-F]{2}")


class Redactor:
    """Masks a set of secrets. Immutable."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self.secrets = frozenset(secrets)
        long = {form for secret in self.secrets for form in forms(secret)}
        self._forms: tuple[tuple[str, int], ...] = (
            *((form, 0) for form in sorted(long)),
            *((f'"{secret}"', 1) for secret in sorted(self.secrets) if 0 < len(secret) < SHORTEST),
        )
        splittable = sorted(form for form in long if len(form) >= _SHORTEST_SPLIT and "\n" not in form)
        self._splittable = tuple(splittable)
        self._longest = max(map(len, splittable), default=0)
        starts = {re.escape(form[:_HINT]) for form in splittable}
        self._starts = re.compile(f"(?={'|'.join(sorted(starts))})") if starts else None

    def knowing(self, more: Iterable[str]) -> Redactor:
        """One that masks these as well."""
        return Redactor({*self.secrets, *more})

    def text(self, text: str) -> str:
        """`text` with every form of every secret replaced by the mask."""
        places = sorted(self._places(text))
        if not places:
            return text
        parts, end = [], 0
        for start, stop in _merged(places):
            parts += [text[end:start], MASK]
            end = stop
        return "".join(parts) + text[end:]

    def lines(self, lines: Sequence[str]) -> list[str]:
        """Lines that followed one another, redacted together: a secret that was split between two of them is found, too."""
        return self.text("\x00".join(lines)).split("\x00")

    def may_go_on(self, line: str) -> bool:
        """Whether the end of the line could be the beginning of a secret that the next one finishes."""
        if self._starts is None:
            return False
        tail = line[-self._longest :]
        found = (tail[match.start() :] for match in self._starts.finditer(tail))
        return any(form.startswith(rest) and form != rest for rest in found for form in self._splittable)

    def json(self, value: Any) -> Any:
        """The same JSON with every string in it redacted, keys included."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(key)): self.json(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.json(item) for item in value]
        return value

    def error(self, error: RunError) -> RunError:
        """The error without the secrets."""
        return RunError.model_validate(self.json(error.model_dump()))

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        for form, margin in self._forms:
            at = text.find(form)
            while at >= 0:
                yield at + margin, at + len(form) - margin
                at = text.find(form, at + 1)
        yield from self._split_places(text)

    def _split_places(self, text: str) -> Iterator[tuple[int, int]]:
        """The pieces of what was wrapped, each by itself: the ends of lines stay where they are."""
        gaps = [match.span() for match in _GAP.finditer(text)]
        if not gaps:
            return
        starts, squeezed, end = [0], [], 0
        for gap in gaps:
            squeezed.append(text[end : gap[0]])
            end = gap[1]
            starts.append(starts[-1] + len(squeezed[-1]))
        whole = "".join([*squeezed, text[end:]])
        begins = [0, *(gap[1] for gap in gaps)]
        for form in self._splittable:
            at = whole.find(form)
            while at >= 0:
                yield from _pieces(at, at + len(form), starts, begins)
                at = whole.find(form, at + 1)


def _pieces(at: int, stop: int, starts: list[int], begins: list[int]) -> Iterator[tuple[int, int]]:
    """The places in the text of a stretch of the squeezed one, of which piece `i` begins at `starts[i]`."""
    for index, start in enumerate(starts):
        until = starts[index + 1] if index + 1 < len(starts) else stop
        low, high = max(at, start), min(stop, until)
        if low < high:
            yield begins[index] + low - start, begins[index] + high - start


def texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value; numbers as they are printed."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)


def forms(secret: str) -> set[str]:
    """The texts in which `secret` may appear: itself, escaped, encoded, reversed, and the lines of a multi-line one."""
    bare = secret.strip()
    found = {form for form in (*_escaped(secret), bare) if len(form) >= SHORTEST}
    if len(bare) >= _SHORTEST_DERIVED:
        for text in {secret, bare}:
            found |= {*_base64(text.encode(errors="replace")), *_hexadecimal(text), text[::-1]}
    if "\n" in bare:
        found |= {form for line in _telling_lines(secret) for form in _escaped(line)}
    return found


def _escaped(secret: str) -> set[str]:
    plain, ascii_only = json.dumps(secret, ensure_ascii=False)[1:-1], json.dumps(secret)[1:-1]
    go = plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    percent, plus = quote(secret, safe="", errors="replace"), quote_plus(secret, errors="replace")
    return {
        secret,
        plain,
        ascii_only,
        go,
        json.dumps(plain, ensure_ascii=False)[1:-1],  # JSON inside a JSON string
        plain.replace("${", "$${").replace("%{", "%%{"),  # as Terraform quotes it
        html.escape(secret),
        quote(secret, errors="replace"),
        percent,
        plus,
        _ESCAPED_BYTE.sub(lambda match: match[0].lower(), percent),
        secret.replace("\n", "\r\n"),
        secret.replace("'", "'\\''"),  # as a shell quotes it
    }


def _base64(data: bytes) -> Iterator[str]:
    """What of `data`'s base64 stays the same wherever it stands inside something longer, for each of the three offsets."""
    for offset in range(3):
        padded = b"\0" * offset + data
        encoded = base64.b64encode(padded).decode().rstrip("=")
        certain = encoded[(0, 2, 3)[offset] : len(padded) * 8 // 6]
        yield certain
        yield certain.replace("+", "-").replace("/", "_")


def _hexadecimal(secret: str) -> tuple[str, str]:
    digits = secret.encode(errors="replace").hex()
    return digits, digits.upper()


def _telling_lines(secret: str) -> Iterator[str]:
    """Its lines, without those that every key file has, such as -----BEGIN PRIVATE KEY-----."""
    for line in secret.splitlines():
        if len(line.strip()) >= _SHORTEST_LINE and not line.startswith("-----"):
            yield line.strip()


def _merged(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, stop in places:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged
