"""A template of the catalogue through all kinds of runs, in the sandbox cloud."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.kit.config import PROJECT_DIR
from portal.kit.db import unit_of_work
from portal.run import service
from portal.template import service as templates
from tests.service.run import world
from tests.worker.scene import Scene, carry_out
from tests.worker.state_server import StateServer
from worker.sandbox.store import Store

ACCOUNT = "sandbox-azure"


@pytest.fixture
def sandbox(state: StateServer, backend: str, settings_env: Callable[..., None], tmp_path: Path) -> Iterator[Store]:
    """The sandbox's daemon runs; its resources take no time. The store is a look into it."""
    socket = tmp_path / "sandbox.sock"
    settings_env(TERRACE_SANDBOX_SOCKET=str(socket))
    command = [sys.executable, "-m", "worker.sandbox", "daemon", "--socket", str(socket), "--speed", "0"]
    daemon = subprocess.Popen(command, cwd=PROJECT_DIR, env=dict(os.environ), stdin=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while not socket.exists():
        assert daemon.poll() is None, "the daemon did not start"
        assert time.monotonic() < end, "the daemon did not get ready"
        time.sleep(0.05)
    store = Store(backend, connections=1)
    yield store
    store.close()
    daemon.terminate()
    daemon.wait(30)


@pytest.fixture
def storage(sandbox: Store, people: world.World) -> Scene:
    """A storage account as its template's minimal fixture has it."""
    package = templates.package("azure/storage-account")
    manifest = templates.load_module("azure/storage-account").manifest
    assert manifest is not None
    assert manifest.fixtures is not None
    return Scene(people, dict(package.files), dict(manifest.fixtures.minimal.values))


def test_a_catalogue_template_lives_its_whole_life(storage: Scene, sandbox: Store) -> None:
    first = storage.applied()
    assert storage.view(first).status == "applied", storage.story(first)
    made = {row.key.type for row in sandbox.search(account=ACCOUNT)}
    assert "azurerm_storage_account" in made
    assert storage.outputs()

    again = storage.planned()
    assert storage.view(again).status == "planned_and_finished", storage.summary(again)

    [group] = sandbox.search(account=ACCOUNT, type_name="azurerm_resource_group")
    sandbox.update(group.key, {**group.attributes, "tags": {"edited": "by hand"}})
    drift = storage.planned("drift")
    found = storage.summary(drift).drift
    assert [change.type for change in found] == ["azurerm_resource_group"], storage.story(drift)
    repair = storage.planned()
    assert storage.summary(repair).counts.change == 1

    with unit_of_work() as session:
        service.discard(session, storage.people.member, run_id=repair)
    destroyed = storage.applied("destroy")
    assert storage.view(destroyed).status == "applied", storage.story(destroyed)
    assert sandbox.search(account=ACCOUNT) == []


def test_a_fault_of_the_cloud_is_an_error_at_its_resource_and_a_new_run_finishes_the_job(
    storage: Scene, sandbox: Store
) -> None:
    sandbox.add_rule(
        "fault",
        account=ACCOUNT,
        type_name="azurerm_storage_account",
        operation="create",
        message="The region has no room.",
        once=True,
    )
    run_id = storage.planned()
    storage.confirm(run_id)
    carry_out(run_id, "apply")
    view = storage.view(run_id)
    assert view.status == "errored"
    assert view.error is not None
    assert "The region has no room." in view.error.summary + view.error.detail
    assert (view.error.address or "").startswith("azurerm_storage_account.")
    again = storage.applied()
    assert storage.view(again).status == "applied", storage.story(again)
