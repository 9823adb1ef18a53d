"""A portal to look at with a browser: pages and API on granian, a real database, real Redis, no worker."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from portal.auth.service import COOKIE
from portal.kit.config import PROJECT_DIR
from portal.ui import build
from tests.support import chromium, https, started
from tests.support.instance import free_port

PATIENCE = 60_000
"""Milliseconds to wait for anything at all: machines differ, behaviour does not."""
ADMIN_TOKEN = "tt_browser_tests_0123456789abcdefghijklmnopqrstuvwxyzABC"
PASSWORD = "correct horse battery staple"
PEOPLE = {"admin": "ada@example.com", "member": "max@example.com", "viewer": "vera@example.com"}
DESKTOP, PHONE = {"width": 1360, "height": 860}, {"width": 390, "height": 844}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
"""How many pixels a page must be scrolled sideways, as JavaScript."""


@dataclass(frozen=True)
class Portal:
    """A running portal and its people, each with a cookie of a session of theirs."""

    url: str
    environment: dict[str, str]
    cookies: dict[str, str]
    log: Path
    server: list[started.Started]
    """The one process that serves now."""

    def kill(self) -> None:
        """End the server as a crash does."""
        os.killpg(self.server[0].pid, signal.SIGKILL)
        self.server[0].wait(30)

    def start(self) -> None:
        """Serve again on the same port."""
        self.server[:] = [_serve(self.environment, self.log)]
        _wait(self.url, self.server[0], self.log)

    def api(self, method: str, path: str, body: Any = None, *, expect_status: int | None = None) -> Any:
        """What the API answers to the administrator."""
        with self._client() as client:
            answer = client.request(method, f"/api/v1{path}", json=body)
        assert answer.status_code == expect_status if expect_status else answer.is_success, answer.text
        return answer.json() if answer.content else None

    def deploy(
        self, name: str, template: str = "azure/storage-account", values: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """A deployment whose first run waits for a worker that never comes."""
        cloud = template.partition("/")[0]
        values = values or {"name": f"acme{name.replace('-', '')}"[:24], "location": "westeurope"}
        body = {"name": name, "template": template, "cloud_account": f"sandbox-{cloud}", "values": dict(values)}
        return self.api("POST", "/deployments", body)

    def _client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {ADMIN_TOKEN}"}, timeout=60)


@contextmanager
def running(
    folder: Path, *, database_url: str, redis_url: str, secret_key: str, cookies: Mapping[str, str] | None = None
) -> Iterator[Portal]:
    """Build the pages if need be, make the people unless the database has them already, serve."""
    build.build()
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TERRACE_")},
        "TERRACE_DATABASE_URL": database_url,
        "TERRACE_REDIS_URL": redis_url,
        "TERRACE_SECRET_KEYS": secret_key,
        "TERRACE_PORT": str(port),
        "TERRACE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TERRACE_DATA_DIR": str(folder / "data"),
        "TERRACE_TEMPLATES_DIR": str(_templates(folder / "templates")),
        "TERRACE_ADMIN_EMAIL": PEOPLE["admin"],
        "TERRACE_ADMIN_PASSWORD": PASSWORD,
        "TERRACE_ADMIN_TOKEN": ADMIN_TOKEN,
        # A test may be an identity provider, or whatever else people configure.
        "TERRACE_PRIVATE_HOSTS": "localhost",
        "SSL_CERT_FILE": str(folder / "authority.pem"),
    }
    https.tls_context(folder)
    log = folder / "portal.log"
    if cookies is None and started.start(["-m", "portal.cli", "migrate"], environment, log).wait(120):
        raise RuntimeError(f"the database was not migrated:\n{log.read_text()[-3000:]}")
    server = [_serve(environment, log)]
    try:
        url = environment["TERRACE_PUBLIC_URL"]
        _wait(url, server[0], log)
        yield Portal(url, environment, dict(cookies or _people(url)), log, server)
    finally:
        # Not in good order: it would wait for what it may still ask of a cloud, and nobody needs anything of it any more.
        with suppress(ProcessLookupError):
            os.killpg(server[0].pid, signal.SIGKILL)
        server[0].wait(30)


def _serve(environment: Mapping[str, str], log: Path) -> started.Started:
    command = ["-m", "granian", "--interface", "asgi", "--factory", "--host", "127.0.0.1"]
    command += ["--port", environment["TERRACE_PORT"], "--workers", "1", "portal.portal:app"]
    return started.start(command, {**environment, **build.serve_environment()}, log)


def _templates(folder: Path) -> Path:
    """The project's own templates, one with a field of every kind, one with every hint, and one that cannot be used."""
    shutil.copytree(PROJECT_DIR / "templates", folder)
    for name in ("every-type", "every-hint"):
        shutil.copytree(PROJECT_DIR / "tests" / "unit" / "template" / "modules" / name, folder / "azure" / name)
    broken = folder / "gcp" / "broken"
    broken.mkdir()
    (broken / "main.tf").write_text('variable "x" {\n', encoding="utf-8")
    return folder


