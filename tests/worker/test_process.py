"""What a process of ours does when it talks, is stopped, leaves children behind, or loses its parent (attack 32)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from portal.kit.config import PROJECT_DIR
from worker.terraform import process as process_module
from worker.terraform.process import MAX_LINE, Process

ENVIRONMENT = {"PATH": os.environ["PATH"]}


def started(script: str, folder: Path, *, max_line: int = MAX_LINE) -> Process:
    return Process([sys.executable, "-c", script], cwd=folder, env=ENVIRONMENT, max_line=max_line)


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_lines_come_from_both_streams_and_the_last_needs_no_newline(tmp_path: Path) -> None:
    script = "import sys; print('one'); sys.stderr.write('two\\n'); sys.stdout.write('three')"
    with started(script, tmp_path) as process:
        lines = sorted(process.lines())
        assert process.wait() == 0
    assert lines == [("err", b"two"), ("out", b"one"), ("out", b"three")]


def test_a_line_comes_before_the_next_is_written(tmp_path: Path) -> None:
    script = (
        "import os, time; print('ready', flush=True)\nwhile not os.path.exists('go'): time.sleep(0.01)\nprint('went')"
    )
    with started(script, tmp_path) as process:
        lines = process.lines()
        assert next(lines) == ("out", b"ready")
        (tmp_path / "go").touch()
        assert list(lines) == [("out", b"went")]


def test_what_it_writes_right_before_its_end_is_read_however_late_we_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy machine: nothing was there when we looked, and by the time we ask whether it has ended, it has."""
    monkeypatch.setattr(process_module, "_TICK", 0.001)
    with started("print('late')", tmp_path) as process:

        def ended() -> bool:
            return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT) is not None

        monkeypatch.setattr(process, "_has_ended", ended)
        assert list(process.lines()) == [("out", b"late")]


def test_a_line_without_end_is_cut_and_what_follows_is_whole(tmp_path: Path) -> None:
    with started("print('x' * 3_000_000); print('next')", tmp_path, max_line=1000) as process:
        lines = [line for _, line in process.lines()]
    assert lines == [b"x" * 1000 + " … (2,999,000 more bytes)".encode(), b"next"]


def test_interrupt_lets_it_end_by_itself_and_kill_does_not(tmp_path: Path) -> None:
    script = """
import os, signal, time
signal.signal(signal.SIGINT, lambda *_: os.write(1, b'thinking about it\\n'))
print('ready', flush=True)
while True: time.sleep(1)
"""
    with started(script, tmp_path) as process:
        lines = process.lines()
        assert next(lines)[1] == b"ready"
        process.interrupt()
        assert next(lines)[1] == b"thinking about it"
        process.kill()
        assert list(lines) == []
        assert process.wait() == -signal.SIGKILL
        process.interrupt()  # nobody is there any more, and nobody else is hit


def test_what_it_started_ends_with_it_and_is_not_waited_for(tmp_path: Path) -> None:
    script = (
        "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid)"
    )
    with started(script, tmp_path) as process:
        (_, line), *rest = process.lines()
        assert rest == []
        assert process.wait() == 0
    until(lambda: gone(int(line)))


PARENT = """
import sys
from pathlib import Path
from worker.terraform.process import Process
process = Process([sys.executable, "-c", sys.argv[2]], cwd=Path(sys.argv[1]), env={})
for _, line in process.lines():
    print(line.decode(), flush=True)
"""
CHILD = """
import os, signal, time
signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # as Go does: a write that nobody can read is deadly
def stop(*_):
    os.write(1, b"Interrupt received\\n")
    os.write(2, b"Interrupt received\\n")
    open("draft", "w").close()
    os.rename("draft", "saved")
    os._exit(0)
signal.signal(signal.SIGINT, stop)
print(os.getpid(), flush=True)
while True: time.sleep(1)
"""


def test_when_its_parent_is_killed_it_is_interrupted_and_can_still_write_and_save(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), CHILD], cwd=PROJECT_DIR, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until((tmp_path / "saved").exists)
    until(lambda: gone(child))
