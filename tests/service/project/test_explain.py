"""The explanation of access says what happens, and why."""

from __future__ import annotations

from itertools import product

import pytest

from portal.auth import permissions
from portal.auth import service as auth
from portal.auth.permissions import ORGANISATION, PROJECT, RULES
from portal.auth.schemas import SYSTEM, NewRole, NewToken, UserChange
from portal.kit.db import unit_of_work
from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.project import explain
from portal.project import service as projects
from portal.project.schemas import Explanation, NewMember, NewProject
from tests.support import people

pytestmark = pytest.mark.usefixtures("database")


def why(user: str, action: str, project: str | None = None, token: str | None = None) -> Explanation:
    with unit_of_work() as session:
        return explain.explain(session, SYSTEM, user=user, action=action, project=project, token=token)


def failing(found: Explanation) -> list[str]:
    return [step.text for step in found.steps if not step.ok]


@pytest.mark.parametrize("role", ORGANISATION)
def test_the_verdict_is_that_of_a_request_for_every_role_and_action(role: str) -> None:
    """And where it is no, some step says so; where it is yes, none does."""
    ada = people.actor("ada@example.com", role)
    with unit_of_work() as session:
        shop = projects.create_project(session, SYSTEM, NewProject(name="Shop"))
        for inside, action in product((None, *PROJECT), RULES):
            if inside is not None:
                projects.add_member(session, SYSTEM, "shop", NewMember(user=ada.label, role=inside))
            found = explain.explain(session, SYSTEM, user=ada.label, action=action, project="shop")
            assert found.allowed == permissions.allows(ada, action, projects.role_in(session, ada, shop.id))
            assert found.allowed == all(step.ok for step in found.steps), (inside, action, found.steps)


def test_each_reason_is_named() -> None:
    ada = people.user("ada@example.com", "viewer")
    with unit_of_work() as session:
        projects.create_project(session, SYSTEM, NewProject(name="Shop"))
        projects.add_member(session, SYSTEM, "default", NewMember(user=ada, role="owner"))
        auth.create_role(session, SYSTEM, NewRole(kind="project", title="Stopper", actions=["run.cancel"]))
    assert failing(why("ada@example.com", "run.create", "default")) == [
        "Whoever is viewer in the portal changes nothing in any project, default included."
    ]
    with unit_of_work() as session:
        auth.update_user(session, SYSTEM, ada, UserChange(role="member"))
        projects.add_member(session, SYSTEM, "default", NewMember(user=ada, role="stopper"))
    found = why(ada, "run.create", "default")
    assert failing(found) == ["The role stopper does not allow run.create. It lists: project.read, run.cancel."]
    assert found.granted_by_roles == ["deployer", "owner"]
    assert why(ada, "run.cancel", "default").granted_by_roles == ["deployer", "owner", "stopper"]
    assert failing(why(ada, "run.read", "shop")) == ["They are not a member of shop, so it is not there for them."]
    assert failing(why(ada, "user.read")) == ["The role member does not allow user.read."]
    with unit_of_work() as session:
        auth.update_user(session, SYSTEM, people.user("root@example.com", "admin"), UserChange(name="Root"))
        auth.update_user(session, SYSTEM, ada, UserChange(disabled=True))
    found = why(ada, "run.cancel", "default")
    assert failing(found) == ["ada@example.com is disabled, so nothing works for it."]
    assert found.can_grant == ["root@example.com"]
    assert "nobody decides what they asked for" in why(ada, "approval.decide", "default").note


def test_a_tokens_limits_are_counted_in() -> None:
    root = people.actor("root@example.com", "admin")
    with unit_of_work() as session:
        projects.create_project(session, SYSTEM, NewProject(name="Shop"))
        reading = auth.create_token(session, root, NewToken(name="reading", scope="read")).id
        narrow = auth.create_token(session, root, NewToken(name="narrow", project="shop", actions=["run.read"])).id
    for token, action, project, allowed in (
        (reading, "run.read", "shop", True), (reading, "run.create", "shop", False),
        (reading, "audit.read", None, False), (narrow, "run.read", "shop", True),
        (narrow, "run.read", "default", False), (narrow, "run.create", "shop", False),
        (narrow, "user.read", None, False), (narrow, "me.read", None, True),
    ):  # fmt: skip
        found = why("root@example.com", action, project, token)
        assert found.allowed is allowed, found
        assert all(step.ok for step in found.steps) is allowed, found
    with pytest.raises(NotFound):
        why("root@example.com", "run.read", "shop", "token-none")


def test_only_whoever_may_ask_gets_an_answer_and_only_about_what_there_is() -> None:
    ada = people.actor("ada@example.com")
    with unit_of_work() as session, pytest.raises(Forbidden):
        explain.explain(session, ada, user=ada.label, action="run.read", project="default")
    auditor = people.actor("audrey@example.com", "auditor")
    with unit_of_work() as session:
        found = explain.explain(session, auditor, user=ada.label, action="run.read", project="default")
        assert found.allowed
    for user, action, project, error in (
        ("nobody@example.com", "run.read", "default", NotFound), (ada.label, "run.read", "nothing", NotFound),
        (ada.label, "run.read", None, Invalid), (ada.label, "run.fly", "default", Invalid),
    ):  # fmt: skip
        with pytest.raises(error):
            why(user, action, project)