def _wait(url: str, server: started.Started, log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{url}/ping", timeout=5).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(f"the portal did not start:\n{log.read_text()[-3000:]}")


def _people(url: str) -> dict[str, str]:
    """A member and a viewer beside the administrator, all with a password of their own; their cookies."""
    cookies = {"admin": sign_in(url, PEOPLE["admin"], PASSWORD)}
    return cookies | {role: person(url, PEOPLE[role], role) for role in ("member", "viewer")}


def person(url: str, email: str, role: str) -> str:
    """The cookie of somebody new, with a password of their own."""
    first = "the first password of somebody"
    body = {"email": email, "name": role.title(), "role": role, "password": first}
    headers = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
    httpx.post(f"{url}/api/v1/users", json=body, headers=headers, timeout=60).raise_for_status()
    cookie = sign_in(url, email, first)
    change = {"current_password": first, "new_password": PASSWORD}
    mine = {"Cookie": f"{COOKIE}={cookie}", "Origin": url}
    httpx.post(f"{url}/api/v1/me/password", json=change, headers=mine, timeout=60).raise_for_status()
    return cookie


def sign_in(url: str, email: str, password: str) -> str:
    """The cookie of a new session."""
    answer = httpx.post(f"{url}/api/v1/auth/sign-in", json={"email": email, "password": password}, timeout=60)
    answer.raise_for_status()
    return answer.cookies[COOKIE]


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium, with patience."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(chromium.require()), args=list(chromium.FLAGS))
        yield found
        found.close()


def context(
    found: Browser, portal: Portal, who: str | None = "admin", *, phone: bool = False, dark: bool = False
) -> BrowserContext:
    """A browser of its own, signed in as one of the people, or as nobody."""
    made = found.new_context(
        base_url=portal.url,
        viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
        color_scheme="dark" if dark else "light",
    )
    made.set_default_timeout(PATIENCE)
    if who is not None:
        made.add_cookies([{"name": COOKIE, "value": portal.cookies[who], "url": portal.url, "httpOnly": True}])
    return made


def complaints(page: Page) -> list[str]:
    """A list that fills with what the browser complains about: errors, and what the security policy forbade."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    return said


def handlers(portal: Portal) -> list[dict[str, Any]]:
    """Every event handler of every State that the running app has: {name, arguments: {name: type}}."""
    code = (
        "import inspect, json\n"
        "import reflex as rx\n"
        "import portal.portal\n"
        "from reflex_base.utils.format import format_event_handler\n"
        "found = {}\n"
        "def walk(cls):\n"
        "    for handler in cls.event_handlers.values():\n"
        "        parameters = list(inspect.signature(handler.fn).parameters.values())[1:]\n"
        "        found[format_event_handler(handler)] = {p.name: str(p.annotation) for p in parameters}\n"
        "    for child in cls.get_substates(): walk(child)\n"
        "walk(rx.State)\n"
        "print(json.dumps([{'name': n, 'arguments': a} for n, a in sorted(found.items())]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_DIR, env={**portal.environment, **build.serve_environment()},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def secret_key() -> str:
    """A key for a portal that lives as long as its tests."""
    return "test:" + base64.b64encode(os.urandom(32)).decode()
