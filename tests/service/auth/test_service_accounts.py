"""Service accounts: programs in projects, which nobody signs in as; and tokens that are limited to less than their user."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from portal.auth import permissions
from portal.auth import service as auth
from portal.auth.schemas import (
    SYSTEM,
    NewRole,
    NewServiceAccount,
    NewToken,
    ServiceAccountChange,
    ServiceAccountView,
    UserChange,
)
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from portal.project import service as projects
from portal.project.schemas import NewMember, NewProject
from tests.support import people

pytestmark = pytest.mark.usefixtures("database")


def made(name: str = "Release pipeline", role: str = "member") -> ServiceAccountView:
    with unit_of_work() as session:
        projects.ensure_default(session)
        return auth.create_service_account(session, SYSTEM, NewServiceAccount(name=name, role=role))


def test_a_service_account_works_by_its_token_in_the_projects_that_took_it_in() -> None:
    account = made()
    token = people.token(account.id)
    robot = people.by_token(token)
    assert (robot.kind, robot.role, robot.label) == ("token", "member", "release-pipeline@service.invalid (test)")
    with unit_of_work() as session:
        assert projects.list_projects(session, robot).items == []
        projects.add_member(session, SYSTEM, "default", NewMember(user=account.address, role="deployer"))
        assert projects.resolve(session, robot, "default").role == "deployer"
        assert projects.list_members(session, SYSTEM, "default")[0].kind == "service"
        shown = auth.get_service_account(session, SYSTEM, account.id)
        assert shown.tokens == 1
        assert shown.last_used_at is not None


def test_nobody_signs_in_as_a_service_account_even_with_a_password_in_its_row() -> None:
    from portal.auth import passwords
    from portal.models import User

    account = made()
    with unit_of_work() as session:
        row = session.get_one(User, account.id)
        row.password_hash = passwords.new_hash(people.PASSWORD)
        session.add(row)
    with pytest.raises(Unauthenticated):
        people.sign_in(account.address)
    with unit_of_work() as session, pytest.raises(NotFound):
        auth.update_user(session, SYSTEM, account.id, UserChange(password=SecretStr(people.PASSWORD)))


def test_it_is_no_person_and_counts_for_no_last_administrator() -> None:
    root = people.actor("root@example.com", "admin")
    account = made("Robot", "admin")
    with unit_of_work() as session:
        assert [user.email for user in auth.list_users(session, root).items] == ["root@example.com"]
        assert [item.address for item in auth.list_service_accounts(session, root).items] == [account.address]
        with pytest.raises(Conflict, match="last administrator"):
            auth.update_user(session, root, root.user_id or "", UserChange(role="member"))
        with pytest.raises(NotFound):
            auth.get_service_account(session, root, root.user_id or "")


def test_a_disabled_one_is_out_at_once_and_its_tokens_stay_dead() -> None:
    account = made()
    token = people.token(account.id)
    for disabled in (True, False):
        with unit_of_work() as session:
            auth.update_service_account(session, SYSTEM, account.id, ServiceAccountChange(disabled=disabled))
        with pytest.raises(Unauthenticated):
            people.by_token(token)
    assert people.by_token(people.token(account.id)).user_id == account.id


def test_its_role_is_no_more_than_that_of_whoever_manages_it() -> None:
    with unit_of_work() as session:
        auth.create_role(
            session, SYSTEM, NewRole(kind="organisation", title="Pipelines", actions=["service_account.manage"])
        )
    ada, boss = people.actor("ada@example.com"), made("Boss", "admin")
    with unit_of_work() as session:
        auth.update_user(session, SYSTEM, ada.user_id or "", UserChange(role="pipelines"))
    ada = people.by_cookie(people.sign_in("ada@example.com").cookie)
    with unit_of_work() as session:
        own = auth.create_service_account(session, ada, NewServiceAccount(name="Mine"))
        token = auth.create_token(session, ada, NewToken(name="t", user_id=own.id))
        assert [item.id for item in auth.list_tokens(session, ada, user_id=own.id).items] == [token.id]
        auth.revoke_token(session, ada, token.id)
        with pytest.raises(Forbidden, match="Nobody gives more"):
            auth.update_service_account(session, ada, own.id, ServiceAccountChange(role="admin"))
        with pytest.raises(Forbidden, match="has the role admin"):
            auth.update_service_account(session, ada, boss.id, ServiceAccountChange(name="Mine too"))
        with pytest.raises(Forbidden, match="has the role admin"):
            auth.create_token(session, ada, NewToken(name="t", user_id=boss.id))
        with pytest.raises(Forbidden):
            auth.list_tokens(session, ada, everybody=True)
        with pytest.raises(Conflict):
            auth.create_service_account(session, ada, NewServiceAccount(name="MINE"))


def test_attack_26_a_limited_token_does_less_than_its_user_and_makes_no_other_token() -> None:
    root = people.actor("root@example.com", "admin")
    with unit_of_work() as session:
        shop = projects.create_project(session, SYSTEM, NewProject(name="Shop"))
        wanted = NewToken(name="ci", project="shop", actions=["run.create", "run.read", "user.read"])
        token = auth.create_token(session, root, wanted)
        assert (token.project, token.actions) == ("shop", ["user.read", "run.read", "run.create"])
    limited = people.by_token(token.token)
    with unit_of_work() as session:
        assert [item.slug for item in projects.list_projects(session, limited).items] == ["shop"]
        assert projects.readable_ids(session, limited) == {shop.id}
        standing = projects.role_in(session, limited, shop.id)
        assert permissions.allows(limited, "run.create", standing)
        assert not permissions.allows(limited, "run.confirm", standing)
        with pytest.raises(NotFound):
            projects.resolve(session, limited, "default")
        with pytest.raises(Forbidden):
            auth.list_users(session, limited)
        with pytest.raises(Forbidden):
            auth.create_token(session, limited, NewToken(name="more"))
        with pytest.raises(Forbidden):
            projects.remove_member(session, limited, "shop", root.user_id or "")
        auth.update_user(session, SYSTEM, people.user("other@example.com", "admin"), UserChange(name="x"))
        auth.update_user(session, SYSTEM, root.user_id or "", UserChange(role="member"))
    assert people.by_token(token.token).role == "member"
    with unit_of_work() as session:
        assert projects.list_projects(session, people.by_token(token.token)).items == []


def test_a_limit_names_a_project_of_the_owners_and_actions_that_there_are() -> None:
    ada = people.actor("ada@example.com")
    with unit_of_work() as session:
        projects.create_project(session, SYSTEM, NewProject(name="Shop"))
        for wanted in (
            NewToken(name="t", project="shop"), NewToken(name="t", project="nothing"),
            NewToken(name="t", actions=["everything"]), NewToken(name="t", actions=["token.create"]),
        ):  # fmt: skip
            with pytest.raises(Invalid):
                auth.create_token(session, ada, wanted)
