from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from portal.kit.config import settings
from tests.service.run import world as world_module
from tests.service.run.world import World
from tests.support import https, smtp
from tests.support.https import Asked, Handler, Reply


@pytest.fixture
def world(backend: str, settings_env: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> World:
    """People, a project and a template in a database of the test's own, in a portal that may call localhost."""
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    settings_env(TERRACE_PRIVATE_HOSTS="localhost")
    return world_module.build()


@dataclass
class Receiver:
    """A server that takes messages; `replies` are given in their order, then 200."""

    server: https.Server
    replies: list[Reply] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.server.url}/hook/very-secret-path"

    @property
    def asked(self) -> list[Asked]:
        return self.server.asked


@pytest.fixture
def receiver(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    replies: list[Reply] = []

    def answer(_: Handler, asked: Asked) -> Reply:
        return replies.pop(0) if replies else (200, {}, b"fine, thanks for /hook/very-secret-path")

    with https.serving(answer, tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificates))
        yield Receiver(server, replies)


@pytest.fixture
def mail(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[smtp.Server]:
    """A mail server with STARTTLS and a password, which the portal uses."""
    folder = tmp_path / "mail"
    folder.mkdir()
    with smtp.serving(folder) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificates))
        monkeypatch.setenv("TERRACE_SMTP_URL", f"smtp://post:s%40cret@localhost:{server.port}")
        monkeypatch.setenv("TERRACE_MAIL_FROM", "Terrace <terrace@portal.example>")
        settings.cache_clear()
        yield server
