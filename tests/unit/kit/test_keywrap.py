"""Keys that a key service wraps: Azure Key Vault and Google Cloud KMS, spoken to by the real libraries over TLS."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.kit import keywrap
from portal.kit.config import settings
from portal.kit.errors import ConfigurationError, Unavailable
from portal.kit.secrets import generate_key, keyring, new_key, wrapped
from tests.support import certificates
from tests.support.clouds.loopback import Answer, Asked, Loopback, standing_in

VAULT = "https://terrace.vault.azure.net/keys/portal/0123456789abcdef0123456789abcdef"
KMS = "projects/terrace-test/locations/europe/keyRings/portal/cryptoKeys/secrets"
ADDRESSES = [VAULT, KMS]
KEY = generate_key("k1")
TENANT = "00000000-0000-0000-0000-000000000002"


class KeyServices:
    """Both of them, and where they sign people in. Their cipher is XOR: what matters is who is asked for what."""

    def __init__(self) -> None:
        self.problems: list[Answer] = []
        self.tokens: set[str] = set()

    def hosts(self) -> dict[str, Callable[[Asked], Answer]]:
        return {
            "login.microsoftonline.com": self._entra,
            "terrace.vault.azure.net": self._vault,
            "oauth2.googleapis.com": self._google,
            "cloudkms.googleapis.com": self._kms,
        }

    def _entra(self, asked: Asked) -> Answer:
        if asked.path.endswith("/.well-known/openid-configuration"):
            base = f"https://login.microsoftonline.com/{TENANT}"
            return Answer({
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
            })  # fmt: skip
        if asked.path.endswith("/oauth2/v2.0/token"):
            assert asked.form["scope"] == "https://vault.azure.net/.default"
            return self._token()
        return Answer(
            {
                "tenant_discovery_endpoint": f"https://login.microsoftonline.com/{TENANT}/v2.0/.well-known/openid-configuration"
            }
        )

    def _google(self, asked: Asked) -> Answer:
        return self._token()

    def _token(self) -> Answer:
        token = f"token-{len(self.tokens)}"
        self.tokens.add(token)
        return Answer({"access_token": token, "expires_in": 3600, "token_type": "Bearer"})

    def _vault(self, asked: Asked) -> Answer:
        if (problem := self._refused(asked)) is not None:
            return problem
        assert asked.query == {"api-version": "7.4"}
        assert asked.json["alg"] == "RSA-OAEP-256"
        assert asked.path.rpartition("/")[0] == "/keys/portal/0123456789abcdef0123456789abcdef"
        data = base64.urlsafe_b64decode(asked.json["value"] + "==")
        value = base64.urlsafe_b64encode(_turned(data)).decode().rstrip("=")
        return Answer({"kid": VAULT, "value": value})

    def _kms(self, asked: Asked) -> Answer:
        if (problem := self._refused(asked)) is not None:
            return problem
        place, _, operation = asked.path.partition(":")
        given, wanted = {"encrypt": ("plaintext", "ciphertext"), "decrypt": ("ciphertext", "plaintext")}[operation]
        assert place == f"/v1/{KMS}"
        return Answer({wanted: base64.b64encode(_turned(base64.b64decode(asked.json[given]))).decode()})

    def _refused(self, asked: Asked) -> Answer | None:
        if asked.headers["authorization"].removeprefix("Bearer ") not in self.tokens:
            return Answer({"error": {"code": "Unauthorized"}}, 401)
        return self.problems.pop(0) if self.problems else None


def _turned(data: bytes) -> bytes:
    return bytes(byte ^ 0x5A for byte in data)


@pytest.fixture
def services(
    settings_env: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[KeyServices]:
    """Signed in to both: a service principal's secret for Azure, a service account's key for Google."""
    for name, value in (("TENANT_ID", TENANT), ("CLIENT_ID", "client"), ("CLIENT_SECRET", "canary-secret")):
        monkeypatch.setenv(f"AZURE_{name}", value)
    account = tmp_path / "account.json"
    account.write_text(certificates.service_account_key())
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(account))
    monkeypatch.setattr(keywrap, "PAUSE", 0.0)
    found = KeyServices()
    with standing_in(found.hosts(), tmp_path) as loopback:
        found.loopback = loopback  # type: ignore[attr-defined]
        yield found


def loopback_of(services: KeyServices) -> Loopback:
    return services.loopback  # type: ignore[attr-defined]


def use(settings_env: Callable[..., None], address: str | None, *texts: str) -> None:
    settings_env(TERRACE_SECRET_KEYS=" ".join(texts), TERRACE_SECRET_KEYS_WRAPPED_BY=address)


@pytest.mark.parametrize("address", ADDRESSES)
def test_plain_keys_become_wrapped_ones_that_read_the_same(
    services: KeyServices, settings_env: Callable[..., None], address: str
) -> None:
    use(settings_env, None, KEY)
    before = keyring().encrypt(b"x", label="c")
    kept = wrapped(settings(), address)
    assert KEY.partition(":")[2] not in kept[0]
    use(settings_env, address, *kept)
    assert keyring().decrypt(before, label="c") == b"x"
    use(settings_env, address, new_key(settings(), "k2"), *kept)
    assert (keyring().primary, keyring().decrypt(before, label="c")) == ("k2", b"x")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_process_asks_once_for_each_key(
    services: KeyServices, settings_env: Callable[..., None], address: str
) -> None:
    use(settings_env, None, KEY)
    kept = wrapped(settings(), address)
    use(settings_env, address, *kept)
    keyring()
    asked = len(loopback_of(services).asked)
    for _ in range(10):
        keyring().decrypt(keyring().encrypt(b"x", label="c"), label="c")
    assert len(loopback_of(services).asked) == asked


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (403, ConfigurationError, "may not use the key"),
        (404, ConfigurationError, "no such key"),
        (400, ConfigurationError, "wrapped by another one"),
        (302, ConfigurationError, "could not unwrap"),
        (429, Unavailable, "busy or broken"),
        (500, Unavailable, "busy or broken"),
    ],
)
def test_a_refusal_is_one_sentence_without_a_secret(
    services: KeyServices, settings_env: Callable[..., None], address: str, status: int, error: Any, said: str
) -> None:
    use(settings_env, address, KEY)
    services.problems = [Answer({"error": "x"}, status, {"Location": "https://elsewhere.example/"})] * keywrap.TRIES
    with pytest.raises(error, match=said) as caught:
        keyring()
    for secret in ("canary-secret", "token-", KEY.partition(":")[2]):
        assert secret not in caught.value.message


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_service_that_is_busy_for_a_moment_is_asked_again(
    services: KeyServices, settings_env: Callable[..., None], address: str
) -> None:
    use(settings_env, None, KEY)
    kept = wrapped(settings(), address)
    use(settings_env, address, *kept)
    services.problems = [Answer({}, 429), Answer({}, 503)]
    assert keyring().primary == "k1"


@pytest.mark.parametrize(
    "answer", [Answer(b"<html>"), Answer([]), Answer({"value": 3}), Answer({"value": "!", "plaintext": "!"})]
)
@pytest.mark.parametrize("address", ADDRESSES)
def test_garbage_is_no_key(
    services: KeyServices, settings_env: Callable[..., None], address: str, answer: Answer
) -> None:
    use(settings_env, address, KEY)
    services.problems = [answer]
    with pytest.raises((Unavailable, ConfigurationError)):
        keyring()


@pytest.mark.parametrize(
    "address",
    [
        "http://terrace.vault.azure.net/keys/portal/1",
        "https://terrace.vault.azure.net/secrets/portal/1",
        "https://terrace.vault.azure.net/keys/portal",
        "https://user@terrace.vault.azure.net/keys/portal/1",
        "projects/p/locations/l/keyRings/r",
        "projects/p/locations/l/keyRings/r/cryptoKeys/",
        "portal",
    ],
)
def test_an_address_that_is_no_key_is_refused_before_anything_is_sent(address: str) -> None:
    with pytest.raises(ConfigurationError, match="must be the address of a key"):
        keywrap.service_of(address)


def test_nothing_of_the_key_services_is_loaded_without_them() -> None:
    program = "import json, sys, portal.kit.encrypted; print(json.dumps(sorted(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
    assert not {"azure", "google.auth", "httpx", "portal.kit.keywrap"} & set(json.loads(loaded))
