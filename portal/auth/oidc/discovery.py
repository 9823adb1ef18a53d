"""What a provider says of itself: its endpoints and its keys. Both are kept for an hour; an unknown key asks for them again."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from portal.kit import web
from portal.kit.clock import now
from portal.kit.errors import Invalid, TerraceError, Unavailable

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

ALLOWED: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)  # fmt: skip
"""Signatures with a key pair. Never `none`, and never HMAC, whose key would be the public one or the client's secret."""
_KEPT_SECONDS: Final = 3600.0
_KINDS: Final = frozenset({"RSA", "EC", "OKP"})
_SMALLEST_RSA: Final = 2048


@dataclass(frozen=True, slots=True)
class Metadata:
    """A provider's own description, checked."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    algorithms: tuple[str, ...]
    posts_secret: bool
    """Whether the secret goes into the body, because the provider does not take it in the header."""
    names_itself: bool
    """Whether it says in every answer who it is (RFC 9207)."""
    skew: float | None = field(default=None, compare=False)
    """Seconds that this machine's clock is ahead of the provider's."""


_lock = threading.Lock()
_metadata: dict[str, tuple[float, Metadata]] = {}
_keys: dict[str, tuple[float, KeySet]] = {}


def metadata_of(issuer: str, *, fresh: bool = False) -> Metadata:
    """The provider's description; Unavailable when there is none, Invalid when it is somebody else's or cannot be used."""
    with _lock:
        found = _metadata.get(issuer)
    if found and not fresh and time.monotonic() - found[0] < _KEPT_SECONDS:
        return found[1]
    made = _read(issuer)
    with _lock:
        _metadata[issuer] = (time.monotonic(), made)
    return made


def known(issuer: str) -> Metadata | None:
    """The description that this process read last, if any; asks nobody."""
    with _lock:
        found = _metadata.get(issuer)
    return found[1] if found else None


def keys_of(metadata: Metadata, *, fresh: bool = False) -> KeySet:
    """The keys by which the provider signs: those of a pair that are meant for that and are long enough."""
    with _lock:
        found = _keys.get(metadata.jwks_uri)
    if found and not fresh and time.monotonic() - found[0] < _KEPT_SECONDS:
        return found[1]
    made = _import(_json(metadata.jwks_uri, "keys"))
    with _lock:
        _keys[metadata.jwks_uri] = (time.monotonic(), made)
    return made


def forget() -> None:
    """Ask anew next time (tests, and a provider that was changed)."""
    with _lock:
        _metadata.clear()
        _keys.clear()


def _read(issuer: str) -> Metadata:
    # The specification's own way: the issuer's path, then the well-known one.
    url = issuer.rstrip("/") + "/.well-known/openid-configuration"
    answer = web.request("GET", url, headers={"Accept": "application/json"})
    said = _object(answer, "its configuration")
    if said.get("issuer") != issuer:
        raise Invalid(f"The provider at this address calls itself {_short(said.get('issuer'))}. Write exactly that.")
    supported = _texts(said.get("id_token_signing_alg_values_supported")) or ("RS256",)
    algorithms = tuple(name for name in ALLOWED if name in supported)
    if not algorithms:
        raise Invalid("The provider signs in no way that is safe: it must use a key pair, such as RS256.")
    ways = _texts(said.get("token_endpoint_auth_methods_supported")) or ("client_secret_basic",)
    return Metadata(
        issuer=issuer,
        authorization_endpoint=_endpoint(said, "authorization_endpoint"),
        token_endpoint=_endpoint(said, "token_endpoint"),
        jwks_uri=_endpoint(said, "jwks_uri"),
        userinfo_endpoint=_maybe(said, "userinfo_endpoint"),
        end_session_endpoint=_maybe(said, "end_session_endpoint"),
        algorithms=algorithms,
        posts_secret="client_secret_basic" not in ways and "client_secret_post" in ways,
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        skew=_skew(answer.headers.get("date")),
    )


def _import(said: Any) -> KeySet:
    """Keys of which the provider says nothing that we cannot use; Unavailable when none is left."""
    from joserfc.errors import JoseError
    from joserfc.jwk import JWKRegistry, KeySet

    keys = []
    for item in said.get("keys") if isinstance(said.get("keys"), list) else []:
        if not isinstance(item, dict) or item.get("kty") not in _KINDS or item.get("use") not in (None, "sig"):
            continue
        try:
            key = JWKRegistry.import_key({name: value for name, value in item.items() if name != "d"})
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if item["kty"] != "RSA" or _bits(item) >= _SMALLEST_RSA:
            keys.append(key)
    if not keys:
        raise Unavailable("The provider publishes no key that can be used.")
    return KeySet(keys)


def _bits(item: dict[str, Any]) -> int:
    """The length of an RSA key, by its modulus in base64."""
    return len(str(item.get("n", "")).rstrip("=")) * 6 // 8 * 8


def _json(url: str, what: str) -> dict[str, Any]:
    return _object(web.request("GET", url, headers={"Accept": "application/json"}), what)


def _object(answer: web.Answer, what: str) -> dict[str, Any]:
    if answer.status != 200:
        raise Unavailable(f"The provider answers with {answer.status} instead of {what}.")
    said = answer.json()
    if not isinstance(said, dict):
        raise Unavailable(f"The provider's answer is not {what}.")
    return said


def _endpoint(said: dict[str, Any], name: str) -> str:
    found = _maybe(said, name)
    if found is None:
        raise Invalid(f"The provider's configuration names no {name}.")
    return found


def _maybe(said: dict[str, Any], name: str) -> str | None:
    """An endpoint, which is https like the issuer: browsers and secrets are sent there."""
    value = said.get(name)
    if value is None:
        return None
    try:
        if not isinstance(value, str) or "#" in value or len(value) > 2000:
            raise Invalid("not an address")
        web.place_of(value)
    except TerraceError:
        raise Invalid(f"The provider's {name} is not an https address.") from None
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else "nothing"
    return repr("".join(char if char.isprintable() else "?" for char in text[:200]))


def _skew(date: str | None) -> float | None:
    try:
        return (now() - parsedate_to_datetime(date or "")).total_seconds()
    except (ValueError, TypeError):
        return None
