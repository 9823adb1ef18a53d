"""Workers: who carries out runs, and letting one go in good order."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from portal.api.deps import CurrentActor, Work
from portal.run import service as runs
from portal.run.schemas import WorkerView

router = APIRouter(prefix="/workers", tags=["system"])


class Workers(BaseModel):
    items: list[WorkerView]


@router.get("")
def list_workers(session: Work, actor: CurrentActor) -> Workers:
    """Every worker that was heard of in the last day, the live ones first, with what each holds."""
    return Workers(items=runs.worker_views(session, actor))


@router.post("/{name}/drain")
def drain_worker(session: Work, actor: CurrentActor, name: str) -> WorkerView:
    """It takes no new run, finishes what it has, and ends. 409 when it is gone already."""
    return runs.drain_worker(session, actor, name)
