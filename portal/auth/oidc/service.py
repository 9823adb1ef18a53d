"""What others call, gathered."""

from __future__ import annotations

from portal.auth.oidc.environment import ensure_from_environment
from portal.auth.oidc.flow import COOKIE, SECONDS, begin, begin_link, end, limit
from portal.auth.oidc.identities import mine, remove
from portal.auth.oidc.logout import address_after, end_from_provider
from portal.auth.oidc.policy import change as change_policy
from portal.auth.oidc.policy import read as read_policy
from portal.auth.oidc.policy import switch_on
from portal.auth.oidc.presets import kinds
from portal.auth.oidc.providers import (
    any_works,
    buttons,
    create_provider,
    delete_provider,
    get_provider,
    list_providers,
    role_choices,
    test_provider,
    update_provider,
)

__all__ = [
    "COOKIE",
    "SECONDS",
    "address_after",
    "any_works",
    "begin",
    "begin_link",
    "buttons",
    "change_policy",
    "create_provider",
    "delete_provider",
    "end",
    "end_from_provider",
    "ensure_from_environment",
    "get_provider",
    "kinds",
    "limit",
    "list_providers",
    "mine",
    "read_policy",
    "remove",
    "role_choices",
    "switch_on",
    "test_provider",
    "update_provider",
]
