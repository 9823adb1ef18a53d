from __future__ import annotations

import re

import pytest

from portal.kit.config import PROJECT_DIR, from_environment
from portal.kit.errors import ConfigurationError


def test_nothing_needs_to_be_set() -> None:
    found = from_environment({})
    assert (found.host, found.port, found.public_url) == ("127.0.0.1", 3000, "http://localhost:3000")
    assert found.database_url is None
    assert not found.cookie_secure


def test_an_empty_variable_counts_as_not_set() -> None:
    assert from_environment({"TERRACE_PORT": "", "TERRACE_REDIS_URL": "", "TERRACE_HOST": ""}) == from_environment({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TERRACE_PORT", "0"),
        ("TERRACE_PORT", "65536"),
        ("TERRACE_PORT", "http"),
        ("TERRACE_SESSION_SECONDS", "59"),
        ("TERRACE_LEASE_SECONDS", "-1"),
        ("TERRACE_BEAT_SECONDS", "soon"),
        ("TERRACE_COOKIE_SECURE", "perhaps"),
        ("TERRACE_DATABASE_URL", "mysql://x"),
        ("TERRACE_DATABASE_URL", "postgresql"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        from_environment({name: value})


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_the_database_is_reached_with_psycopg_however_it_is_written(scheme: str) -> None:
    found = from_environment({"TERRACE_DATABASE_URL": f"{scheme}://u:p@host/name"})
    assert found.require_database_url() == "postgresql+psycopg://u:p@host/name"


def test_a_password_of_the_database_is_not_in_the_refusal() -> None:
    with pytest.raises(ConfigurationError) as caught:
        from_environment({"TERRACE_DATABASE_URL": "mysql://u:canary@host/name"})
    assert "canary" not in caught.value.message


@pytest.mark.parametrize(
    ("given", "third"),
    [
        ("redis://host:6379", "redis://host:6379/2"),
        ("redis://:secret@host:6379/0", "redis://:secret@host:6379/2"),
        ("rediss://host/4?ssl_cert_reqs=none", "rediss://host/6?ssl_cert_reqs=none"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock?db=2"),
        ("unix:///run/redis.sock?db=8", "unix:///run/redis.sock?db=10"),
    ],
)
def test_redis_databases_are_counted_from_the_one_that_is_named(given: str, third: str) -> None:
    assert from_environment({"TERRACE_REDIS_URL": given}).redis_database(2) == third


def test_a_redis_database_that_is_no_number_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="TERRACE_REDIS_URL"):
        from_environment({"TERRACE_REDIS_URL": "redis://host/zero"}).redis_database(0)


def test_what_is_missing_is_said_when_it_is_needed() -> None:
    found = from_environment({})
    with pytest.raises(ConfigurationError, match="TERRACE_DATABASE_URL"):
        found.require_database_url()
    with pytest.raises(ConfigurationError, match="TERRACE_REDIS_URL"):
        found.redis_database(0)


def test_cookies_are_secure_where_the_portal_is_https() -> None:
    assert from_environment({"TERRACE_PUBLIC_URL": "https://portal.example.com/"}).cookie_secure
    assert not from_environment({"TERRACE_PUBLIC_URL": "https://x", "TERRACE_COOKIE_SECURE": "no"}).cookie_secure


def test_the_limits_of_a_run_are_those_that_the_documents_name() -> None:
    text = (PROJECT_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `TERRACE_([A-Z_]+)` \| .+ \| (\d+) \|$", text, re.MULTILINE))
    limits = from_environment({}).limits
    assert {
        "PLAN_TIMEOUT_SECONDS": limits.plan_seconds, "APPLY_TIMEOUT_SECONDS": limits.apply_seconds,
        "OUTPUT_MB": limits.output_bytes >> 20, "LOG_LINES": limits.log_lines, "LOG_MB": limits.log_bytes >> 20,
        "PLAN_MB": limits.plan_bytes >> 20, "RUN_PROCESSES": limits.processes,
        "RUN_MEMORY_MB": limits.memory_bytes >> 20, "RUN_DISK_MB": limits.disk_bytes >> 20,
    }.items() <= {name: int(value) for name, value in told.items()}.items()  # fmt: skip
