"""Azure as far as the portal uses it: Entra ID, which really checks what it is shown, and Resource Manager.

State is in plain fields, and failures are switches (`Trouble`), so that a test says what is wrong and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.support.clouds.loopback import Answer, Asked, Responder

LOGIN = "login.microsoftonline.com"
MANAGER = "management.azure.com"
AUDIENCE = "api://AzureADTokenExchange"
PAGE = 3
"""Items of a page: lists of Resource Manager come in pages."""
CONTRIBUTOR = {
    "actions": ["*"],
    "notActions": [
        "Microsoft.Authorization/*/Delete",
        "Microsoft.Authorization/*/Write",
        "Microsoft.Authorization/elevateAccess/Action",
    ],
}
OWNER = {"actions": ["*"], "notActions": []}
READER = {"actions": ["*/read"], "notActions": []}


@dataclass
class Trouble:
    """What a service does instead of its work."""

    throttled: str | None = None
    """The Retry-After of a 429."""
    slow: float = 0.0
    garbage: bool = False
    redirect: str | None = None
    status: int | None = None
    date: str | None = None
    """Its clock, as an HTTP date."""

    def instead(self) -> Answer | None:
        if self.throttled is not None:
            return Answer({"error": {"code": "TooManyRequests"}}, 429, {"Retry-After": self.throttled})
        if self.garbage:
            return Answer(b"<html>This is a proxy.</html>", 200, {"Content-Type": "text/html"})
        if self.redirect is not None:
            return Answer(b"", 307, {"Location": self.redirect})
        return Answer({"error": {"code": "ServerError"}}, self.status) if self.status else None

    def around(self, answer: Answer) -> Answer:
        headers = {**answer.headers, **({"Date": self.date} if self.date else {})}
        return Answer(answer.body, answer.status, headers, self.slow)


class Refused(Exception):
    """Entra ID says no, with one of its codes."""

    def __init__(self, code: int, text: str, status: int = 401) -> None:
        super().__init__(text)
        self.status = status
        self.body = {
            "error": "invalid_client" if status == 401 else "invalid_request",
            "error_description": f"AADSTS{code}: {text} Trace ID: 1111 Correlation ID: 2222 Timestamp: 2026-11-28 12:00:00Z",
            "error_codes": [code],
        }


@dataclass
class Application:
    """An application with its service principal."""

    object_id: str
    secret: str | None = None
    secret_expired: bool = False
    certificate: x509.Certificate | None = None
    trusted: list[tuple[str, str, str]] = field(default_factory=list)
    """Issuer, subject and audience of each federated credential."""


@dataclass
class Entra:
    """The sign-in of one tenant."""

    tenant: str
    applications: dict[str, Application] = field(default_factory=dict)
    issuers: dict[str, Any] = field(default_factory=dict)
    """Issuer → its public key."""
    host: str = LOGIN
    manager: str = MANAGER
    token_host: str | None = None
    """Where its configuration says that tokens are, when it has been tampered with."""
    issued: dict[str, dict[str, Any]] = field(default_factory=dict)
    trouble: Trouble = field(default_factory=Trouble)

    def respond(self, asked: Asked) -> Answer:
        instead = self.trouble.instead()
        return self.trouble.around(instead or self._answer(asked))

    def issue(self, claims: dict[str, Any]) -> str:
        """An access token that Resource Manager will know."""
        parts = [{"typ": "JWT", "alg": "RS256"}, {"tid": self.tenant, "exp": int(time.time()) + 3600, **claims}]
        text = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
        token = f"{text}.{hashlib.sha256((text + str(len(self.issued))).encode()).hexdigest()}"
        self.issued[token] = parts[1]
        return token

    def _answer(self, asked: Asked) -> Answer:
        tenant, _, rest = asked.path.lstrip("/").partition("/")
        try:
            if tenant not in (self.tenant, "common"):
                raise Refused(
                    90002, f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID.", 400
                )
            if rest == "v2.0/.well-known/openid-configuration":
                return Answer(self._configuration())
            if rest == "oauth2/v2.0/token" and asked.method == "POST":
                return Answer(self._token(asked))
        except Refused as error:
            return Answer(error.body, error.status)
        return Answer({"error": "not found"}, 404)

    def _configuration(self) -> dict[str, str]:
        base = f"https://{self.host}/{self.tenant}"
        tokens = f"https://{self.token_host or self.host}/{self.tenant}/oauth2/v2.0/token"
        return {
            "issuer": f"{base}/v2.0",
            "token_endpoint": tokens,
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        }

    def _token(self, asked: Asked) -> dict[str, Any]:
        form = asked.form
        client = form["client_id"]
        application = self.applications.get(client)
        if application is None:
            raise Refused(700016, f"Application with identifier '{client}' was not found in the directory.", 400)
        if form.get("scope") != f"https://{self.manager}/.default":
            raise Refused(500011, "The resource principal was not found in the tenant.", 400)
        if "client_assertion" in form:
            self._check_assertion(application, form["client_assertion"])
        else:
            _check_secret(application, form.get("client_secret", ""))
        claims = {"aud": f"https://{self.manager}", "appid": client, "oid": application.object_id, "idtyp": "app"}
        return {"token_type": "Bearer", "expires_in": 3599, "access_token": self.issue(claims)}

    def _check_assertion(self, application: Application, assertion: str) -> None:
        header = jwt.get_unverified_header(assertion)
        if "x5t" in header or "x5t#S256" in header:
            self._check_certificate(application, assertion, header)
        else:
            self._check_federated(application, assertion)

    def _check_certificate(self, application: Application, assertion: str, header: dict[str, Any]) -> None:
        certificate = application.certificate
        der = certificate.public_bytes(Encoding.DER) if certificate else b""
        prints = {"x5t": hashlib.sha1(der, usedforsecurity=False), "x5t#S256": hashlib.sha256(der)}
        name = next(name for name in ("x5t#S256", "x5t") if name in header)
        known = base64.urlsafe_b64encode(prints[name].digest()).decode().rstrip("=")
        if certificate is None or known != header[name].rstrip("="):
            raise Refused(
                700027, "The certificate with identifier used to sign the client assertion is not registered."
            )
        audience = f"https://{self.host}/{self.tenant}/oauth2/v2.0/token"
        key: Any = certificate.public_key()
        try:
            jwt.decode(assertion, key, algorithms=["RS256", "PS256"], audience=audience)
        except jwt.PyJWTError as error:
            raise Refused(700024, f"Client assertion is not within its valid time range. {error}") from error

    def _check_federated(self, application: Application, assertion: str) -> None:
        claims = jwt.decode(assertion, options={"verify_signature": False})
        shown = (claims.get("iss"), claims.get("sub"), claims.get("aud"))
        for code, index in ((700211, 0), (700213, 1), (700212, 2)):
            if shown[index] not in {trusted[index] for trusted in application.trusted}:
                what = ("issuer", "subject", "audience")[index]
                raise Refused(
                    code,
                    f"No matching federated identity record found for presented assertion {what} '{shown[index]}'.",
                )
        key = self.issuers[str(shown[0])]
        try:
            jwt.decode(assertion, key, algorithms=["RS256"], options={"verify_aud": False})
        except jwt.ExpiredSignatureError as error:
            raise Refused(700024, "Client assertion is not within its valid time range.") from error
        except jwt.PyJWTError as error:
            raise Refused(50013, "Assertion failed signature validation.") from error


def _check_secret(application: Application, secret: str) -> None:
    if application.secret is None or secret != application.secret:
        raise Refused(
            7000215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value.",
        )
    if application.secret_expired:
        raise Refused(7000222, "The provided client secret keys for app are expired.")


@dataclass
class Manager:
    """Resource Manager with one subscription."""

    entra: Entra
    subscription: str
    name: str = "Production"
    state: str = "Enabled"
    tenant: str | None = None
    """Whose it is, when not the sign-in's."""
    roles: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Object id → the permissions of its roles."""
    registered: set[str] = field(default_factory=set)
    """Namespaces of resource providers."""
    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Path below the subscription, in lower case → items."""
    objects: dict[str, Any] = field(default_factory=dict)
    """Path below the subscription, in lower case → a whole answer."""
    taken: set[str] = field(default_factory=set)
    """Names that somebody has."""
    trouble: Trouble = field(default_factory=Trouble)
    seen: list[dict[str, Any]] = field(default_factory=list)
    """Claims of every token that was shown."""

    def respond(self, asked: Asked) -> Answer:
        instead = self.trouble.instead()
        return self.trouble.around(instead or self._answer(asked))

    def _answer(self, asked: Asked) -> Answer:
        claims = self.entra.issued.get(asked.headers.get("authorization", "").removeprefix("Bearer "))
        if claims is None or claims["aud"].rstrip("/") != f"https://{self.entra.manager}":
            return _wrong(401, "InvalidAuthenticationToken", "The access token is invalid.")
        self.seen.append(claims)
        if "api-version" not in asked.query:
            return _wrong(400, "MissingApiVersionParameter", "The api-version query parameter is required.")
        path = asked.path.lower()
        if path.startswith("/providers/microsoft.documentdb/databaseaccountnames/") and asked.method == "HEAD":
            return Answer(b"", 200 if path.rpartition("/")[2] in self.taken else 404)
        root = f"/subscriptions/{self.subscription}".lower()
        if not path.startswith(root):
            return _wrong(404, "SubscriptionNotFound", "The subscription could not be found.")
        permissions = self.roles.get(claims["oid"])
        if permissions is None:
            return _wrong(403, "AuthorizationFailed", "The client does not have authorization to perform the action.")
        return self._below(asked, path[len(root) :], permissions)

    def _below(self, asked: Asked, path: str, permissions: list[dict[str, Any]]) -> Answer:
        if asked.method == "POST":
            taken = asked.json["name"] in self.taken
            key = "available" if "microsoft.sql" in path else "nameAvailable"
            said = (
                {"reason": "AlreadyExists", "message": f"The name {asked.json['name']} is already taken."}
                if taken
                else {}
            )
            return Answer({key: not taken, **said})
        if "/publishers/" in path:
            return (
                Answer(self.objects[path]) if path in self.objects else _wrong(404, "NotFound", "Artifact: not found.")
            )
        if path == "":
            tenant = self.tenant or self.entra.tenant
            found = {
                "subscriptionId": self.subscription,
                "displayName": self.name,
                "state": self.state,
                "tenantId": tenant,
            }
            return Answer(found)
        if path in self.objects:
            return Answer(self.objects[path])
        if path.endswith("/permissions"):
            return self._page(asked, permissions)
        if path == "/providers":
            states = [{"namespace": name, "registrationState": "Registered"} for name in sorted(self.registered)]
            return self._page(
                asked, [*states, {"namespace": "Microsoft.Quantum", "registrationState": "NotRegistered"}]
            )
        return self._page(asked, self.lists.get(path, []))

    def _page(self, asked: Asked, items: list[dict[str, Any]]) -> Answer:
        start = int(asked.query.get("$skiptoken", "0"))
        page: dict[str, Any] = {"value": items[start : start + PAGE]}
        if start + PAGE < len(items):
            version = asked.query["api-version"]
            page["nextLink"] = f"https://{asked.host}{asked.path}?api-version={version}&$skiptoken={start + PAGE}"
        return Answer(page)


def _wrong(status: int, code: str, message: str) -> Answer:
    return Answer({"error": {"code": code, "message": message}}, status)


@dataclass
class Azure:
    """Both services, as the hosts of one cloud."""

    entra: Entra
    manager: Manager

    @property
    def hosts(self) -> dict[str, Responder]:
        return {self.entra.host: self.entra.respond, self.entra.manager: self.manager.respond}


def azure(tenant: str, subscription: str, *, host: str = LOGIN, manager: str = MANAGER) -> Azure:
    """An Azure with one tenant, one subscription and nobody who may do anything in it."""
    entra = Entra(tenant, host=host, manager=manager)
    return Azure(entra, Manager(entra, subscription))
