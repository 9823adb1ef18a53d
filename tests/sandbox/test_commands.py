"""The stand-ins for the clouds' own tools act on what the sandbox cloud has."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from tests.sandbox.conftest import Host
from tests.templates import catalogue
from worker.sandbox import commands
from worker.sandbox.commands import Said, Tool, perform
from worker.sandbox.store import Key, Store

MACHINE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/web"
STORAGE = {
    "id": "st", "name": "files", "resource_group_name": "rg", "primary_access_key": "AAAA==", "secondary_access_key": "BBBB==",
    "primary_connection_string": "AccountKey=AAAA==;x",
}  # fmt: skip


@dataclass(frozen=True)
class Cloud:
    """One account of the sandbox."""

    store: Store
    account: str

    def do(self, tool: Tool, *arguments: str, gone: bool = False, speed: float = 0) -> Said:
        event = threading.Event()
        if gone:
            event.set()
        return perform(self.store, self.account, tool, arguments, speed=speed, gone=event)

    def make(self, type_name: str, attributes: Mapping[str, object]) -> Key:
        key = Key(self.account, type_name.partition("_")[0], type_name, str(attributes["id"]))
        self.store.create(key, dict(attributes))
        return key


@pytest.fixture
def cloud(host: Host, account: str) -> Cloud:
    return Cloud(host.store, account)


def test_a_machine_that_is_there_is_restarted_and_another_is_not_found(cloud: Cloud) -> None:
    cloud.make("azurerm_linux_virtual_machine", {"id": MACHINE, "name": "web", "resource_group_name": "rg"})
    assert cloud.do("az", "vm", "restart", "--ids", MACHINE.upper()).code == 0
    missing = cloud.do("az", "vm", "restart", "--ids", MACHINE + "2")
    assert missing.code == 3
    assert "ResourceNotFound" in missing.err


def test_a_renewed_key_is_another_wherever_the_old_one_stood(cloud: Cloud) -> None:
    key = cloud.make("azurerm_storage_account", STORAGE)
    said = cloud.do(
        "az", "storage", "account", "keys", "renew", "--account-name=files", "--resource-group=rg", "--key", "primary"
    )
    assert said.code == 0
    assert "AAAA" not in said.out
    found = cloud.store.find(key)
    assert found is not None
    now = found.attributes
    assert now["primary_access_key"] not in ("AAAA==", "")
    assert now["primary_connection_string"] == f"AccountKey={now['primary_access_key']};x"
    assert now["secondary_access_key"] == "BBBB=="


def test_what_is_unknown_or_arranged_to_fail_fails_and_what_nobody_waits_for_is_interrupted(cloud: Cloud) -> None:
    cloud.make("azurerm_linux_virtual_machine", {"id": MACHINE, "name": "web"})
    assert cloud.do("az", "vm", "explode", "--ids", MACHINE).code == 2
    assert cloud.do("az", "vm", "restart", "--ids", MACHINE, gone=True, speed=1).code == 130
    cloud.store.add_rule(
        "fault", account=cloud.account, operation="action", message="(Conflict) It is busy.", once=True
    )
    assert cloud.do("az", "vm", "restart", "--ids", MACHINE).err == "ERROR: (Conflict) It is busy.\n"
    assert cloud.do("az", "vm", "restart", "--ids", MACHINE).code == 0


def test_the_stand_ins_understand_every_action_of_our_own_templates() -> None:
    seen = 0
    for key in catalogue.KEYS:
        for action in catalogue.manifest(key).actions:
            known = [
                each
                for each in commands.commands(action.tool)
                if tuple(action.arguments[: len(each.words)]) == each.words
            ]
            assert known, (key, action.name)
            assert set(action.types) <= known[0].types, (key, action.name)
            seen += 1
    assert seen > 10
