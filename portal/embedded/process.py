"""One child process: started in a group of its own, ended whole, and remembered in a ledger so that no crash orphans it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from portal.embedded.files import write_private

_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Account:
    """A system user that a child runs as."""

    name: str
    user_id: int
    group_id: int


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. `stop_signal` asks it to end; after `stop_seconds` its whole process group is killed."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log_path: Path
    folder: Path
    account: Account | None = None
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 10.0


@dataclass(slots=True)
class Ledger:
    """The children alive now, on disk: what the next start (or the warden) ends when the supervisor was killed."""

    path: Path
    entries: list[dict[str, float | int | str]] = field(default_factory=list)

    def add(self, program: Program, pid: int) -> None:
        ending = {"signal": int(program.stop_signal), "seconds": program.stop_seconds}
        self.entries.append({"name": program.name, "pid": pid, "born": _born(pid), **ending})
        self._write()

    def remove(self, pid: int) -> None:
        self.entries = [entry for entry in self.entries if entry["pid"] != pid]
        self._write()

    def _write(self) -> None:
        write_private(self.path, json.dumps(self.entries))


def end_left_over(ledger_path: Path) -> int:
    """End what a killed supervisor left running, last started first, and forget it. Returns how many were alive."""
    try:
        entries = json.loads(ledger_path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        entries = []
    alive = [entry for entry in reversed(entries) if _born(int(entry["pid"])) == entry["born"]]
    for entry in alive:
        end_group(int(entry["pid"]), int(entry["signal"]), float(entry["seconds"]))
    ledger_path.unlink(missing_ok=True)
    return len(alive)


class Child:
    """A running `Program`."""

    def __init__(self, program: Program, ledger: Ledger) -> None:
        self.program = program
        self._ledger = ledger
        program.log_path.parent.mkdir(parents=True, exist_ok=True)
        with program.log_path.open("ab") as log:
            self._log_start = self._shown = log.tell()
            self._popen = subprocess.Popen(
                list(program.command),
                env=dict(program.environment),
                cwd=program.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=program.account.user_id if program.account else None,
                group=program.account.group_id if program.account else None,
                extra_groups=[] if program.account else None,
            )
        ledger.add(program, self._popen.pid)

    @property
    def pid(self) -> int:
        return self._popen.pid

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._popen.poll()

    def last_words(self, lines: int = 15) -> str:
        """The end of what it wrote since this start, for the person who must find out why it failed."""
        with self.program.log_path.open("rb") as log:
            log.seek(self._log_start)
            text = log.read().decode(errors="replace")
        return "\n".join(text.strip().splitlines()[-lines:])

    def new_lines(self) -> list[str]:
        """The whole lines written since the last call."""
        with self.program.log_path.open("rb") as log:
            log.seek(self._shown)
            whole, newline, _ = log.read().rpartition(b"\n")
        self._shown += len(whole) + len(newline)
        return whole.decode(errors="replace").splitlines()

    def stop(self, seconds: float | None = None) -> None:
        """Ask it to end, wait, kill what is left of its group, and take it off the ledger."""
        family = _descendants(self.pid)
        if self.exit_code() is None:
            with suppress(ProcessLookupError):
                self._popen.send_signal(self.program.stop_signal)
            with suppress(subprocess.TimeoutExpired):
                self._popen.wait(self.program.stop_seconds if seconds is None else seconds)
        _kill_group(self.pid)
        self._popen.wait()
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        self._ledger.remove(self.pid)


def end_group(pid: int, stop_signal: int, seconds: float) -> None:
    """End a process that may not be our child, and its group."""
    family = _descendants(pid)
    with suppress(ProcessLookupError):
        os.kill(pid, stop_signal)
    wait_for_end([pid], seconds)
    _kill_group(pid)
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    wait_for_end([pid], 5.0)


def wait_for_end(pids: Iterable[int], seconds: float) -> bool:
    """Whether all of `pids` ended within `seconds` (a zombie has ended)."""
    deadline = time.monotonic() + seconds
    waiting = [pid for pid in pids if is_alive(pid)]
    while waiting and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
        waiting = [pid for pid in waiting if is_alive(pid)]
    return not waiting


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _born(pid: int) -> float:
    """When the process started: with the pid it names one process for ever. 0.0 when there is none."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return 0.0
