"""The shapes of the issuer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from portal.issuer.subjects import Phase

KeyUse = Literal["coming", "signing", "leaving"]


class Discovery(BaseModel):
    """OpenID Connect Discovery 1.0, as much of it as an issuer without a sign-in page has."""

    issuer: str
    jwks_uri: str
    response_types_supported: list[str] = ["id_token"]
    subject_types_supported: list[str] = ["public"]
    id_token_signing_alg_values_supported: list[str] = ["RS256"]
    scopes_supported: list[str] = ["openid"]
    claims_supported: list[str]


class Jwks(BaseModel):
    """RFC 7517: the public halves of the keys that clouds should know now."""

    keys: list[dict[str, Any]]


class IdentityToken(BaseModel):
    """A token for a cloud, in the shape in which GitHub's runners answer, which providers know."""

    value: str


class TrustedSubject(BaseModel):
    """One subject that a cloud should trust, and of whom it speaks: `deployment` is the name, for people."""

    phase: Phase
    subject: str
    project: str | None = None
    deployment: str | None = None


class Trust(BaseModel):
    """What a federated credential (Entra ID) or a provider and its bindings (Google) must say."""

    issuer: str
    audience: str
    subjects: list[TrustedSubject]


class SigningKeyView(BaseModel):
    """A key that is published: it is `coming`, `signing`, or `leaving` until its last tokens are over."""

    id: str
    use: KeyUse
    created_at: datetime
    signs_from: datetime
