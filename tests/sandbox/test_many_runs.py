"""Runs that are interrupted, killed, or many at once: each has a provider of its own, and none is left behind."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest

from tests.sandbox.conftest import DEADLINE, Host, Workspace, events
from tests.sandbox.test_life import AZURE, STORAGE, cli

INTERRUPTED = {"context canceled", "execution halted"}
"""What the cloud says, and what Terraform says when it is told between its word that it begins and the beginning."""


@pytest.fixture
def azure(workspace: Workspace) -> Workspace:
    workspace.write(AZURE)
    workspace.write(STORAGE, "storage.tf")
    workspace.init()
    return workspace


def slow(workspace: Workspace) -> None:
    cli(workspace, "latency", "600", "--account", workspace.account, "--type", "azurerm_storage_account")


def started(process: subprocess.Popen[str], address: str) -> list[dict[str, Any]]:
    """The events up to that in which Terraform begins with `address`."""
    seen: list[dict[str, Any]] = []
    assert process.stdout is not None
    for line in process.stdout:
        seen += events(line)
        if seen and seen[-1]["type"] == "apply_start" and seen[-1]["hook"]["resource"]["addr"] == address:
            return seen
    raise AssertionError(f"Terraform never began with {address}: {seen}")


def test_an_interrupt_ends_a_slow_apply_and_keeps_the_state(azure: Workspace) -> None:
    slow(azure)
    process = azure.start("apply", "-auto-approve", "-json")
    started(process, "azurerm_storage_account.this")
    process.send_signal(signal.SIGINT)
    rest = events(process.communicate(timeout=DEADLINE)[0])
    assert process.returncode == 1
    assert any(one["type"] == "diagnostic" and one["diagnostic"]["summary"] in INTERRUPTED for one in rest), rest
    assert list(azure.state()) == ["azurerm_resource_group.this"]


def test_one_run_is_interrupted_and_another_goes_on(azure: Workspace, another: Callable[[str], Workspace]) -> None:
    slow(azure)
    other = another(f"{azure.account}-other")
    other.variables["name"] = f"x{azure.variables['name'][1:]}"
    other.write(AZURE)
    other.write(STORAGE, "storage.tf")
    other.init()
    number = cli(other, "latency", "3", "--account", other.account, "--type", "azurerm_storage_account").split()[1]
    first, second = azure.start("apply", "-auto-approve", "-json"), other.start("apply", "-auto-approve", "-json")
    started(first, "azurerm_storage_account.this")
    started(second, "azurerm_storage_account.this")
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=DEADLINE)
    assert second.communicate(timeout=DEADLINE)[0]
    assert (first.returncode, second.returncode) == (1, 0)
    cli(other, "rules", "--remove", number)


def test_a_killed_terraform_leaves_no_provider_behind(azure: Workspace) -> None:
    slow(azure)
    process = azure.start("apply", "-auto-approve", "-json")
    started(process, "azurerm_storage_account.this")
    providers = psutil.Process(process.pid).children(recursive=True)
    assert providers
    process.kill()
    process.communicate(timeout=DEADLINE)
    deadline = time.monotonic() + DEADLINE
    while any(alive(one) for one in providers):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert azure.host.store.search(account=azure.account, type_name="azurerm_storage_account") == []


def alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_dozen_runs_at_once_end_well(host: Host, another: Callable[[str], Workspace], account: str) -> None:
    def life(number: int) -> None:
        one = another(f"{account}-{number % 4}")
        one.variables["name"] = f"c{account[5:]}x{number}"
        one.write(AZURE)
        one.write(STORAGE, "storage.tf")
        one.init()
        one.apply()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(life, range(12)))
    assert sum(row.key.account.startswith(account) for row in host.store.search()) == 24
