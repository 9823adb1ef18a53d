"""Users, for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from portal.api.deps import CurrentActor, Cursor, Limit, Work
from portal.auth import service as auth
from portal.auth.account_schemas import Status, UserDetails
from portal.auth.schemas import NewUser, NewUserView, UserChange, UserView
from portal.deployment import service as deployments
from portal.deployment.schemas import HandedOver, HandOver
from portal.kit.pagination import Page
from portal.project import service as projects

router = APIRouter(prefix="/users", tags=["users"])


@router.get("")
def list_users(
    session: Work,
    actor: CurrentActor,
    q: Annotated[str, Query(max_length=100, description="A part of the address or the name")] = "",
    role: Annotated[str | None, Query(max_length=64)] = None,
    status: Status | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[UserView]:
    """Every user, disabled ones too; or those that one looks for."""
    return auth.list_users(session, actor, q=q, role=role, status=status, cursor=cursor, limit=limit)


@router.post("", status_code=201)
def create_user(session: Work, actor: CurrentActor, request: NewUser) -> NewUserView:
    """A new user, a member of the project `default` too. Without `password` one is made up, and shown this once."""
    return projects.create_user_with_membership(session, actor, request)


@router.get("/{user_id}")
def get_user(session: Work, actor: CurrentActor, user_id: str) -> UserDetails:
    """One user, with what they are, hold and own."""
    return auth.details(session, actor, user_id)


@router.patch("/{user_id}")
def update_user(session: Work, actor: CurrentActor, user_id: str, change: UserChange) -> UserView:
    """Change a user's name, role or password, or shut them out. The last administrator stays one."""
    return auth.update_user(session, actor, user_id, change)


@router.post("/{user_id}/deployments/owner")
def hand_over(session: Work, actor: CurrentActor, user_id: str, request: HandOver) -> HandedOver:
    """Give all deployments of a user to somebody else. What that person may not own stays, and is named."""
    return deployments.hand_over(session, actor, user_id, request)
