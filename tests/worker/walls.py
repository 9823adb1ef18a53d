"""A program of the test's own in Terraform's place, behind the walls that this machine can build."""

from __future__ import annotations

import functools
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from portal.cloud_account.schemas import AccountEnvironment
from portal.kit.config import Settings, from_environment
from portal.kit.errors import ConfigurationError
from portal.kit.secrets import Masked
from portal.run.schemas import Job
from worker.terraform import providers, workdir
from worker.terraform.engine import Engine
from worker.terraform.isolation import host
from worker.terraform.isolation.cage import Cage
from worker.terraform.process import Process

TOKEN = "rt_the-token-of-this-run"
SANDBOX = AccountEnvironment("sandbox", "azure", "sandbox-azure")
AZURE = AccountEnvironment("live", "azure", "prod", {"ARM_CLIENT_ID": "me"}, {"ARM_CLIENT_SECRET_FILE_PATH": b"s3cret"})


def need_walls(test: Callable[..., None]) -> Callable[..., None]:
    """The test runs where walls can be built. Elsewhere it sees that a worker which must have them refuses to start."""

    @functools.wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        if host.strongest("auto").up:
            test(*arguments, **named)
            return
        with pytest.raises(ConfigurationError, match="cannot isolate"):
            host.strongest("require")

    return run


def all_walls() -> list[host.Walls]:
    """Every kind that this machine can build."""
    return [walls for walls in host.candidates() if host.problem_with(walls) is None]


def job(account: AccountEnvironment, state_url: str) -> Job:
    return Job(
        run_id="run-1", deployment_id="dep-1", deployment_name="one", kind="plan_and_apply", phase="plan", worker="w1",
        claim="c", template_key="azure/x", state_url=state_url, state_token=Masked(TOKEN), auto_apply=False, files={},
        values={}, account=account, plan_file=None, lock_file=None,
    )  # fmt: skip


@dataclass
class Behind:
    """One phase, whose commands are Python programs."""

    files: workdir.Workdir
    config: Settings
    cage: Cage
    environment: dict[str, str]

    def started(self, script: str, *arguments: str, verb: str = "plan") -> Process:
        argv = [sys.executable, "-IS", "-c", script, *arguments]
        with self.cage.starting(argv, verb=verb) as start:
            return Process(
                start.argv,
                cwd=self.files.module,
                env=self.environment,
                hold=(self.files.lock, *start.files),
                verb=verb,
            )

    def run(self, script: str, *arguments: str) -> tuple[int, str]:
        """The exit code, and everything that it said."""
        with self.started(script, *arguments) as process:
            said = b"\n".join(line for _, line in process.lines()).decode()
            return process.wait(), said

    def told(self, script: str, *arguments: str) -> Any:
        """What the program prints as JSON."""
        code, said = self.run(script, *arguments)
        assert code == 0, said
        return json.loads(said)


@contextmanager
def behind(
    walls: host.Walls,
    folder: Path,
    account: AccountEnvironment = SANDBOX,
    *,
    state_url: str = "http://127.0.0.1:9/api/v1/state/dep-1",
    **settings: str,
) -> Iterator[Behind]:
    """A phase on `account` in a data folder of its own, with these settings."""
    data = folder / "data"
    config = from_environment(
        {"TERRACE_DATA_DIR": str(data), "TERRACE_STATE_URL": state_url.partition("/api")[0]} | settings
    )
    config = replace(config, sandbox_socket=folder / "sandbox.sock")
    live = account.kind == "live"
    source = providers.official(data, config.providers) if live else providers.sandbox(data, config.sandbox_socket)
    with workdir.opened(workdir.root_for(data), "run-1") as files:
        engine = Engine((sys.executable,), "terraform", "1.15.0")
        cage = Cage(walls, job(account, state_url), config, files=files, engine=engine, source=source)
        yield Behind(files, config, cage, cage.environment({}))


class Portal(BaseHTTPRequestHandler):
    """Answers everybody, and remembers who asked for what."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str, str, bytes]]

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.asked.append((self.command, self.path, self.headers.get("Authorization") or "", body))
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"state")

    do_GET = do_POST = do_LOCK = do_UNLOCK = _answer  # noqa: N815 - the names that http.server looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


@contextmanager
def portal() -> Iterator[tuple[str, list[tuple[str, str, str, bytes]]]]:
    """A server on this machine's loopback, where PostgreSQL, Redis and the portal are, too; its URL and what it was asked."""
    handler = type("Handler", (Portal,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", handler.asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
