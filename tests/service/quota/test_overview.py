"""The list of projects tells what each is, in as many queries for many projects as for few."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from portal.auth.schemas import SYSTEM
from portal.kit.db import unit_of_work
from portal.project import service as projects
from portal.project.schemas import NewMember, NewProject
from portal.quota import archive, overview
from portal.quota import service as quotas
from portal.quota.overview import ProjectSummary
from portal.quota.schemas import QuotaChange
from tests.service.run import world as w
from tests.support import people

pytestmark = pytest.mark.usefixtures("database")


def listed(archived: bool | None = None) -> tuple[dict[str, ProjectSummary], int]:
    """The projects by name, and how many queries it took."""
    asked: list[str] = []
    with unit_of_work() as session:
        engine = session.get_bind()
        note = lambda *found: asked.append(found[2])  # noqa: E731 - to be taken away again
        event.listen(engine, "before_cursor_execute", note)
        try:
            page = overview.list_projects(session, SYSTEM, archived=archived, limit=200)
        finally:
            event.remove(engine, "before_cursor_execute", note)
    return {item.name: item for item in page.items}, len(asked)


def make(name: str) -> str:
    with unit_of_work() as session:
        return projects.create_project(session, SYSTEM, NewProject(name=name)).id


def test_a_project_in_the_list_says_who_is_in_it_and_what_it_uses_and_costs() -> None:
    world = w.build()
    owner = people.actor("owner@example.com")
    with unit_of_work() as session:
        projects.add_member(session, SYSTEM, world.project_id, NewMember(user=owner.label, role="owner"))
        quotas.set_quota(session, SYSTEM, world.project_id, QuotaChange(monthly_budget=50))
        quotas_say = quotas.usage(session, SYSTEM, world.project_id)
    w.deployment(world)
    found = listed()[0]["Test"]
    assert (found.members, found.owners, found.deployments) == (3, ["owner@example.com"], 1)
    assert (found.monthly_cost, found.monthly_budget, found.archived_at) == (0, 50, None)
    assert [meter.name for meter in found.meters] == [meter.name for meter in quotas_say.meters]
    with unit_of_work() as session:
        assert quotas.usage(session, SYSTEM, world.project_id).meters == found.meters


def test_more_projects_take_no_more_queries() -> None:
    make("One")
    few, first = listed()
    for name in ("Two", "Three", "Four", "Five"):
        make(name)
    many, second = listed()
    assert len(many) == len(few) + 4
    assert second == first


def test_archived_projects_are_listed_apart() -> None:
    over = make("Over")
    make("Going on")
    with unit_of_work() as session:
        archive.archive(session, SYSTEM, over)
    assert set(listed(archived=True)[0]) == {"Over"}
    assert "Over" not in listed(archived=False)[0]
    everything = listed()[0]
    assert everything["Over"].archived_at is not None
    assert {"Over", "Going on"} <= set(everything)
