"""What others call, gathered: the use cases are in sessions, tokens, users, roles, service accounts and first_admin."""

from __future__ import annotations

from portal.auth.custom_roles import create_role, delete_role, get_role, list_actions, list_roles, update_role
from portal.auth.first_admin import ensure_first_admin
from portal.auth.oversight import details, standings
from portal.auth.service_accounts import (
    create_service_account,
    get_service_account,
    list_service_accounts,
    update_service_account,
)
from portal.auth.sessions import (
    actor_for_session,
    csrf_matches,
    finish_sign_in,
    list_sessions,
    open_for,
    revoke_sessions,
    sign_in,
    sign_out,
)
from portal.auth.tokens import actor_for_token, create_token, get_token, list_tokens, revoke_token, tokens_of
from portal.auth.users import (
    change_password,
    create_user,
    find_by_email,
    get_me,
    get_user,
    list_users,
    update_user,
)

COOKIE = "terrace_session"
HALF_COOKIE = "terrace_half"
"""Of somebody who owes the second step."""
BROWSER_COOKIE = "terrace_browser"
"""By which a browser is known again."""

__all__ = [
    "BROWSER_COOKIE",
    "COOKIE",
    "HALF_COOKIE",
    "actor_for_session",
    "actor_for_token",
    "change_password",
    "create_role",
    "create_service_account",
    "create_token",
    "create_user",
    "csrf_matches",
    "delete_role",
    "details",
    "ensure_first_admin",
    "find_by_email",
    "finish_sign_in",
    "get_me",
    "get_role",
    "get_service_account",
    "get_token",
    "get_user",
    "list_actions",
    "list_roles",
    "list_service_accounts",
    "list_sessions",
    "list_tokens",
    "list_users",
    "open_for",
    "revoke_sessions",
    "revoke_token",
    "sign_in",
    "sign_out",
    "standings",
    "tokens_of",
    "update_role",
    "update_service_account",
    "update_user",
]
