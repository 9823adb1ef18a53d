"""A worker whose machine stood still for longer than its lease (SIGSTOP), with the real processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from portal.embedded import programs
from portal.kit.config import PROJECT_DIR, settings
from portal.kit.db import unit_of_work
from portal.run import work
from portal.state import holds
from tests.service.run import world
from tests.worker.scene import Scene, rows
from tests.worker.state_server import StateServer
from tests.worker.test_trouble import HANGING, no_work_left


@pytest.fixture
def worker(
    people: world.World, state: StateServer, settings_env: Callable[..., None], tmp_path: Path
) -> Iterator[psutil.Process]:
    """A real worker with a short lease; it is ended afterwards and its log printed."""
    settings_env(TERRACE_LEASE_SECONDS="5")
    log = tmp_path / "worker.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, *programs.worker_command("plan,apply", 1, "paused@test")],
            cwd=PROJECT_DIR, env=dict(os.environ), stdin=subprocess.DEVNULL, stdout=file, stderr=file,
        )  # fmt: skip
    yield psutil.Process(process.pid)
    for each in psutil.Process(process.pid).children(recursive=True):
        each.resume()
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    print(log.read_text()[-4000:])


def until(condition: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def swept(run_id: str) -> bool:
    with unit_of_work() as session:
        return run_id in work.sweep(session).ended


def test_it_writes_no_word_about_a_run_that_was_given_up_and_yet_its_state_is_not_lost(
    people: world.World, worker: psutil.Process
) -> None:
    scene = Scene(people, HANGING, {})
    run_id = scene.run(auto_apply=True)
    until(lambda: ("terraform_data.hanging", "create", "running") in rows(run_id, "apply"))
    family = [worker, *worker.children(recursive=True)]
    for process in family:
        process.suspend()
    until(lambda: swept(run_id))
    told = len(world.events(run_id))
    assert scene.view(run_id).status == "errored"
    with unit_of_work() as session:
        assert holds.find(session, scene.deployment_id), "nobody knows yet whether a state is missing"
    for process in reversed(family):
        process.resume()
    until(lambda: "terraform_data.first" in scene.resources())
    until(no_work_left)
    with unit_of_work() as session:
        assert holds.find(session, scene.deployment_id) is None
    assert (scene.view(run_id).status, len(world.events(run_id))) == ("errored", told)
    assert not scene.locked()
    assert not list((settings().data_dir / "spool").glob("*.state"))
