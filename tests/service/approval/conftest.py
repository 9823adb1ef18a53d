from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.service.run import world as world_module
from tests.service.run.world import World


@pytest.fixture
def world(settings_env: Callable[..., None], postgres_url: str, redis_url: str) -> World:
    """People, a project, an account and a template of this test's own, in a database shared with other tests."""
    settings_env(TERRACE_DATABASE_URL=postgres_url, TERRACE_REDIS_URL=redis_url)
    return world_module.build()
