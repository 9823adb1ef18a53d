"""What the portal runs on: workers, queue, versions."""

from __future__ import annotations

from fastapi import APIRouter

from portal.api.deps import CurrentActor, Work
from portal.run import hold
from portal.run import service as runs
from portal.run.schemas import HoldRequest, HoldView, SystemView

router = APIRouter(prefix="/system", tags=["system"])


@router.get("")
def get_system(session: Work, actor: CurrentActor) -> SystemView:
    """Workers with what they hold, the queue, versions."""
    return runs.system_view(session, actor)


@router.put("/hold")
def place_hold(session: Work, actor: CurrentActor, request: HoldRequest) -> HoldView:
    """Keep auto apply and expiry from applying anything, until the hold is released. People can go on confirming."""
    return hold.place(session, actor, reason=request.reason)


@router.delete("/hold", status_code=204)
def release_hold(session: Work, actor: CurrentActor) -> None:
    """Auto apply and expiry work again."""
    hold.release(session, actor)
