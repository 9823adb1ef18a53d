"""Real Celery workers: a run goes through the queue, and what a worker does when it is told to stop or is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis as Client

from portal.embedded import programs, redis
from portal.kit.config import PROJECT_DIR
from portal.kit.db import unit_of_work
from portal.models import Worker
from portal.run import service, work
from tests.service.run import world
from tests.worker.scene import TWO, Scene, is_known, rows
from tests.worker.test_trouble import HANGING

MACHINES_TERRAFORM = os.environ.get("TERRACE_TERRAFORM_BIN")
Start = Callable[[str, str], subprocess.Popen[bytes]]


@pytest.fixture
def start(people: world.World, tmp_path: Path) -> Iterator[Start]:
    """Start workers (name, queues); those that still run are ended afterwards and their logs printed."""
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, queues: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, *programs.worker_command(queues, 1, f"{name}@test")]
        with (tmp_path / f"{name}.log").open("ab") as log:
            started.append(
                subprocess.Popen(
                    command, cwd=PROJECT_DIR, env=dict(os.environ), stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
            )
        return started[-1]

    yield start
    for process in started:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for path in sorted(tmp_path.glob("*.log")):
        print(f"--- {path.name}\n{path.read_text()[-4000:]}")


def until(condition: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def stopped_at(name: str) -> object:
    with unit_of_work() as session:
        worker = session.get(Worker, f"{name}@test", populate_existing=True)
        return worker and worker.stopped_at


def test_a_run_goes_through_the_queue_and_a_worker_that_is_stopped_ends_the_next_in_good_order(
    people: world.World, start: Start, settings_env: Callable[..., None]
) -> None:
    settings_env(TERRACE_STOP_SECONDS="0.5")
    scene, hanging = Scene(people, TWO, {"size": 1}), Scene(people, HANGING, {})
    worker = start("runs", "plan,apply")
    run_id = scene.run(auto_apply=True)
    until(lambda: world.status(run_id) in ("applied", "errored"))
    view = scene.view(run_id)
    assert (view.status, view.worker) == ("applied", "runs@test"), scene.story(run_id)

    second = hanging.run(auto_apply=True)
    until(lambda: ("terraform_data.hanging", "create", "running") in rows(second, "apply"))
    worker.terminate()
    worker.wait(60)
    error = hanging.view(second).error
    assert error is not None
    assert error.summary == "The worker was stopped while it applied this run."
    assert error.interrupted is not None
    assert error.interrupted.finished.addresses == ["terraform_data.first"]
    assert "terraform_data.first" in hanging.resources()
    assert not hanging.locked()
    assert stopped_at("runs") is not None


PLANS_FOR_EVER = f"""#!{sys.executable} -IS
import json, sys, time
if sys.argv[1] == "version":
    print(json.dumps({{"terraform_version": "1.15.0"}}))
elif sys.argv[1] == "plan":
    print("still thinking", flush=True)
    time.sleep(600)
"""


def test_a_plan_of_a_worker_that_is_stopped_is_made_by_another_one(
    people: world.World, start: Start, settings_env: Callable[..., None], tmp_path: Path
) -> None:
    program = tmp_path / "terraform"
    program.write_text(PLANS_FOR_EVER)
    program.chmod(0o755)
    settings_env(TERRACE_TERRAFORM_BIN=str(program), TERRACE_STOP_SECONDS="0.5")
    worker = start("leaving", "plan,apply")
    scene = Scene(people, TWO, {"size": 1})
    run_id = scene.run()
    until(lambda: "still thinking" in scene.story(run_id))
    worker.terminate()
    assert worker.wait(60) == 0
    assert world.status(run_id) == "plan_queued", scene.story(run_id)

    settings_env(TERRACE_TERRAFORM_BIN=MACHINES_TERRAFORM)
    start("next", "plan,apply")
    until(lambda: world.status(run_id) in ("planned", "errored"))
    view = scene.view(run_id)
    assert (view.status, view.worker) == ("planned", "next@test"), scene.story(run_id)


def test_a_worker_that_drains_finishes_what_it_holds_takes_nothing_new_and_ends(
    people: world.World, start: Start
) -> None:
    held, waiting = Scene(people, HANGING, {}), Scene(people, TWO, {"size": 1})
    worker = start("leaving", "plan,apply")
    first = held.run(auto_apply=True)
    until(lambda: ("terraform_data.hanging", "create", "running") in rows(first, "apply"))
    with unit_of_work() as session:
        assert work.drain_worker(session, people.admin, "leaving@test").drain_requested_by == people.admin.label
    second = waiting.run()
    with unit_of_work() as session:
        service.cancel(session, people.member, run_id=first)
    assert worker.wait(120) == 0
    assert (world.status(first), world.status(second)) == ("canceled", "plan_queued")
    assert stopped_at("leaving") is not None


def test_the_control_worker_sweeps_by_its_own_clock(people: world.World, start: Start) -> None:
    scene = Scene(people, TWO, {"size": 1})
    run_id = scene.run()
    assert world.claim(run_id, worker="gone@test") is not None
    world.expire_lease(run_id)
    start("control", "control")
    until(lambda: world.status(run_id) == "plan_queued")
    with unit_of_work() as session:
        known = session.get_one(Worker, "control@test")
    assert known.queues == ["control"]


@pytest.fixture
def own_redis(people: world.World, settings_env: Callable[..., None], tmp_path: Path) -> Iterator[OwnRedis]:
    """A Redis server of the test's own, which it may kill."""
    server = OwnRedis(redis.prepare(tmp_path / "redis", tmp_path / "redis.log", durable=False))
    server.start()
    settings_env(TERRACE_REDIS_URL=server.server.url)
    yield server
    server.kill()


@dataclass
class OwnRedis:
    server: redis.Redis
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(self.server.program().command, stdin=subprocess.DEVNULL)
        until(lambda: redis.answers(self.server))

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def test_losing_redis_and_every_message_in_it_loses_no_run(
    people: world.World, start: Start, own_redis: OwnRedis
) -> None:
    """And what somebody else put into a queue harms no worker."""
    scene = Scene(people, TWO, {"size": 1})
    workers = [start(name, queues) for name, queues in (("runs", "plan,apply"), ("control", "control"))]
    until(lambda: is_known("runs") and is_known("control"))
    with Client.from_url(own_redis.server.url) as client:
        client.lpush("plan", b"no message", b"{}")
        until(lambda: client.llen("plan") == 0)
    own_redis.kill()
    run_id = scene.run()
    assert world.status(run_id) == "plan_queued"
    own_redis.start()
    until(lambda: world.status(run_id) in ("planned", "errored"))
    assert scene.view(run_id).status == "planned", scene.story(run_id)
    assert [worker.poll() for worker in workers] == [None, None]


def test_a_worker_lets_nobody_read_its_memory() -> None:
    """Attack 14: /proc/PID/environ and core dumps of a process that holds keys."""
    script = "import worker.app, ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT_DIR,
        env={**os.environ, "TERRACE_REDIS_URL": "redis://127.0.0.1:1/0"},
        capture_output=True,
        check=True,
    )
    assert done.stdout.split() == [b"0"]
