"""The real API on a real database: one app a test process, clients for every kind of caller."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather see httpx2, which is not among our packages
    from starlette.testclient import TestClient

from portal.api.app import create_api
from portal.api.security import SecurityMiddleware
from portal.auth import passwords, throttle
from portal.auth import service as auth
from portal.cloud_account import service as accounts
from portal.kit.db import unit_of_work
from portal.project import service as projects
from tests.support import people

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


@pytest.fixture(scope="session")
def api() -> SecurityMiddleware:
    return SecurityMiddleware(create_api(), script_hashes=["sha256-x"], public_origins=[ORIGIN])


@pytest.fixture
def world(backend: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(passwords, "HASHER", people.CHEAP_HASHER)
    throttle.reset()
    with unit_of_work() as session:
        auth.ensure_first_admin(session, email="root@example.com", password=people.PASSWORD, token=ADMIN_TOKEN)
        projects.ensure_default(session)
        accounts.ensure_sandbox_accounts(session)
    yield World(
        admin_id=people.by_token(ADMIN_TOKEN).user_id or "",
        member_id=people.user("member@example.com", "member"),
        viewer_id=people.user("viewer@example.com", "viewer"),
        stranger_id=people.user("stranger@example.com", "member", join=False),
    )
    throttle.reset()


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
    return connect(api, people.token(world.member_id))


@pytest.fixture
def viewer_client(api: SecurityMiddleware, world: World) -> TestClient:
    return connect(api, people.token(world.viewer_id))


@pytest.fixture
def stranger_client(api: SecurityMiddleware, world: World) -> TestClient:
    return connect(api, people.token(world.stranger_id))


@pytest.fixture
def browser(api: SecurityMiddleware, world: World) -> TestClient:
    """The member's browser, signed in by cookie; it sends no Origin unless a test says so."""
    client = connect(api)
    answer = client.post("/api/v1/auth/sign-in", json={"email": "member@example.com", "password": people.PASSWORD})
    assert answer.status_code == 200, answer.text
    return client
