"""The supervisor's process logic, over harmless children: order, restarts, and what is left when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from portal.embedded.process import Child, Ledger, Program, end_left_over, is_alive
from portal.embedded.supervisor import Supervisor
from portal.kit.config import PROJECT_DIR
from portal.kit.errors import ConfigurationError

# Writes its name when asked to end; with a child of its own in another session, as Terraform is a worker's.
CHILD = """
import os, signal, subprocess, sys, time
name, out = sys.argv[1:]
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
def end(*_):
    open(out, "a").write(f"{name} ended\\n")
    grandchild.kill()
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("grandchild", grandchild.pid, flush=True)
open(out, "a").write(f"{name} started\\n")
while True:
    time.sleep(600)
"""

SUPERVISE = """
import sys
from pathlib import Path
from portal.embedded.supervisor import Supervisor
from tests.ops.test_supervisor import program
folder = Path(sys.argv[1])
with Supervisor(folder, print).running() as supervisor:
    for name in ("one", "two"):
        supervisor.start(program(folder, name))
    print("running", flush=True)
    supervisor.watch()
"""


def program(folder: Path, name: str, code: str = CHILD) -> Program:
    """A child that reports to `folder/events`."""
    command = [sys.executable, "-c", code, name, str(folder / "events")]
    return Program(name, command, dict(os.environ), folder / f"{name}.log", PROJECT_DIR)


def eventually(condition: Callable[[], bool], what: str, *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)


def events(folder: Path) -> list[str]:
    path = folder / "events"
    return path.read_text().splitlines() if path.exists() else []


def family(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A supervisor process with two children that have started, each with a grandchild."""
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, str(tmp_path)], cwd=PROJECT_DIR, stdout=subprocess.PIPE, text=True
    )
    try:
        eventually(lambda: len(events(tmp_path)) == 2, "both children started")
        yield process
    finally:
        process.kill()
        process.wait()


def test_sigterm_stops_the_children_in_reverse_order_and_leaves_nothing(
    supervised: subprocess.Popen[str], tmp_path: Path
) -> None:
    everyone = family(supervised.pid)
    supervised.send_signal(signal.SIGTERM)
    assert supervised.wait(60) == 0
    assert events(tmp_path)[2:] == ["two ended", "one ended"]
    eventually(lambda: not any(is_alive(member.pid) for member in everyone), "nobody left")
    assert not list(tmp_path.glob("children-*"))


def test_a_killed_supervisor_takes_its_children_with_it(supervised: subprocess.Popen[str], tmp_path: Path) -> None:
    everyone = family(supervised.pid)
    supervised.kill()
    supervised.wait()
    eventually(lambda: not any(is_alive(member.pid) for member in everyone), "nobody left")
    assert events(tmp_path)[2:] == ["two ended", "one ended"]


def test_the_next_start_ends_what_a_supervisor_and_its_warden_left(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "children-1.json")
    child = Child(program(tmp_path, "orphan"), ledger)
    eventually(lambda: events(tmp_path) == ["orphan started"], "the child started")
    with Supervisor(tmp_path, print).running():
        assert not is_alive(child.pid)
    child.stop()
    assert events(tmp_path) == ["orphan started", "orphan ended"]


def test_a_ledger_never_ends_a_process_that_got_a_recycled_pid(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "children-1.json")
    child = Child(program(tmp_path, "bystander"), ledger)
    ledger.entries[0]["born"] = float(ledger.entries[0]["born"]) - 1000
    ledger.add(child.program, child.pid)
    ledger.entries.pop()
    ledger._write()
    try:
        assert end_left_over(ledger.path) == 0
        assert is_alive(child.pid)
    finally:
        child.stop()


def test_a_child_that_dies_is_started_again_and_the_person_is_told_in_one_line(tmp_path: Path) -> None:
    said: list[str] = []
    with Supervisor(tmp_path, said.append).running() as supervisor:
        child = supervisor.start(program(tmp_path, "one"))
        eventually(lambda: events(tmp_path) == ["one started"], "the child started")
        os.kill(child.pid, signal.SIGKILL)

        def stop_after_restart() -> None:
            eventually(lambda: events(tmp_path) == ["one started"] * 2, "the child started again")
            os.kill(os.getpid(), signal.SIGTERM)

        waiter = threading.Thread(target=stop_after_restart)
        waiter.start()
        supervisor.watch()
        waiter.join()
    assert [line.split(";")[0] for line in said] == ["one was killed by SIGKILL"]


def test_a_child_that_cannot_start_is_reported_with_its_last_words(tmp_path: Path) -> None:
    broken = program(tmp_path, "broken", code="raise SystemExit('no such table')")
    with Supervisor(tmp_path, print).running() as supervisor, pytest.raises(ConfigurationError, match="no such table"):
        supervisor.wait_for(supervisor.start(broken), lambda: False)


def test_verbose_shows_what_the_children_write(tmp_path: Path) -> None:
    said: list[str] = []
    talkative = program(tmp_path, "talker", code="print('hello', flush=True); import time; time.sleep(600)")
    with Supervisor(tmp_path, said.append, verbose=True).running() as supervisor:
        child = supervisor.start(talkative)
        supervisor.wait_for(child, lambda: any("hello" in line for line in said))
    assert said == ["      talker | hello"]
