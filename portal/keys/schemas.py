"""The shapes of keys and their turning."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


class ColumnUse(BaseModel):
    """How many ciphertexts of a column are under a key. `form` 1 is the one before envelopes; it is rewritten as well."""

    column: str
    key: str
    form: int
    count: int


class KeyUse(BaseModel):
    """A key: `primary` encrypts, `known` only decrypts, `missing` is not configured here. At `count` 0 a key can go."""

    id: str
    state: Literal["primary", "known", "missing"]
    count: int
    columns: list[ColumnUse]


class Rotation(BaseModel):
    """What a rotation did. `left` ciphertexts are not under the primary: a process still encrypts with another key."""

    primary: str
    new_key: bool
    rewritten: int
    left: int
