"""What Reflex reads about the portal. Settings come from `TERRACE_*` variables; pages and theme are in portal/ui."""

import reflex as rx

from portal.kit.config import settings

_config = settings()
# The websocket is refused to pages of other origins. Locally the same portal has two names.
_origins = {_config.public_url, f"http://localhost:{_config.port}", f"http://127.0.0.1:{_config.port}"}

config = rx.Config(
    app_name="portal",
    # Reflex pickles its state there: a database of its own, apart from Celery's.
    redis_url=_config.redis_database(1) if _config.redis_url else None,
    # Milliseconds. A handler that a busy machine keeps waiting for longer than this loses what it was about to show.
    redis_lock_expiration=30_000,
    cors_allowed_origins=sorted(_origins),
    telemetry_enabled=False,
    show_built_with_reflex=False,
    react_strict_mode=False,
    # One stylesheet and plain elements: no component library, no utility classes, nothing evaluated in the browser.
    frontend_lazy_bundled_libraries=True,
    plugins=[],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
