"""Who sees an account, and what it may be used for. An account that is open to none of one's projects does not exist for one."""

from __future__ import annotations

from sqlmodel import Session

from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.cloud_account import repository, scope
from portal.kit.errors import Conflict, FieldProblem, Invalid, NotFound
from portal.models import CloudAccount
from portal.project import service as projects


class AccountClosed(Conflict):
    """The account is disabled, or not open to this. `message` says which, and what to do."""

    code, title = "cloud_account_closed", "This cloud account cannot be used for this"


def find(session: Session, id_or_slug: str, *, lock: bool = False) -> CloudAccount:
    """The account, for whoever has authorised."""
    row = repository.find(session, id_or_slug, lock=lock)
    if row is None:
        raise NotFound(f"There is no cloud account {id_or_slug!r}.")
    return row


def seen(session: Session, actor: Actor, id_or_slug: str) -> CloudAccount:
    """The account, when the actor may know of it: NotFound else, as if there were none."""
    permissions.require(actor, "cloud_account.read")
    row = find(session, id_or_slug)
    allowed = scope.of(row.scope).projects
    readable = projects.readable_ids(session, actor)
    if allowed is not None and readable is not None and not allowed & readable:
        raise NotFound(f"There is no cloud account {id_or_slug!r}.")
    return row


def require_usable(session: Session, actor: Actor, id_or_slug: str, *, project_id: str, template: str) -> None:
    """Invalid at `cloud_account` unless a deployment of the template may be made with it in the project."""
    row = seen(session, actor, id_or_slug)
    text = _disabled(row) or _closed(row, project_id=project_id, template=template)
    if text:
        raise Invalid(text, [FieldProblem("cloud_account", text)])


def require_runnable(session: Session, account_id: str, *, project_id: str, template: str, kind: str) -> None:
    """AccountClosed unless a run may be asked for. What is there may always be destroyed: that only gives back."""
    if kind == "destroy":
        return
    row = find(session, account_id)
    text = _disabled(row) or _closed(row, project_id=project_id, template=template)
    if text:
        raise AccountClosed(text)


def is_bound_to_places(session: Session, account_id: str) -> bool:
    """Whether there are regions in which the account may make nothing."""
    return scope.of(find(session, account_id).scope).regions is not None


def refused_places(session: Session, account_id: str, places: list[str]) -> list[str]:
    """Those of the places in which the account may make nothing."""
    return scope.of(find(session, account_id).scope).refused(places)


def closed_since(row: CloudAccount, *, project_id: str, template: str, kind: str) -> str | None:
    """Why something that was planned on the account may not be applied any more; None when it may."""
    return None if kind == "destroy" else _closed(row, project_id=project_id, template=template)


def _disabled(row: CloudAccount) -> str | None:
    if row.suspended_at is None:
        return None
    return f"The cloud account {row.slug} was disabled by {row.suspended_by}: {row.suspended_reason}"


def _closed(row: CloudAccount, *, project_id: str, template: str) -> str | None:
    why = scope.of(row.scope).closed(project_id=project_id, template=template)
    return f"The cloud account {row.slug} {why}. Choose another one, or ask an administrator." if why else None
