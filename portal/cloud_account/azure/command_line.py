"""The login of `az` on this machine, cut down to one subscription for a run.

azurerm signs in by running `az account get-access-token`, and `az` writes into its own folder. A run gets a copy with only the
entries of its subscription and its user: it can neither log the machine out, nor use another login, nor leave an extension
behind that the next run's `az` would execute.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from portal.cloud_account.azure.settings import Settings
from portal.kit.errors import Unavailable

PROFILE: Final = "azureProfile.json"
USER_TOKENS: Final = "msal_token_cache.json"
APPLICATIONS: Final = "service_principal_entries.json"
LARGEST: Final = 4 << 20
_SECRET_NAMES: Final = frozenset({"secret", "client_secret", "client_assertion"})


def folder() -> Path:
    """Where `az` of this process keeps its login."""
    return Path(os.environ.get("AZURE_CONFIG_DIR") or Path.home() / ".azure")


def copy(settings: Settings) -> dict[str, bytes]:
    """The files of the login for this subscription; Unavailable when `az` is not signed in to it here."""
    profile = _profile(settings)
    user = profile["subscriptions"][0].get("user") or {}
    name = str(user.get("name", ""))
    contents: dict[str, Any] = {PROFILE: profile}
    if user.get("type") == "servicePrincipal":
        contents[APPLICATIONS] = _of_application(name, str(settings.tenant_id))
    else:
        contents[USER_TOKENS] = _of_user(_read(USER_TOKENS, dict), name)
    # `az cloud set` writes this name; without it `az` takes the public cloud.
    cloud = f"[cloud]\nname = {settings.cloud.command}\n[core]\ncollect_telemetry = false\n"
    return {"config": cloud.encode(), **{name: json.dumps(value).encode() for name, value in contents.items()}}


def secrets() -> frozenset[str]:
    """Every secret of this machine's login, for redaction; none when there is no login here."""
    found: set[str] = set()
    for name in (USER_TOKENS, APPLICATIONS):
        _collect(_loaded(folder() / name), found)
    return frozenset(found)


def secrets_in(contents: dict[str, bytes]) -> frozenset[str]:
    """The secrets of a copy."""
    found: set[str] = set()
    for name in (USER_TOKENS, APPLICATIONS):
        _collect(json.loads(contents.get(name, b"null")), found)
    return frozenset(found)


def _profile(settings: Settings) -> dict[str, Any]:
    wanted, tenant = str(settings.subscription_id), str(settings.tenant_id)
    for item in _read(PROFILE, dict).get("subscriptions") or ():
        if str(item.get("id", "")).lower() == wanted:
            if str(item.get("tenantId", "")).lower() != tenant:
                raise Unavailable(
                    f"The Azure CLI here knows the subscription {wanted} in another tenant than {tenant}."
                )
            return {"installationId": "", "subscriptions": [{**item, "isDefault": True}]}
    raise Unavailable(
        f"The Azure CLI on this machine is not signed in to the subscription {wanted}. "
        f"Run `az login --tenant {tenant}` there as the worker's user."
    )


def _of_application(name: str, tenant: str) -> list[Any]:
    """The entry of one service principal. None for a machine's own identity, which `az` keeps no secret for."""
    if name in ("systemAssignedIdentity", "userAssignedIdentity"):
        return []
    entries = [
        item for item in _read(APPLICATIONS, list) if (item.get("client_id"), item.get("tenant")) == (name, tenant)
    ]
    if any("certificate" in item for item in entries):
        raise Unavailable(
            "The Azure CLI on this machine is signed in with a certificate's file, which a run does not get to see. "
            "Choose the method client_certificate instead."
        )
    return entries


def _of_user(cache: dict[str, Any], name: str) -> dict[str, Any]:
    """The refresh tokens and the account of one user. Access tokens stay out: `az` gets a new one."""
    accounts = {key: item for key, item in (cache.get("Account") or {}).items() if item.get("username") == name}
    home = {item.get("home_account_id") for item in accounts.values()}
    kept = {
        kind: {key: item for key, item in (cache.get(kind) or {}).items() if item.get("home_account_id") in home}
        for kind in ("RefreshToken", "IdToken")
    }
    return {"Account": accounts, **kept, "AppMetadata": cache.get("AppMetadata") or {}, "AccessToken": {}}


def _read(name: str, kind: type[Any]) -> Any:
    found = _loaded(folder() / name)
    if not isinstance(found, kind):
        raise Unavailable(
            f"There is no login of the Azure CLI in {folder()} on this machine. Run `az login` there as the worker's user."
        )
    return found


def _loaded(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            # `az` writes the profile with a byte order mark.
            return json.loads(file.read(LARGEST).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None


def _collect(value: Any, found: set[str]) -> None:
    if isinstance(value, dict):
        found |= {str(item) for name, item in value.items() if name in _SECRET_NAMES and isinstance(item, str) and item}
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _collect(item, found)
