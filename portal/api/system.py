"""What the portal runs on: workers, queue, versions."""

from __future__ import annotations

from fastapi import APIRouter

from portal.api.deps import CurrentActor, Work
from portal.run import service as runs
from portal.run.schemas import SystemView

router = APIRouter(prefix="/system", tags=["system"])


@router.get("")
def get_system(session: Work, actor: CurrentActor) -> SystemView:
    """Workers with what they hold, the queue, versions."""
    return runs.system_view(session, actor)
