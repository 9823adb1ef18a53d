"""A database, Redis and a state backend of the test's own; the worker's code runs in the test's process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.service.run import world
from tests.worker import state_server
from tests.worker.state_server import StateServer


@pytest.fixture
def state(backend: str, settings_env: Callable[..., None]) -> Iterator[StateServer]:
    """The worker's settings point at everything it needs. Beats are quick, so that what waits for one does not wait long."""
    with state_server.serving() as server:
        settings_env(TERRACE_STATE_URL=server.url, TERRACE_BEAT_SECONDS="0.2")
        yield server


@pytest.fixture
def people(state: StateServer) -> world.World:
    """Somebody to ask for runs."""
    return world.build()
