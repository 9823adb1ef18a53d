"""Accounts that trust the portal, and runs on them. Rows only."""

from __future__ import annotations

from typing import Any

import jwt
from sqlmodel import Session

from portal.issuer import service as issuer
from portal.kit import clock, ids
from portal.kit.db import unit_of_work
from portal.models import CloudAccount, Deployment, Run
from portal.run.schemas import Job
from tests.service.run import world as w
from tests.service.run.world import World

AUDIENCE = "api://AzureADTokenExchange"


def account(*, method: str = "portal_identity", cloud: str = "azure", **settings: Any) -> CloudAccount:
    """A live account; `settings` may hold `subject_scope` or `audience`."""
    row = CloudAccount(
        id=ids.new_id("account"),
        slug=ids.new_id("a").lower(),
        name="Production",
        cloud=cloud,
        kind="live",
        settings=settings,
        credentials={"method": method},
        created_at=clock.now(),
    )
    with unit_of_work() as session:
        session.add(row)
    return row


def running(world: World, account_id: str, phase: str = "plan") -> Job:
    """A run of the account which a worker holds in this phase."""
    run = w.create(world, w.deployment(world))
    if phase == "apply":
        w.planned(run.id)
        w.confirm(world, run.id)
    job = w.claimed(run.id, phase)
    move(job.run_id, account_id)
    return job


def move(run_id: str, account_id: str) -> str:
    """From now on the run is the account's. Returns whose it was: the accounts here are none that a worker could work with."""
    with unit_of_work() as session:
        run = session.get_one(Run, run_id)
        before, run.cloud_account_id = run.cloud_account_id, account_id
        return before


def checked(token: str, session: Session, *, audience: str = AUDIENCE) -> dict[str, Any]:
    """The claims, as a cloud would read them: by the published keys, with a library that is not ours."""
    published = jwt.PyJWKSet.from_dict(issuer.jwks(session).model_dump())
    key = published[jwt.get_unverified_header(token)["kid"]]
    return jwt.decode(token, key, algorithms=["RS256"], audience=audience, issuer=issuer.issuer())


def use(deployment_id: str, account_id: str) -> None:
    """The deployment is on that account."""
    with unit_of_work() as session:
        session.get_one(Deployment, deployment_id).cloud_account_id = account_id
