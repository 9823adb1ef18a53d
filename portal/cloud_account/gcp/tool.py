"""What `gcloud` needs to act for an account, out of what the google provider is given for it. Pure.

`gcloud` takes any of its properties as `CLOUDSDK_<SECTION>_<NAME>`, a credential file among them, so nobody signs in. Source: the
reference of gcloud's properties (`gcloud topic configurations`).
"""

from __future__ import annotations

from typing import Final

from portal.cloud_account.schemas import AccountEnvironment
from portal.cloud_account.tool import SECRETS_FOLDER, ToolAccess

CONFIG: Final = "gcloud"
_SETTINGS: Final = {
    "CLOUDSDK_CONFIG": f"{SECRETS_FOLDER}/{CONFIG}",
    "CLOUDSDK_CORE_DISABLE_PROMPTS": "1",
    "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "1",
    "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK": "1",
}
_SAME: Final = {
    "GOOGLE_PROJECT": "CLOUDSDK_CORE_PROJECT",
    "GOOGLE_REGION": "CLOUDSDK_COMPUTE_REGION",
    "GOOGLE_ZONE": "CLOUDSDK_COMPUTE_ZONE",
    "GOOGLE_BILLING_PROJECT": "CLOUDSDK_BILLING_QUOTA_PROJECT",
    "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT": "CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT",
    "GCE_METADATA_HOST": "GCE_METADATA_HOST",
}


def access(account: AccountEnvironment) -> ToolAccess:
    """Variables and files; the machine's own identity needs neither."""
    env = {**_SETTINGS, **{name: account.env[given] for given, name in _SAME.items() if given in account.env}}
    login = account.files.get("GOOGLE_CREDENTIALS")
    if login is None:
        return ToolAccess(env, folders={CONFIG: {}})
    env["CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE"] = f"{SECRETS_FOLDER}/login.json"
    return ToolAccess(env, {"login.json": login}, {CONFIG: {}})
