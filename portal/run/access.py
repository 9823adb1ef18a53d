"""Who may touch a run: the one way from a run's id to permission."""

from __future__ import annotations

from sqlmodel import Session

from portal.auth.permissions import Action
from portal.auth.schemas import Actor
from portal.kit.errors import NotFound
from portal.project import service as project_service
from portal.run import repository, views
from portal.run.schemas import RunView


def authorise(session: Session, actor: Actor, run_id: str, action: Action) -> str:
    """The id of the run's project, when the actor may do `action` there."""
    project_id = repository.project_of(session, run_id)
    if project_id is None:
        raise not_found(run_id)
    try:
        project_service.require(session, actor, project_id, action)
    except NotFound:
        raise not_found(run_id) from None
    return project_id


def view(session: Session, actor: Actor, run_id: str) -> RunView:
    """The run as it is now; the caller has authorised."""
    row = repository.find(session, run_id)
    if row is None:
        raise not_found(run_id)
    return views.of_rows(session, actor, [row])[0]


def not_found(run_id: str) -> NotFound:
    """The same answer for a run that does not exist and for one that must not be known to exist."""
    return NotFound(f"There is no run {run_id[:80]!r}.")
