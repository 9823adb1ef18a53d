"""A database and a Redis of its own for a measurement, with this process's settings pointed at them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from portal.kit import db
from portal.kit.config import settings
from tests.support import servers

_TEST_KEY = "bench:" + "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@contextmanager
def of_its_own(**more: str) -> Iterator[str]:
    """The database's URL. `more` are further settings; those that nobody names have their defaults."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("TERRACE_")}
    with (
        servers.join() as running,
        servers.fresh_database(running, servers.migrated_template(running)) as url,
        servers.own_redis(running) as redis,
    ):
        os.environ |= {
            "TERRACE_DATABASE_URL": url,
            "TERRACE_REDIS_URL": redis,
            "TERRACE_SECRET_KEYS": _TEST_KEY,
            **more,
        }
        settings.cache_clear()
        try:
            yield url
        finally:
            db.dispose_engines()
            for name in [name for name in os.environ if name.startswith("TERRACE_")]:
                del os.environ[name]
            os.environ |= kept
            settings.cache_clear()
