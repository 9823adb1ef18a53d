"""TERRACE_EGRESS=direct: the machine's network for real accounts, and nothing else of what walls keep away (attacks 1, 28)."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from portal.kit.config import PROJECT_DIR, from_environment
from portal.kit.errors import ConfigurationError
from tests.worker.test_isolation import CONNECT, KINDS, LOOK, STATE
from tests.worker.walls import AZURE, SANDBOX, TOKEN, behind, need_walls, portal
from worker.terraform.isolation import host

RIGHTS = """
import fcntl, json, os, socket, struct, sys
found = {}
def tried(name, function):
    try:
        function()
        found[name] = "done"
    except OSError as error:
        found[name] = type(error).__name__
def address():
    request = struct.pack("16sHH4s16x", b"lo:7", socket.AF_INET, 0, socket.inet_aton("127.9.8.7"))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        fcntl.ioctl(probe.fileno(), 0x8916, request)
tried("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP))
tried("packets", lambda: socket.socket(17, socket.SOCK_RAW, 0x0300))
tried("an address", address)
tried("a socket of a file", lambda: socket.socket(socket.AF_UNIX).connect(sys.argv[1]))
tried("a name", lambda: socket.getaddrinfo("localhost", 80))
print(json.dumps(found))
"""


@KINDS
@need_walls
def test_attack_01_direct_opens_the_machines_network_and_nothing_else(walls: host.Walls, tmp_path: Path) -> None:
    with (
        portal() as (url, _),
        socket.socket(socket.AF_UNIX) as database,
        behind(walls, tmp_path, AZURE, state_url=url + STATE, TERRACE_EGRESS="direct") as inside,
    ):
        data, place = inside.config.data_dir, url.removeprefix("http://")
        (data / "secret.key").write_text("canary-key")
        database.bind(str(tmp_path / "sql"))
        database.listen()
        assert inside.told(CONNECT, place) == {place: "reached"}
        assert inside.told(RIGHTS, str(tmp_path / "sql")) == {
            "raw": "PermissionError", "packets": "PermissionError", "an address": "PermissionError",
            "a socket of a file": "FileNotFoundError", "a name": "done",
        }  # fmt: skip
        looked_at = [str(data), str(data / "secret.key"), str(PROJECT_DIR / "templates"), "/etc/shadow", "/run", "/var"]
        seen = inside.told(LOOK, *looked_at)
    assert "canary-key" not in json.dumps(seen)
    assert {seen["files"][path] for path in looked_at[1:]} == {"FileNotFoundError"}
    assert seen["uid"] == walls.user != 0
    assert int(seen["status"]["CapEff"], 16) == 0
    assert (seen["status"]["NoNewPrivs"], seen["namespaces"], seen["first"]) == ("1", False, "PermissionError")
    assert len(seen["processes"]) <= 3
    assert {name for name in seen["environ"] if "PROXY" in name.upper()} <= {"NO_PROXY", "no_proxy"}


@KINDS
@need_walls
def test_attack_28_a_sandbox_account_has_no_network_where_real_ones_have_the_machines(
    walls: host.Walls, tmp_path: Path
) -> None:
    with (
        portal() as (url, asked),
        behind(walls, tmp_path, SANDBOX, state_url=url + STATE, TERRACE_EGRESS="direct") as inside,
    ):
        places = [url.removeprefix("http://"), "169.254.169.254:80", "1.1.1.1:443"]
        found = inside.told(CONNECT, *places)
        assert TOKEN not in json.dumps(inside.told(LOOK))
    assert "reached" not in found.values()
    assert asked == []


def test_a_word_that_is_none_opens_nothing() -> None:
    with pytest.raises(ConfigurationError, match="TERRACE_EGRESS"):
        from_environment({**os.environ, "TERRACE_EGRESS": "open"})
