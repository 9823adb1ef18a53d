"""Azure, as a cloud of the portal: fulfils `portal.cloud_account.provider.Cloud` as a module."""

from __future__ import annotations

from typing import Final

from portal.cloud_account.azure import manager
from portal.cloud_account.azure.examination import examine, expires_at
from portal.cloud_account.azure.guide import METHODS
from portal.cloud_account.azure.lookups import KINDS, lookup
from portal.cloud_account.azure.methods import CREDENTIALS, check
from portal.cloud_account.azure.names import name_available
from portal.cloud_account.azure.quota import quota_left
from portal.cloud_account.azure.settings import INPUTS, Settings
from portal.cloud_account.azure.sign_in import sign_in
from portal.cloud_account.azure.terraform import environment
from portal.cloud_account.schemas import Given
from portal.kit.errors import Unavailable

name: Final = "azure"
title: Final = "Azure"
settings_inputs: Final = INPUTS
methods: Final = METHODS
LOOKUPS: Final = KINDS

__all__ = [
    "CREDENTIALS", "LOOKUPS", "Settings", "check", "environment", "examine", "expires_at", "lookup", "methods", "name",
    "name_available", "obtain_token", "quota_left", "settings_inputs", "title",
]  # fmt: skip


def obtain_token(given: Given) -> None:
    """Whether the credentials work now."""

    def unsigned(_audience: str) -> str:
        raise Unavailable("This way to sign in is tried by a test of the account.")

    sign_in(manager.who(given, unsigned, reads=False))
