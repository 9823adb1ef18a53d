"""What others call, gathered: the use cases are in sessions, tokens, users and first_admin."""

from __future__ import annotations

from portal.auth.first_admin import ensure_first_admin
from portal.auth.sessions import (
    actor_for_session,
    csrf_matches,
    list_sessions,
    revoke_sessions,
    sign_in,
    sign_out,
)
from portal.auth.tokens import actor_for_token, create_token, get_token, list_tokens, revoke_token
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

__all__ = [
    "COOKIE",
    "actor_for_session",
    "actor_for_token",
    "change_password",
    "create_token",
    "create_user",
    "csrf_matches",
    "ensure_first_admin",
    "find_by_email",
    "get_me",
    "get_token",
    "get_user",
    "list_sessions",
    "list_tokens",
    "list_users",
    "revoke_sessions",
    "revoke_token",
    "sign_in",
    "sign_out",
    "update_user",
]
