"""The portal without its pages: API server, workers and sandbox daemon as processes of their own, each of which may be killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from subprocess import TimeoutExpired

import httpx
import psutil

from portal.embedded import programs
from tests.support import started
from tests.support.instance import free_port
from tests.worker.scene import is_known

READY_SECONDS = 90.0


def until(condition: Callable[[], object], what: str, seconds: float = 120.0) -> None:
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
    _running: dict[str, started.Started] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket(self) -> Path:
        return self.folder / "sandbox.sock"

    def start(self, *workers: str) -> None:
        """Start the API, the sandbox and these workers (`control` is the one that sweeps), and wait until all is ready."""
        self.start_api()
        self.start_sandbox()
        for name in workers:
            self.start_worker(name)
        self.wait_ready()

    def start_api(self) -> None:
        command = [*programs.portal_command("127.0.0.1", self.port)[:-1], "portal.api.app:create_api"]
        self._start("api", command)

    def start_sandbox(self) -> None:
        """Its resources take no time to make unless a rule says so."""
        self._start("sandbox", ["-m", "worker.sandbox", "daemon", "--socket", str(self.socket), "--speed", "0"])

    def start_worker(self, name: str) -> None:
        """It takes messages as soon as it can."""
        queues = "control" if name == "control" else "plan,apply"
        self._start(name, programs.worker_command(queues, 1, f"{name}@test"))

    def wait_ready(self) -> None:
        """Wait for the API and the sandbox."""
        until(self.socket.exists, "the sandbox is ready", READY_SECONDS)
        until(self._answers, "the API answers", READY_SECONDS)

    def wait_for_workers(self, *names: str) -> None:
        """Wait until these workers take messages."""
        for name in names:
            until(partial(is_known, name), f"the worker {name} is known", READY_SECONDS)

    def kill(self, name: str) -> None:
        """`kill -9` of the process that was started; its children are its own business."""
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def kill_all_of(self, name: str) -> None:
        """`kill -9` of the process and its children, as when a machine goes down."""
        self._kill_group(self._running.pop(name))

    def stop(self) -> None:
        """End everything, all at once."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(30)
            except TimeoutExpired:
                self._kill_group(process)
        self._running.clear()

    def logs(self) -> str:
        """The ends of all logs."""
        return "\n".join(f"--- {path.name}\n{path.read_text()[-3000:]}" for path in sorted(self.folder.glob("*.log")))

    def descendants(self, name: str) -> list[psutil.Process]:
        """The processes below a running one."""
        return psutil.Process(self._running[name].pid).children(recursive=True)

    def _start(self, name: str, arguments: list[str]) -> None:
        self._running[name] = started.start(arguments, self.environment, self.folder / f"{name}.log")

    def _answers(self) -> bool:
        died = self._running["api"].poll()
        assert died is None, f"the API ended with {died}:\n{self.logs()}"
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5, trust_env=False).status_code < 500
        except httpx.HTTPError:
            return False

    @staticmethod
    def _kill_group(process: started.Started) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
