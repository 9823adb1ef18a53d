"""What the portal runs on: workers, queue, versions."""

from __future__ import annotations

from fastapi import APIRouter

from portal.api.deps import CurrentActor, Work
from portal.keys import service as keys
from portal.keys.schemas import KeyUse
from portal.run import configuration, hold, installation
from portal.run import service as runs
from portal.run.schemas import HoldRequest, HoldView, LimitView, SystemView

router = APIRouter(prefix="/system", tags=["system"])


@router.get("")
def get_system(session: Work, actor: CurrentActor) -> SystemView:
    """Workers with what they hold, the queue, versions."""
    return runs.system_view(session, actor)


@router.get("/installation")
def get_installation(session: Work, actor: CurrentActor) -> installation.InstallationView:
    """Health, versions, storage, signing keys, the last backup."""
    return installation.view(session, actor)


@router.get("/settings")
def get_settings(session: Work, actor: CurrentActor) -> list[LimitView]:
    """What the operator set, and with which variable; secrets are said to be set, and no more."""
    return configuration.view(session, actor)


@router.get("/keys")
def get_keys(actor: CurrentActor) -> list[KeyUse]:
    """How many secrets are encrypted with which key. Counts them all, which takes a while in a large database."""
    return keys.status(actor)


@router.put("/hold")
def place_hold(session: Work, actor: CurrentActor, request: HoldRequest) -> HoldView:
    """Keep auto apply and expiry from applying anything, until the hold is released. People can go on confirming."""
    return hold.place(session, actor, reason=request.reason)


@router.delete("/hold", status_code=204)
def release_hold(session: Work, actor: CurrentActor) -> None:
    """Auto apply and expiry work again."""
    hold.release(session, actor)
