"""When a signing key is published, when it signs, when it goes. Pure, but for the making of a key.

    created ──24 h──▶ signs ──────────▶ its successor signs ──1 h──▶ gone
    └──────────────────── in the JWKS ─────────────────────────┘

Clouds keep a copy of the JWKS for a while, so a key is seen before it signs. It stays until the last of its tokens is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from portal.models import SigningKey

ALGORITHM: Final = "RS256"
"""Entra ID takes no other from an outside issuer."""
BITS: Final = 2048
AHEAD: Final = timedelta(hours=24)
KEPT: Final = timedelta(hours=1)
"""After its successor began to sign: far longer than any token lives."""
SKEW: Final = timedelta(minutes=5)
"""A key that is needed at once has its time a little before now: another portal's clock may be behind."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A new key: its id, its private half in PKCS#8, its public half as it is published."""

    id: str
    private: bytes
    public: dict[str, Any]


def generate() -> Pair:
    """A new RSA key. Takes a moment."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from jwt.algorithms import RSAAlgorithm

    key = rsa.generate_private_key(65537, BITS)
    numbers = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    core = {name: numbers[name] for name in ("kty", "n", "e")}
    kid = _thumbprint(core)
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return Pair(kid, private, {**core, "use": "sig", "alg": ALGORITHM, "kid": kid})


def sign(claims: dict[str, Any], key: SigningKey) -> str:
    """The claims as a signed token."""
    import jwt
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    if key.private_key is None:
        raise ValueError("a retired key signs nothing")
    private: Any = load_der_private_key(key.private_key, None)
    return jwt.encode(claims, private, algorithm=ALGORITHM, headers={"kid": key.id})


def signer(keys: Iterable[SigningKey], now: datetime) -> SigningKey | None:
    """The newest key whose time has come."""
    ready = [key for key in keys if key.retired_at is None and key.signs_from <= now]
    return max(ready, key=lambda key: (key.signs_from, key.id), default=None)


def is_published(key: SigningKey, keys: Sequence[SigningKey], now: datetime) -> bool:
    """Whether clouds are shown the key now."""
    if key.retired_at is not None:
        return False
    later = [other.signs_from for other in keys if other.retired_at is None and other.signs_from > key.signs_from]
    return not later or now < min(later) + KEPT


def needs_successor(keys: Sequence[SigningKey], now: datetime, age: timedelta | None) -> bool:
    """Whether the signer is as old as a key may become and nobody is on the way. `age` None: only by hand."""
    found = signer(keys, now)
    if age is None or found is None:
        return False
    coming = any(key.retired_at is None and key.signs_from > now for key in keys)
    return not coming and now - found.signs_from >= age - AHEAD


def _thumbprint(core: dict[str, Any]) -> str:
    """RFC 7638: SHA-256 of the required members in lexicographic order."""
    import base64
    import hashlib
    import json

    text = json.dumps(core, sort_keys=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
