"""An upgrade while people work: every process is replaced, one after the other, during twenty running deployments."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import col, select

from portal.kit import queue
from portal.kit.db import unit_of_work
from portal.models import Run, StateVersion, Worker
from portal.state import service as state_service
from tests.chaos.cluster import Cluster
from tests.chaos.conftest import ACCOUNT
from tests.chaos.stack import until
from tests.chaos.test_kills import IDENTITY
from tests.chaos.test_many_at_once import COUNT, ENDED, check_whole
from tests.service.run import world
from tests.worker.scene import Scene
from worker.sandbox.store import Store

AT_FIRST, FEW = 12, 3


@pytest.fixture
def stack(backend: str, settings_env: Callable[..., None], tmp_path: Path) -> Iterator[Cluster]:
    """Workers get as long as they need to end what they hold, as docs/operations.md advises for upgrades."""
    cluster = Cluster(tmp_path, os.environ)
    settings_env(
        TERRACE_STATE_URL=cluster.url,
        TERRACE_SANDBOX_SOCKET=str(cluster.socket),
        TERRACE_LOG_LEVEL="INFO",
        TERRACE_STOP_SECONDS="90",
    )
    try:
        yield cluster
    finally:
        cluster.stop()
        print(cluster.logs())


def held_by(worker: str) -> list[str]:
    """The runs that a worker is applying now."""
    with unit_of_work() as session:
        query = select(Run.id).where(col(Run.worker) == f"{worker}@test", col(Run.status) == "applying")
        return list(session.exec(query).all())


@dataclass
class People:
    """Whoever launches deployments: some more whenever few are left, so that every process is replaced while runs are going."""

    deployment: Callable[[str], Scene]
    runs: dict[str, Scene] = field(default_factory=dict)

    def launch(self, number: int) -> None:
        for _ in range(number):
            scene = self.deployment(f"many-{len(self.runs)}")
            self.runs[scene.run(auto_apply=True)] = scene

    def wait_for(self, condition: Callable[[], object], what: str) -> None:
        """Wait for something, and keep it possible."""
        until(lambda: condition() or self.launch(max(0, FEW - len(self.open()))), what)

    def open(self) -> list[str]:
        """The runs that have not ended."""
        return [run_id for run_id in self.runs if world.status(run_id) not in ENDED]


def replace_worker(stack: Cluster, people: People, name: str) -> None:
    """In the middle of an apply; the next one has the same name, as a pod of a set or a service of a machine has."""
    people.wait_for(lambda: name == "control" or held_by(name), f"{name} applies something")
    assert stack.end(name) == 0, stack.logs()
    assert held_by(name) == []
    stack.start_worker(name)
    until(partial(has_begun, name), f"{name} is back")


def has_begun(name: str) -> bool:
    with unit_of_work() as session:
        row = session.get(Worker, f"{name}@test", populate_existing=True)
        return row is not None and row.stopped_at is None and row.drain_requested_at is None


def replace_portal(stack: Cluster, people: People, number: int) -> None:
    """While applies read and write their states through it."""
    people.wait_for(lambda: held_by("one") or held_by("two"), "something is being applied")
    stack.end(f"portal-{number}")
    stack.start_portal(number)
    until(partial(stack.is_ready, number), f"portal-{number} is back")


def others_speak() -> None:
    """Messages as other versions send them: before formats were kept, of a format of the future, of a task of the future."""
    producer = queue._producer()
    for task, headers in (
        ("terrace.run.plan", {}),
        ("terrace.run.apply", {"terrace_message": 99}),
        ("terrace.run.walk", {}),
    ):
        producer.send_task(task, args=["run_of_nobody"], queue="apply", headers=headers, ignore_result=True)


def test_every_process_is_replaced_during_twenty_deployments_and_nobody_notices(
    stack: Cluster, deployment: Callable[[str], Scene], sandbox: Store
) -> None:
    sandbox.add_rule("latency", account=ACCOUNT, type_name=IDENTITY, operation="create", amount=1.0)
    stack.start("one", "two", "control")
    stack.wait_for_workers("one", "two", "control")
    others_speak()
    people = People(deployment)
    people.launch(AT_FIRST)
    replace_worker(stack, people, "one")
    replace_portal(stack, people, 0)
    replace_worker(stack, people, "two")
    replace_portal(stack, people, 1)
    replace_worker(stack, people, "control")
    people.launch(max(0, COUNT - len(people.runs)))
    until(lambda: not people.open(), "all runs have ended", 240)

    runs = people.runs
    assert {scene.view(run_id).status for run_id, scene in runs.items()} == {"applied"}, stack.logs()
    assert "message_refused" in stack.log("one") + stack.log("two")
    for run_id, scene in runs.items():
        check_whole(run_id, scene)
    exist = {row.key.id for row in sandbox.search(account=ACCOUNT)}
    kept = Counter(identity for scene in runs.values() for identity in in_state(scene))
    assert kept == Counter(exist)
    assert len(exist) == 2 * len(runs) >= 2 * COUNT


def in_state(scene: Scene) -> list[str]:
    """The cloud's ids of what the newest state has; its versions have serials that only rise."""
    with unit_of_work() as session:
        query = select(StateVersion.n, StateVersion.serial).where(StateVersion.deployment_id == scene.deployment_id)
        versions = session.exec(query.order_by(col(StateVersion.n))).all()
        assert [n for n, _ in versions] == list(range(1, len(versions) + 1))
        assert [serial for _, serial in versions] == sorted({serial for _, serial in versions})
        return [str(resource.id) for resource in state_service.latest_resources(session, scene.deployment_id)]
