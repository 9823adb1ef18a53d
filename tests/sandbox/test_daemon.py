"""The daemon, its launchers and the mirror: how they start, find one another, refuse, and end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.sandbox.conftest import DEADLINE, Host, Workspace, start_daemon, told
from worker.sandbox import launcher
from worker.sandbox.mirror import LAUNCHER, VERSIONS, environment, install

RESOURCE = """terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 8.0"
    }
  }
}
variable "name" {
  type    = string
  default = "x"
}
resource "google_pubsub_topic" "this" {
  name = var.name
}
"""


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short path, as a socket's must be."""
    folder = Path(tempfile.mkdtemp(prefix="tsd"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def ended(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(DEADLINE)


def test_it_ends_cleanly_and_leaves_nothing(short: Path, postgres_url: str) -> None:
    control = short / "run" / "control"
    daemon = start_daemon(control, postgres_url)
    assert stat.S_IMODE(control.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(control.stat().st_mode) == 0o600
    assert ended(daemon) == 0
    assert list(control.parent.iterdir()) == []


def test_a_second_one_on_the_same_socket_says_one_sentence(host: Host) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "worker.sandbox", "daemon", "--socket", str(host.control_socket)],
        env=os.environ | told(host.database_url),
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == f"A sandbox daemon is already running on {host.control_socket}."


def test_what_a_killed_one_left_is_replaced(short: Path, postgres_url: str) -> None:
    control = short / "control"
    killed = start_daemon(control, postgres_url)
    killed.kill()
    killed.wait(DEADLINE)
    assert control.exists()
    assert ended(start_daemon(control, postgres_url)) == 0


def test_the_sockets_of_a_killed_one_are_removed(short: Path, postgres_url: str) -> None:
    control = short / "control"
    killed = start_daemon(control, postgres_url)
    with socket.socket(socket.AF_UNIX) as launching:
        launching.connect(str(control))
        request = b"provider=azurerm"
        launching.sendall(len(request).to_bytes(4, "big") + request)
        provider = Path(launching.recv(4096).decode().strip().removeprefix("ok "))
        killed.kill()
        killed.wait(DEADLINE)
    assert provider.exists()
    assert ended(start_daemon(control, postgres_url)) == 0
    assert not provider.parent.exists()


def test_resources_outlive_the_daemon(short: Path, postgres_url: str, account: str, tmp_path: Path, host: Host) -> None:
    control = short / "control"
    config = install(short, control_socket=control)
    workspace = Workspace(Host(config, control, postgres_url, host.store), tmp_path, account)
    workspace.write(RESOURCE)
    daemon = start_daemon(control, postgres_url)
    workspace.init()
    workspace.apply()
    ended(daemon)
    daemon = start_daemon(control, postgres_url)
    try:
        assert workspace.changes() == {}
    finally:
        ended(daemon)


def test_a_very_long_path_with_odd_characters_works(
    short: Path, postgres_url: str, account: str, tmp_path: Path, host: Host
) -> None:
    root = short / ("so long " * 14).strip() / "it's $HOME"
    control = root / "run" / "control.sock"
    python = root / "python with spaces"
    root.mkdir(parents=True)
    python.symlink_to(sys.executable)
    daemon = start_daemon(control, postgres_url)
    try:
        config = install(root, control_socket=control, python=python)
        workspace = Workspace(Host(config, control, postgres_url, host.store), tmp_path, account)
        workspace.write(RESOURCE)
        workspace.init()
        workspace.apply()
    finally:
        ended(daemon)


def launch(host: Host, provider: str = "azurerm", **variables: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-IS", str(LAUNCHER), str(host.control_socket), provider],
        env={"TF_PLUGIN_MAGIC_COOKIE": launcher.COOKIE} | variables,
        capture_output=True,
        timeout=DEADLINE,
        check=False,
    )


def test_a_person_who_starts_the_launcher_is_told(host: Host) -> None:
    done = launch(host, TF_PLUGIN_MAGIC_COOKIE="")
    assert (done.returncode, done.stdout) == (1, done.stderr)
    assert b"Terraform starts it, people do not" in done.stderr


def test_a_terraform_that_wants_tls_is_told(host: Host) -> None:
    assert b"set TF_DISABLE_PLUGIN_TLS=1" in launch(host, PLUGIN_CLIENT_CERT="x").stdout


@pytest.mark.parametrize("provider", ["../../etc/passwd", "azurerm.json", "", "aws"])
def test_a_provider_without_a_pack_is_refused(host: Host, provider: str) -> None:
    done = launch(host, provider)
    assert done.returncode == 1
    assert b"there is no schema pack for provider" in done.stdout


def test_without_a_daemon_terraform_says_what_is_missing(workspace: Workspace, short: Path) -> None:
    config = install(short, control_socket=short / "nowhere")
    workspace.write(RESOURCE)
    workspace.run("init", TF_CLI_CONFIG_FILE=str(config))
    done = workspace.run("validate", accept=(1,), TF_CLI_CONFIG_FILE=str(config))
    assert "The sandbox cloud is not running" in done.stderr


def test_nonsense_on_the_control_socket_disturbs_nobody(host: Host, workspace: Workspace) -> None:
    for nonsense in (
        b"",
        b"\0\0",
        b"\xff\xff\xff\xff",
        b"\0\0\0\4abc=",
        b"\0\0\0\2\xff\xfe",
        b"GET / HTTP/1.1\r\n\r\n",
    ):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(host.control_socket))
            connection.sendall(nonsense)
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(DEADLINE)
            assert b"ok" not in connection.recv(4096)
    workspace.write(RESOURCE)
    workspace.init()
    workspace.run("validate")


def test_a_launcher_that_dies_takes_its_server_along(host: Host) -> None:
    request = b"provider=google"
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(host.control_socket))
        connection.sendall(len(request).to_bytes(4, "big") + request)
        own = Path(connection.recv(4096).decode().split()[1])
        assert stat.S_IMODE(own.parent.stat().st_mode) == 0o700
        assert own.is_socket()
    wait_until(lambda: not own.parent.exists())


def wait_until(condition: Callable[[], bool]) -> None:
    import time

    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_many_install_the_mirror_at_once(tmp_path: Path) -> None:
    def one(_: int) -> Path:
        return install(tmp_path / "m", control_socket=tmp_path / "control")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(one, range(32)))) == 1
    files = [path.relative_to(tmp_path / "m") for path in (tmp_path / "m").rglob("*") if path.is_file()]
    assert len(files) == 2 + len(VERSIONS)
    assert all(os.access(tmp_path / "m" / path, os.X_OK) for path in files if path.suffix != ".tfrc")


