"""The lock after many wrong passwords on one account, from whatever addresses they come.

The throttle (portal/auth/throttle.py) stops one address; this stops many together. It is a lock that a stranger can cause, so
it is short, grows slowly, ends by itself, and does not concern a browser that this user has signed in with before: such a
browser holds a sealed cookie that says so. Guessing from there is limited by the throttle alone.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import account_repository, permissions, repository, roles
from portal.auth.schemas import SYSTEM, Actor
from portal.kit import secrets
from portal.kit.clock import now
from portal.kit.errors import NotFound

FREE = 20
"""Wrong passwords before the first lock."""
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)
"""After this long without a failure counting begins anew."""
KNOWN_FOR = timedelta(days=180)
_LABEL = "browser.cookie"


def is_locked(session: Session, user_id: str) -> bool:
    """Whether no password of this account is looked at now."""
    row = account_repository.find_lock(session, user_id)
    return row is not None and row.locked_until is not None and now() < row.locked_until


def note_failure(session: Session, user_id: str) -> None:
    """Count a wrong password; from the twentieth on each locks the account for twice as long as the one before."""
    at = now()
    row = account_repository.hold_lock(session, user_id, at)
    row.failures = row.failures + 1 if at - row.failed_at < FORGOTTEN_AFTER else 1
    row.failed_at = at
    if row.failures >= FREE:
        row.locked_until = at + lock_length(row.failures)
        detail = {"failures": row.failures, "until": row.locked_until.isoformat()}
        audit.record(session, SYSTEM, "user.lock", object_kind="user", object_id=user_id, detail=detail)
    session.add(row)


def lock_length(failures: int) -> timedelta:
    """How long the failure with this number locks the account."""
    doublings = min(max(failures - FREE, 0), 16)
    return min(SHORTEST * 2**doublings, LONGEST)


def clear(session: Session, user_id: str) -> bool:
    """Forget failures and lock. Whether there was anything."""
    return account_repository.delete_lock(session, user_id)


def unlock(session: Session, actor: Actor, user_id: str) -> None:
    """An administrator lifts the lock."""
    permissions.require(actor, "user.manage")
    user = repository.find_user(session, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    roles.require_may_manage(session, actor, user.role)
    if clear(session, user_id):
        audit.record(session, actor, "user.unlock", object_kind="user", object_id=user_id, detail={"email": user.email})


def known_browser(user_id: str, at: datetime) -> str:
    """What a browser keeps to be known again by: sealed, so that nobody makes one up."""
    sealed = secrets.keyring().encrypt(f"{int(at.timestamp())} {user_id}".encode(), label=_LABEL)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def is_known_browser(cookie: str | None, user_id: str) -> bool:
    """Whether the cookie says that this user has signed in with this browser lately."""
    try:
        raw = base64.urlsafe_b64decode((cookie or "") + "=" * (-len(cookie or "") % 4))
        began, _, owner = secrets.keyring().decrypt(raw, label=_LABEL).decode().partition(" ")
    except (ValueError, secrets.DecryptionError):
        return False
    is_fresh = now().timestamp() - int(began) < KNOWN_FOR.total_seconds()
    return is_fresh and hmac.compare_digest(owner.encode(), user_id.encode())
