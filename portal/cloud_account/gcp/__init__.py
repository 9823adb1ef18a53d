"""Google Cloud: how an account signs in (google-auth), what Terraform's google provider is handed, what can be looked up."""

from __future__ import annotations

from datetime import datetime

from portal.cloud_account.gcp import forms, settings
from portal.cloud_account.gcp.credentials import CREDENTIALS, check
from portal.cloud_account.gcp.environment import environment
from portal.cloud_account.gcp.examine import examine
from portal.cloud_account.gcp.lookups import LOOKUPS, lookup
from portal.cloud_account.gcp.names import name_available
from portal.cloud_account.gcp.quotas import quota_left
from portal.cloud_account.gcp.settings import Settings
from portal.cloud_account.gcp.tool import access as tool_access
from portal.cloud_account.schemas import Given

__all__ = [
    "CREDENTIALS", "LOOKUPS", "Settings", "check", "environment", "examine", "expires_at", "lookup", "methods", "name",
    "name_available", "quota_left", "settings_inputs", "title", "tool_access",
]  # fmt: skip

name = "gcp"
title = "Google Cloud"
settings_inputs = settings.INPUTS
methods = forms.METHODS


def expires_at(given: Given) -> datetime | None:
    """Nothing here says when it ends: a key only in IAM, which `examine` asks, and the rest are fresh every time."""
    return None
