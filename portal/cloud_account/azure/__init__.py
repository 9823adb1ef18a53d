"""Azure, as a cloud of the portal: fulfils `portal.cloud_account.provider.Cloud` as a module."""

from __future__ import annotations

from typing import Final

from portal.cloud_account.azure.examination import examine, expires_at
from portal.cloud_account.azure.guide import METHODS
from portal.cloud_account.azure.lookups import KINDS, lookup
from portal.cloud_account.azure.methods import CREDENTIALS, check
from portal.cloud_account.azure.names import name_available
from portal.cloud_account.azure.quota import quota_left
from portal.cloud_account.azure.settings import INPUTS, Settings
from portal.cloud_account.azure.terraform import environment
from portal.cloud_account.azure.tool import access as tool_access

name: Final = "azure"
title: Final = "Azure"
settings_inputs: Final = INPUTS
methods: Final = METHODS
LOOKUPS: Final = KINDS

__all__ = [
    "CREDENTIALS", "LOOKUPS", "Settings", "check", "environment", "examine", "expires_at", "lookup", "methods", "name",
    "name_available", "quota_left", "settings_inputs", "title", "tool_access",
]  # fmt: skip
