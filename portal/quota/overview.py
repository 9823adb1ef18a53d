"""The list of projects, each with who is in it, what it uses, and since when it is archived."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from portal.auth.schemas import Actor
from portal.kit.pagination import Page
from portal.project import repository as project_repository
from portal.project import service as projects
from portal.project.schemas import ProjectView
from portal.quota import service
from portal.quota.schemas import Meter


class ProjectSummary(ProjectView):
    """A project in the list. Costs are US dollars a month, `monthly_budget` None is no limit; `owners` are addresses."""

    archived_at: datetime | None
    members: int
    owners: list[str]
    deployments: int
    monthly_cost: float
    unknown_costs: int
    """How many of the deployments cost nobody knows how much."""
    monthly_budget: float | None
    meters: list[Meter]


def list_projects(
    session: Session, actor: Actor, *, archived: bool | None = None, cursor: str | None = None, limit: int = 50
) -> Page[ProjectSummary]:
    """The projects that the actor is something in, by slug; `archived`: only those that are, or are not.

    In a fixed number of queries, however many projects the page has.
    """
    page = projects.list_projects(session, actor, archived=archived, cursor=cursor, limit=limit)
    ids = [item.id for item in page.items]
    people, uses = (
        project_repository.people(session, ids),
        service.usages(session, {item.id: item for item in page.items}),
    )
    items = []
    for view in page.items:
        (members, owners), usage = people.get(view.id, (0, [])), uses[view.id]
        meters = {meter.name: meter for meter in usage.meters}
        items.append(
            ProjectSummary(
                **view.model_dump(), archived_at=usage.archived_at, members=members, owners=owners,
                deployments=int(meters["deployments"].used), monthly_cost=meters["budget"].used,
                unknown_costs=meters["budget"].unknown, monthly_budget=meters["budget"].limit, meters=usage.meters,
            )
        )  # fmt: skip
    return Page(items=items, next_cursor=page.next_cursor)
