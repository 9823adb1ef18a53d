"""Roles: the built-in ones, and those that administrators put together."""

from __future__ import annotations

from fastapi import APIRouter

from portal.api.deps import CurrentActor, Work
from portal.auth import service as auth
from portal.auth.schemas import ActionView, NewRole, RoleChange, RoleView

router = APIRouter(prefix="/roles", tags=["roles"])


@router.get("")
def list_roles(session: Work, actor: CurrentActor) -> list[RoleView]:
    """Every role of the portal and of projects, with what it allows."""
    return auth.list_roles(session, actor)


@router.get("/actions")
def list_actions(session: Work, actor: CurrentActor) -> list[ActionView]:
    """Every action that there is."""
    return auth.list_actions(session, actor)


@router.post("", status_code=201)
def create_role(session: Work, actor: CurrentActor, request: NewRole) -> RoleView:
    """A role out of actions that are `delegable`."""
    return auth.create_role(session, actor, request)


@router.get("/{kind}/{name}")
def get_role(session: Work, actor: CurrentActor, kind: str, name: str) -> RoleView:
    """One role."""
    return auth.get_role(session, actor, kind, name)


@router.patch("/{kind}/{name}")
def update_role(session: Work, actor: CurrentActor, kind: str, name: str, change: RoleChange) -> RoleView:
    """Change what it is called or allows, at once for everybody who holds it."""
    return auth.update_role(session, actor, kind, name, change)


@router.delete("/{kind}/{name}", status_code=204)
def delete_role(session: Work, actor: CurrentActor, kind: str, name: str) -> None:
    """Delete a role that nobody holds."""
    auth.delete_role(session, actor, kind, name)
