"""Fixtures that every kind of test may use: real servers, fresh databases, and the process's settings pointed at them."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog

from portal.kit import db
from portal.kit.config import settings
from tests.support import chromium, servers
from tests.support.folders import passable_folder as make_passable_folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEST_KEY = "test:" + base64.b64encode(bytes(range(32))).decode()

chromium.use_our_node()
MACHINES_OWN = ("TERRACE_CHROMIUM", "TERRACE_TERRAFORM_BIN")
"""Where this machine's programs are: not a setting under test."""


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """What a test sets for the whole process ends with it: the umask, and how lines are logged."""
    usual = os.umask(0o022)
    os.umask(usual)
    logged = structlog.get_config() if structlog.is_configured() else None
    yield
    os.umask(usual)
    if logged is None:
        structlog.reset_defaults()
    else:
        structlog.configure(**logged)


@pytest.fixture(scope="session")
def test_servers() -> Iterator[servers.Servers]:
    """One embedded PostgreSQL and one Redis for every test process on this machine."""
    with servers.join() as found:
        yield found


@pytest.fixture(scope="session")
def database_template(test_servers: servers.Servers) -> str:
    """The name of a migrated, empty database to copy."""
    return servers.migrated_template(test_servers)


@pytest.fixture(scope="session")
def postgres_url(test_servers: servers.Servers, database_template: str) -> Iterator[str]:
    """A migrated database of this test process, shared by its tests: use ids of your own and never count whole tables."""
    with servers.fresh_database(test_servers, database_template) as url:
        yield url


@pytest.fixture
def fresh_postgres_url(test_servers: servers.Servers, database_template: str) -> Iterator[str]:
    """A migrated, empty database for one test alone (some 50 ms)."""
    with servers.fresh_database(test_servers, database_template) as url:
        yield url


@pytest.fixture
def blank_postgres_url(test_servers: servers.Servers) -> Iterator[str]:
    """A database without tables, for tests of the migrations."""
    with servers.fresh_database(test_servers) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url(test_servers: servers.Servers) -> Iterator[str]:
    """A Redis database of this test process (and the three numbers after it), emptied before and after."""
    with servers.own_redis(test_servers) as url:
        yield url


@pytest.fixture
def passable_folder() -> Iterator[Path]:
    """As `tmp_path`, for what an embedded PostgreSQL keeps: its own user can walk in, whatever other sessions do."""
    with make_passable_folder() as folder:
        yield folder


@pytest.fixture
def settings_env(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Set `TERRACE_*` variables for this test (`None` unsets) and make `settings()` read them.

    Starts from a clean slate: no TERRACE_* variable of the machine, a data folder of the test's own, a fixed secret key.
    """
    for name in [name for name in os.environ if name.startswith("TERRACE_") and name not in MACHINES_OWN]:
        monkeypatch.delenv(name)

    def change(**variables: str | None) -> None:
        for name, value in variables.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        settings.cache_clear()

    change(TERRACE_DATA_DIR=str(tmp_path / "data"), TERRACE_SECRET_KEYS=TEST_KEY)
    yield change
    db.dispose_engines()
    settings.cache_clear()


@pytest.fixture
def database(settings_env: Callable[..., None], fresh_postgres_url: str) -> str:
    """`unit_of_work()` works in this test, on a migrated and empty database of its own. Returns the URL."""
    settings_env(TERRACE_DATABASE_URL=fresh_postgres_url)
    return fresh_postgres_url


@pytest.fixture
def backend(settings_env: Callable[..., None], fresh_postgres_url: str, redis_url: str) -> str:
    """As `database`, and Redis too, empty: messages are really sent, nudges really published."""
    servers.flush(redis_url)
    settings_env(TERRACE_DATABASE_URL=fresh_postgres_url, TERRACE_REDIS_URL=redis_url)
    return fresh_postgres_url


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    """One Chromium for all browser tests of this process: Playwright allows no second loop beside it."""
    from tests.support import pages  # not for every test process: it loads what pages need

    with pages.browser() as found:
        yield found
