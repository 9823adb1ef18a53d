"""Actions, carried out by a worker: in the sandbox on its resources, for a live account with the cloud's own tool."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from portal.auth.schemas import Actor
from portal.deployment import service as deployments
from portal.deployment.schemas import ActionRequest
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.models import CloudAccount, Deployment, Run
from portal.run import lost, service, work
from portal.run.redactor import MASK
from portal.run.schemas import RunResult, RunView
from tests.service.run import world
from tests.worker.scene import Scene, carry_out
from tests.worker.test_sandbox_runs import sandbox  # noqa: F401 - the fixture
from worker.sandbox.store import Key, Store

ACCOUNT = "sandbox-azure"
TEMPLATE = {
    "main.tf": b'resource "azurerm_storage_account" "this" {}',
    "manifest.yaml": b"""
title: Act
summary: To act on.
category: Storage
icon: storage
version: 1.0.0
actions:
  - name: renew
    title: Renew the key
    types: [azurerm_storage_account]
    tool: az
    arguments: [storage, account, keys, renew, "--account-name={name}", "--resource-group={resource_group_name}", --key, primary]
    confirm: The old key is refused from now on.
  - name: reveal
    title: Show the key
    types: [azurerm_storage_account]
    tool: az
    arguments: [storage, account, keys, renew, "--account-name={name}", --key, secondary]
    confirm: You see it.
    result: The key
    result_file: key.txt
""",
}


ATTRIBUTES = {
    "id": "/subscriptions/s/resourceGroups/rg-act/providers/Microsoft.Storage/storageAccounts/actstorage01",
    "name": "actstorage01",
    "resource_group_name": "rg-act",
    "primary_access_key": "cHJpbWFyeQ==",
    "secondary_access_key": "c2Vjb25kYXJ5",
}
STATE = {
    "resources": [
        {
            "mode": "managed",
            "type": "azurerm_storage_account",
            "name": "this",
            "provider": 'provider["registry.terraform.io/hashicorp/azurerm"]',
            "instances": [{"schema_version": 4, "attributes": ATTRIBUTES}],
        }
    ]
}


@pytest.fixture
def storage(sandbox: Store, people: world.World) -> Scene:  # noqa: F811
    """A storage account that some run has made."""
    scene = Scene(people, TEMPLATE, {})
    sandbox.create(Key(ACCOUNT, "azurerm", "azurerm_storage_account", ATTRIBUTES["id"]), dict(ATTRIBUTES))
    made = scene.run()
    world.planned(made)
    scene.confirm(made)
    job = world.claimed(made, "apply")
    world.write_state(job, world.state_body(resources=STATE["resources"]))
    with unit_of_work() as session:
        work.finish_apply(session, made, job.claim, applied=1)
    return scene


def start(scene: Scene, name: str, actor: Actor | None = None, *, resource: str | None = None) -> RunView:
    with unit_of_work() as session:
        request = ActionRequest(action=name, resource=resource)
        return deployments.start_action(session, actor or scene.people.member, scene.deployment_id, request)


def result(scene: Scene, run_id: str, actor: Actor | None = None) -> RunResult:
    with unit_of_work() as session:
        return service.result(session, actor or scene.people.member, run_id)


def key_of(store: Store) -> str:
    [account] = store.search(account=ACCOUNT, type_name="azurerm_storage_account")
    return account.attributes["primary_access_key"]


def test_an_action_is_done_to_the_resource_and_leaves_the_state_alone(storage: Scene, sandbox: Store) -> None:  # noqa: F811
    before, resources = key_of(sandbox), storage.resources()
    run = start(storage, "renew")
    assert run.status == "apply_queued"
    carry_out(run.id, "apply")
    view = storage.view(run.id)
    assert view.status == "applied", storage.story(run.id)
    assert key_of(sandbox) != before
    assert storage.resources() == resources
    assert "$ az storage account keys renew --account-name=actstorage01" in storage.story(run.id)
    assert key_of(sandbox) not in storage.story(run.id)
    with pytest.raises(NotFound):
        result(storage, run.id)


def test_what_an_action_prints_to_keep_is_in_no_log_and_shown_to_members(storage: Scene) -> None:
    run = start(storage, "reveal")
    carry_out(run.id, "apply")
    assert storage.view(run.id).has_result, storage.story(run.id)
    found = result(storage, run.id)
    assert found.file == "key.txt"
    assert found.text == '{"keyName": "secondary", "renewed": true}'
    assert found.text not in storage.story(run.id)
    with pytest.raises(Forbidden):
        result(storage, run.id, storage.people.viewer)


def test_who_may_look_only_may_not_act_and_what_is_not_offered_is_refused(storage: Scene) -> None:
    with pytest.raises(Forbidden):
        start(storage, "renew", storage.people.viewer)
    for name, resource in (("explode", None), ("renew", "azurerm_storage_account.other")):
        with pytest.raises(Invalid):
            start(storage, name, resource=resource)
    with pytest.raises(Invalid):
        storage.run("action")


def test_a_command_that_fails_says_the_clouds_own_words(storage: Scene, sandbox: Store) -> None:  # noqa: F811
    sandbox.add_rule("fault", account=ACCOUNT, operation="action", message="(Conflict) It is busy.", once=True)
    run = start(storage, "renew")
    carry_out(run.id, "apply")
    view = storage.view(run.id)
    assert view.status == "errored"
    assert view.error is not None
    assert "(Conflict) It is busy." in view.error.detail
    assert "retry" not in view.actions
    with pytest.raises(Conflict), unit_of_work() as session:
        service.retry(session, storage.people.member, run_id=run.id)


def test_an_action_waits_for_the_deployments_other_run_and_a_lost_one_says_that_nobody_knows(storage: Scene) -> None:
    planned = storage.run("destroy")
    world.planned(planned)
    assert storage.view(planned).status == "planned"
    run = start(storage, "renew")
    assert run.status == "pending"
    with unit_of_work() as session:
        service.discard(session, storage.people.member, run_id=planned)
    assert storage.view(run.id).status == "apply_queued"
    assert world.claim(run.id, "apply", worker="lost@test") is not None
    with unit_of_work() as session:
        lost.settle(session, session.get_one(Run, run.id))
    view = storage.view(run.id)
    assert view.error is not None
    assert "in the middle of this action" in view.error.summary
    assert not storage.locked()


def make_live(people: world.World, secret: str) -> None:
    """The account is a real one from now on, and was from the beginning, as far as anybody can tell without asking Azure."""
    with unit_of_work() as session:
        for deployment in session.exec(select(Deployment)):
            deployment.mode = "live"
        account = session.get_one(CloudAccount, people.account_id)
        account.kind = "live"
        account.settings = {
            "subscription_id": "00000000-0000-0000-0000-000000000001",
            "tenant_id": "00000000-0000-0000-0000-000000000002",
            "client_id": "00000000-0000-0000-0000-000000000003",
            "environment": "public",
        }
        account.credentials = {"method": "client_secret", "client_secret": secret}


FAKE = """#!/bin/sh
mkdir -p "$AZURE_CONFIG_DIR"
echo "tool $*" >> "$AZURE_CONFIG_DIR/calls"
case "$1" in
  login) echo signed-in-secret ;;
  storage) cat "$AZURE_CONFIG_DIR/calls"; env ;;
