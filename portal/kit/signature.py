"""Signed messages to other programs, as Standard Webhooks (https://www.standardwebhooks.com) has it.

HMAC-SHA256 over `id.timestamp.body`; the receiver compares, and refuses what is older than a few minutes or what it has seen
under that id. With two keys there are two signatures, so that a key can be replaced while both are good.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


def headers(message_id: str, at: int, body: bytes, keys: Sequence[bytes]) -> dict[str, str]:
    """The three headers. `at`: seconds since 1970, of this very sending."""
    signed = f"{message_id}.{at}.".encode() + body
    found = [base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in keys]
    return {ID: message_id, TIMESTAMP: str(at), SIGNATURE: " ".join(f"v1,{item}" for item in found)}


def key_of(text: str) -> bytes:
    """The key in a setting: `whsec_` and base64, or any text as it is."""
    if text.startswith("whsec_"):
        return base64.b64decode(text.removeprefix("whsec_"), validate=True)
    return text.encode()
