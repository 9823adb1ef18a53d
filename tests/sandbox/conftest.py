"""A sandbox daemon for the test process, and work folders in which the real Terraform uses it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from portal.kit.secrets import generate_key, parse_keys
from worker.sandbox.mirror import environment, install
from worker.sandbox.store import Store
from worker.terraform import engine

KEY = generate_key("test")
KEYS = parse_keys((KEY,))
STACKS = Path(__file__).parent / "stacks"
DEADLINE = 120


@dataclass(frozen=True)
class Host:
    """A running daemon, what its launchers are called with, and its database."""

    cli_config: Path
    control_socket: Path
    database_url: str
    store: Store
    initialised: dict[frozenset[str], Path] = field(default_factory=dict)
    """Folders in which Terraform has made itself at home with these providers, to be copied."""
    initialising: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class Workspace:
    """A folder with a configuration, and Terraform run in it as one sandbox account."""

    host: Host
    folder: Path
    account: str
    variables: dict[str, Any] = field(default_factory=dict)

    def write(self, text: str, name: str = "main.tf") -> None:
        (self.folder / name).write_text(text)

    def command(self, *arguments: str) -> list[str]:
        found = engine.find(os.environ.get("TERRACE_TERRAFORM_BIN"))
        return [*found.command, *arguments]

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        given = {
            f"TF_VAR_{name}": value if isinstance(value, str) else json.dumps(value)
            for name, value in self.variables.items()
        }
        own = environment(account=self.account, run_id=self.folder.name)
        return (
            kept
            | given
            | own
            | {"TF_CLI_CONFIG_FILE": str(self.host.cli_config), "CHECKPOINT_DISABLE": "1", "TF_INPUT": "0"}
            | more
        )

    def run(self, *arguments: str, accept: tuple[int, ...] = (0,), **more: str) -> subprocess.CompletedProcess[str]:
        """Runs Terraform; fails the test with what it said when the exit code is not accepted."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
        assert done.returncode in accept, (
            f"terraform {arguments[0]} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        )
        return done

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def init(self) -> None:
        """Terraform's init, or a copy of what it made for the same providers: it would be the same again."""
        texts = "".join(path.read_text() for path in self.folder.glob("*.tf"))
        wanted = frozenset(re.findall(r"hashicorp/(\w+)", texts))
        with self.host.initialising:
            if wanted not in self.host.initialised:
                self.run("init", "-no-color")
                self.host.initialised[wanted] = self.folder
                return
        source = self.host.initialised[wanted]
        if source == self.folder:
            return
        shutil.copytree(source / ".terraform", self.folder / ".terraform", symlinks=True, dirs_exist_ok=True)
        shutil.copy(source / ".terraform.lock.hcl", self.folder)

    def apply(self, *arguments: str) -> list[dict[str, Any]]:
        """Applies and returns the events."""
        return events(self.run("apply", "-auto-approve", "-json", *arguments).stdout)

    def refused(self, *arguments: str) -> list[dict[str, Any]]:
        """The errors of an apply that must fail."""
        done = self.run("apply", "-auto-approve", "-json", *arguments, accept=(1,))
        found = [event["diagnostic"] for event in events(done.stdout) if event["type"] == "diagnostic"]
        return [one for one in found if one["severity"] == "error"]

    def changes(self, *arguments: str) -> dict[str, str]:
        """What a plan would do: address → action; nothing when the plan is empty."""
        done = self.run("plan", "-json", "-detailed-exitcode", *arguments, accept=(0, 2))
        kinds = ("planned_change", "resource_drift") if "-refresh-only" in arguments else ("planned_change",)
        found = {
            event["change"]["resource"]["addr"]: event["change"]["action"]
            for event in events(done.stdout)
            if event["type"] in kinds
        }
        # Terraform writes the places of sensitive values in any order and takes another order for drift (exit code 2).
        assert bool(found) == (done.returncode == 2) or "-refresh-only" in arguments, done.stdout
        return {address: action for address, action in found.items() if action != "read"}

    def destroy(self) -> None:
        self.run("destroy", "-auto-approve", "-no-color")

    def outputs(self) -> dict[str, Any]:
        return {name: one["value"] for name, one in self._state_file()["outputs"].items()}

    def state(self) -> dict[str, dict[str, Any]]:
        """The attributes of all managed resources by address."""
        return {
            f"{one['type']}.{one['name']}"
            + (f"[{instance['index_key']}]" if "index_key" in instance else ""): instance["attributes"]
            for one in self._state_file()["resources"]
            if one["mode"] == "managed"
            for instance in one["instances"]
        }

    def _state_file(self) -> dict[str, Any]:
        return json.loads((self.folder / "terraform.tfstate").read_text())


def events(text: str) -> list[dict[str, Any]]:
    """The events of Terraform's -json output."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


@pytest.fixture(scope="session")
def host(postgres_url: str) -> Iterator[Host]:
    """A daemon of this test process, at once in everything that it does unless a test asks for slowness."""
    folder = Path(tempfile.mkdtemp(prefix="tst"))
    control_socket = folder / "run" / "control"
    process = start_daemon(control_socket, postgres_url)
    store = Store(postgres_url, keys=KEYS, connections=2)
    try:
        yield Host(install(folder, control_socket=control_socket), control_socket, postgres_url, store)
    finally:
        store.close()
        process.send_signal(signal.SIGTERM)
        process.wait(DEADLINE)
        shutil.rmtree(folder, ignore_errors=True)


def told(database_url: str) -> dict[str, str]:
    """What the daemon and the command line are told about the database."""
    return {"TERRACE_DATABASE_URL": database_url, "TERRACE_SECRET_KEYS": KEY}


def start_daemon(control_socket: Path, database_url: str, *, speed: str = "0") -> subprocess.Popen[str]:
    """A daemon that has said that it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "worker.sandbox", "daemon", "--socket", str(control_socket)],
        env=os.environ | told(database_url) | {"TERRACE_SANDBOX_SPEED": speed},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "ready" in process.stdout.readline()
    return process


@pytest.fixture
def account() -> str:
    """An account that no other test uses."""
    return f"test-{uuid.uuid4().hex[:10]}"


@pytest.fixture
def workspace(host: Host, tmp_path: Path, account: str) -> Workspace:
    """An empty folder of an account of its own; `name` is a variable that is unique everywhere."""
    return Workspace(host, tmp_path, account, {"name": f"t{account[5:]}"})


@pytest.fixture
def another(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Workspace]:
    """Makes further work folders for an account."""

    def make(account: str) -> Workspace:
        return Workspace(host, tmp_path_factory.mktemp("more"), account)

    return make
