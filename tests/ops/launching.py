"""`terrace` as a person starts it in a terminal: what it prints, its exit code, and every process below it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from portal.kit.config import PROJECT_DIR
from tests.ops.test_supervisor import eventually


def environment(data_dir: Path, port: int, **variables: str) -> dict[str, str]:
    """This process's environment without its TERRACE_* variables, with an instance's."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TERRACE_")}
    return {**inherited, "TERRACE_DATA_DIR": str(data_dir), "TERRACE_PORT": str(port), **variables}


def terrace(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `terrace ARGUMENTS` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "portal.cli", *arguments],
        cwd=PROJECT_DIR,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@dataclass(eq=False)
class Up:
    """A running `terrace up`."""

    process: subprocess.Popen[bytes]
    data_dir: Path
    port: int
    env: dict[str, str]
    log: Path

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_until_ready(self) -> None:
        """Until it has said so; AssertionError with its output when it ends."""

        def is_ready() -> bool:
            assert self.process.poll() is None, f"terrace up ended:\n{self.output}"
            return "Stop it with Ctrl-C" in self.output

        eventually(is_ready, "terrace up is ready", seconds=240)

    def family(self) -> list[psutil.Process]:
        """Every process below it."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(120)

    def status_of(self, path: str) -> int:
        """The status of a GET, 0 when nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0


@contextmanager
def up(data_dir: Path, port: int, **variables: str) -> Iterator[Up]:
    """A `terrace up` that is ready for the block and has ended after it."""
    env = environment(data_dir, port, **variables)
    log = data_dir.with_name(f"{data_dir.name}-{port}.out")
    log.unlink(missing_ok=True)
    with log.open("ab") as out:
        command = [sys.executable, "-m", "portal.cli", "up"]
        process = subprocess.Popen(
            command, cwd=PROJECT_DIR, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
    instance = Up(process, data_dir, port, env, log)
    try:
        instance.wait_until_ready()
        yield instance
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(60)
        finally:
            process.kill()
