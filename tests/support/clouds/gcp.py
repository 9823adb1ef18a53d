"""Google Cloud as far as the portal uses it: a sign-in that really checks what it is shown, a machine's metadata, and the APIs.

State is in plain fields, and failures are switches, so that a test says what is wrong and nothing else.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote

import jwt

from tests.support.clouds.gcp_inventory import INVENTORY, LISTS
from tests.support.clouds.loopback import Answer, Asked, Responder

TOKEN, STS, CREDENTIALS = "oauth2.googleapis.com", "sts.googleapis.com", "iamcredentials.googleapis.com"
TOKEN_URI = f"https://{TOKEN}/token"
PROJECT, NUMBER = "terrace-test", "123456789012"
PROVIDER = f"projects/{NUMBER}/locations/global/workloadIdentityPools/terrace/providers/portal"
SUBJECT_LIMIT = 127


class Refused(Exception):
    """Google says no."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(str(status))
        self.status, self.body = status, body


@dataclass
class Provider:
    """A workload identity provider: whom it trusts, for which audiences, and which subjects pass its condition."""

    issuer: str
    key: Any
    audiences: tuple[str, ...] = (f"https://iam.googleapis.com/{PROVIDER}", f"//iam.googleapis.com/{PROVIDER}")
    condition: Callable[[Mapping[str, Any]], bool] = lambda _: True
    reachable: bool = True