def test_the_mirrors_packages_are_the_same_on_every_machine(tmp_path: Path) -> None:
    """Terraform's lock file holds their hash, and a plan may be applied by a worker elsewhere."""
    for name in ("one", "two"):
        install(tmp_path / name, control_socket=tmp_path / name / "control", python=Path(f"/opt/{name}/python"))
    contents = [
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name / "mirror").rglob("*")
            if path.is_file()
        }
        for name in ("one", "two")
    ]
    assert contents[0] == contents[1]


def test_the_mirror_module_loads_neither_grpc_nor_a_database_driver() -> None:
    code = "import sys, worker.sandbox.mirror; print(sorted({'grpc', 'psycopg', 'msgpack', 'yaml'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=DEADLINE, check=True)
    assert done.stdout.strip() == "[]"


def test_the_environment_is_of_the_account_and_holds_no_secret() -> None:
    made = environment(account="sandbox-gcp", run_id="r-1")
    assert made == environment(account="sandbox-gcp", run_id="r-1")
    assert made["TF_DISABLE_PLUGIN_TLS"] == "1"
    assert (made["TERRACE_SANDBOX_ACCOUNT"], made["TERRACE_SANDBOX_RUN"]) == ("sandbox-gcp", "r-1")
    assert made["ARM_SUBSCRIPTION_ID"] != environment(account="other", run_id="r-1")["ARM_SUBSCRIPTION_ID"]
