from __future__ import annotations

from collections.abc import Callable

import pytest
import redis

from portal.auth import throttle
from portal.kit.config import settings
from portal.kit.errors import TooManyRequests


def exhaust(address: str) -> None:
    for _ in range(throttle.PER_ACCOUNT.amount):
        throttle.attempt(address, "ada@example.com")
    with pytest.raises(TooManyRequests):
        throttle.attempt(address, "ada@example.com")


def test_attempts_are_counted_in_redis_so_that_every_replica_knows_them(
    settings_env: Callable[..., None], redis_url: str
) -> None:
    settings_env(TERRACE_REDIS_URL=redis_url)
    exhaust("192.0.2.11")
    throttle.reset()
    with pytest.raises(TooManyRequests):
        throttle.attempt("192.0.2.11", "ada@example.com")
    with redis.Redis.from_url(settings().redis_database(2)) as client:
        keys = list(client.scan_iter("*"))
    assert keys
    assert not [key for key in keys if b"ada" in key], "no address of a person stands in Redis"


def test_a_success_is_forgotten_in_redis_too(settings_env: Callable[..., None], redis_url: str) -> None:
    settings_env(TERRACE_REDIS_URL=redis_url)
    exhaust("192.0.2.12")
    throttle.succeeded("192.0.2.12", "ada@example.com")
    throttle.attempt("192.0.2.12", "ada@example.com")


def test_without_an_answer_from_redis_attempts_are_counted_here(settings_env: Callable[..., None]) -> None:
    settings_env(TERRACE_REDIS_URL="redis://127.0.0.1:1/0")
    exhaust("192.0.2.13")


def test_without_any_redis_attempts_are_counted_here(settings_env: Callable[..., None]) -> None:
    settings_env(TERRACE_REDIS_URL=None)
    exhaust("192.0.2.14")


def test_attack_30_whoever_has_a_network_of_ipv6_has_one_address(settings_env: Callable[..., None]) -> None:
    settings_env(TERRACE_REDIS_URL=None)
    throttle.reset()
    for number in range(throttle.PER_ACCOUNT.amount):
        throttle.attempt(f"2001:db8:1:2:{number:x}::{number + 7:x}", "ada@example.com")
    with pytest.raises(TooManyRequests):
        throttle.attempt("2001:db8:1:2::1", "ada@example.com")
    throttle.attempt("2001:db8:1:3::1", "ada@example.com")
    assert throttle.place("::ffff:192.0.2.1") == throttle.place("192.0.2.1") == "192.0.2.1"
    throttle.reset()
