"""The shapes of deployments. Secret values are null in every view; `secrets_set` names those that have one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from portal.auth.schemas import Request
from portal.cost.schemas import CostEstimate
from portal.run.lifecycle import Kind, Status
from portal.run.schemas import AccountRef, ProjectRef, RunView
from portal.state.schemas import LockView, StateWaitView
from portal.template.schemas import FieldError, Preview, ReleaseState

DeploymentStatus = Literal["new", "active", "failed", "destroyed"]
DeploymentAction = Literal["update", "start_run", "destroy", "act", "reveal", "unlock_state", "transfer"]


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class DeploymentRequest(Request):
    """What to make. `template` is a key like `azure/storage-account`; account and project go by id or slug.

    `ttl` is a lifetime (`8h`, `7d`, `P7D`) or a time; afterwards the deployment is destroyed by itself.
    """

    name: str = Field(max_length=200)
    template: str = Field(max_length=200)
    version: str | None = Field(default=None, max_length=100)
    cloud_account: str = Field(max_length=100)
    project: str = Field(default="default", max_length=100)
    values: dict[str, Any] = Field(default_factory=dict, repr=False)
    auto_apply: bool = False
    ttl: str | None = Field(default=None, max_length=100)
    message: str = Field(default="", max_length=500)


class DeploymentChange(Request):
    """What is left out stays as it is. `values` replaces the whole set, but a secret that is absent or null is kept.

    `forget` names secrets to remove. `version` (or `latest`) moves to another version of the template. `ttl` `never` takes
    the end away.
    """

    name: str | None = Field(default=None, max_length=200)
    values: dict[str, Any] | None = Field(default=None, repr=False)
    forget: list[str] = Field(default_factory=list, max_length=200)
    version: str | None = Field(default=None, max_length=100)
    auto_apply: bool | None = None
    ttl: str | None = Field(default=None, max_length=100)
    message: str = Field(default="", max_length=500)


class RunRequest(Request):
    """A run to start on a deployment."""

    kind: Kind = "plan_and_apply"
    auto_apply: bool | None = None
    message: str = Field(default="", max_length=500)


class ActionRequest(Request):
    """An action to carry out; `resource` is an address, needed when there are several that it can be done to."""

    action: str = Field(max_length=60)
    resource: str | None = Field(default=None, max_length=1000)
    message: str = Field(default="", max_length=500)


class ActionView(Shape):
    """Something that can be done to one resource. `confirm` is what happens; `result` is what it leaves to keep."""

    name: str
    title: str
    resource: str
    """Its address."""
    resource_name: str = ""
    help_html: str | None = None
    confirm: str
    result: str | None = None
    tool: str


class UnlockRequest(Request):
    """Why the state is to be freed. `force` is for administrators: also when a run in progress holds it, or a state is kept."""

    reason: str = Field(default="", max_length=2000)
    force: bool = False


class TemplateRef(Shape):
    """The version that the deployment is pinned to; `outdated` when the catalogue has another one now."""

    key: str
    title: str
    version: str
    content_hash: str
    latest_version: str | None = None
    outdated: bool = False
    state: ReleaseState = "published"
    """Of the pinned version: a deprecated one should be left, with a revoked one nothing but destroying is possible."""
    message: str = ""
    replaced_by: str | None = None


class OwnerRef(Shape):
    """Whose it is. `here` is false of somebody whose account is closed or who left the project."""

    id: str
    email: str
    here: bool = True


class NewOwner(Request):
    """Whose it is to be: an id or an e-mail address of somebody who may deploy in the project."""

    owner: Annotated[str, Field(min_length=1, max_length=254)]


class HandOver(Request):
    """Who is to own everything that a user owns now: an id or an e-mail address."""

    to: Annotated[str, Field(min_length=1, max_length=254)]


class Kept(Shape):
    """A deployment that was not handed over, because its new owner may not deploy in its project."""

    id: str
    name: str
    project: str


class HandedOver(Shape):
    """How many deployments have another owner now, and which have not."""

    moved: int
    kept: list[Kept]


class LastRun(Shape):
    id: str
    kind: Kind
    status: Status
    created_at: datetime
    ended_at: datetime | None


class DeploymentView(Shape):
    """A deployment in a list."""

    id: str
    name: str
    project: ProjectRef
    template: TemplateRef
    cloud_account: AccountRef
    status: DeploymentStatus
    auto_apply: bool
    owner: OwnerRef | None
    created_at: datetime
    updated_at: datetime
    applied_at: datetime | None
    expires_at: datetime | None
    destroyed_at: datetime | None
    monthly_cost: float | None = None
    """As it was applied last, in US dollars at list prices; None when nobody knows."""
    last_run: LastRun | None
    sandbox: bool
    actions: list[DeploymentAction]
    """What this actor can do to it now."""


class DeploymentDetail(DeploymentView):
    """One deployment with its values."""

    values: dict[str, Any]
    sensitive: list[str]
    """The variables whose values are secret."""
    secrets_set: list[str]
    """Those of them that have a value."""
    resource_count: int
    state_serial: int | None
    state_locked_by: str | None
    """The run that holds the state now."""
    state_lock: LockView | None = None
    """Who holds the state since when."""
    state_wait: StateWaitView | None = None
    """A state that has yet to arrive; no run starts before."""
    guardrail_problems: list[FieldError] = Field(default_factory=list)
    """What the project's guardrails would not allow any more: it stays, and the next change must comply."""


class Created(Shape):
    deployment: DeploymentDetail
    run: RunView


class Updated(Shape):
    """`run` is the plan that the change started; None when nothing needs one."""

    deployment: DeploymentDetail
    run: RunView | None


class OutputView(Shape):
    """An output; a sensitive one has no value unless it was asked to be revealed."""

    name: str
    value: Any = None
    sensitive: bool = False
    type: Any = None
    description: str = ""


class ForeseenCost(CostEstimate):
    """What it would cost a month at list prices, before any plan."""

    at_least: bool = False
    """There may be more: of something that is charged, only Terraform can tell how much there will be."""
    budget_left: float | None = None
    """What is left of the project's monthly budget; None without a project, or without a budget."""


class Foreseen(Preview):
    """What values would create. `cost` is null when its estimate failed."""

    cost: ForeseenCost | None = None


class OfferedOutput(Shape):
    """A value that a deployment's output offers to a form."""

    source: str
    """As it was asked for: `azure/virtual-network:subnet_ids`."""
    value: Any
    key: str = ""
    """The map's key or the list's position, "" for a single value."""
    deployment_id: str
    deployment: str
    sandbox: bool
    """It names something that exists in the sandbox only."""
