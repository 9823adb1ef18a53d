"""Limits on guessing: a moving window in Redis for all replicas, in this process's memory when Redis does not answer."""

from __future__ import annotations

import hashlib
import ipaddress
import threading
import time

import structlog
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import MovingWindowRateLimiter

from portal.kit.config import settings
from portal.kit.errors import ConfigurationError, TooManyRequests

log = structlog.get_logger(__name__)

PER_ACCOUNT = RateLimitItemPerMinute(10, 5, namespace="terrace")
"""Attempts from one address on one account: ten in five minutes. A success clears them."""
PER_ADDRESS = RateLimitItemPerMinute(100, 5, namespace="terrace")
"""Failures from one address on any account, against trying one password on everybody."""
FORGOTTEN_PER_ADDRESS = RateLimitItemPerHour(20, 1, namespace="terrace")
FORGOTTEN_PER_ACCOUNT = RateLimitItemPerHour(3, 1, namespace="terrace")
"""Mails to whoever forgot a password: neither a flood for one person nor one from one address."""
_REDIS_REST = 10.0
"""Seconds during which a Redis that did not answer is left alone."""

_lock = threading.Lock()
_memory = MovingWindowRateLimiter(MemoryStorage())
_redis: dict[str, MovingWindowRateLimiter] = {}
_redis_down_until = 0.0


def attempt(address: str, account: str) -> None:
    """Count an attempt; TooManyRequests when there were too many."""
    key = _key(address, account)
    if not _ask("test", PER_ADDRESS, place(address)) or not _ask("hit", PER_ACCOUNT, key):
        log.warning("sign_in_throttled", address=address)
        raise TooManyRequests("Too many attempts. Wait a few minutes, then try again.", retry_after=300)


def guess(address: str) -> None:
    """TooManyRequests for an address that has failed too often, before a link or the like is looked up."""
    if not _ask("test", PER_ADDRESS, place(address)):
        log.warning("guessing_throttled", address=address)
        raise TooManyRequests("Too many attempts. Wait a few minutes, then try again.", retry_after=300)


def failed(address: str) -> None:
    """Count a failure against the address."""
    _ask("hit", PER_ADDRESS, place(address))


def succeeded(address: str, account: str) -> None:
    """Forget the attempts on this account from this address."""
    _ask("clear", PER_ACCOUNT, _key(address, account))


def allows(item: RateLimitItem, key: str) -> bool:
    """Count one more of something that costs; whether it is within its limit."""
    return _ask("hit", item, key)


def may_mail(address: str, account: str) -> bool:
    """Whether one more mail about a forgotten password may go out; TooManyRequests for an address that asks all the time."""
    if not _ask("hit", FORGOTTEN_PER_ADDRESS, f"forgotten {place(address)}"):
        raise TooManyRequests("Too many requests. Wait an hour, then try again.", retry_after=3600)
    return _ask("hit", FORGOTTEN_PER_ACCOUNT, _key("forgotten", account))


def place(address: str) -> str:
    """What counts as one address: of IPv6 the network of 64 bits, because whoever has one address there has all of it."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return address
    return str(found.ipv4_mapped or ipaddress.IPv6Address(int(found) >> 64 << 64))


def reset() -> None:
    """Forget what this process counted, and that Redis was away (tests)."""
    global _memory, _redis_down_until
    with _lock:
        _memory = MovingWindowRateLimiter(MemoryStorage())
        _redis.clear()
        _redis_down_until = 0.0


def _key(address: str, account: str) -> str:
    """No e-mail address stands in Redis in the clear."""
    return hashlib.sha256(f"{place(address)}\n{account.strip().lower()}".encode()).hexdigest()


def _ask(verb: str, item: RateLimitItem, key: str) -> bool:
    global _redis_down_until
    limiter = _shared()
    if limiter is not None:
        try:
            return getattr(limiter, verb)(item, key) is not False
        except Exception as error:  # whatever the client raises: signing in must not depend on Redis
            _redis_down_until = time.monotonic() + _REDIS_REST
            log.warning("rate_limit_in_memory", error=type(error).__name__)
    return getattr(_memory, verb)(item, key) is not False


def _shared() -> MovingWindowRateLimiter | None:
    """The limiter in Redis, unless there is none or it did not answer a moment ago."""
    if time.monotonic() < _redis_down_until:
        return None
    try:
        url = settings().redis_database(2)
    except ConfigurationError:
        return None
    with _lock:
        if url not in _redis:
            _redis[url] = MovingWindowRateLimiter(_storage(url))
        return _redis[url]


def _storage(url: str) -> Storage:
    # `limits` writes a unix socket's address in its own way.
    address = url.replace("unix://", "redis+unix://", 1) if url.startswith("unix://") else url
    return RedisStorage(address, key_prefix="terrace:limit", socket_connect_timeout=1, socket_timeout=2)
