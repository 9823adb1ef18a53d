from __future__ import annotations

import pytest

from portal.auth import service as auth
from portal.auth.permissions import Role
from portal.auth.schemas import SYSTEM, Actor, UserChange, worker_actor
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.project import service as projects
from portal.project.schemas import NewMember, NewProject
from tests.support import people

pytestmark = pytest.mark.usefixtures("database")


def make(name: str = "Payments") -> str:
    with unit_of_work() as session:
        return projects.create_project(session, SYSTEM, NewProject(name=name)).id


def join(project: str, actor: Actor, role: Role) -> None:
    with unit_of_work() as session:
        projects.add_member(session, SYSTEM, project, NewMember(user=actor.label, role=role))


def role_in(actor: Actor, project: str) -> Role | None:
    with unit_of_work() as session:
        standing = projects.role_in(session, actor, project)
        return standing.role if standing else None


def test_the_default_project_is_there_once_and_holds_whoever_came_before() -> None:
    early = people.user("early@example.com", "viewer", join=False)
    for _ in range(2):
        with unit_of_work() as session:
            projects.ensure_default(session)
    with unit_of_work() as session:
        found = projects.list_projects(session, SYSTEM).items
        members = projects.list_members(session, SYSTEM, "default")
    assert [item.slug for item in found] == ["default"]
    assert [(item.user_id, item.role) for item in members] == [(early, "viewer")]


def test_a_new_user_is_a_member_of_the_default_project() -> None:
    ada = people.actor("ada@example.com", "member")
    with unit_of_work() as session:
        assert projects.resolve(session, ada, "default").role == "deployer"


def test_a_project_of_others_does_not_exist() -> None:
    project, ada = make(), people.actor("ada@example.com")
    with unit_of_work() as session:
        for name in (project, "payments"):
            with pytest.raises(NotFound):
                projects.resolve(session, ada, name)
            with pytest.raises(NotFound):
                projects.list_members(session, ada, name)
        with pytest.raises(NotFound):
            projects.require(session, ada, project, "deployment.read")
        assert [item.slug for item in projects.list_projects(session, ada).items] == ["default"]
        assert project not in (projects.readable_ids(session, ada) or set())


@pytest.mark.parametrize(
    ("in_portal", "in_project", "effective"),
    [
        ("viewer", "owner", "viewer"),
        ("auditor", "owner", "viewer"),
        ("member", "viewer", "viewer"),
        ("member", "deployer", "deployer"),
        ("member", "approver", "approver"),
        ("member", "owner", "owner"),
        ("admin", "viewer", "owner"),
        ("member", "member", "deployer"),
        ("member", "admin", "owner"),
    ],
)
def test_a_role_in_a_project_is_capped_by_the_role_in_the_portal(
    in_portal: Role, in_project: Role, effective: Role
) -> None:
    project, ada = make(), people.actor("ada@example.com", in_portal)
    join(project, ada, in_project)
    assert role_in(ada, project) == effective


def test_an_administrator_is_one_in_every_project_that_there_is() -> None:
    admin = people.actor("root@example.com", "admin")
    assert role_in(admin, make()) == "owner"
    assert role_in(admin, "project-none") is None
    assert role_in(SYSTEM, make("Other")) == "owner"


def test_an_administrators_reading_token_only_reads() -> None:
    project = make()
    reader = people.by_token(people.token(people.user("root@example.com", "admin"), "read"))
    assert role_in(reader, project) == "viewer"
    with pytest.raises(Forbidden), unit_of_work() as session:
        projects.require(session, reader, project, "deployment.create")


def test_a_demotion_counts_in_every_project_at_once() -> None:
    user_id = people.user("ada@example.com", "admin")
    with unit_of_work() as session:
        auth.update_user(session, SYSTEM, people.user("root@example.com", "admin"), UserChange(name="still one"))
        auth.update_user(session, SYSTEM, user_id, UserChange(role="viewer"))
    ada = people.by_cookie(people.sign_in("ada@example.com").cookie)
    with unit_of_work() as session:
        assert projects.resolve(session, ada, "default").role == "viewer"


def test_a_worker_is_refused_in_every_project() -> None:
    with pytest.raises(Forbidden):
        role_in(worker_actor("w1"), make())


def test_a_role_is_gone_with_the_membership() -> None:
    project, ada = make(), people.actor("ada@example.com")
    join(project, ada, "member")
    with unit_of_work() as session:
        projects.remove_member(session, SYSTEM, project, ada.user_id or "")
        with pytest.raises(NotFound):
            projects.remove_member(session, SYSTEM, project, ada.user_id or "")
    assert role_in(ada, project) is None


def test_members_do_not_manage_members_nor_make_projects() -> None:
    project, ada = make(), people.actor("ada@example.com")
    join(project, ada, "deployer")
    with unit_of_work() as session:
        with pytest.raises(Forbidden):
            projects.add_member(session, ada, project, NewMember(user=ada.label, role="admin"))
        with pytest.raises(Forbidden):
            projects.remove_member(session, ada, project, ada.user_id or "")
        with pytest.raises(Forbidden):
            projects.create_project(session, ada, NewProject(name="mine"))


def test_a_slug_is_made_of_the_name_and_taken_once() -> None:
    make("Payments & Billing")
    with unit_of_work() as session:
        assert projects.resolve(session, SYSTEM, "payments-billing").name == "Payments & Billing"
        with pytest.raises(Conflict):
            projects.create_project(session, SYSTEM, NewProject(name="payments billing"))
        with pytest.raises(Invalid):
            projects.create_project(session, SYSTEM, NewProject(name="x", slug="../x"))


def test_a_slug_never_stands_in_for_another_projects_id() -> None:
    victim = make("Victim")
    with unit_of_work() as session:
        slug = victim.lower()
        projects.create_project(session, SYSTEM, NewProject(name="decoy", slug=slug))
        assert projects.resolve(session, SYSTEM, victim).name == "Victim"


def test_projects_come_in_pages() -> None:
    for name in "abcde":
        make(name)
    seen: list[str] = []
    cursor = None
    with unit_of_work() as session:
        while True:
            page = projects.list_projects(session, SYSTEM, cursor=cursor, limit=2)
            seen += [item.slug for item in page.items]
            if (cursor := page.next_cursor) is None:
                break
    assert seen == list("abcde")
