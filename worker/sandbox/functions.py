"""The functions that behaviour templates may call, such as {hash:8} or {lower:name}."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import re
from collections.abc import Callable
from typing import Any, Final

from worker.sandbox.identity import digest, guid
from worker.sandbox.protocol import Value

# Azure's own identifiers of common roles; others get one made from their name.
ROLES: Final = {
    "AcrPull": "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    "AcrPush": "8311e382-0749-4cb8-b61a-304f252e45ec",
    "Contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "Key Vault Administrator": "00482a5a-887f-4fb3-b363-3b7fe8e74483",
    "Key Vault Crypto Service Encryption User": "e147488a-f6f5-4113-8e2d-b22465e65bf6",
    "Key Vault Secrets Officer": "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
    "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
    "Network Contributor": "4d97b98b-1d4f-4787-a291-c67834d212e7",
    "Owner": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "Reader": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    "User Access Administrator": "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
}

_FIRST_OCTETS: Final = {"azure": 20, "google": 34}


def _digits(seed: str, argument: str) -> str:
    """As many decimal digits as asked for, the first of them not zero."""
    return str(int(seed, 16))[: int(argument or 12)]


def _key(seed: str, argument: str) -> str:
    return base64.b64encode(hashlib.shake_256(seed.encode()).digest(int(argument or 64))).decode()


def _address(seed: str, argument: str) -> str:
    """A public address from a range that the named cloud uses, or a private one from 10.0.0.0/8."""
    first = _FIRST_OCTETS.get(argument, 10)
    return f"{first}.{int(seed[:2], 16) % 200 + 10}.{int(seed[2:4], 16)}.{int(seed[4:6], 16) % 250 + 4}"


SEEDED: Final[dict[str, Callable[[str, str], Value]]] = {
    "hash": lambda seed, argument: seed[: int(argument or 8)],
    "upper_hash": lambda seed, argument: seed[: int(argument or 8)].upper(),
    "digits": _digits,
    "number": lambda seed, argument: int(_digits(seed, argument)),
    "uuid": lambda seed, argument: guid(seed, argument),
    "key": _key,
    "address": _address,
}
"""Functions of the resource's seed and their argument as it stands: always the same for the same resource."""


def _group(text: str) -> str | None:
    segments = text.split("/")
    return segments[4] if len(segments) > 4 else None


def _gateway(text: str) -> str | None:
    try:
        return str(ipaddress.ip_network(text, strict=False)[1])
    except ValueError:
        return None


PURE: Final[dict[str, Callable[[Any], Value]]] = {
    "lower": lambda value: str(value).lower(),
    "upper": lambda value: str(value).upper(),
    "last": lambda value: str(value).rstrip("/").rsplit("/", 1)[-1],
    "parent": lambda value: "/".join(str(value).rstrip("/").split("/")[:-2]),
    "group": lambda value: _group(str(value)),
    "group_path": lambda value: "/".join(str(value).split("/")[:5]),
    "zone_region": lambda value: str(value).rsplit("/", 1)[-1].rsplit("-", 1)[0],
    "instance_group_path": lambda value: str(value).replace("/instanceGroupManagers/", "/instanceGroups/"),
    "plain": lambda value: re.sub(r"[^a-z0-9]", "", str(value).lower()),
    "md5": lambda value: base64.b64encode(hashlib.md5(str(value).encode(), usedforsecurity=False).digest()).decode(),
    "sha256": lambda value: hashlib.sha256(str(value).encode()).hexdigest(),
    "gateway": lambda value: _gateway(str(value)),
    "role": lambda value: ROLES.get(str(value)) or guid(str(value), "role"),
    "iam_policy": lambda value: json.dumps({"bindings": [_binding(one) for one in value]}, sort_keys=True),
}
"""Functions of the value that their argument names."""


def _binding(binding: dict[str, Value]) -> dict[str, Value]:
    return {"members": sorted(binding.get("members") or []), "role": binding.get("role")}


def system_identity(value: Value, seed: str) -> str:
    """The principal id of an identity block: only a system-assigned identity has one of its own."""
    return guid(seed) if "SystemAssigned" in str(value) else ""


def address_if(value: Value, seed: str, kind: str) -> str:
    """An address when `value` asks for one, "" when it does not."""
    return _address(digest(seed, kind), kind) if value else ""
