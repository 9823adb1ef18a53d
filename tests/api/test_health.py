"""Health for those who watch the process."""

from __future__ import annotations

from collections.abc import Callable

from starlette.testclient import TestClient

from portal.api import health
from portal.kit import db
from portal.kit.secrets import generate_key


def test_a_portal_with_database_and_redis_is_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]) == (200, {"database": "ok", "redis": "ok"})


def test_without_redis_it_is_up_but_not_ready(client: TestClient, settings_env: Callable[..., None]) -> None:
    settings_env(TERRACE_REDIS_URL="redis://127.0.0.1:1/0")
    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["redis"]) == (503, "not reachable")


def test_without_a_database_it_is_up_but_not_ready_and_still_counts(
    client: TestClient, settings_env: Callable[..., None]
) -> None:
    settings_env(TERRACE_DATABASE_URL="postgresql://nobody:secret@127.0.0.1:1/none")
    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["database"]) == (503, "not reachable")
    assert "secret" not in ready.text
    metrics = TestClient(client.app, client=("127.0.0.1", 5000)).get("/metrics")
    assert metrics.status_code == 200
    assert "terrace_database_up 0.0" in metrics.text


def test_a_database_that_was_not_migrated_is_not_ready(
    client: TestClient, settings_env: Callable[..., None], blank_postgres_url: str
) -> None:
    settings_env(TERRACE_DATABASE_URL=blank_postgres_url)
    assert client.get("/readyz").json()["checks"]["database"].startswith("The database has no tables")
    db.dispose_engines()


def test_metrics_count_without_naming_anybody(client: TestClient, admin_client: TestClient) -> None:
    admin_client.get("/api/v1/projects/default")
    client.request("MADEUP", "/api/v1/whatever")
    text = admin_client.get("/metrics").text
    assert "terrace_database_up 1.0" in text
    assert 'route="/projects/{project}"' in text
    assert "MADEUP" not in text
    assert "whatever" not in text
    for name in ("terrace_queue_depth", "terrace_workers", "terrace_request_seconds_bucket"):
        assert name in text


def test_metrics_are_for_this_machine_or_for_an_administrator(client: TestClient, viewer_client: TestClient) -> None:
    assert client.get("/metrics").status_code == 401
    assert viewer_client.get("/metrics").status_code == 403
    local = TestClient(client.app, client=("127.0.0.1", 5000))
    assert local.get("/metrics").status_code == 200
    assert local.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 401


def test_a_portal_with_another_key_than_the_databases_is_not_ready(
    client: TestClient, backend: str, redis_url: str, settings_env: Callable[..., None]
) -> None:
    assert client.get("/readyz").status_code == 200
    health._require_known_keys.cache_clear()
    settings_env(TERRACE_DATABASE_URL=backend, TERRACE_REDIS_URL=redis_url, TERRACE_SECRET_KEYS=generate_key("test"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "The keys here are not those of this database."
