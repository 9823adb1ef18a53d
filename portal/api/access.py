"""Who may do what, and why."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from portal.api.deps import CurrentActor, Work
from portal.project import explain
from portal.project.schemas import Explanation

router = APIRouter(prefix="/access", tags=["access"])
User = Annotated[str, Query(min_length=1, max_length=254, description="A user or service account: id or address")]
Action = Annotated[str, Query(min_length=1, max_length=64, description="One of `GET /roles/actions`")]
Project = Annotated[str | None, Query(max_length=64, description="Id or slug, for an action in a project")]
Token = Annotated[str | None, Query(max_length=64, description="Id of a token of theirs, to count its limits in")]


@router.get("")
def explain_access(
    session: Work, actor: CurrentActor, user: User, action: Action, project: Project = None, token: Token = None
) -> Explanation:
    """Whether the user may do the action, each step on the way to that, and who could change it."""
    return explain.explain(session, actor, user=user, action=action, project=project, token=token)
