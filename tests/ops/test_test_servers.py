"""The servers that tests share: one for all, gone after the last user, even when that one was killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from portal.embedded.process import is_alive
from portal.kit.config import PROJECT_DIR
from tests.ops.test_supervisor import eventually
from tests.support import prepared, servers
from tests.support.folders import passable_folder
from tests.support.prepared import Prepared

JOIN = """
import sys
from tests.support import servers
with servers.join() as found:
    print(found.postgres, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def own_temporary_folder() -> Iterator[Path]:
    """Apart from the servers that this very session uses."""
    with passable_folder() as folder:
        yield folder


def join(temporary_folder: Path) -> tuple[subprocess.Popen[str], str]:
    """A process that uses the servers until its standard input closes, and PostgreSQL's address."""
    process = subprocess.Popen(
        [sys.executable, "-c", JOIN],
        cwd=PROJECT_DIR,
        env={**os.environ, "TMPDIR": str(temporary_folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_two_processes_share_the_servers_and_the_last_one_even_when_killed_ends_them(
    own_temporary_folder: Path,
) -> None:
    first, first_url = join(own_temporary_folder)
    second, second_url = join(own_temporary_folder)
    try:
        assert first_url == second_url != ""
        (ready,) = own_temporary_folder.glob("terrace-tests-*/ready.json")
        keeper = psutil.Process(json.loads(ready.read_text())["pid"])
        servers = keeper.children(recursive=True)
        assert servers
        first.communicate()
        assert keeper.is_running()
        second.kill()
        eventually(lambda: not any(is_alive(member.pid) for member in (keeper, *servers)), "keeper and servers ended")
    finally:
        for process in (first, second):
            process.kill()
            process.wait()


def test_what_portals_begin_with_is_made_again_when_the_servers_have_it_no_more(
    test_servers: servers.Servers, database_template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = servers.Servers(tmp_path, test_servers.postgres, test_servers.redis)
    databases = iter(("kept_before_a_new_start", database_template))
    monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", "one-run")
    monkeypatch.setattr(prepared, "_make", lambda *_: Prepared(next(databases), "key", {}))
    assert prepared.prepared(ours, database_template).database == "kept_before_a_new_start"
    assert prepared.prepared(ours, database_template).database == database_template
    assert prepared.prepared(ours, database_template).database == database_template
