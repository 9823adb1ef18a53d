"""Projects and their members. `{project}` is an id or a slug."""

from __future__ import annotations

from fastapi import APIRouter

from portal.api.deps import CurrentActor, Cursor, Limit, Work
from portal.kit.pagination import Page
from portal.project import service as projects
from portal.project.schemas import MemberView, NewMember, NewProject, ProjectChange, ProjectView
from portal.quota import overview
from portal.quota.overview import ProjectSummary

router = APIRouter(prefix="/projects", tags=["projects"])


@router.get("")
def list_projects(
    session: Work, actor: CurrentActor, archived: bool | None = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[ProjectSummary]:
    """The projects that one is a member of; for an administrator, all. With who is in each, and what it uses."""
    return overview.list_projects(session, actor, archived=archived, cursor=cursor, limit=limit)


@router.post("", status_code=201)
def create_project(session: Work, actor: CurrentActor, request: NewProject) -> ProjectView:
    """A new project."""
    return projects.create_project(session, actor, request)


@router.get("/{project}")
def get_project(session: Work, actor: CurrentActor, project: str) -> ProjectView:
    """One project."""
    return projects.get(session, actor, project)


@router.patch("/{project}")
def update_project(session: Work, actor: CurrentActor, project: str, change: ProjectChange) -> ProjectView:
    """Rename it, or change how many of its runs go on at once."""
    return projects.update_project(session, actor, project, change)


@router.get("/{project}/members")
def list_members(session: Work, actor: CurrentActor, project: str) -> list[MemberView]:
    """Who is in the project."""
    return projects.list_members(session, actor, project)


@router.post("/{project}/members")
def add_member(session: Work, actor: CurrentActor, project: str, request: NewMember) -> MemberView:
    """Make a user a member, or change the role of one who is."""
    return projects.add_member(session, actor, project, request)


@router.delete("/{project}/members/{user_id}", status_code=204)
def remove_member(session: Work, actor: CurrentActor, project: str, user_id: str) -> None:
    """Take a user out of the project."""
    projects.remove_member(session, actor, project, user_id)
