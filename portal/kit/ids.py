"""Identifiers for people and machines: a kind, a hyphen, 16 unguessable letters and digits: `run-7hXk2mPq9sTbWz4c`."""

from __future__ import annotations

import re
import secrets

# No 0/O, 1/l/I: ids are read aloud and typed.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def new_id(kind: str) -> str:
    """A fresh id of about 93 random bits."""
    return f"{kind}-{''.join(secrets.choice(_ALPHABET) for _ in range(16))}"


def is_slug(text: str) -> bool:
    """Whether `text` is 1 to 63 lower-case letters, digits and inner hyphens."""
    return _SLUG.fullmatch(text) is not None


def slugify(text: str) -> str:
    """A slug made of a name; never empty."""
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:63].strip("-")
    return slug or "unnamed"
