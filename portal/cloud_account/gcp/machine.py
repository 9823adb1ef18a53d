"""The login of the machine itself (application default credentials), found as google-auth and the google provider find it.

A run's Terraform has a home of its own and none of the worker's variables, so it would not find the file: it is handed over.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from portal.cloud_account.gcp.credentials import parsed
from portal.kit.errors import Unavailable

FILE: Final = "GOOGLE_APPLICATION_CREDENTIALS"
NAME: Final = "application_default_credentials.json"
METADATA: Final = ("GCE_METADATA_HOST", "GCE_METADATA_ROOT")
LARGEST: Final = 64 * 1024
SECRETS: Final = frozenset({"private_key", "client_secret", "refresh_token"})


def login(environ: Mapping[str, str] = os.environ) -> bytes | None:
    """The file of the machine's login, or None when only a metadata server can know. Unavailable when it cannot be read."""
    named = environ.get(FILE)
    path = Path(named) if named else _gcloud(environ) / NAME
    try:
        with path.open("rb") as file:
            return file.read(LARGEST)
    except FileNotFoundError:
        if named:
            raise Unavailable(f"{FILE} names a file that is not on this machine.") from None
        return None
    except OSError as error:
        raise Unavailable(f"The login of this machine cannot be read: {type(error).__name__}.") from error


def metadata_host(environ: Mapping[str, str] = os.environ) -> str | None:
    """Where the machine's metadata server is said to be, if not at its usual address."""
    return next((environ[name] for name in METADATA if environ.get(name)), None)


def secrets_in(login: bytes) -> set[str]:
    """Everything in the login that proves who one is."""
    try:
        return set(_secrets(parsed(login.decode())))
    except ValueError:
        return set()


def _secrets(value: Any) -> Iterator[str]:
    for name, inner in value.items() if isinstance(value, dict) else ():
        if name in SECRETS and isinstance(inner, str) and inner:
            yield inner
        yield from _secrets(inner)


def _gcloud(environ: Mapping[str, str]) -> Path:
    chosen = environ.get("CLOUDSDK_CONFIG")
    return Path(chosen) if chosen else Path(environ.get("HOME") or Path.home()) / ".config" / "gcloud"
