"""Trying an account: what its cloud says is told without a secret, kept, and asked for no more often than it should."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from portal.audit import service as audit
from portal.auth.schemas import SYSTEM
from portal.cloud_account import clouds
from portal.cloud_account import service as accounts
from portal.cloud_account.provider import Examination
from portal.cloud_account.schemas import CloudAccountDetail, Rotation, Trial
from portal.deployment import accounts as trials
from portal.kit.db import unit_of_work
from portal.kit.errors import Forbidden, Invalid, TooManyRequests, Unavailable
from tests.service.cloud_account.test_accounts import AZURE, CANARY, create
from tests.support import people
from tests.support.clouds.scripted import WELL, ScriptedCloud


@pytest.fixture(autouse=True)
def cloud(database: str, monkeypatch: pytest.MonkeyPatch) -> ScriptedCloud:
    made = ScriptedCloud(clouds.CLOUDS["azure"])
    monkeypatch.setitem(clouds.CLOUDS, "azure", made)
    return made


def test_the_sandbox_says_that_it_is_simulated() -> None:
    with unit_of_work() as session:
        accounts.ensure_sandbox_accounts(session)
    found = trials.test(SYSTEM, "sandbox-azure")
    assert (found.ok, found.simulated) == (True, True)
    assert "simulated" in found.message


def test_what_was_found_is_kept_for_administrators_and_others_see_only_whether_it_is_well() -> None:
    account_id = create()
    assert trials.test(SYSTEM, account_id).target == "Production"
    with unit_of_work() as session:
        mine = accounts.get(session, SYSTEM, account_id)
        theirs = accounts.get(session, people.actor("viewer@example.com", "viewer"), account_id)
    assert isinstance(mine, CloudAccountDetail)
    assert mine.test
    assert [finding.title for finding in mine.test.findings] == ["Signed in."]
    assert theirs.last_test
    assert theirs.last_test.ok
    assert not hasattr(theirs, "test")


def test_a_cloud_that_does_not_answer_is_a_finding_without_the_secret(cloud: ScriptedCloud) -> None:
    cloud.examination = refusing(f"Azure refused the credentials: invalid secret {CANARY}")
    found = trials.test(SYSTEM, create())
    assert not found.ok
    assert found.message == "Azure refused the credentials: invalid secret ********"
    with unit_of_work() as session:
        stored = session.execute(text("SELECT test_result::text FROM cloud_account")).scalar_one()
    assert CANARY not in stored


def test_it_is_held_against_what_the_open_templates_are_made_of(cloud: ScriptedCloud) -> None:
    account_id = create(scope={"templates": ["azure/storage-account"]})
    trials.test(SYSTEM, account_id)
    [(_, needs)] = cloud.asked
    assert "azurerm_storage_account" in needs.resource_types
    assert "azurerm_linux_virtual_machine" not in needs.resource_types


def test_nobody_tests_all_the_time() -> None:
    account_id = create()
    for _ in range(6):
        trials.test(SYSTEM, account_id)
    with pytest.raises(TooManyRequests):
        trials.test(SYSTEM, account_id)


def test_no_transaction_is_open_while_the_cloud_thinks(cloud: ScriptedCloud) -> None:
    account_id = create()
    cloud.examination = lambda: found_open() or WELL
    seen: list[int] = []

    def found_open() -> None:
        with unit_of_work() as session:
            query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'"
            seen.append(session.execute(text(query)).scalar_one())

    trials.test(SYSTEM, account_id)
    assert seen == [0]


def test_new_credentials_count_once_they_work(cloud: ScriptedCloud) -> None:
    account_id = create()
    fresh = {"method": "client_secret", "client_secret": "a-new-secret-5b1d"}
    cloud.examination = refusing("Azure refused the credentials.")
    with pytest.raises(Invalid, match="the old ones stay") as caught:
        trials.rotate(SYSTEM, account_id, Rotation(credentials=fresh))
    assert caught.value.errors[0].path == "credentials"
    with unit_of_work() as session:
        assert CANARY in accounts.secrets_of(session, account_id)
    cloud.examination = lambda: WELL
    view, test = trials.rotate(SYSTEM, account_id, Rotation(credentials=fresh))
    assert test.ok
    assert view.rotated_by == SYSTEM.label
    with unit_of_work() as session:
        assert accounts.secrets_of(session, account_id) >= {"a-new-secret-5b1d"}
        events = audit.list_events(session, SYSTEM).items
    assert "a-new-secret-5b1d" not in "".join(event.model_dump_json() for event in events)


def test_somebody_may_insist_on_new_credentials_and_the_trail_says_so(cloud: ScriptedCloud) -> None:
    account_id = create()
    cloud.examination = refusing("Azure did not answer.")
    fresh = {"method": "client_secret", "client_secret": "a-new-secret-5b1d"}
    trials.rotate(SYSTEM, account_id, Rotation(credentials=fresh, force=True))
    with unit_of_work() as session:
        assert "a-new-secret-5b1d" in accounts.secrets_of(session, account_id)
        newest = audit.list_events(session, SYSTEM).items[0]
    assert (newest.action, newest.detail["forced"]) == ("cloud_account.rotate", True)


def test_what_is_not_saved_can_be_tried() -> None:
    credentials = {"method": "client_secret", "client_secret": CANARY}
    assert trials.try_out(SYSTEM, Trial(cloud="azure", settings=AZURE, credentials=credentials)).ok
    with unit_of_work() as session:
        assert accounts.list_accounts(session, SYSTEM).items == []
    with pytest.raises(Forbidden):
        trials.try_out(
            people.actor("m@example.com", "member"), Trial(cloud="azure", settings=AZURE, credentials=credentials)
        )


def refusing(text: str) -> Callable[[], Examination]:
    def examination() -> Examination:
        raise Unavailable(text)

    return examination
