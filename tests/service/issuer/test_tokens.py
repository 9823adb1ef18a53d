"""What a token says, for whom it is made, and for whom it is not."""

from __future__ import annotations

from datetime import timedelta

import jwt
import pytest

from portal.issuer import service as issuer
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Forbidden, NotFound, Unauthenticated
from portal.run import work
from tests.service.issuer import accounts
from tests.service.issuer.accounts import AUDIENCE, checked
from tests.service.run import world as w
from tests.service.run.world import World


@pytest.fixture
def world(database: str) -> World:
    return w.build()


def test_a_token_says_which_run_and_phase_and_is_good_for_minutes(world: World) -> None:
    account = accounts.account()
    job = accounts.running(world, account.id)
    with unit_of_work() as session:
        token = issuer.mint_for_run(session, run_id=job.run_id, account_id=account.id, audience=AUDIENCE)
        claims = checked(token, session)
    assert jwt.get_unverified_header(token)["alg"] == "RS256"
    assert claims["sub"] == f"account:{account.slug}:phase:plan"
    assert (claims["run"], claims["phase"], claims["run_kind"]) == (job.run_id, "plan", "plan_and_apply")
    assert (claims["account"], claims["deployment"]) == (account.slug, job.deployment_id)
    assert claims["deployment_name"] == job.deployment_name
    assert claims["exp"] - claims["iat"] == 600
    assert claims["nbf"] < claims["iat"] <= clock.now().timestamp()
    assert claims.keys() == set(issuer.CLAIMS), "discovery names what there is"


def test_no_two_tokens_have_the_same_id(world: World) -> None:
    account = accounts.account()
    with unit_of_work() as session:
        tokens = [issuer.mint_for_lookup(session, account_id=account.id, audience=AUDIENCE) for _ in range(2)]
        assert len({checked(token, session)["jti"] for token in tokens}) == 2


@pytest.mark.parametrize(
    ("scope", "wanted"),
    [
        ("account", "account:{account}:phase:apply"),
        ("project", "account:{account}:project:{project}:phase:apply"),
        ("deployment", "account:{account}:project:{project}:deployment:{deployment}:phase:apply"),
    ],
)
def test_an_account_chooses_how_fine_its_subjects_are(world: World, scope: str, wanted: str) -> None:
    account = accounts.account(subject_scope=scope)
    job = accounts.running(world, account.id, "apply")
    with unit_of_work() as session:
        claims = checked(
            issuer.mint_for_run(session, run_id=job.run_id, account_id=account.id, audience=AUDIENCE), session
        )
        same = issuer.subject_for(
            session, account_id=account.id, phase="apply", project=claims["project"], deployment=claims["deployment"]
        )
    names = {"account": account.slug, "project": claims["project"], "deployment": job.deployment_id}
    assert claims["sub"] == same == wanted.format(**names)


def test_the_phase_is_the_runs_own_and_nobodys_to_choose(world: World) -> None:
    account = accounts.account()
    job = accounts.running(world, account.id)
    with unit_of_work() as session:
        token = issuer.mint_for_run(session, run_id=job.run_id, account_id=account.id, audience=AUDIENCE)
        assert checked(token, session)["sub"].endswith(":phase:plan")
    with unit_of_work() as session:
        assert work.finish_plan(session, job.run_id, job.claim, plan_file=b"P", lock_file=None, summary=w.CHANGES)
    with unit_of_work() as session, pytest.raises(Unauthenticated):
        issuer.mint_for_run(session, run_id=job.run_id, account_id=account.id, audience=AUDIENCE)


def test_a_look_up_says_that_no_run_asks(world: World) -> None:
    account = accounts.account(subject_scope="deployment")
    with unit_of_work() as session:
        claims = checked(issuer.mint_for_lookup(session, account_id=account.id, audience=AUDIENCE), session)
    assert claims["sub"] == f"account:{account.slug}:phase:lookup"
    assert "run" not in claims


def test_an_account_gets_tokens_for_its_own_audience_only(world: World) -> None:
    account = accounts.account()
    job = accounts.running(world, account.id)
    for audience in ("", "sts.amazonaws.com", f"{AUDIENCE}/", AUDIENCE.upper()):
        with unit_of_work() as session:
            with pytest.raises(Forbidden, match="another audience"):
                issuer.mint_for_run(session, run_id=job.run_id, account_id=account.id, audience=audience)
            with pytest.raises(Forbidden, match="another audience"):
                issuer.mint_for_lookup(session, account_id=account.id, audience=audience)


def test_an_account_that_signs_in_otherwise_gets_none(world: World) -> None:
    account = accounts.account(method="client_secret")
    job = accounts.running(world, account.id)
    with unit_of_work() as session:
        with pytest.raises(Forbidden, match="does not sign in"):
            issuer.mint_for_run(session, run_id=job.run_id, account_id=account.id, audience=AUDIENCE)
        with pytest.raises(Forbidden, match="does not sign in"):
            issuer.mint_for_lookup(session, account_id=account.id, audience=AUDIENCE)


def test_a_run_gets_no_token_of_another_account(world: World) -> None:
    own, other = accounts.account(), accounts.account()
    job = accounts.running(world, own.id)
    with unit_of_work() as session, pytest.raises(Forbidden, match="another cloud account"):
        issuer.mint_for_run(session, run_id=job.run_id, account_id=other.id, audience=AUDIENCE)


def test_what_does_not_exist_gets_none(world: World) -> None:
    with unit_of_work() as session:
        with pytest.raises(Unauthenticated):
            issuer.mint_for_run(session, run_id="run-x", account_id="account-x", audience=AUDIENCE)
        with pytest.raises(NotFound):
            issuer.mint_for_lookup(session, account_id="account-x", audience=AUDIENCE)


def test_a_cloud_refuses_a_token_for_another_or_one_that_is_over(world: World) -> None:
    account = accounts.account()
    with unit_of_work() as session:
        token = issuer.mint_for_lookup(session, account_id=account.id, audience=AUDIENCE)
        with pytest.raises(jwt.InvalidAudienceError):
            checked(token, session, audience="https://iam.googleapis.com/projects/1")
        with clock.moved(-timedelta(minutes=11)):
            old = issuer.mint_for_lookup(session, account_id=account.id, audience=AUDIENCE)
        with pytest.raises(jwt.ExpiredSignatureError):
            checked(old, session)
