"""A whole portal of one's own: `terrace up` in a temporary folder on a free port, as a person would run it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from portal.kit.config import PROJECT_DIR

ADMIN_EMAIL = "admin@example.com"
ADMIN_PASSWORD = "correct-horse-battery-staple"
ADMIN_TOKEN = "tt_acceptance_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
READY_SECONDS = 180.0
TERMINAL = {"applied", "planned_and_finished", "policy_denied", "discarded", "canceled", "errored"}


def free_port() -> int:
    """A port that the system says is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(eq=False)
class Instance:
    """A running portal. `start_seconds` is from the command to the answer of /readyz."""

    folder: Path
    port: int
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    start_seconds: float = 0.0
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.session(ADMIN_TOKEN)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def output(self) -> str:
        return (self.folder / "up.log").read_text(errors="replace")

    def session(self, token: str | None) -> httpx.Client:
        """A client with a bearer token, or anonymous."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False)

    def start(self) -> None:
        """Start and wait until ready; RuntimeError with what it printed when it ends before."""
        began = time.monotonic()
        with (self.folder / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.cli", "up"],
                cwd=PROJECT_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() - began > READY_SECONDS:
                raise RuntimeError(f"the portal did not start:\n{self.output[-3000:]}\n{self.logs()[-3000:]}")
            time.sleep(0.05)
        self.start_seconds = time.monotonic() - began

    def logs(self) -> str:
        """Every process's log, for a failure's message and the search for canaries."""
        files = sorted((self.folder / "data" / "logs").glob("*"))
        return "\n".join(f"== {item.name}\n{item.read_text(errors='replace')}" for item in files)

    def stop(self) -> int:
        """Ctrl-C, and the exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(60)
        self.process = None
        return code

    def wait_for(self, run_id: str, *statuses: str, seconds: float = 120.0) -> dict[str, Any]:
        """The run once it has one of `statuses`; AssertionError with the run when it ends otherwise."""
        deadline = time.monotonic() + seconds
        while True:
            run = self.get(f"/runs/{run_id}")
            if run["status"] in statuses:
                return run
            if run["status"] in TERMINAL or time.monotonic() > deadline:
                raise AssertionError(
                    f"expected {statuses}, got {run['status']}: {run.get('error')}\n{self.tail(run_id)}"
                )
            time.sleep(0.1)

    def tail(self, run_id: str) -> str:
        """The texts of a run's events."""
        events = self.get(f"/runs/{run_id}/events?limit=200")["items"]
        return "\n".join(str(event.get("text") or event.get("summary") or event) for event in events)[-3000:]

    def get(self, path: str) -> Any:
        """GET under /api/v1, JSON, HTTP errors raised with their body."""
        return self.call("GET", path)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Any method under /api/v1, as the administrator."""
        answer = self.client.request(method, f"/api/v1{path}", json=body)
        if answer.is_error:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def _is_ready(self) -> bool:
        try:
            return self.client.get("/readyz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False


@contextmanager
def running(folder: Path, extra: Mapping[str, str] | None = None, *, start: bool = True) -> Iterator[Instance]:
    """An instance in `folder`, stopped in the end. `extra` adds to its environment."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TERRACE_")}
    environment = {
        **kept,
        "TERRACE_PORT": str(port),
        "TERRACE_DATA_DIR": str(folder / "data"),
        "TERRACE_ADMIN_EMAIL": ADMIN_EMAIL,
        "TERRACE_ADMIN_PASSWORD": ADMIN_PASSWORD,
        "TERRACE_ADMIN_TOKEN": ADMIN_TOKEN,
        "TERRACE_SANDBOX_SPEED": "0",
        **(extra or {}),
    }
    instance = Instance(folder, port, environment)
    try:
        if start:
            instance.start()
        yield instance
    finally:
        instance.stop()
        instance.client.close()
