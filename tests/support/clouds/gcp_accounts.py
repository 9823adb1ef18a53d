"""Accounts of Google Cloud in every way to sign in, and a stand-in that knows them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import rsa

from portal.cloud_account.schemas import Given
from tests.support.certificates import key, service_account_key
from tests.support.clouds.gcp import NUMBER, PROJECT, PROVIDER, Google, Provider, word
from tests.support.clouds.loopback import Answer, Responder

DEPLOYER: Final = f"deployer@{PROJECT}.iam.gserviceaccount.com"
TARGET: Final = f"terrace@{PROJECT}.iam.gserviceaccount.com"
READER: Final = f"terrace-plan@{PROJECT}.iam.gserviceaccount.com"
MACHINE: Final = f"workers@{PROJECT}.iam.gserviceaccount.com"
KEY_ID: Final = "0123456789abcdef"
PORTAL: Final = "https://portal.example.com"
CLUSTER: Final = "https://cluster.example.com"
WORKERS: Final = f"projects/{NUMBER}/locations/global/workloadIdentityPools/workers/providers/cluster"
SUBJECT: Final = "account:google:phase:lookup"
SETTINGS: Final = {"project": PROJECT, "region": "europe-west1", "zone": "europe-west1-b"}
REFRESH: Final = "1//refresh-canary-of-a-person"


def google() -> Google:
    """A project that trusts the key, the portal and the cluster of this module."""
    pool = f"principal://iam.googleapis.com/{PROVIDER.partition('/providers/')[0]}/subject/"
    workers = f"principal://iam.googleapis.com/{WORKERS.partition('/providers/')[0]}/subject/system:workers"
    sources = (DEPLOYER, MACHINE, pool + SUBJECT, workers, "person@example.com")
    return Google(
        keys={(DEPLOYER, KEY_ID): key().public_key()},
        refresh_tokens={REFRESH: "person@example.com"},
        providers={
            PROVIDER: Provider(PORTAL, key().public_key()),
            WORKERS: Provider(CLUSTER, key().public_key(), (f"https://iam.googleapis.com/{WORKERS}",)),
        },
        accounts={TARGET, READER},
        may_act={(source, target) for source in sources for target in (TARGET, READER)},
    )


def others() -> dict[str, Responder]:
    """Hosts that are not Google's: the portal's own, and one that takes whatever it is sent."""
    token = {
        "access_token": "theirs",
        "expires_in": 3600,
        "accessToken": "theirs",
        "expireTime": "2099-01-01T00:00:00Z",
    }
    return {"attacker.example.com": lambda _: Answer(token), "portal.example.com": lambda _: Answer({}, 404)}


def with_key(info: str | None = None, **settings: Any) -> Given:
    return Given({**SETTINGS, **settings}, {"method": "service_account_key", "key": info or service_account_key()})


def with_portal(**settings: Any) -> Given:
    return Given({**SETTINGS, **settings}, {"method": "portal_identity", "provider": PROVIDER})


def with_file(folder: Path, token: str | None = None, **settings: Any) -> Given:
    """Federation whose token is in a file, as `gcloud … create-cred-config` writes it."""
    path = folder / "token"
    path.write_text(token or word(key(), "system:workers", f"https://iam.googleapis.com/{WORKERS}", issuer=CLUSTER))
    return Given({**SETTINGS, **settings}, {"method": "workload_identity", "configuration": configuration(path)})


def configuration(token_file: Path, **changes: Any) -> str:
    found = {
        "universe_domain": "googleapis.com",
        "type": "external_account",
        "audience": f"//iam.googleapis.com/{WORKERS}",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": "https://sts.googleapis.com/v1/token",
        "credential_source": {"file": str(token_file)},
    }
    return json.dumps({**found, **changes})


def with_machine(method: str = "application_default", **settings: Any) -> Given:
    return Given({**SETTINGS, **settings}, {"method": method})


def persons_login() -> str:
    """What `gcloud auth application-default login` leaves behind."""
    client = {"client_id": "1.apps.googleusercontent.com", "client_secret": "client-secret-canary"}
    return json.dumps({"type": "authorized_user", "refresh_token": REFRESH, **client})


def says(
    subject: str = SUBJECT, *, signer: rsa.RSAPrivateKey | None = None, issuer: str = PORTAL, minutes: float = 10
) -> Any:
    """The portal's word for any audience."""

    def assertion(audience: str) -> str:
        return word(signer or key(), subject, audience, issuer=issuer, minutes=minutes)

    return assertion
