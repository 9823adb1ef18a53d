"""The real API on a real database: one app a test process, clients for every kind of caller."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather see httpx2, which is not among our packages
    from starlette.testclient import TestClient

from portal.api.app import create_api
from portal.api.security import SecurityMiddleware
from portal.auth import passwords, throttle
from portal.auth import service as auth
from portal.auth.oidc import discovery
from portal.cloud_account import service as accounts
from portal.kit import db
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.project import service as projects
from tests.conftest import TEST_KEY
from tests.support import people, servers
from tests.support import provider as providers
from tests.support.provider import Fake

ORIGIN = "http://localhost:3000"
ADMIN_TOKEN = "tt_the-administrators-token-in-tests"


@dataclass(frozen=True, slots=True)
class World:
    """A portal after its first start, with people. All of them but the administrator are members of `default`.

    `stranger` is a member of the portal who is in no project at all.
    """

    admin_id: str
    member_id: str
    viewer_id: str
    stranger_id: str
    tokens: dict[str, str]


@pytest.fixture(scope="session")
def api() -> SecurityMiddleware:
    return SecurityMiddleware(create_api(), script_hashes=["sha256-x"], public_origins=[ORIGIN])


@pytest.fixture(scope="session")
def furnished(test_servers: servers.Servers, database_template: str) -> Iterator[tuple[str, World]]:
    """The name of a database with a world in it, to copy for each test, and who is in it."""
    with servers.fresh_database(test_servers, database_template) as url, pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", people.CHEAP_HASHER)
        patch.setenv("TERRACE_DATABASE_URL", url)
        patch.setenv("TERRACE_SECRET_KEYS", TEST_KEY)
        settings.cache_clear()
        made = _furnish()
        db.engine().dispose()
        db.dispose_engines()
        patch.undo()
        settings.cache_clear()
        yield url.partition("?")[0].rpartition("/")[2], made


def _furnish() -> World:
    with unit_of_work() as session:
        auth.ensure_first_admin(session, email="root@example.com", password=people.PASSWORD, token=ADMIN_TOKEN)
        projects.ensure_default(session)
        accounts.ensure_sandbox_accounts(session)
    admin_id = people.by_token(ADMIN_TOKEN).user_id or ""
    ids = {
        name: people.user(f"{name}@example.com", "viewer" if name == "viewer" else "member", join=name != "stranger")
        for name in ("member", "viewer", "stranger")
    }
    tokens = {name: people.token(user_id) for name, user_id in ids.items()}
    return World(admin_id, ids["member"], ids["viewer"], ids["stranger"], tokens)


@pytest.fixture
def backend(
    furnished: tuple[str, World],
    test_servers: servers.Servers,
    settings_env: Callable[..., None],
    redis_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """As the `backend` of all tests, with a world in the database, and nobody's attempts to sign in counted."""
    monkeypatch.setattr(passwords, "HASHER", people.CHEAP_HASHER)
    throttle.reset()
    with servers.fresh_database(test_servers, furnished[0]) as url:
        settings_env(TERRACE_DATABASE_URL=url, TERRACE_REDIS_URL=redis_url)
        with redis.Redis.from_url(settings().redis_database(2)) as counters:
            counters.flushdb()
        yield url
        throttle.reset()
        db.engine().dispose()


@pytest.fixture
def world(backend: str, furnished: tuple[str, World]) -> World:
    """A world of this test's own."""
    return furnished[1]


def connect(api: SecurityMiddleware, bearer: str | None = None) -> TestClient:
    """A client of the API; `raise_server_exceptions` is off, so it sees what a real client would."""
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    return TestClient(api, base_url=ORIGIN, headers=headers, raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture
def client(api: SecurityMiddleware, world: World) -> TestClient:
    """Nobody."""
    return connect(api)


@pytest.fixture
def admin_client(api: SecurityMiddleware, world: World) -> TestClient:
    return connect(api, ADMIN_TOKEN)


@pytest.fixture
def member_client(api: SecurityMiddleware, world: World) -> TestClient:
    return connect(api, world.tokens["member"])


@pytest.fixture
def viewer_client(api: SecurityMiddleware, world: World) -> TestClient:
    return connect(api, world.tokens["viewer"])


@pytest.fixture
def stranger_client(api: SecurityMiddleware, world: World) -> TestClient:
    return connect(api, world.tokens["stranger"])


@pytest.fixture
def browser_of(api: SecurityMiddleware, world: World) -> Callable[[], TestClient]:
    """Makes browsers of nobody's, which send the portal's Origin."""

    def opened() -> TestClient:
        client = connect(api)
        client.headers["Origin"] = ORIGIN
        return client

    return opened


@pytest.fixture
def fake(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    """An identity provider that the portal may call, although it is on this machine."""
    discovery.forget()
    with providers.running(tmp_path) as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        monkeypatch.setenv("TERRACE_PRIVATE_HOSTS", "localhost")
        settings.cache_clear()
        yield running
    discovery.forget()


@pytest.fixture
def browser(api: SecurityMiddleware, world: World) -> TestClient:
    """The member's browser, signed in by cookie; it sends no Origin unless a test says so."""
    client = connect(api)
    answer = client.post("/api/v1/auth/sign-in", json={"email": "member@example.com", "password": people.PASSWORD})
    assert answer.status_code == 200, answer.text
    return client
