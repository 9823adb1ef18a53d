"""An OpenID provider, and a GitHub, on the loopback that do as a test says: also what no real one would."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.support import https
from tests.support.https import Asked, Handler, Reply

CLIENT, SECRET = "terrace", "the client's secret"


@lru_cache(maxsize=4)
def signing_key(name: str = "first") -> RSAKey:
    """One key a process and name."""
    return RSAKey.generate_key(2048, parameters={"kid": name, "use": "sig", "alg": "RS256"})


@dataclass
class Fake:
    """`claims` are of whoever signs in next; a value of None takes a claim out. `metadata` replaces what discovery says."""

    url: str = ""
    key: RSAKey = field(default_factory=signing_key)
    published: list[dict[str, Any]] | None = None
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    forge: Callable[[dict[str, Any]], str] | None = None
    """Makes the ID token out of its claims, in place of an honest signature."""
    replies: dict[str, Reply] = field(default_factory=dict)
    """What is answered at a path, whatever is asked."""
    github: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def consent(self, address: str) -> dict[str, str]:
        """Somebody signs in at `address`, where the browser was sent; the parameters of the way back."""
        given = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(8)
        self.codes[code] = given
        return {"code": code, "state": given["state"]}

    def id_token(self, asked: dict[str, str], access_token: str) -> str:
        now = int(time.time())
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        claims: dict[str, Any] = {
            "iss": self.url, "sub": "subject-1", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
            "email": "nina@example.com", "email_verified": True, "name": "Nina", **self.claims,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        return self.forge(claims) if self.forge else sign(claims, self.key)

    def reply(self, _: Handler, asked: Asked) -> Reply | None:
        path = urlsplit(asked.path).path
        if path in self.replies:
            return self.replies[path]
        answers: dict[str, Callable[[Asked], Any]] = {
            "/.well-known/openid-configuration": self._configuration,
            "/keys": lambda _: {
                "keys": self.published if self.published is not None else [self.key.as_dict(private=False)]
            },
            "/token": self._token,
            "/userinfo": lambda _: {"sub": "subject-1", **self.userinfo},
            "/login/oauth/access_token": self._token,
        }
        said = answers[path](asked) if path in answers else self.github.get(path.removeprefix("/api/v3"))
        body = json.dumps(said).encode()
        return (404 if said is None else 400 if "error" in said else 200), {"Content-Type": "application/json"}, body

    def _configuration(self, _: Asked) -> dict[str, Any]:
        return {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize", "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys", "userinfo_endpoint": f"{self.url}/userinfo",
            "end_session_endpoint": f"{self.url}/end", "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.metadata,
        }  # fmt: skip

    def _token(self, asked: Asked) -> dict[str, Any]:
        """As careful as a real one: the client, the code once, PKCE, the redirect URI."""
        given = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        pair = asked.headers.get("authorization", "").removeprefix("Basic ")
        client = base64.b64decode(pair).decode() if pair else f"{given.get('client_id')}:{given.get('client_secret')}"
        known = self.codes.pop(given.get("code", ""), None)
        if client not in (f"{CLIENT}:the+client%27s+secret", f"{CLIENT}:{SECRET}") or known is None:
            return {"error": "invalid_grant"}
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if known["code_challenge"] != challenge or known["redirect_uri"] != given.get("redirect_uri"):
            return {"error": "invalid_grant"}
        access_token = secrets.token_urlsafe(8)
        said = {"access_token": access_token, "token_type": "Bearer"}
        return said if "nonce" not in known else {**said, "id_token": self.id_token(known, access_token)}


def sign(claims: dict[str, Any], key: RSAKey | OctKey, algorithm: str = "RS256") -> str:
    """A token as it should be."""
    header = {"alg": algorithm, **({"kid": key.kid} if key.kid else {})}
    return jwt.encode(header, claims, key, algorithms=[algorithm])


@contextmanager
def running(folder: Path) -> Iterator[Fake]:
    """The provider at an https address; its certificate is in `authority.pem` of the folder."""
    fake = Fake()
    with https.serving(fake.reply, folder) as server:
        fake.url, fake.asked = server.url, server.asked
        yield fake
