"""`kill -9` of what a run stands on, in the middle of its apply (attack 32)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from portal.kit.config import settings
from tests.chaos.conftest import ACCOUNT
from tests.chaos.stack import Stack, until
from tests.service.run import world
from tests.worker.scene import Scene, rows
from worker.sandbox.store import Store

GROUP, IDENTITY = "azurerm_resource_group", "azurerm_user_assigned_identity"
PROMISED_SECONDS = 30


def slow(sandbox: Store, seconds: float) -> int:
    """The second resource takes this long to make; the number of the rule."""
    return sandbox.add_rule("latency", account=ACCOUNT, type_name=IDENTITY, operation="create", amount=seconds)


def exists(sandbox: Store) -> Counter[str]:
    return Counter(row.key.type for row in sandbox.search(account=ACCOUNT))


def in_the_middle(run_id: str) -> None:
    """Wait until the first resource is there and the second is being made."""
    wanted = {(f"{GROUP}.this", "create", "done"), (f"{IDENTITY}.this", "create", "running")}
    until(lambda: wanted <= set(rows(run_id, "apply")), "the apply is in its middle")


def test_a_killed_worker_loses_nothing_that_terraform_had_made(
    stack: Stack, deployment: Callable[[str], Scene], sandbox: Store
) -> None:
    """With the default lease and sweep, which are the time that people wait."""
    assert settings().lease_seconds + settings().sweep_seconds < PROMISED_SECONDS
    rule = slow(sandbox, 600)
    stack.start("doomed", "control")
    scene = deployment("killed")
    run_id = scene.run(auto_apply=True)
    in_the_middle(run_id)
    family = stack.descendants("doomed")
    stack.kill("doomed")

    until(lambda: world.status(run_id) == "errored", "the run says so", 120)
    error = scene.view(run_id).error
    assert error is not None
    assert error.summary == "The worker stopped while applying."
    assert not scene.locked()
    assert scene.resources() == [f"{GROUP}.this"], stack.logs()
    assert exists(sandbox) == {GROUP: 1}
    until(lambda: not any(process.is_running() for process in family), "the worker's children and Terraform are gone")

    sandbox.delete_rule(rule)
    stack.start_worker("successor")
    again = scene.run(auto_apply=True)
    until(lambda: world.status(again) in ("applied", "errored"), "the new run has ended")
    assert scene.view(again).status == "applied", scene.story(again)
    assert scene.view(again).counts.add == 1
    assert exists(sandbox) == {GROUP: 1, IDENTITY: 1}
    assert sorted(scene.resources()) == [f"{GROUP}.this", f"{IDENTITY}.this"]
    for each in (run_id, again):
        scene.story(each)  # numbered without a gap


def test_a_run_goes_on_while_the_portal_is_killed_and_started_again(
    stack: Stack, deployment: Callable[[str], Scene], sandbox: Store
) -> None:
    slow(sandbox, 15)  # however busy the machine is, the portal is dead before the state is to be saved
    stack.start("one")
    scene = deployment("portal")
    run_id = scene.run(auto_apply=True)
    in_the_middle(run_id)
    stack.kill_all_of("api")
    until(
        lambda: (f"{IDENTITY}.this", "create", "done") in rows(run_id, "apply"), "the apply is done but for its state"
    )
    assert world.status(run_id) == "applying"
    stack.start_api()
    stack.wait_ready()

    until(lambda: world.status(run_id) != "applying", "the run has ended")
    assert scene.view(run_id).status == "applied", scene.story(run_id)
    assert sorted(scene.resources()) == [f"{GROUP}.this", f"{IDENTITY}.this"]
    assert not scene.locked()
