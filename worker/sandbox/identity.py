"""Who one is in the sandbox: the subscription, tenant and project that belong to a sandbox account.

Light on imports: the worker asks for a run's environment without loading gRPC.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass
from typing import Final

SUBSCRIPTION_PREFIX: Final = "5a9db0c5-"
"""Every sandbox subscription id begins so; a live run can refuse a state that names one."""

PROJECT_PREFIX: Final = "sandbox-"


def digest(*parts: str) -> str:
    """64 hexadecimal digits, always the same for the same parts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def guid(*parts: str) -> str:
    """A GUID, always the same for the same parts."""
    return str(uuid.UUID(digest(*parts)[:32], version=4))


@dataclass(frozen=True, slots=True)
class Identity:
    """The fictional identifiers of one sandbox account."""

    subscription_id: str
    tenant_id: str
    client_id: str
    object_id: str
    project: str
    project_number: str


def identity_of(account: str) -> Identity:
    """The identifiers of `account`, derived from its name alone."""
    slug = re.sub(r"[^a-z0-9]+", "-", account.lower()).strip("-")[:16].strip("-") or "account"
    return Identity(
        subscription_id=SUBSCRIPTION_PREFIX + guid(account, "subscription").split("-", 1)[1],
        tenant_id=guid(account, "tenant"),
        client_id=guid(account, "client"),
        object_id=guid(account, "object"),
        project=f"{PROJECT_PREFIX}{slug}-{digest(account, 'project')[:4]}",
        project_number=str(10**11 + int(digest(account, "project")[:9], 16)),
    )
