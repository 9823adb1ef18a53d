"""What an administrator is told to write into a cloud is what tokens then say."""

from __future__ import annotations

import pytest

from portal.issuer import service as issuer
from portal.issuer.schemas import Trust
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden
from tests.service.issuer import accounts
from tests.service.issuer.accounts import AUDIENCE, checked
from tests.service.run import world as w
from tests.service.run.world import World


@pytest.fixture
def world(database: str) -> World:
    return w.build()


def told(world: World, account_id: str) -> Trust:
    with unit_of_work() as session:
        return issuer.trust(session, world.admin, account_id)


@pytest.mark.parametrize("scope", ["account", "project", "deployment"])
@pytest.mark.parametrize("phase", ["plan", "apply"])
def test_what_is_told_is_what_a_token_says(world: World, scope: str, phase: str) -> None:
    account = accounts.account(subject_scope=scope)
    job = accounts.running(world, account.id, phase)
    accounts.use(job.deployment_id, account.id)
    trust = told(world, account.id)
    assert len(trust.subjects) == 3
    with unit_of_work() as session:
        token = issuer.mint_for_run(session, run_id=job.run_id, audience=trust.audience)
        lookup = issuer.mint_for_lookup(session, account_id=account.id, audience=trust.audience)
        said = [checked(item, session, audience=trust.audience) for item in (token, lookup)]
    trusted = {item.phase: item.subject for item in trust.subjects}
    assert [claims["sub"] for claims in said] == [trusted[phase], trusted["lookup"]]
    assert {claims["iss"] for claims in said} == {trust.issuer}


def test_finer_subjects_are_those_of_whoever_uses_the_account(world: World) -> None:
    for scope, count in (("project", 2), ("deployment", 4)):
        account = accounts.account(subject_scope=scope)
        assert [item.phase for item in told(world, account.id).subjects] == ["lookup"], "nobody yet"
        for deployment_id in (w.deployment(world), w.deployment(world)):
            accounts.use(deployment_id, account.id)
        subjects = told(world, account.id).subjects
        assert len(subjects) == len({item.subject for item in subjects}) == count + 1


def test_an_account_with_credentials_of_its_own_needs_no_trust(world: World) -> None:
    with pytest.raises(Conflict, match="nothing to trust"):
        told(world, accounts.account(method="client_secret").id)
    with pytest.raises(Conflict, match="nothing to trust"):
        told(world, accounts.account(cloud="gcp").id)


def test_it_is_for_administrators(world: World) -> None:
    account = accounts.account()
    with unit_of_work() as session, pytest.raises(Forbidden):
        issuer.trust(session, world.member, account.id)
    assert told(world, account.id).audience == AUDIENCE
