"""Options out of an account: asked once, kept for a while, never another account's, and never in anybody's way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal.auth.schemas import SYSTEM
from portal.cloud_account import asking, cache, clouds
from portal.cloud_account import service as accounts
from portal.cloud_account.outgoing import Throttled
from portal.cloud_account.provider import Availability
from portal.cloud_account.schemas import CloudAccountChange, Lookup, Reason
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Forbidden, Invalid, Unavailable
from tests.service.cloud_account.test_accounts import AZURE, create
from tests.support import people
from tests.support.clouds.scripted import ScriptedCloud

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def cloud(database: str, monkeypatch: pytest.MonkeyPatch) -> ScriptedCloud:
    made = ScriptedCloud(clouds.CLOUDS["azure"])
    monkeypatch.setitem(clouds.CLOUDS, "azure", made)
    return made


def look(account: str, kind: str = "networks", **parameters: str) -> Lookup:
    return accounts.lookup(SYSTEM, account, kind, parameters)


def values(found: Lookup) -> list[str]:
    return [option.value for option in found.options]


def test_the_cloud_is_asked_once_and_its_answer_says_how_old_it_is(cloud: ScriptedCloud) -> None:
    account = create()
    first = look(account, location="westeurope")
    assert (values(first), first.live, first.age_seconds, first.stale) == (["one", "two"], True, 0, False)
    with clock.moved(timedelta(minutes=2)):
        again = look(account, location="westeurope")
    assert (again.age_seconds, again.stale) == (120, False)
    look(account, location="eastus")
    assert cloud.asked == [
        ("lookup", "networks", {"location": "westeurope"}),
        ("lookup", "networks", {"location": "eastus"}),
    ]


def test_an_old_answer_is_asked_anew_and_stands_in_when_the_cloud_has_none(cloud: ScriptedCloud) -> None:
    account = create()
    look(account)
    cloud.options = unavailable("Azure did not answer within 3 seconds.")
    with clock.moved(timedelta(minutes=10)):
        found = look(account)
    assert (values(found), found.stale, found.reason) == (
        ["one", "two"], True, "Azure did not answer within 3 seconds.",
    )  # fmt: skip


def test_without_any_answer_there_is_the_list_that_came_with_the_templates(cloud: ScriptedCloud) -> None:
    account = create()
    cloud.options = unavailable("Azure did not answer within 3 seconds.")
    found = look(account, "region")
    assert (found.fallback, found.live) == (True, False)
    assert found.reason == "Azure did not answer within 3 seconds."
    assert "westeurope" in values(found)
    assert look(account, "networks").options == []
    assert look(account, "vm-size").fallback is False  # nobody is asked for these here


def test_attack_25_an_answer_is_the_accounts_own_and_that_of_its_credentials(cloud: ScriptedCloud) -> None:
    first, second = create(), create(name="Second")
    for account, names in ((first, ["first"]), (second, ["second"])):
        cloud.options = lambda _kind, _given, names=names: names
        assert values(look(account)) == names
    assert values(look(first)) == ["first"]
    cloud.options = lambda _kind, _given: ["of the new subscription"]
    with unit_of_work() as session:
        settings = {**AZURE, "subscription_id": "00000000-0000-0000-0000-0000000000ff"}
        accounts.update(session, SYSTEM, first, CloudAccountChange(settings=settings))
    assert values(look(first)) == ["of the new subscription"]


def test_attack_25_an_answer_that_comes_after_a_rotation_is_nobodys(cloud: ScriptedCloud) -> None:
    account = create()

    def rotated_meanwhile(_kind: str, _given: Mapping[str, str]) -> list[str]:
        with unit_of_work() as session:
            fresh = {"method": "client_secret", "client_secret": "a-new-secret-5b1d"}
            accounts.update(session, SYSTEM, account, CloudAccountChange(credentials=fresh))
        return ["of the old credentials"]

    cloud.options = rotated_meanwhile
    look(account)
    cloud.options = lambda _kind, _given: ["of the new credentials"]
    assert values(look(account)) == ["of the new credentials"]


def test_a_cloud_that_asks_for_patience_gets_it_for_every_question_of_the_account(cloud: ScriptedCloud) -> None:
    account, other = create(), create(name="Second")

    def throttled(_kind: str, _given: Mapping[str, str]) -> list[str]:
        raise Throttled("Azure asks for patience. Try again later.", 90)

    cloud.options = throttled
    assert look(account).reason == "Azure asks for patience. Try again later."
    cloud.options = lambda _kind, _given: ["one"]
    with clock.moved(timedelta(seconds=80)):
        assert look(account, "locations").fallback
        assert look(account).options == []
        assert not look(other).fallback
    with clock.moved(timedelta(seconds=100)):
        assert values(look(account)) == ["one"]
    assert [call[0] for call in cloud.asked] == ["lookup"] * 3


def test_of_many_who_want_the_same_one_asks(cloud: ScriptedCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 60.0)
    monkeypatch.setattr(cache, "ASKING", timedelta(minutes=5))
    account, begun, go = create(), threading.Event(), threading.Event()

    def slow(_kind: str, _given: Mapping[str, str]) -> list[str]:
        begun.set()
        go.wait(60)
        return ["one"]

    cloud.options = slow
    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(look, account) for _ in range(6)]
        assert begun.wait(60)
        go.set()
        assert [values(found.result()) for found in waiting] == [["one"]] * 6
    assert len(cloud.asked) == 1


def test_regions_are_those_that_the_account_is_open_to(cloud: ScriptedCloud) -> None:
    account = create(scope={"regions": ["westeurope"]})
    cloud.options = lambda _kind, _given: ["westeurope", "eastus"]
    assert values(look(account, "region")) == ["westeurope"]
    assert values(look(account, "networks")) == ["westeurope", "eastus"]


def test_only_whoever_may_deploy_asks_and_a_disabled_account_asks_nobody(cloud: ScriptedCloud) -> None:
    account = create()
    with pytest.raises(Forbidden):
        accounts.lookup(people.actor("viewer@example.com", "viewer"), account, "networks")
    assert accounts.lookup(people.actor("member@example.com", "member"), account, "networks").live
    with unit_of_work() as session:
        accounts.disable(session, SYSTEM, account, Reason(reason="It leaked."))
    assert "disabled" in (look(account, location="eastus").reason or "")
    with pytest.raises(Invalid):
        look(account, **{f"p{number}": "x" for number in range(21)})


def test_whether_a_name_is_free_and_what_is_left_are_asked_the_same_way(cloud: ScriptedCloud) -> None:
    account = create()
    assert accounts.name_available(SYSTEM, account, "azurerm_storage_account", "acme").message == "acme is free."
    accounts.name_available(SYSTEM, account, "azurerm_storage_account", "acme")
    cloud.availability = lambda _name: Availability(True, False, "None is left.", {"limit": 10, "used": 10})
    left = accounts.quota_left(SYSTEM, account, "azurerm_linux_virtual_machine", {"location": "westeurope"})
    assert (left.known, left.ok, left.facts) == (True, False, {"limit": 10, "used": 10})
    assert [call[0] for call in cloud.asked] == ["name", "quota"]


def test_no_answer_about_a_name_says_so_and_judges_nothing(cloud: ScriptedCloud) -> None:
    def silent(_name: str) -> Availability:
        raise Unavailable("Azure did not answer within 3 seconds.")

    cloud.availability = silent
    found = accounts.name_available(SYSTEM, create(), "azurerm_storage_account", "acme")
    assert (found.known, found.ok, found.message) == (False, True, "Azure did not answer within 3 seconds.")


def unavailable(text: str) -> Callable[[str, Mapping[str, str]], list[str]]:
    def script(_kind: str, _given: Mapping[str, str]) -> list[str]:
        raise Unavailable(text)

    return script