@dataclass
class Google:
    """One project, its service accounts, and everything that was made in it."""

    keys: dict[tuple[str, str], Any] = field(default_factory=dict)
    """Service account and key id → public key."""
    disabled: set[str] = field(default_factory=set)
    refresh_tokens: dict[str, str] = field(default_factory=dict)
    """Of people's own logins: token → address."""
    providers: dict[str, Provider] = field(default_factory=dict)
    accounts: set[str] = field(default_factory=set)
    """Service accounts that can be acted as."""
    may_act: set[tuple[str, str]] = field(default_factory=set)
    """Who may act as which service account."""
    refused: set[str] = field(default_factory=set)
    """Permissions that are not granted."""
    granted_to: dict[str, Callable[[str], bool]] = field(default_factory=dict)
    """Of identities that may not do everything else: which permissions they have."""
    unknown: set[str] = field(default_factory=set)
    """Permissions that cannot be asked for of a project."""
    off: set[str] = field(default_factory=set)
    """APIs."""
    state: str = "ACTIVE"
    billing: bool = True
    answers: dict[str, Answer] = field(default_factory=dict)
    """Host, or host and path → what is said instead of anything else."""
    date: str | None = None
    """What time Google has it."""
    key_made: str = "2026-11-20T00:00:00Z"
    key_ends: str = "9999-12-31T23:59:59Z"
    things: dict[str, Any] = field(default_factory=lambda: dict(INVENTORY))
    """Host and path → what is there."""
    tokens: dict[str, str] = field(default_factory=dict)
    """Token → who it is."""

    def hosts(self) -> dict[str, Responder]:
        """To be given to `standing_in`."""
        found = {TOKEN: self._token, STS: self._exchange, CREDENTIALS: self._act}
        apis = {f"{name}.googleapis.com" for name in APIS}
        return {host: self._guarded(found.get(host, self._api)) for host in {*found, *apis}}

    def issue(self, identity: str) -> str:
        token = f"ya29.{secrets.token_urlsafe(60)}"
        self.tokens[token] = identity
        return token

    def _guarded(self, responder: Callable[[Asked], Any]) -> Responder:
        def answer(asked: Asked) -> Answer:
            instead = self.answers.get(asked.host + asked.path) or self.answers.get(asked.host)
            if instead is None:
                try:
                    instead = Answer(responder(asked))
                except Refused as refusal:
                    instead = Answer(refusal.body, refusal.status)
            date = {"Date": self.date} if self.date else {}
            return Answer(instead.body, instead.status, {**date, **instead.headers}, instead.slow)

        return answer

    def _token(self, asked: Asked) -> Any:
        """https://developers.google.com/identity/protocols/oauth2/service-account#httprest"""
        form = asked.form
        if form.get("grant_type") == "refresh_token":
            return self._of_person(form)
        header, claims = _unverified(form["assertion"])
        email = str(claims.get("iss"))
        key: Any = self.keys.get((email, str(header.get("kid"))))
        if email not in {account for account, _ in self.keys}:
            raise _oauth("invalid_grant", "Invalid grant: account not found")
        if email in self.disabled:
            raise _oauth("invalid_grant", "Account has been disabled.")
        try:
            jwt.decode(form["assertion"], key, algorithms=["RS256"], audience=TOKEN_URI)
        except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError):
            raise _oauth(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                "Check your iat and exp values in the JWT claim.",
            ) from None
        except (jwt.InvalidTokenError, TypeError):
            raise _oauth("invalid_grant", "Invalid JWT Signature.") from None
        return {"access_token": self.issue(email), "expires_in": 3599, "token_type": "Bearer"}

    def _of_person(self, form: Mapping[str, str]) -> Any:
        person = self.refresh_tokens.get(form.get("refresh_token", ""))
        if person is None:
            raise _oauth("invalid_grant", "Token has been expired or revoked.")
        return {"access_token": self.issue(person), "expires_in": 3599, "token_type": "Bearer"}

    def _exchange(self, asked: Asked) -> Any:
        """https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token"""
        form = asked.form
        name = form.get("audience", "").removeprefix("//iam.googleapis.com/")
        provider = self.providers.get(name)
        if provider is None:
            raise _oauth(
                "invalid_target",
                'The target service indicated by the "audience" parameters is invalid. This might either be because the '
                "pool or provider is disabled or deleted or because it doesn't exist.",
            )
        subject = _subject(provider, form["subject_token"])
        pool = name.partition("/providers/")[0]
        token = self.issue(f"principal://iam.googleapis.com/{pool}/subject/{subject}")
        issued = "urn:ietf:params:oauth:token-type:access_token"
        return {"access_token": token, "issued_token_type": issued, "token_type": "Bearer", "expires_in": 3599}

    def _act(self, asked: Asked) -> Any:
        """https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken"""
        source = self._who(asked)
        found = re.fullmatch(r"/v1/projects/-/serviceAccounts/([^/]+):generateAccessToken", unquote(asked.path))
        target = found.group(1) if found else ""
        if CREDENTIALS in self.off:
            raise _off(CREDENTIALS)
        if target not in self.accounts or (source, target) not in self.may_act:
            denied = "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist)."
            raise _error(403, "PERMISSION_DENIED", denied, "IAM_PERMISSION_DENIED")
        ends = datetime.now(UTC) + timedelta(seconds=int(str(asked.json["lifetime"]).rstrip("s")))
        return {"accessToken": self.issue(target), "expireTime": f"{ends:%Y-%m-%dT%H:%M:%SZ}"}

    def _who(self, asked: Asked) -> str:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise _error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        return self.tokens[token]

    def _api(self, asked: Asked) -> Any:
        identity = self._who(asked)
        if asked.host in self.off:
            raise _off(asked.host)
        special = {
            ("cloudresourcemanager.googleapis.com", f"/v3/projects/{PROJECT}"): self._project,
            ("cloudbilling.googleapis.com", f"/v1/projects/{PROJECT}/billingInfo"): self._billing,
            ("serviceusage.googleapis.com", f"/v1/projects/{NUMBER}/services:batchGet"): self._services,
        }
        if asked.path.endswith(":testIamPermissions"):
            return {"permissions": self._tested(identity, asked.json["permissions"])}
        if asked.method != "GET":
            raise _error(405, "INVALID_ARGUMENT", "only questions are answered here")
        if "/keys/" in asked.path:
            return {"name": asked.path, "validAfterTime": self.key_made, "validBeforeTime": self.key_ends}
        answer = special.get((asked.host, asked.path))
        return answer(asked) if answer else self._thing(asked)

    def _thing(self, asked: Asked) -> Any:
        place = asked.host.removesuffix(".googleapis.com") + unquote(asked.path)
        if place not in self.things:
            raise _error(404, "NOT_FOUND", f"{unquote(asked.path)} was not found")
        found = self.things[place]
        key = LISTS.get(place)
        return found if key is None else _page(found, key, asked.query)

    def _project(self, _: Asked) -> Any:
        return {
            "name": f"projects/{NUMBER}",
            "projectId": PROJECT,
            "displayName": "Terrace Test",
            "state": self.state,
        }

    def _billing(self, _: Asked) -> Any:
        return {"projectId": PROJECT, "billingEnabled": self.billing}

    def _services(self, asked: Asked) -> Any:
        names = parse_qs(asked.raw_query)["names"]
        if len(names) > 20:
            raise _error(400, "INVALID_ARGUMENT", "too many names")
        return {"services": [{"name": name, "state": self._state_of(name)} for name in names]}

    def _state_of(self, name: str) -> str:
        return "DISABLED" if name.rpartition("/")[2] in self.off else "ENABLED"

    def _tested(self, identity: str, permissions: list[str]) -> list[str]:
        if len(permissions) > 100 or self.unknown & set(permissions):
            raise _error(400, "INVALID_ARGUMENT", "Permission x.y.z is not valid for this resource.")
        may = self.granted_to.get(identity, lambda _: True)
        return [name for name in permissions if name not in self.refused and may(name)]


