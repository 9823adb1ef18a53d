"""Roles of one's own: what they hold counts at once, nobody gains by them, none goes while somebody holds it."""

from __future__ import annotations

import threading

import pytest

from portal.auth import permissions
from portal.auth import service as auth
from portal.auth.permissions import ORGANISATION, PROJECT, RULES
from portal.auth.schemas import SYSTEM, Actor, NewRole, NewToken, NewUser, RoleChange, UserChange
from portal.deployment import service as deployments
from portal.deployment.schemas import HandOver
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.project import service as projects
from portal.project.schemas import NewMember, NewProject
from tests.support import people

pytestmark = pytest.mark.usefixtures("database")


def make(kind: str, name: str, *actions: str) -> None:
    with unit_of_work() as session:
        auth.create_role(session, SYSTEM, NewRole(kind=kind, title=name, actions=list(actions)))  # type: ignore[arg-type]


def anew(actor: Actor) -> Actor:
    """The actor as the next request sees them."""
    return people.by_cookie(people.sign_in(actor.label).cookie)


def join(actor: Actor, role: str, *, by: Actor = SYSTEM, project: str = "default") -> None:
    with unit_of_work() as session:
        projects.add_member(session, by, project, NewMember(user=actor.label, role=role))


def may(actor: Actor, action: permissions.Action, project: str = "default") -> bool:
    with unit_of_work() as session:
        found = projects.resolve(session, SYSTEM, project)
        return permissions.allows(actor, action, projects.role_in(session, actor, found.id))


def test_a_role_in_a_project_allows_what_it_lists_and_a_change_counts_at_once() -> None:
    make("project", "operator", "run.cancel", "deployment.read")
    ada = people.actor("ada@example.com")
    join(ada, "operator")
    assert may(ada, "run.cancel")
    assert not may(ada, "run.read")
    with unit_of_work() as session:
        view = auth.update_role(session, SYSTEM, "project", "operator", RoleChange(actions=["run.read"]))
        assert view.actions == ["project.read", "run.read"]
        assert view.users == 1
    assert may(ada, "run.read")
    assert not may(ada, "run.cancel")
    with unit_of_work() as session:
        found = projects.resolve(session, ada, "default")
        assert (found.role, found.actions) == ("operator", ["project.read", "run.read"])


def test_a_role_in_the_portal_adds_to_what_a_member_may() -> None:
    make("organisation", "Help desk", "user.read", "audit.read")
    ada = people.actor("ada@example.com")
    with unit_of_work() as session:
        auth.update_user(session, SYSTEM, ada.user_id or "", UserChange(role="help-desk"))
    ada = anew(ada)
    assert permissions.held(ada) == ORGANISATION["member"] | {"user.read", "audit.read"}
    with unit_of_work() as session:
        assert auth.get_me(session, ada).role == "help-desk"
        assert len(auth.list_users(session, ada).items) == 1
        with pytest.raises(Forbidden):
            auth.update_user(session, ada, ada.user_id or "", UserChange(role="admin"))


