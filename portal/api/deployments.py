"""Deployments."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from fastapi import APIRouter, Query
from pydantic import BaseModel

from portal.api.deps import CurrentActor, Cursor, Limit, Work
from portal.deployment import service as deployments
from portal.deployment.schemas import (
    ActionRequest,
    ActionView,
    Created,
    DeploymentChange,
    DeploymentDetail,
    DeploymentRequest,
    DeploymentView,
    NewOwner,
    OfferedOutput,
    OutputView,
    RunRequest,
    UnlockRequest,
    Updated,
)
from portal.kit.pagination import Page
from portal.run.schemas import RunView
from portal.state.schemas import ResourceView, StateVersionView
from portal.template.schemas import FormModel

router = APIRouter(prefix="/deployments", tags=["deployments"])
outputs_router = APIRouter(prefix="/outputs", tags=["deployments"])
Item = TypeVar("Item")
Word = Annotated[str | None, Query(max_length=200)]


class Destroying(BaseModel):
    run: RunView


class Items(BaseModel, Generic[Item]):
    items: list[Item]


@router.post("", status_code=201)
def create_deployment(session: Work, actor: CurrentActor, request: DeploymentRequest) -> Created:
    """Make a deployment. Its plan starts at once."""
    return deployments.create(session, actor, request)


@router.get("")
def list_deployments(
    session: Work,
    actor: CurrentActor,
    project: Word = None,
    cloud_account: Word = None,
    template: Word = None,
    cloud: Word = None,
    status: Annotated[list[str] | None, Query(max_length=4)] = None,
    owner: Annotated[str | None, Query(max_length=254, description="An id or an address, `me`, or `none`")] = None,
    q: Word = None,
    with_destroyed: bool = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[DeploymentView]:
    """The deployments of one's projects, newest first. Destroyed ones only when asked for."""
    return deployments.list_deployments(
        session,
        actor,
        project=project,
        cloud_account=cloud_account,
        template=template,
        cloud=cloud,
        status=status or (),
        owner=owner,
        q=q,
        with_destroyed=with_destroyed,
        cursor=cursor,
        limit=limit,
    )


@router.get("/{deployment_id}")
def get_deployment(session: Work, actor: CurrentActor, deployment_id: str) -> DeploymentDetail:
    """One deployment; secret values are null."""
    return deployments.get(session, actor, deployment_id)


@router.patch("/{deployment_id}")
def change_deployment(session: Work, actor: CurrentActor, deployment_id: str, request: DeploymentChange) -> Updated:
    """Change it. New values or another template version start a plan, which is `run`."""
    return deployments.update(session, actor, deployment_id, request)


@router.delete("/{deployment_id}", status_code=202)
def destroy_deployment(
    session: Work, actor: CurrentActor, deployment_id: str, auto_apply: bool | None = None
) -> Destroying:
    """Start a run that deletes everything the deployment made."""
    return Destroying(run=deployments.destroy(session, actor, deployment_id, auto_apply=auto_apply))


@router.post("/{deployment_id}/runs", status_code=201)
def start_run(session: Work, actor: CurrentActor, deployment_id: str, request: RunRequest) -> RunView:
    """Start a run of the deployment as it is configured now."""
    return deployments.start_run(
        session, actor, deployment_id, request.kind, auto_apply=request.auto_apply, message=request.message
    )


@router.get("/{deployment_id}/runs")
def list_runs(
    session: Work, actor: CurrentActor, deployment_id: str, cursor: Cursor = None, limit: Limit = 50
) -> Page[RunView]:
    """The deployment's runs, newest first."""
    return deployments.runs(session, actor, deployment_id, cursor=cursor, limit=limit)


@router.get("/{deployment_id}/actions")
def list_actions(session: Work, actor: CurrentActor, deployment_id: str) -> Items[ActionView]:
    """What can be done with what the deployment has now: restart a machine, renew a key."""
    return Items(items=deployments.actions(session, actor, deployment_id))


@router.post("/{deployment_id}/actions", status_code=201)
def start_action(session: Work, actor: CurrentActor, deployment_id: str, request: ActionRequest) -> RunView:
    """Do it: a run of kind `action`, which waits for the deployment's other runs and for a worker."""
    return deployments.start_action(session, actor, deployment_id, request)


@router.get("/{deployment_id}/outputs")
def list_outputs(session: Work, actor: CurrentActor, deployment_id: str, reveal: bool = False) -> Items[OutputView]:
    """The outputs; sensitive ones have a value only with `reveal`, which is audited."""
    return Items(items=deployments.outputs(session, actor, deployment_id, reveal=reveal))


@router.get("/{deployment_id}/form")
def get_form(session: Work, actor: CurrentActor, deployment_id: str) -> FormModel:
    """The form of the template version that it is pinned to."""
    return deployments.form(session, actor, deployment_id)


@router.get("/{deployment_id}/resources")
def list_resources(session: Work, actor: CurrentActor, deployment_id: str) -> Items[ResourceView]:
    """What the deployment has made."""
    return Items(items=deployments.resources(session, actor, deployment_id))


@router.get("/{deployment_id}/state-versions")
def list_state_versions(
    session: Work, actor: CurrentActor, deployment_id: str, cursor: Cursor = None, limit: Limit = 50
) -> Page[StateVersionView]:
    """The versions of the Terraform state, newest first, without their contents."""
    return deployments.state_versions(session, actor, deployment_id, cursor=cursor, limit=limit)


@router.post("/{deployment_id}/owner")
def transfer_deployment(session: Work, actor: CurrentActor, deployment_id: str, request: NewOwner) -> DeploymentDetail:
    """Give the deployment another owner: by its owner, owners of the project, and administrators."""
    return deployments.transfer(session, actor, deployment_id, request)


@router.post("/{deployment_id}/unlock")
def unlock_state(session: Work, actor: CurrentActor, deployment_id: str, request: UnlockRequest) -> DeploymentDetail:
    """Free the state, and stop waiting for one that has yet to arrive, for a reason.

    423 while a run in progress holds it or a worker keeps a newer one, unless an administrator says `force`.
    """
    return deployments.unlock(session, actor, deployment_id, reason=request.reason, force=request.force)


@outputs_router.get("")
def offer_outputs(
    session: Work,
    actor: CurrentActor,
    project: Annotated[str, Query(max_length=100)] = "default",
    source: Annotated[list[Annotated[str, Query(max_length=400)]] | None, Query(max_length=40)] = None,
) -> Items[OfferedOutput]:
    """Values for a form from the outputs of a project's deployments; sensitive ones are never among them.

    `source` is `<cloud>/<template>:<output>`, with `.<attribute>` behind it for one part of objects.
    """
    return Items(items=deployments.offered_outputs(session, actor, project, source or ()))
