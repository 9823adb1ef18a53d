"""Twenty deployments launched at once on two workers: each is applied once, with its whole log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from tests.chaos.conftest import ACCOUNT
from tests.chaos.stack import Stack, until
from tests.service.run import world
from tests.worker.scene import Scene, rows
from worker.sandbox.store import Store

COUNT = 20
TYPES = ("azurerm_resource_group", "azurerm_user_assigned_identity")


def test_twenty_deployments_at_once_are_each_applied_exactly_once(
    stack: Stack, deployment: Callable[[str], Scene], sandbox: Store
) -> None:
    stack.start("one", "two", "control")
    stack.wait_for_workers("one", "two")
    scenes = [deployment(f"many-{number}") for number in range(COUNT)]
    runs = {scene.run(auto_apply=True): scene for scene in scenes}

    until(lambda: all(world.status(run_id) in ENDED for run_id in runs), "all runs have ended", 240)

    assert Counter(scene.view(run_id).status for run_id, scene in runs.items()) == {"applied": COUNT}, stack.logs()
    assert {scene.view(run_id).worker for run_id, scene in runs.items()} == {"one@test", "two@test"}
    exist = Counter((row.key.type, row.key.id.rpartition("/")[2]) for row in sandbox.search(account=ACCOUNT))
    expected = {(TYPES[0], f"rg-many-{number}") for number in range(COUNT)}
    expected |= {(TYPES[1], f"id-many-{number}") for number in range(COUNT)}
    assert exist == Counter(expected)
    for run_id, scene in runs.items():
        check_whole(run_id, scene)


ENDED = {"applied", "errored", "canceled", "planned_and_finished"}


def check_whole(run_id: str, scene: Scene) -> None:
    """The run's events have no gap (`story` checks it), each operation is told once, and the log has its first and last line."""
    story = scene.story(run_id)
    done = Counter(row for row in rows(run_id, "apply") if row[2] == "done")
    assert done == {(f"{name}.this", "create", "done"): 1 for name in TYPES}
    assert story.count("'Plan: 2 to add, 0 to change, 0 to destroy.'") == 1
    assert story.count("'Apply complete! Resources: 2 added, 0 changed, 0 destroyed.'") == 1
    statuses = [event.data["status"] for event in world.events(run_id) if event.type == "status"]
    assert statuses[-5:] == ["planning", "planned", "apply_queued", "applying", "applied"]
    assert len(scene.resources()) == 2
    assert not scene.locked()
