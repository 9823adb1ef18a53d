"""Lists have what one may look at: of one's projects, and of what the role there lets one see (attack 20)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal.auth.permissions import Action
from portal.auth.schemas import Actor
from portal.deployment import service as deployments
from portal.kit.db import unit_of_work
from portal.kit.errors import Forbidden, NotFound
from portal.run import rehearsal
from portal.run import service as runs
from tests.service.deployment.conftest import write_template
from tests.support import things
from tests.support.things import Scene


@pytest.fixture
def there(database: str, settings_env: Callable[..., None], tmp_path: Path) -> Scene:
    write_template(tmp_path / "templates" / "azure" / "thing")
    settings_env(TERRACE_TEMPLATES_DIR=str(tmp_path / "templates"))
    return things.build()


def ask(function: Callable[..., Any], actor: Actor, **given: Any) -> Any:
    with unit_of_work() as session:
        return function(session, actor, **given)


def somebody(there: Scene, name: str, **changed: Any) -> Actor:
    with unit_of_work() as session:
        return replace(there.people[name].actor(session), **changed)


def test_attack_20_what_a_role_does_not_let_one_see_is_in_no_list(there: Scene) -> None:
    clerk = somebody(there, "clerk")  # whose role in the project sees runs, and neither deployments nor approvals
    assert ask(runs.list_runs, clerk).items != []
    assert ask(deployments.list_deployments, clerk).items == []
    assert ask(runs.waiting_for_me, clerk) == 0
    assert ask(runs.list_runs, clerk, approval="waiting").items == []
    assert {item.approval for item in ask(runs.list_runs, clerk).items} == {None}
    reader = somebody(there, "reader")
    assert [item for item in ask(runs.list_runs, reader, approval="waiting").items if item.approval] != []
    with pytest.raises(Forbidden):
        ask(deployments.list_deployments, clerk, project="shop")


@pytest.mark.parametrize("name", ["owner", "admin"])
def test_attack_20_a_token_for_something_else_lists_nothing(there: Scene, name: str) -> None:
    action: Action = "policy.read"
    narrow = somebody(there, name, only=frozenset({action}))
    assert ask(runs.list_runs, narrow).items == []
    assert ask(deployments.list_deployments, narrow).items == []
    assert ask(runs.list_runs, somebody(there, name)).items != []
    with pytest.raises(Forbidden):
        ask(runs.list_runs, narrow, project="shop")


def test_attack_20_whoever_writes_rules_of_approval_tries_them_on_plans_that_they_may_see(there: Scene) -> None:
    grant: frozenset[Action] = frozenset({"approval.manage"})
    outsider = somebody(there, "outsider", role="writer", grant=grant)
    assert ask(rehearsal.rehearse, outsider).runs == []
    run_id = there.things(there.people["admin"])["run"]["same"]["run_id"]
    with pytest.raises(NotFound):
        ask(rehearsal.rehearse, outsider, run_id=run_id)
    owner = somebody(there, "owner", role="writer", grant=grant)
    assert {item.project for item in ask(rehearsal.rehearse, owner).runs} == {"shop"}
    assert ask(rehearsal.rehearse, owner, run_id=run_id).runs != []
