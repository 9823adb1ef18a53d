"""Secrets at rest and in memory: AES-256-GCM with key ids, and a value that does not print itself.

A ciphertext is `0x01 | len(key id) | key id | 12-byte nonce | AES-GCM(plaintext, aad)`. The first configured key encrypts,
every configured key decrypts, so a key is rotated by putting a new one in front. The associated data is the column's label:
a ciphertext moved to another column does not decrypt.
"""

from __future__ import annotations

import base64
import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.kit.config import Settings, settings
from portal.kit.errors import ConfigurationError, TerraceError

_VERSION = 1


class DecryptionError(TerraceError):
    code, title = "decryption_failed", "A stored secret cannot be read"


class Masked:
    """A secret in memory. It prints as asterisks; `reveal()` is the only way out."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself. Every call is a place to review."""
        return self._value

    def __str__(self) -> str:
        return "********"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Masked) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> Any:
        raise TypeError("a masked value does not leave its process")


@dataclass(frozen=True)
class Keyring:
    """The keys by id; `primary` encrypts."""

    primary: str
    keys: dict[str, AESGCM]

    def encrypt(self, plaintext: bytes, *, label: str) -> bytes:
        nonce = os.urandom(12)
        key_id = self.primary.encode()
        sealed = self.keys[self.primary].encrypt(nonce, plaintext, label.encode())
        return bytes([_VERSION, len(key_id)]) + key_id + nonce + sealed

    def decrypt(self, ciphertext: bytes, *, label: str) -> bytes:
        """DecryptionError when the key is unknown or the ciphertext was altered or moved."""
        if len(ciphertext) < 15 or ciphertext[0] != _VERSION:
            raise DecryptionError("A stored secret is not in a form that this version can read.")
        end = 2 + ciphertext[1]
        key = self.keys.get(ciphertext[2:end].decode("ascii", "replace"))
        if key is None:
            raise DecryptionError("A stored secret was encrypted with a key that TERRACE_SECRET_KEYS does not list.")
        try:
            return key.decrypt(ciphertext[end : end + 12], ciphertext[end + 12 :], label.encode())
        except InvalidTag as error:
            raise DecryptionError("A stored secret was altered, or belongs to another column.") from error


def parse_keys(texts: tuple[str, ...]) -> Keyring:
    """A keyring of `id:base64` texts; ConfigurationError says which is wrong without repeating it."""
    keys: dict[str, AESGCM] = {}
    for number, text in enumerate(texts, 1):
        key_id, _, encoded = text.partition(":")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except ValueError:
            raw = b""
        if not key_id or len(key_id) > 40 or not key_id.isascii() or len(raw) != 32:
            raise ConfigurationError(
                f"Entry {number} of TERRACE_SECRET_KEYS must read id:base64, with 32 bytes behind the colon."
            )
        keys[key_id] = AESGCM(raw)
    if not keys:
        raise ConfigurationError(
            "TERRACE_SECRET_KEYS is not set, and without a key no secret can be kept. Make one with `terrace keys new`."
        )
    return Keyring(texts[0].partition(":")[0], keys)


def generate_key(key_id: str = "k1") -> str:
    """A new key in the form that TERRACE_SECRET_KEYS takes."""
    return f"{key_id}:{base64.b64encode(os.urandom(32)).decode()}"


def load_or_create_key_file(path: Path) -> str:
    """The embedded mode's key, kept in a file of mode 0600; created once, safely when two processes start together."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(generate_key() + "\n")
            # A link appears whole or not at all, and only for the first: nobody reads a half-written key.
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    return path.read_text().strip()


_lock = threading.Lock()
_cached: tuple[tuple[str, ...], Keyring] | None = None


def keyring(config: Settings | None = None) -> Keyring:
    """This process's keyring."""
    global _cached
    texts = (config or settings()).secret_keys
    with _lock:
        if _cached is None or _cached[0] != texts:
            _cached = (texts, parse_keys(texts))
        return _cached[1]
