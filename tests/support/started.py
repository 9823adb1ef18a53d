"""Our programs as processes, as `python -m …` starts them, but from a process that has imported them already.

A portal takes six seconds of a processor until it listens, and all but one of them are imports. A starter (the standard
library's fork server) makes them once for a test process; what it starts is a process like any other: it has a session, an
environment, a log and signals of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from subprocess import TimeoutExpired

from portal.kit.config import PROJECT_DIR

WARM = "tests.support.warm"
_starter: ForkServerContext = multiprocessing.get_context("forkserver")
_starter.set_forkserver_preload([WARM])


class Started:
    """A process, with the words of `subprocess.Popen`."""

    def __init__(self, process: BaseProcess, arguments: Sequence[str]) -> None:
        self._process, self.args = process, list(arguments)

    @property
    def pid(self) -> int:
        """It leads a process group of this number."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit code, or minus the signal that ended it; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """As `returncode`."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it has one. TimeoutExpired when it has none in time."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise TimeoutExpired(self.args, timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        """Nothing when it has ended."""
        if self._process.exitcode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def start(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Started:
    """Start `python <arguments>`; the first of them is -m. What it says is added to `log`."""
    option, module, *others = arguments
    assert option == "-m", arguments
    leads, begun = _starter.Pipe(duplex=False)
    # Not a daemon: those may have no children.
    process = _starter.Process(target=_become, args=(module, others, dict(environment), str(log), begun), daemon=False)
    process.start()
    begun.close()
    # Who kills its group right away must not miss it.
    leads.poll(None)
    leads.close()
    return Started(process, arguments)


def _become(module: str, arguments: list[str], environment: dict[str, str], log: str, begun: Connection) -> None:
    os.setsid()
    begun.close()
    os.chdir(PROJECT_DIR)
    output, nothing = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644), os.open(os.devnull, os.O_RDONLY)
    for number, source in enumerate((nothing, output, output)):
        os.dup2(source, number)
    os.environ.clear()
    os.environ.update(environment)
    multiprocessing.set_start_method("fork", force=True)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
