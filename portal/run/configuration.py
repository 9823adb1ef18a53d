"""The settings that the operator made, in words, for the Settings page. What is a secret is said to be set, and no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlmodel import Session

from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.kit.config import Settings, settings
from portal.run.limits import duration
from portal.run.schemas import LimitView

_PORTAL, _PEOPLE, _CLOUDS, _KEPT = "The portal", "Signing in", "Clouds and Terraform", "How long things are kept"


def _set(value: object) -> str:
    return "set" if value else "not set"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


_ALL: Final[tuple[tuple[str, str, str, Callable[[Settings], str]], ...]] = (
    (_PORTAL, "Address for browsers", "TERRACE_PUBLIC_URL", lambda at: at.public_url),
    (_PORTAL, "Address for Terraform's state", "TERRACE_STATE_URL", lambda at: at.state_url),
    (_PORTAL, "Own PostgreSQL", "TERRACE_DATABASE_URL", lambda at: _set(at.database_url)),
    (_PORTAL, "Own Redis", "TERRACE_REDIS_URL", lambda at: _set(at.redis_url)),
    (_PORTAL, "Folder of templates", "TERRACE_TEMPLATES_DIR", lambda at: str(at.templates_dir)),
    (_PORTAL, "Log level", "TERRACE_LOG_LEVEL", lambda at: at.log_level),
    (_PORTAL, "Hosts inside the network that may be called", "TERRACE_PRIVATE_HOSTS", lambda at: _words(at.private_hosts)),
    (_PEOPLE, "A session ends after", "TERRACE_SESSION_SECONDS", lambda at: duration(at.session_seconds)),
    (_PEOPLE, "An idle session ends after", "TERRACE_SESSION_IDLE_SECONDS", lambda at: duration(at.session_idle_seconds)),
    (_PEOPLE, "Cookies over https only", "TERRACE_COOKIE_SECURE", lambda at: _yes(at.cookie_secure)),
    (_CLOUDS, "Walls around Terraform", "TERRACE_ISOLATION", lambda at: at.isolation.mode),
    (_CLOUDS, "Its way to the internet", "TERRACE_EGRESS", lambda at: at.isolation.egress),
    (_CLOUDS, "Providers that may be used", "TERRACE_PROVIDERS", lambda at: _words(at.providers.sources)),
    (_CLOUDS, "Where they come from", "TERRACE_PROVIDER_MIRROR", lambda at: at.providers.mirror or "their registry"),
    (_KEPT, "Audit events", "TERRACE_AUDIT_DAYS", lambda at: _days(at.audit.days)),
    (_KEPT, "Signing keys are renewed after", "TERRACE_SIGNING_KEY_DAYS", lambda at: _days(at.signing_key_days, "by hand only")),
)  # fmt: skip


def _words(words: object) -> str:
    return ", ".join(sorted(str(word) for word in words)) if words else "none"  # type: ignore[attr-defined]


def _days(days: int, without: str = "for ever") -> str:
    return f"{days} days" if days else without


def view(session: Session, actor: Actor) -> list[LimitView]:
    """Each setting of the portal that answers, with the variable that changes it ("" when none does)."""
    del session
    permissions.require(actor, "settings.read")
    config = settings()
    return [
        LimitView(group=group, name=name, setting=variable, value=said(config)) for group, name, variable, said in _ALL
    ]
