from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.service.run import world as w
from tests.service.run.world import World


@pytest.fixture
def world(settings_env: Callable[..., None], postgres_url: str, redis_url: str) -> World:
    """As for runs."""
    settings_env(TERRACE_DATABASE_URL=postgres_url, TERRACE_REDIS_URL=redis_url)
    return w.build()


@pytest.fixture
def alone(backend: str) -> World:
    """The same in a database of the test's own, for what looks at every run."""
    return w.build()