esac
"""


def test_a_live_account_signs_in_with_files_and_no_secret_is_on_a_command_line(
    storage: Scene, tmp_path: Path, settings_env: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real program is not here; what it would be started with is."""
    program = tmp_path / "az"
    program.write_text(FAKE)
    program.chmod(0o755)
    settings_env(TERRACE_AZ_BIN=str(program))
    monkeypatch.setenv("TERRACE_CANARY", "canary-of-the-worker")
    make_live(storage.people, "canary-client-secret")
    run = start(storage, "renew")
    carry_out(run.id, "apply")
    story = storage.story(run.id)
    assert storage.view(run.id).status == "applied", story
    assert "tool login --service-principal" in story
    assert "tool storage account keys renew" in story
    assert "CANARY" not in story
    assert "canary" not in story
    assert MASK not in story, "a secret was there to be masked"
    assert "signed-in-secret" not in story


STATEMENT = "eyJhbGciOiJSUzI1NiJ9.canary-statement-of-the-portal.c2lnbmF0dXJl"
TALKATIVE = """#!/bin/sh
case "$1" in
  login) for last; do :; done; echo "signed in with $(cat "${last#@}")" >&2 ;;
  storage) mkdir -p "$AZURE_CONFIG_DIR"; echo "debug: $(cat "$AZURE_CONFIG_DIR/../statement")" >&2 ;;
esac
"""


def test_attack_13_what_the_portal_stated_for_the_tool_is_masked_when_the_tool_says_it(
    storage: Scene, tmp_path: Path, settings_env: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "az"
    program.write_text(TALKATIVE)
    program.chmod(0o755)
    settings_env(TERRACE_AZ_BIN=str(program))
    monkeypatch.setattr("worker.tools._fetched", lambda _fetch: STATEMENT.encode())
    make_live(storage.people, "")
    with unit_of_work() as session:
        session.get_one(CloudAccount, storage.people.account_id).credentials = {"method": "portal_identity"}
    run = start(storage, "renew")
    carry_out(run.id, "apply")
    story = storage.story(run.id)
    assert f"signed in with {MASK}" in story
    assert f"debug: {MASK}" in story
    assert "canary" not in story


def test_a_worker_without_the_tool_says_what_to_install(storage: Scene, settings_env: Callable[..., None]) -> None:
    settings_env(TERRACE_AZ_BIN="/nowhere/az")
    make_live(storage.people, "secret")
    run = start(storage, "renew")
    carry_out(run.id, "apply")
    error = storage.view(run.id).error
    assert error is not None
    assert "TERRACE_AZ_BIN" in error.detail
