"""A deployment is in the sandbox or in a real cloud for all its life, whatever becomes of its account."""

from __future__ import annotations

from typing import Any

import pytest

from portal.kit.db import unit_of_work
from portal.models import CloudAccount, Deployment
from tests.service.run import world
from tests.support.clouds.azure_account import given

pytestmark = pytest.mark.usefixtures("backend")


def test_what_was_made_in_the_sandbox_is_never_told_to_a_real_cloud() -> None:
    people = world.build()
    deployment_id = world.deployment(people)
    world.applied(people, world.create(people, deployment_id).id)
    assert world.row(Deployment, deployment_id).mode == "sandbox"
    with unit_of_work() as session:
        account, real = session.get_one(CloudAccount, people.account_id), given()
        account.kind, account.settings, account.credentials = "live", real.settings, real.credentials
    run = world.create(people, deployment_id)
    assert world.claim(run.id) is None
    error = world.get(people, run.id).error
    assert error is not None
    assert "was made in the sandbox" in error.detail


def test_a_run_on_another_account_than_its_deployments_is_not_begun() -> None:
    people = world.build()
    run = world.create(people, world.deployment(people))
    with unit_of_work() as session:
        values: dict[str, Any] = session.get_one(CloudAccount, people.account_id).model_dump()
        values.update(id="account-other", slug="other")
        session.add(CloudAccount(**values))
        session.flush()
        session.get_one(Deployment, run.deployment_id).cloud_account_id = "account-other"
    assert world.claim(run.id) is None
    assert world.get(people, run.id).status == "errored"
