"""Columns that are encrypted at rest; see portal/kit/secrets.py for how. Apart from it because only models need SQLAlchemy."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

from portal.kit.secrets import keyring


class EncryptedBytes(TypeDecorator[bytes]):
    """A column of bytes that are encrypted at rest. `label` binds the ciphertext to the column."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def process_bind_param(self, value: bytes | None, dialect: Any) -> bytes | None:
        return None if value is None else keyring().encrypt(value, label=self.label)

    def process_result_value(self, value: bytes | None, dialect: Any) -> bytes | None:
        return None if value is None else keyring().decrypt(bytes(value), label=self.label)


class EncryptedJSON(TypeDecorator[Any]):
    """A column of JSON that is encrypted at rest. None is stored as SQL NULL."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def process_bind_param(self, value: Any, dialect: Any) -> bytes | None:
        if value is None:
            return None
        return keyring().encrypt(json.dumps(value, ensure_ascii=False).encode(), label=self.label)

    def process_result_value(self, value: bytes | None, dialect: Any) -> Any:
        return None if value is None else json.loads(keyring().decrypt(bytes(value), label=self.label))
