"""What the Azure CLI (`az`) needs to act for an account, out of what azurerm is given for it. Pure.

`az` reads none of azurerm's variables: it is signed in first, in a folder of the run's own. A secret is told to it as `@file`,
which `az` reads by itself, so that none is on a command line. Source: the Azure CLI's reference of `az login`.
"""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from portal.cloud_account.schemas import AccountEnvironment
from portal.cloud_account.tool import SECRETS_FOLDER, Fetch, ToolAccess

CONFIG: Final = "azure"
_CLOUDS: Final = {"public": "AzureCloud", "usgovernment": "AzureUSGovernment", "china": "AzureChinaCloud"}
_SETTINGS: Final = {
    "AZURE_CONFIG_DIR": f"{SECRETS_FOLDER}/{CONFIG}",
    "AZURE_CORE_COLLECT_TELEMETRY": "false",
    "AZURE_CORE_LOGIN_EXPERIENCE_V2": "off",
    "AZURE_CORE_NO_COLOR": "true",
    "AZURE_CORE_ONLY_SHOW_ERRORS": "true",
    "AZURE_CORE_OUTPUT": "json",
}


def access(account: AccountEnvironment) -> ToolAccess:
    """Variables, files and the commands that sign in."""
    if "AZURE_CONFIG_DIR" in account.folders:
        # A copy of the login that the machine has: there is nothing left to sign in with.
        return ToolAccess(dict(_SETTINGS), folders={CONFIG: account.folders["AZURE_CONFIG_DIR"]})
    login, files, fetched = _login(account)
    name = _CLOUDS.get(account.env["ARM_ENVIRONMENT"], account.env["ARM_ENVIRONMENT"])
    first = ("cloud", "set", "--name", name)
    last = ("account", "set", "--subscription", account.env["ARM_SUBSCRIPTION_ID"])
    return ToolAccess(dict(_SETTINGS), files, {CONFIG: {}}, fetched, (first, login, last))


def _login(account: AccountEnvironment) -> tuple[tuple[str, ...], dict[str, bytes], dict[str, Fetch]]:
    env, files = account.env, account.files
    if env.get("ARM_USE_MSI") == "true":
        own = ("--client-id", env["ARM_CLIENT_ID"]) if "ARM_CLIENT_ID" in env else ()
        return ("login", "--identity", *own), {}, {}
    base = (
        "login", "--service-principal", "--username", env["ARM_CLIENT_ID"], "--tenant", env["ARM_TENANT_ID"]
    )  # fmt: skip
    if "ARM_CLIENT_SECRET_FILE_PATH" in files:
        written = {"client-secret": files["ARM_CLIENT_SECRET_FILE_PATH"]}
        return (*base, "--password", f"@{SECRETS_FOLDER}/client-secret"), written, {}
    if "ARM_CLIENT_CERTIFICATE_PATH" in files:
        password = env.get("ARM_CLIENT_CERTIFICATE_PASSWORD", "")
        written = {"client.pem": _pem(files["ARM_CLIENT_CERTIFICATE_PATH"], password)}
        return (*base, "--certificate", f"{SECRETS_FOLDER}/client.pem"), written, {}
    if "ARM_OIDC_TOKEN_FILE_PATH" in env:
        return (*base, "--federated-token", f"@{env['ARM_OIDC_TOKEN_FILE_PATH']}"), {}, {}
    fetched = {"statement": Fetch(env["ARM_OIDC_REQUEST_URL"], env["ARM_OIDC_REQUEST_TOKEN"])}
    return (*base, "--federated-token", f"@{SECRETS_FOLDER}/statement"), {}, fetched


def _pem(pfx: bytes, password: str) -> bytes:
    """Key and certificate, as `az` takes them."""
    key, certificate, others = pkcs12.load_key_and_certificates(pfx, password.encode() or None)
    if key is None or certificate is None:
        raise ValueError("the PKCS#12 file holds no key or no certificate")
    parts = [key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())]
    return b"".join([*parts, *(item.public_bytes(Encoding.PEM) for item in (certificate, *others))])
