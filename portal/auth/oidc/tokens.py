"""Is this token what the provider signed, for us, now, in answer to what we asked? Only then is anything in it believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from portal.auth.oidc import discovery
from portal.auth.oidc.discovery import Metadata
from portal.auth.oidc.errors import Refused
from portal.auth.oidc.schemas import Claims, Provider
from portal.kit.clock import now

if TYPE_CHECKING:
    from joserfc.jwt import Token

LEEWAY: Final = 60
"""Seconds by which two clocks may differ."""
OLDEST: Final = 600
"""Seconds since a token was made; ours was made a moment ago."""
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_LONGEST: Final = 255


def verify_id_token(
    provider: Provider, metadata: Metadata, token: Any, *, nonce: str, access_token: str | None
) -> Claims:
    """The claims of the ID token; Refused when anything about it is not as it must be."""
    from authlib.oidc.core.claims import CodeIDToken

    read = _signed(metadata, token)
    claims = CodeIDToken(
        read.claims,
        read.header,
        options={
            "iss": {"essential": True, "value": metadata.issuer},
            "aud": {"essential": True, "value": provider.client_id},
            "sub": {"essential": True},
        },
        params={"nonce": nonce, "client_id": provider.client_id, "access_token": access_token},
    )
    _held(lambda: claims.validate(now=int(now().timestamp()), leeway=LEEWAY))
    _require_shape(claims)
    return dict(claims)


def verify_logout_token(provider: Provider, metadata: Metadata, token: Any) -> Claims:
    """The claims of a token that says that somebody signed out at the provider."""
    from joserfc.jwt import JWTClaimsRegistry

    claims = _signed(metadata, token).claims
    registry = JWTClaimsRegistry(
        now=int(now().timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": metadata.issuer},
        aud={"essential": True, "value": provider.client_id},
        iat={"essential": True},
    )
    _held(lambda: registry.validate(claims))
    _require_recent(claims)
    events = claims.get("events")
    if not isinstance(events, dict) or LOGOUT_EVENT not in events or "nonce" in claims:
        raise Refused("token", "not a logout token")
    if not any(isinstance(claims.get(name), str) for name in ("sub", "sid")):
        raise Refused("token", "a logout token of nobody")
    return dict(claims)


def _signed(metadata: Metadata, token: Any) -> Token:
    """The token, by a key that the provider publishes now; its keys are asked for once more when none of those known fits."""
    from joserfc import jwt
    from joserfc.errors import JoseError

    if not isinstance(token, str) or not token.isascii() or len(token) > 100_000:
        raise Refused("token", "no ID token")
    for fresh in (False, True):
        try:
            return jwt.decode(token, discovery.keys_of(metadata, fresh=fresh), algorithms=list(metadata.algorithms))
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            if fresh:
                raise Refused("token", f"signature: {type(error).__name__}") from None
    raise AssertionError("unreachable")


def _held(validate: Callable[[], None]) -> None:
    from joserfc.errors import JoseError

    try:
        validate()
    except (JoseError, ValueError, TypeError, AttributeError) as error:
        # Which claim it is, but not what it holds.
        raise Refused("token", f"{type(error).__name__}: {getattr(error, 'claim', '')}") from None


def _require_shape(claims: Claims) -> None:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST or "\x00" in subject:
        raise Refused("token", "sub")
    if not isinstance(claims.get("iss"), str) or not isinstance(claims.get("exp"), int | float):
        raise Refused("token", "iss or exp")
    _require_recent(claims)


def _require_recent(claims: Claims) -> None:
    made = claims.get("iat")
    if isinstance(made, bool) or not isinstance(made, int | float) or made < now().timestamp() - OLDEST:
        raise Refused("token", "iat")
