"""Puts pages, guard and middleware into one Reflex app."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import reflex as rx
import structlog
from reflex.event import EventSpec
from starlette.applications import Starlette
from starlette.types import ASGIApp

from portal.kit.config import settings
from portal.ui import bridge, build, theme
from portal.ui.guard import Guard
from portal.ui.identity import Identity

log = structlog.get_logger(__name__)
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)


def create(transformers: Sequence[Callable[[ASGIApp], ASGIApp] | Starlette]) -> rx.App:
    """The app with every page that was imported. `transformers` are applied in order, the last one outermost."""
    app = rx.App(
        html_lang="en",
        head_components=theme.head(),
        stylesheets=theme.STYLESHEETS,
        reset_style=False,
        # Their toasts are evaluated text, which our content security policy forbids; `Flash` and the frame do it.
        toaster=None,
        app_wraps={},
        backend_exception_handler=_failed,
        frontend_exception_handler=_failed_in_browser,
        api_transformer=list(transformers),
    )
    app.add_middleware(Guard(), index=0)
    return app


def own_origins() -> list[str]:
    """The origins of our own pages. On one machine the same portal has two names."""
    config = settings()
    return sorted({config.public_url, f"http://localhost:{config.port}", f"http://127.0.0.1:{config.port}"})


def script_hashes(client: Path | None) -> tuple[str, ...]:
    """CSP sources of every inline script in the built pages."""
    found: set[str] = set()
    for page in client.rglob("*.html") if client else ():
        for script in _INLINE_SCRIPT.findall(page.read_text(encoding="utf-8")):
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            found.add(f"'sha256-{digest}'")
    return tuple(sorted(found))


def built_pages() -> Path | None:
    """The folder of the build that this process serves."""
    return build.use_newest_build()


def _failed(exception: Exception) -> EventSpec:
    """An exception that no handler caught: logged with a reference, which the person is told."""
    problem = bridge.unexpected("event", exception)
    return Identity.report(problem.reference)  # type: ignore[return-value]


def _failed_in_browser(exception: Exception) -> None:
    log.warning("browser_error", error=str(exception)[:2000])