def test_what_is_not_on_the_list_is_refused_and_no_name_is_taken_twice() -> None:
    for kind, action in (
        ("organisation", "role.manage"), ("organisation", "run.read"), ("project", "user.read"), ("project", "all"),
        ("organisation", "me.read"), ("organisation", "system.keys"),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            make(kind, "Greedy", action)
    for name in ("Admin", "Owner", "Member", "Viewer"):
        with pytest.raises(Invalid):
            make("project", name, "run.read")
    make("project", "Same", "run.read")
    make("organisation", "Same", "user.read")
    with pytest.raises(Conflict):
        make("project", "same", "run.read")


def test_a_role_that_somebody_holds_is_not_deleted_and_says_who_holds_it() -> None:
    make("project", "operator", "run.cancel")
    make("organisation", "Help desk", "user.read")
    ada = people.actor("ada@example.com")
    join(ada, "operator")
    with unit_of_work() as session:
        auth.update_user(session, SYSTEM, ada.user_id or "", UserChange(role="help-desk"))
        with pytest.raises(Conflict, match=r"held by ada@example\.com in default\."):
            auth.delete_role(session, SYSTEM, "project", "operator")
        with pytest.raises(Conflict, match=r"held by ada@example\.com\."):
            auth.delete_role(session, SYSTEM, "organisation", "help-desk")
        projects.remove_member(session, SYSTEM, "default", ada.user_id or "")
        auth.delete_role(session, SYSTEM, "project", "operator")
        with pytest.raises(NotFound):
            auth.get_role(session, SYSTEM, "project", "operator")
        with pytest.raises(Conflict, match="built in"):
            auth.delete_role(session, SYSTEM, "project", "owner")
        with pytest.raises(Invalid, match="There is no role 'operator'"):
            projects.add_member(session, SYSTEM, "default", NewMember(user=ada.label, role="operator"))


def test_a_role_is_not_deleted_while_somebody_is_being_given_it() -> None:
    make("project", "operator", "run.cancel")
    ada = people.actor("ada@example.com")
    outcome: list[str] = []

    def delete() -> None:
        try:
            with unit_of_work() as session:
                auth.delete_role(session, SYSTEM, "project", "operator")
            outcome.append("deleted")
        except Conflict as error:
            outcome.append(error.message)

    with unit_of_work() as session:
        projects.add_member(session, SYSTEM, "default", NewMember(user=ada.label, role="operator"))
        thread = threading.Thread(target=delete)
        thread.start()
    thread.join(60)
    assert outcome == ["The role operator is held by ada@example.com in default. Give them another one first."]


def test_attack_20_nobody_gives_a_role_with_more_than_they_hold_themselves() -> None:
    make("project", "doorkeeper", "project.manage", "run.cancel")
    make("project", "stopper", "run.cancel")
    make("organisation", "Help desk", "user.read", "user.manage")
    ada, ben, cem = (people.actor(f"{name}@example.com") for name in ("ada", "ben", "cem"))
    with unit_of_work() as session:
        projects.create_project(session, SYSTEM, NewProject(name="Shop"))
        auth.update_user(session, SYSTEM, cem.user_id or "", UserChange(role="help-desk"))
    join(ada, "doorkeeper", project="shop")
    join(ben, "stopper", by=ada, project="shop")
    for role in (*PROJECT, "admin", "member"):
        with pytest.raises(Forbidden, match="more than you may do yourself"):
            join(ben, role, by=ada, project="shop")
        with pytest.raises(Forbidden, match="more than you may do yourself"):
            join(ada, role, by=ada, project="shop")
    join(ben, "owner", project="shop")
    with unit_of_work() as session, pytest.raises(Forbidden, match="more than you may do yourself"):
        projects.remove_member(session, ada, "shop", ben.user_id or "")
    root = people.user("root@example.com", "admin")
    with unit_of_work() as session:
        helper = anew(cem)
        assert auth.create_user(session, helper, NewUser(email="new@example.com", role="member")).role == "member"
        assert auth.update_user(session, helper, ada.user_id or "", UserChange(disabled=True)).disabled_at
        for role in ("admin", "auditor"):
            with pytest.raises(Forbidden, match="Nobody gives more than they have"):
                auth.create_user(session, helper, NewUser(email="boss@example.com", role=role))
        for change in (UserChange(disabled=True), UserChange(role="viewer"), UserChange(name="x")):
            with pytest.raises(Forbidden, match="This account has the role admin"):
                auth.update_user(session, helper, root, change)
        with pytest.raises(Forbidden):
            auth.create_token(session, helper, NewToken(name="t", user_id=root))
        with pytest.raises(Forbidden, match="more"):
            deployments.hand_over(session, helper, root, HandOver(to=helper.label))
        shown = {user.id: user.allowed for user in auth.list_users(session, helper).items}
        assert (shown[root], shown[ada.user_id or ""], shown[cem.user_id or ""]) == ([], ["change"], ["change"])
        assert auth.details(session, helper, root).allowed == []
        assert auth.get_me(session, helper).gives == ["viewer", "member", "help-desk"]
        assert auth.get_me(session, ada).gives == []


def test_whoever_manages_tokens_makes_none_of_somebody_who_may_do_more() -> None:
    make("organisation", "Keys", "token.manage")
    ada, root = people.actor("ada@example.com"), people.user("root@example.com", "admin")
    with unit_of_work() as session:
        auth.update_user(session, SYSTEM, ada.user_id or "", UserChange(role="keys"))
    keeper = anew(ada)
    with unit_of_work() as session, pytest.raises(Forbidden, match="This account has the role admin"):
        auth.create_token(session, keeper, NewToken(name="t", user_id=root))


def test_roles_are_listed_with_what_they_allow_and_only_administrators_make_them() -> None:
    make("project", "operator", "run.cancel")
    ada = people.actor("ada@example.com")
    with unit_of_work() as session:
        listed = auth.list_roles(session, ada)
        assert [(role.kind, role.name, role.users) for role in listed] == [
            *(("organisation", name, None) for name in ORGANISATION), *(("project", name, None) for name in PROJECT),
            ("project", "operator", None),
        ]  # fmt: skip
        assert {role.name: set(role.actions) for role in listed if role.built_in and role.kind == "project"} == PROJECT
        assert {item.action for item in auth.list_actions(session, ada)} == set(RULES)
        counted = {(role.kind, role.name): role.users for role in auth.list_roles(session, SYSTEM)}
        assert counted["organisation", "member"] == counted["project", "deployer"] == 1
        for call in (
            lambda: auth.create_role(session, ada, NewRole(kind="project", title="x", actions=[])),
            lambda: auth.update_role(session, ada, "project", "operator", RoleChange(title="y")),
            lambda: auth.delete_role(session, ada, "project", "operator"),
        ):
            with pytest.raises(Forbidden):
                call()
