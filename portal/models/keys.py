"""The keys with which the portal signs who a run is, and how it knows again the keys with which it encrypts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from portal.kit.encrypted import EncryptedBytes
from portal.models.base import json_field, maybe_moment, moment


class SigningKey(SQLModel, table=True):
    """One key. Its public half is published before it signs and until its last token is over; see portal/issuer/keys.py."""

    __tablename__ = "signing_key"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True)
    """The thumbprint of the public key (RFC 7638), which is the `kid` of its tokens: no id ever comes back."""
    public_jwk: dict[str, Any] = json_field()
    private_key: bytes | None = Field(default=None, sa_type=EncryptedBytes("signing_key.private_key"), nullable=True)  # type: ignore[call-overload]
    """PKCS#8, gone when the key is retired."""
    created_at: datetime = moment()
    signs_from: datetime = moment()
    retired_at: datetime | None = maybe_moment()
    """Since when it is published no more."""


class KeyCheck(SQLModel, table=True):
    """A known text under each key that has encrypted anything here: a process whose key is another notices when it starts."""

    __tablename__ = "key_check"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True)
    """The key's id."""
    sealed: bytes = Field(sa_type=LargeBinary, nullable=False)
    created_at: datetime = moment()
