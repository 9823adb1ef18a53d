"""Archiving a project: nothing in it lives any more, and nothing new begins. It stays for the record."""

from __future__ import annotations

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.kit import clock
from portal.kit.errors import Conflict
from portal.project import limits
from portal.project import service as projects
from portal.project.service import DEFAULT_SLUG
from portal.quota import repository
from portal.quota.schemas import ArchiveView


def archive(session: Session, actor: Actor, project: str) -> ArchiveView:
    """Let nothing begin in the project any more. Conflict while a deployment lives in it."""
    found = projects.resolve(session, actor, project)
    projects.require(session, actor, found.id, "project.manage")
    if found.slug == DEFAULT_SLUG:
        raise Conflict("This project takes in whoever is new, so it cannot be archived.")
    repository.lock(session, found.id)
    living = len(repository.used(session, found.id))
    if living:
        raise Conflict(
            f"{living} deployment{' is' if living == 1 else 's are'} in this project. Destroy or move them first."
        )
    if not limits.is_archived(session, found.id):
        limits.write(session, found.id, {"archived_at": clock.now(), "archived_by": actor.label})
        _audit(session, actor, "project.archive", found.id)
    return _view(session, found.id)


def reopen(session: Session, actor: Actor, project: str) -> ArchiveView:
    """Let things begin in the project again; for administrators of the portal."""
    found = projects.resolve(session, actor, project)
    permissions.require(actor, "project.create")
    repository.lock(session, found.id)
    if limits.is_archived(session, found.id):
        limits.write(session, found.id, {"archived_at": None, "archived_by": None})
        _audit(session, actor, "project.reopen", found.id)
    return _view(session, found.id)


def _audit(session: Session, actor: Actor, action: str, project_id: str) -> None:
    audit.record(session, actor, action, object_kind="project", object_id=project_id, project_id=project_id)


def _view(session: Session, project_id: str) -> ArchiveView:
    row = limits.find(session, project_id)
    return ArchiveView(
        project_id=project_id,
        archived_at=row.archived_at if row else None,
        archived_by=row.archived_by if row else None,
    )
