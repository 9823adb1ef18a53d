"""Signing out at the provider too, and being told that somebody signed out there."""

from __future__ import annotations

import threading
import time
from typing import Final
from urllib.parse import urlencode

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import pulse
from portal.auth.oidc import accounts, discovery, flow, repository, tokens
from portal.auth.oidc.errors import Refused
from portal.auth.schemas import Actor
from portal.kit.clock import now
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.kit.errors import TerraceError

_SEEN_SECONDS: Final = tokens.OLDEST + tokens.LEEWAY
_lock = threading.Lock()
_seen: dict[str, float] = {}


def address_after(session: Session, actor: Actor) -> str | None:
    """Where the browser ends the provider's session, when the actor's came from one which can. Asks nobody.

    The address was kept when they signed in, so that signing out never waits for anybody.
    """
    found = repository.provider_session(session, actor.session_id) if actor.session_id else None
    if found is None or not found[1].enabled:
        return None
    row, provider = found
    if row.end_address is None:
        return None
    query = {"client_id": provider.client_id, "post_logout_redirect_uri": f"{settings().public_url}/sign-in"}
    if row.id_token:
        query["id_token_hint"] = row.id_token.decode()
    joint = "&" if "?" in row.end_address else "?"
    return f"{row.end_address}{joint}{urlencode(query)}"


def end_from_provider(slug: str, token: str) -> int:
    """End the sessions that the provider's logout token names. Refused when it is not the provider's own, new and for us."""
    with unit_of_work() as session:
        provider = flow.enabled(session, slug)
    if provider.kind == "github":
        raise Refused("token", "GitHub sends no logout tokens")
    try:
        claims = tokens.verify_logout_token(provider, discovery.metadata_of(provider.issuer), token)
    except Refused:
        raise
    except TerraceError as error:
        raise Refused("unavailable", error.message) from None
    _require_new(provider.id, _text(claims, "jti"))
    with unit_of_work() as session:
        rows = repository.sessions_at(session, provider.id, subject=_text(claims, "sub"), sid=_text(claims, "sid"))
        for row, _ in rows:
            row.revoked_at = now()
            session.add(row)
            audit.record(
                session, accounts.by(provider), "session.end", object_kind="user", object_id=row.user_id,
                detail={"provider": provider.slug, "by": "back-channel logout"},
            )  # fmt: skip
        pulse.stir(session)
        return len(rows)


def _text(claims: dict[str, object], name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) else None


def _require_new(provider_id: str, name: str | None) -> None:
    """A token counts once. Another replica may take it once more, as long as it is recent."""
    if not name:
        raise Refused("token", "a logout token without a name")
    key, at = f"{provider_id} {name}", time.monotonic()
    with _lock:
        for old in [item for item, until in _seen.items() if until < at]:
            del _seen[old]
        if key in _seen:
            raise Refused("token", "a logout token that came before")
        _seen[key] = at + _SEEN_SECONDS
