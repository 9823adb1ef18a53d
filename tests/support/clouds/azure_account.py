"""An Azure account of a test, as it is stored, and the cloud that it reaches."""

from __future__ import annotations

from typing import Any, Final

from portal.cloud_account import azure
from portal.cloud_account.provider import RunIdentity
from portal.cloud_account.schemas import Given
from portal.kit.errors import Unavailable
from portal.kit.secrets import Masked
from tests.support.clouds.azure import OWNER, Application, Azure
from tests.support.clouds.azure import azure as an_azure

SUBSCRIPTION: Final = "00000000-0000-0000-0000-00000000000a"
TENANT: Final = "00000000-0000-0000-0000-00000000000b"
CLIENT: Final = "00000000-0000-0000-0000-00000000000c"
PLANS: Final = "00000000-0000-0000-0000-00000000000d"
CANARY: Final = "canary-4be1~secret"
SETTINGS: Final = {"subscription_id": SUBSCRIPTION, "tenant_id": TENANT, "client_id": CLIENT}


def given(method: str = "client_secret", /, *, settings: dict[str, Any] | None = None, **credentials: Any) -> Given:
    """Settings and credentials, checked and stored as the service does it."""
    if method == "client_secret":
        credentials = {"client_secret": CANARY, **credentials}
    kept = azure.Settings.model_validate({**SETTINGS, **(settings or {})})
    checked = azure.CREDENTIALS.validate_python({"method": method, **credentials})
    azure.check(kept, checked)
    return Given(kept.model_dump(mode="json", exclude_none=True), checked.model_dump(mode="json"))


def cloud() -> Azure:
    """One tenant and subscription, and an application that owns it."""
    found = an_azure(TENANT, SUBSCRIPTION)
    found.entra.applications[CLIENT] = Application("object-1", secret=CANARY)
    found.manager.roles["object-1"] = [OWNER]
    return found


def unsigned(_audience: str) -> str:
    """For accounts that never ask the portal for its word."""
    raise Unavailable("nobody signs here")


def run(phase: Any = "apply", address: str = "https://portal.example/api/v1/identity/token?run=run-1") -> RunIdentity:
    """One phase of one run."""
    return RunIdentity(phase, address, Masked("the-runs-bearer"))
