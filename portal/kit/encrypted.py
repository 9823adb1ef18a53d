"""Columns that are encrypted at rest; see portal/kit/secrets.py for how. Apart from it because only models need SQLAlchemy."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

from portal.kit.secrets import keyring


class Encrypted(TypeDecorator[Any]):
    """A column that is encrypted at rest. `label` binds the ciphertext to the column. None is stored as SQL NULL.

    Every kind of it is of this class: whoever turns the keys finds the columns by it.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def process_bind_param(self, value: Any, dialect: Any) -> bytes | None:
        return None if value is None else keyring().encrypt(self.to_bytes(value), label=self.label)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else self.from_bytes(keyring().decrypt(bytes(value), label=self.label))

    def to_bytes(self, value: Any) -> bytes:
        """What is encrypted."""
        return value

    def from_bytes(self, data: bytes) -> Any:
        """What was decrypted, as it was."""
        return data


class EncryptedBytes(Encrypted):
    """A column of bytes."""

    cache_ok = True


class EncryptedJSON(Encrypted):
    """A column of JSON."""

    cache_ok = True

    def to_bytes(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False).encode()

    def from_bytes(self, data: bytes) -> Any:
        return json.loads(data)
