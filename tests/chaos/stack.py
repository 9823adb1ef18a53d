"""The portal without its pages: API server, workers and sandbox daemon as processes of their own, each of which may be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from portal.embedded import programs
from portal.kit.config import PROJECT_DIR
from tests.support.instance import free_port

READY_SECONDS = 90.0


def until(condition: Callable[[], object], what: str, seconds: float = 60.0) -> None:
    """Wait for something to become true; AssertionError that names it when it does not."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds:.0f} s in vain: {what}"
        time.sleep(0.05)


@dataclass
class Stack:
    """Starts processes with one environment; `stop` ends all of them. Each writes a log into `folder`."""

    folder: Path
    environment: Mapping[str, str]
    port: int = field(default_factory=free_port)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket(self) -> Path:
        return self.folder / "sandbox.sock"

    def start_api(self) -> None:
        """Start the API and wait until it is ready."""
        command = [*programs.portal_command("127.0.0.1", self.port)[:-1], "portal.api.app:create_api"]
        self._start("api", command)
        until(self._answers, "the API answers", READY_SECONDS)

    def start_sandbox(self, speed: float = 0) -> None:
        """Start the sandbox daemon, whose resources take no time unless a rule says so, and wait until it is ready."""
        self._start("sandbox", ["-m", "worker.sandbox", "daemon", "--socket", str(self.socket), "--speed", str(speed)])
        until(lambda: self.socket.exists(), "the sandbox is ready", READY_SECONDS)

    def start_worker(self, name: str, queues: str = "plan,apply", concurrency: int = 1) -> None:
        """Start a worker; it takes messages as soon as it can."""
        self._start(name, programs.worker_command(queues, concurrency, f"{name}@test"))

    def kill(self, name: str) -> None:
        """`kill -9`, and nothing else."""
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def stop(self) -> None:
        """End everything: workers first, so that what they do can still be told."""
        for name in reversed(list(self._running)):
            process = self._running.pop(name)
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                self._kill_group(process)

    def logs(self) -> str:
        """The ends of all logs."""
        return "\n".join(f"--- {path.name}\n{path.read_text()[-3000:]}" for path in sorted(self.folder.glob("*.log")))

    def descendants(self, name: str) -> list[psutil.Process]:
        """The processes below a running one."""
        return psutil.Process(self._running[name].pid).children(recursive=True)

    def _start(self, name: str, arguments: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=PROJECT_DIR,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _answers(self) -> bool:
        died = self._running["api"].poll()
        assert died is None, f"the API ended with {died}:\n{self.logs()}"
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    @staticmethod
    def _kill_group(process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
