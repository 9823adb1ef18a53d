"""Secrets at rest and in memory: envelope encryption with key ids, and a value that does not print itself.

Each ciphertext has a data key of its own, which stands in front of it, wrapped by one of the configured keys:

    0x02 | len(id) | id | nonce 12 | wrapped data key 48 | nonce 12 | AES-256-GCM(plaintext)

The first configured key wraps, every configured key unwraps. The associated data of both layers is the column's label: a
ciphertext moved to another column does not decrypt. `0x01 | len(id) | id | nonce | AES-256-GCM`, encrypted with the key itself,
is what was written before; it is read, and written no more. docs/decisions/0011-envelopes.md says why it is like this.
"""

from __future__ import annotations

import base64
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.kit.config import Settings, settings
from portal.kit.errors import ConfigurationError, TerraceError
from portal.kit.keysource import source_of

if TYPE_CHECKING:
    from portal.kit.keywrap import KeyService

VERSION: Final = 2
_DIRECT: Final = 1
_NONCE: Final = 12
_WRAPPED: Final = _NONCE + 32 + 16
UNIQUE_BYTES: Final = 128
"""So many bytes at the beginning of a ciphertext hold at least one random nonce: two ciphertexts differ within them."""
_UNREADABLE: Final = "A stored secret is not in a form that this version can read."
_ALTERED: Final = "A stored secret was altered, or belongs to another column."


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
        head, aad, data_key = self.prefix, label.encode(), AESGCM.generate_key(256)
        outer, inner = os.urandom(_NONCE), os.urandom(_NONCE)
        wrapped = self.keys[self.primary].encrypt(outer, data_key, head + aad)
        return b"".join((head, outer, wrapped, inner, AESGCM(data_key).encrypt(inner, plaintext, aad)))

    def decrypt(self, ciphertext: bytes, *, label: str) -> bytes:
        """DecryptionError when the key is unknown or the ciphertext was altered or moved."""
        if len(ciphertext) < 15 or ciphertext[0] not in (VERSION, _DIRECT):
            raise DecryptionError(_UNREADABLE)
        end = 2 + ciphertext[1]
        head, body, aad = ciphertext[:end], ciphertext[end:], label.encode()
        key = self._key(head[2:].decode("ascii", "replace"))
        if ciphertext[0] == VERSION:
            key, body = AESGCM(_opened(key, body[:_WRAPPED], head + aad)), body[_WRAPPED:]
        return _opened(key, body, aad)

    @property
    def prefix(self) -> bytes:
        """How every ciphertext begins that this ring makes, and none of another key or an older form."""
        key_id = self.primary.encode()
        return bytes([VERSION, len(key_id)]) + key_id

    def _key(self, key_id: str) -> AESGCM:
        key = self.keys.get(key_id)
        if key is None:
            name = key_id if key_id.isprintable() else "?"
            raise DecryptionError(
                f"A stored secret was encrypted with the key {name}, which TERRACE_SECRET_KEYS does not list."
            )
        return key


def _opened(key: AESGCM, sealed: bytes, aad: bytes) -> bytes:
    if len(sealed) < _NONCE + 16:
        raise DecryptionError(_ALTERED)
    try:
        return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], aad)
    except InvalidTag as error:
        raise DecryptionError(_ALTERED) from error


Unwrap = Callable[[bytes], bytes]


def parse_keys(texts: tuple[str, ...], *, unwrap: Unwrap | None = None, where: str = "TERRACE_SECRET_KEYS") -> Keyring:
    """A keyring of `id:base64` texts; ConfigurationError says which is wrong without repeating it."""
    keys: dict[str, AESGCM] = {}
    for number, text in enumerate(texts, 1):
        key_id, raw = _entry(text)
        if raw and unwrap is not None:
            raw = unwrap(raw)
        if not key_id or len(key_id) > 40 or not key_id.isascii() or len(raw) != 32:
            said = "32 bytes" if unwrap is None else "a wrapped key of 32 bytes"
            raise ConfigurationError(f"Entry {number} of {where} must read id:base64, with {said} behind the colon.")
        if key_id in keys:
            raise ConfigurationError(f"Entry {number} of {where} has the id of one before it. Each key has its own.")
        keys[key_id] = AESGCM(raw)
    if not keys:
        raise ConfigurationError(
            f"{where} is not set, and without a key no secret can be kept. Make one with `terrace keys new`."
            if where == "TERRACE_SECRET_KEYS"
            else f"There is no key in {where}. Make one with `terrace keys new`."
        )
    return Keyring(texts[0].partition(":")[0], keys)


def _entry(text: str) -> tuple[str, bytes]:
    key_id, _, encoded = text.partition(":")
    try:
        return key_id, base64.b64decode(encoded, validate=True)
    except ValueError:
        return key_id, b""


def generate_key(key_id: str = "k1", *, wrap: Unwrap | None = None) -> str:
    """A new key in the form that TERRACE_SECRET_KEYS takes; wrapped, where that is how keys are kept."""
    raw = os.urandom(32)
    return f"{key_id}:{base64.b64encode(wrap(raw) if wrap else raw).decode()}"


def new_key(config: Settings, key_id: str = "k1") -> str:
    """A new key as this portal keeps its keys: wrapped when a key service wraps them."""
    service = _service(config)
    return generate_key(key_id, wrap=service.wrap if service else None)


def wrapped(config: Settings, address: str) -> tuple[str, ...]:
    """This portal's keys, in their order, as the key service at that address wraps them."""
    from portal.kit import keywrap

    source, now, then = source_of(config), _service(config), keywrap.service_of(address)
    parse_keys(source.texts(), unwrap=now.unwrap if now else None, where=source.where)
    entries = [_entry(text) for text in source.texts()]
    raw = [(key_id, now.unwrap(data) if now else data) for key_id, data in entries]
    return tuple(f"{key_id}:{base64.b64encode(then.wrap(data)).decode()}" for key_id, data in raw)


def _service(config: Settings) -> KeyService | None:
    if config.secret_keys_wrapped_by is None:
        return None
    from portal.kit import keywrap  # only whoever has wrapped keys waits for what speaks to key services

    return keywrap.service_of(config.secret_keys_wrapped_by)


def load_or_create_key_file(path: Path) -> str:
    """The embedded mode's key, kept in a file of mode 0600; created once, safely when two processes start together."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(new_key(settings()) + "\n")
            # A link appears whole or not at all, and only for the first: nobody reads a half-written key.
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    return path.read_text().strip()


_lock = threading.Lock()
_cached: tuple[object, Keyring] | None = None


def keyring(config: Settings | None = None) -> Keyring:
    """This process's keyring, as the source has it now."""
    global _cached
    config = config or settings()
    source, wrapped_by = source_of(config), config.secret_keys_wrapped_by
    stamp = source.stamp()
    wanted = (source, wrapped_by, stamp)
    with _lock:
        if _cached is not None and _is_good(_cached[0], wanted):
            return _cached[1]
        service = _service(config)
        ring = parse_keys(source.texts(), unwrap=service.unwrap if service else None, where=source.where)
        _cached = (wanted, ring)
        return ring


def _is_good(cached: Any, wanted: tuple[object, ...]) -> bool:
    """Whether what is kept is what is wanted. A file that is away for a moment does not take the keys away."""
    return cached == wanted or (wanted[2] is None and cached[:2] == wanted[:2])