APIS = (
    "artifactregistry", "bigquery", "cloudbilling", "cloudfunctions", "cloudkms", "cloudresourcemanager", "compute",
    "container", "dns", "iam", "pubsub", "run", "secretmanager", "serviceusage", "sqladmin", "storage", "vpcaccess",
)  # fmt: skip


@contextmanager
def machine(google: Google, email: str | None) -> Iterator[str]:
    """A machine's metadata server over plain HTTP, as google-auth asks it; its host and port. `email`: its service account."""
    account = {"email": email, "aliases": ["default"], "scopes": ["https://www.googleapis.com/auth/cloud-platform"]}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0].rstrip("/")
            ours = self.headers.get("Metadata-Flavor") == "Google" and email is not None
            if ours and re.fullmatch(r"/computeMetadata/v1/instance/service-accounts/[^/]+/token", path):
                token = google.issue(email or "")
                return self._say(200, {"access_token": token, "expires_in": 3599, "token_type": "Bearer"})
            if ours and path.startswith("/computeMetadata/v1/instance/service-accounts/"):
                return self._say(200, account)
            return self._say(404, {"error": "not found"})

        def _say(self, status: int, body: Any) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Metadata-Flavor", "Google")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """A test's output is not the place."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def word(key: Any, subject: str, audience: str, *, issuer: str, minutes: float = 10, **claims: Any) -> str:
    """A signed statement of somebody whom a provider may trust."""
    now = datetime.now(UTC)
    standard = {"iss": issuer, "sub": subject, "aud": audience, "iat": now, "exp": now + timedelta(minutes=minutes)}
    return jwt.encode({**claims, **standard}, key, algorithm="RS256")


def _subject(provider: Provider, token: str) -> str:
    if not provider.reachable:
        raise _oauth("invalid_grant", "Error connecting to the given credential's issuer.")
    try:
        claims = jwt.decode(
            token, provider.key, algorithms=["RS256"], audience=provider.audiences, issuer=provider.issuer
        )
    except jwt.InvalidAudienceError:
        aud = _unverified(token)[1].get("aud")
        raise _oauth(
            "invalid_grant", f"The audience in ID Token [{aud}] does not match the expected audience."
        ) from None
    except jwt.InvalidIssuerError:
        said = f"The issuer in ID Token {_unverified(token)[1].get('iss')} does not match the expected ones."
        raise _oauth("invalid_grant", said) from None
    except jwt.ExpiredSignatureError:
        raise _oauth("invalid_grant", "ID Token issued at 1795868400 is stale to sign-in.") from None
    except jwt.InvalidTokenError:
        raise _oauth("invalid_grant", "Invalid ID Token signature.") from None
    subject = str(claims["sub"])
    if len(subject.encode()) > SUBJECT_LIMIT:
        raise _oauth("invalid_request", "The size of mapped attribute google.subject exceeds the 127 bytes limit.")
    if not provider.condition(claims):
        raise _oauth("unauthorized_client", "The given credential is rejected by the attribute condition.")
    return subject


def _unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    return jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})


def _page(found: Mapping[str, Any], key: str, query: Mapping[str, str]) -> Any:
    """Lists come in pages of two."""
    items, start = found[key], int(query.get("pageToken") or 0)
    more = {"nextPageToken": str(start + 2)} if start + 2 < len(items) else {}
    return {**found, key: items[start : start + 2], **more}


def _oauth(code: str, said: str) -> Refused:
    return Refused(400, {"error": code, "error_description": said})


def _error(status: int, code: str, said: str, reason: str | None = None) -> Refused:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}
    details = {"details": [info]} if reason else {}
    return Refused(status, {"error": {"code": status, "message": said, "status": code, **details}})


def _off(api: str) -> Refused:
    said = (
        f"Some API has not been used in project {NUMBER} before or it is disabled. Enable it by visiting "
        f"https://console.developers.google.com/apis/api/{api}/overview?project={NUMBER} then retry."
    )
    return _error(403, "PERMISSION_DENIED", said, "SERVICE_DISABLED")
