"""`terrace up` for real: a stranger's first start, refusals, Ctrl-C, kill -9, and the start after it."""

from __future__ import annotations

import json
import re
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from portal.embedded.process import is_alive
from portal.embedded.redis import free_port
from tests.ops.launching import environment, terrace, up
from tests.ops.test_supervisor import eventually
from tests.support.folders import passable_folder

pytestmark = [pytest.mark.xdist_group("up"), pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """One data folder for the life of an instance over several starts."""
    with passable_folder() as folder:
        yield folder / "data"


def nothing_is_left(data_dir: Path, family: list[psutil.Process], port: int) -> None:
    """No process, no socket, no lock, nobody on the port."""
    eventually(lambda: not any(is_alive(member.pid) for member in family), "every process ended")
    running = [path for path in (data_dir / "run").rglob("*") if not path.is_dir()]
    left = [path for path in data_dir.rglob("*") if path.is_socket() or path.name == "postmaster.pid"]
    assert running + left == []
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def refused(sentence: str, **variables: str) -> None:
    """`terrace up` with these variables says one sentence, and that is all."""
    done = terrace("up", env=variables)
    assert done.returncode == 1
    assert re.search(sentence, done.stderr), done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr + done.stdout


def test_a_first_start_prints_address_and_password_and_ctrl_c_leaves_nothing(data_dir: Path, tmp_path: Path) -> None:
    other_dir = data_dir.with_name("second")
    password = {"TERRACE_ADMIN_PASSWORD": "chosen by the owner"}
    with up(data_dir, free_port()) as first, up(other_dir, free_port(), **password) as second:
        assert f"http://localhost:{first.port}" in first.output
        assert re.search(r"first administrator is \S+@\S+, password \S{12,}", first.output)
        assert "chosen by the owner" not in second.output
        assert first.status_of("/readyz") == second.status_of("/readyz") == first.status_of("/") == 200
        assert terrace("health", env=first.env).returncode == 0
        refused("is in use by another instance", **environment(data_dir, free_port()))
        refused(f"Port {first.port} of .* is not free", **environment(tmp_path, first.port))
        families = {side: side.family() for side in (first, second)}
        assert len(families[first]) >= 6
        assert first.stop(signal.SIGINT) == 0
        assert second.status_of("/readyz") == 200
        assert second.stop(signal.SIGTERM) == 0
        for side, family in families.items():
            nothing_is_left(side.data_dir, family, side.port)


def test_a_killed_instance_leaves_no_process_and_the_next_start_recovers(data_dir: Path) -> None:
    with up(data_dir, free_port()) as killed:
        family = killed.family()
        killed.process.kill()
        eventually(lambda: not any(is_alive(member.pid) for member in family), "the warden ended everything")
    with up(data_dir, killed.port) as again:
        assert again.status_of("/readyz") == 200
        assert again.status_of("/.well-known/openid-configuration") == again.status_of("/.well-known/jwks.json") == 200
        assert "password" not in again.output
        family = again.family()
        the_main_job_from_a_terminal(again.env)
        assert again.stop() == 0
        nothing_is_left(data_dir, family, again.port)


def the_main_job_from_a_terminal(env: dict[str, str]) -> None:
    """Deploy, look, destroy: with the commands alone, beside the running portal."""

    def done(*arguments: str) -> str:
        ended = terrace(*arguments, env=env)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    values = ("--set", "name=frommyterminal", "--set", "location=westeurope")
    target = ("azure/storage-account", "--name", "shelf", "--cloud-account", "sandbox-azure")
    planned = done("deploy", "create", *target, *values, "--wait")
    assert "create   azurerm_storage_account.this" in planned
    run_id = planned.split()[-1]
    done("runs", "confirm", run_id)
    assert "== applied" in done("runs", "log", "--follow", run_id)
    assert 'name = "frommyterminal"' in done("deploy", "outputs", "shelf")
    turn_the_keys(Path(env["TERRACE_DATA_DIR"]) / "secret.key", done)
    assert json.loads(done("deploy", "destroy", "shelf", "--yes", "--wait", "--json"))["status"] == "applied"


def turn_the_keys(key_file: Path, done: Callable[..., str]) -> None:
    """Every secret gets a new key, and the old one goes, while portal, workers and sandbox go on."""
    turned = json.loads(done("keys", "rotate", "--json"))
    assert (turned["new_key"], turned["left"]) == (True, 0)
    assert turned["rewritten"] > 5
    new, *_ = key_file.read_text().split()
    key_file.write_text(new)
    assert [key["state"] for key in json.loads(done("keys", "status", "--json"))] == ["primary"]


def test_a_folder_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused("cannot be used .* Set TERRACE_DATA_DIR", **environment(tmp_path / "file" / "data", free_port()))


def test_a_setting_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    refused("TERRACE_PORT must be a whole number", **environment(tmp_path, 0))


def test_somebody_elses_database_without_a_key_is_refused(tmp_path: Path) -> None:
    url = {"TERRACE_DATABASE_URL": "postgresql://x@127.0.0.1:1/x", "TERRACE_REDIS_URL": "redis://127.0.0.1:1/0"}
    refused("TERRACE_SECRET_KEYS is not", **environment(tmp_path, free_port(), **url))
