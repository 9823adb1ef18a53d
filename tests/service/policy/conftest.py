from __future__ import annotations

import pytest

from tests.service.run import world as world_module
from tests.service.run.world import World


@pytest.fixture
def world(backend: str) -> World:
    """People, a project, an account, a template, in a database of the test's own: a policy judges every plan of it."""
    return world_module.build()
