"""Key services: a key of theirs wraps ours, so that what is configured is worth nothing without their consent.

`KeyService` is all that is asked of one. Its libraries and the signing in are loaded when the first key is unwrapped, and a
process asks once for each key: what is unwrapped stays in memory, and a service that is away later stops nobody.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import quote, urlsplit

from portal.kit.errors import ConfigurationError, TerraceError, Unavailable

SECONDS: Final = 10.0
TRIES: Final = 3
PAUSE: Final = 1.0
_AZURE_API: Final = "7.4"
_AZURE_ALGORITHM: Final = "RSA-OAEP-256"
_GOOGLE: Final = "https://cloudkms.googleapis.com/v1/"
_GOOGLE_SCOPE: Final = "https://www.googleapis.com/auth/cloudkms"
_FORMS: Final = (
    "TERRACE_SECRET_KEYS_WRAPPED_BY must be the address of a key: https://NAME.vault.azure.net/keys/KEY/VERSION, or "
    "projects/P/locations/L/keyRings/R/cryptoKeys/K."
)


class KeyService(Protocol):
    """Wraps and unwraps a few bytes. ConfigurationError when it will not, Unavailable when it does not answer."""

    def wrap(self, plaintext: bytes) -> bytes: ...

    def unwrap(self, wrapped: bytes) -> bytes: ...


def service_of(address: str) -> KeyService:
    """The service that has the key at this address."""
    if address.startswith(("projects/", _GOOGLE)):
        return GoogleKms(_google_name(address.removeprefix(_GOOGLE)))
    parts = urlsplit(address)
    words = parts.path.strip("/").split("/")
    if parts.scheme != "https" or not parts.hostname or parts.username or len(words) != 3 or words[0] != "keys":
        raise ConfigurationError(_FORMS)
    return AzureKeyVault(f"https://{parts.netloc}/{'/'.join(words)}", parts.hostname)


def _google_name(name: str) -> str:
    words = name.split("/")
    if len(words) != 8 or words[::2] != ["projects", "locations", "keyRings", "cryptoKeys"] or not all(words):
        raise ConfigurationError(_FORMS)
    return quote(name)


@dataclass(frozen=True, slots=True)
class AzureKeyVault:
    """A key of Azure Key Vault or Managed HSM, one version of it. Needs the rights wrapKey and unwrapKey, or "Crypto User"."""

    address: str
    host: str

    def wrap(self, plaintext: bytes) -> bytes:
        return self._asked("wrapkey", plaintext)

    def unwrap(self, wrapped: bytes) -> bytes:
        return self._asked("unwrapkey", wrapped)

    def _asked(self, operation: str, data: bytes) -> bytes:
        body = {"alg": _AZURE_ALGORITHM, "value": base64.urlsafe_b64encode(data).decode().rstrip("=")}
        address = f"{self.address}/{operation}?api-version={_AZURE_API}"
        answer = _post("Azure Key Vault", address, _azure_token(self.host), body)
        return _bytes("Azure Key Vault", answer, "value", urlsafe=True)


@dataclass(frozen=True, slots=True)
class GoogleKms:
    """A symmetric key of Google Cloud KMS. Needs the role "Cloud KMS CryptoKey Encrypter/Decrypter"."""

    name: str

    def wrap(self, plaintext: bytes) -> bytes:
        return self._asked("encrypt", "plaintext", plaintext, "ciphertext")

    def unwrap(self, wrapped: bytes) -> bytes:
        return self._asked("decrypt", "ciphertext", wrapped, "plaintext")

    def _asked(self, operation: str, given: str, data: bytes, wanted: str) -> bytes:
        body = {given: base64.b64encode(data).decode()}
        answer = _post("Google Cloud KMS", f"{_GOOGLE}{self.name}:{operation}", _google_token(), body)
        return _bytes("Google Cloud KMS", answer, wanted, urlsafe=False)


def _azure_token(host: str) -> str:
    """A token for the vault's own cloud, by whatever identity this process has."""
    from azure.core.exceptions import AzureError
    from azure.identity import DefaultAzureCredential

    # vault.azure.net, vault.azure.cn, vault.usgovcloudapi.net, managedhsm.azure.net: the host without its first word.
    scope = f"https://{host.partition('.')[2]}/.default"
    options: dict[str, Any] = {
        "exclude_interactive_browser_credential": True,
        "exclude_shared_token_cache_credential": True,
        "exclude_visual_studio_code_credential": True,
        "exclude_developer_cli_credential": True,
        "exclude_powershell_credential": True,
    }
    try:
        return DefaultAzureCredential(**options).get_token(scope).token
    except AzureError as error:
        raise ConfigurationError(
            f"This process cannot sign in to Azure to unwrap its keys: {_first_line(error)}"
        ) from None


def _google_token() -> str:
    """A token by application default credentials."""
    import google.auth
    from google.auth.exceptions import GoogleAuthError, TransportError
    from google.auth.transport.requests import Request

    try:
        credentials: Any = google.auth.default(scopes=[_GOOGLE_SCOPE])[0]
        credentials.refresh(Request())
    except TransportError as error:
        raise Unavailable(f"Google's sign-in does not answer: {_first_line(error)}") from None
    except GoogleAuthError as error:
        raise ConfigurationError(
            f"This process cannot sign in to Google Cloud to unwrap its keys: {_first_line(error)}"
        ) from None
    return str(credentials.token)


def _post(service: str, address: str, token: str, body: Mapping[str, str]) -> Any:
    """What the service answers; again, a few times, while it is busy or away."""
    import httpx

    problem: TerraceError = Unavailable(f"{service} does not answer.")
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE * attempt)
        try:
            answer = httpx.post(
                address,
                json=body,
                headers={"Authorization": f"Bearer {token}"},
                timeout=SECONDS,
                follow_redirects=False,
            )
        except httpx.HTTPError as error:
            problem = Unavailable(f"{service} does not answer: {type(error).__name__}.")
            continue
        if answer.status_code == 200:
            return _json(service, answer.content)
        problem = _refusal(service, answer.status_code)
        if answer.status_code != 429 and answer.status_code < 500:
            break
    raise problem


def _refusal(service: str, status: int) -> TerraceError:
    if status == 429 or status >= 500:
        return Unavailable(f"{service} is busy or broken ({status}). Try again in a moment.")
    if status in (401, 403):
        return ConfigurationError(
            f"{service} refuses ({status}): this process's identity may not use the key that wraps its keys."
        )
    if status == 404:
        return ConfigurationError(f"{service} has no such key. Is TERRACE_SECRET_KEYS_WRAPPED_BY right?")
    return ConfigurationError(f"{service} could not unwrap a key ({status}). Was it wrapped by another one?")


def _json(service: str, content: bytes) -> Any:
    import json

    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise Unavailable(f"{service} gave an answer that is not JSON. Is a proxy in between?") from None


def _bytes(service: str, answer: Any, name: str, *, urlsafe: bool) -> bytes:
    text = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(text, str):
        raise Unavailable(f"{service} gave an answer without {name}.")
    try:
        padded = text + "=" * (-len(text) % 4)
        return base64.urlsafe_b64decode(padded) if urlsafe else base64.b64decode(padded, validate=True)
    except ValueError:
        raise Unavailable(f"{service} gave an answer that cannot be read.") from None


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:300]
