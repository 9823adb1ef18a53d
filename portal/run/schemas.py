"""The shapes that leave the run feature: views for people and programs, and what workers exchange with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_serializer

from portal.approval.schemas import ApprovalView
from portal.cloud_account.schemas import AccountEnvironment
from portal.cost.schemas import CostEstimate
from portal.kit.secrets import Masked
from portal.policy.schemas import ChecksView, ResultView
from portal.run.lifecycle import Kind, PhaseName, Status

ChangeAction = Literal["create", "update", "delete", "replace", "read", "forget", "no-op"]
RunAction = Literal["confirm", "discard", "cancel", "force_cancel", "retry", "override_policy"]
EventType = Literal["status", "log", "resource", "diagnostic", "outputs", "plan", "policy", "approval"]


class Shape(BaseModel):
    """Base of the shapes: immutable."""

    model_config = ConfigDict(frozen=True)


class Counts(Shape):
    """Operations as Terraform counts them: a replacement is in `add`, in `destroy` and, once, in `replace`."""

    add: int = 0
    change: int = 0
    destroy: int = 0
    replace: int = 0


class ProjectRef(Shape):
    id: str
    slug: str


class AccountRef(Shape):
    id: str
    slug: str
    cloud: str
    kind: str


class Touched(Shape):
    """Resources by address; of very many only the first are named."""

    count: int = 0
    addresses: list[str] = Field(default_factory=list)


class Interrupted(Shape):
    """How far an apply got that nobody ended. What was in flight may exist without being in the state; what is unsaved was
    finished and is not in the state that was stored by then."""

    finished: Touched = Touched()
    unsaved: Touched = Touched()
    failed: Touched = Touched()
    in_flight: Touched = Touched()
    not_begun: Touched = Touched()


class RunError(Shape):
    """Why a run ended: `summary` is one sentence, `detail` the original text, the rest helps the reader."""

    summary: str
    detail: str = ""
    address: str | None = None
    explanation: str | None = None
    next_step: str | None = None
    interrupted: Interrupted | None = None
    """Of an apply whose worker was lost, or whose Terraform was killed; a retry is then the recovery run."""


WaitingCode = Literal[
    "starting",
    "workers_busy",
    "no_worker",
    "no_worker_for_queue",
    "deployment_busy",
    "state_missing",
    "project_limit",
    "account_limit",
    "account_disabled",
    "approval",
    "policy",
    "confirmation",
]


class Waiting(Shape):
    """Where a waiting run stands and why: `code` for programs, `reason` and `help` are sentences for people."""

    position: int | None = None
    """1 is next. None when the run waits for a person and for nobody's turn."""
    code: WaitingCode
    reason: str
    help: str = ""
    """What would help; "" when nothing is needed."""


class Command(Shape):
    """An action's command: one argument list of the cloud's own tool, which no shell ever sees."""

    name: str
    title: str
    address: str
    """The resource that it is done to."""
    tool: Literal["az", "gcloud"]
    arguments: list[str]
    result: str | None = None
    """What it prints, when that is a secret to keep."""
    result_file: str | None = None


class RunResult(Shape):
    """What an action printed: a secret."""

    name: str
    file: str
    text: str


class RunView(Shape):
    """A run as people and programs see it. Times are aware; None when that has not happened."""

    id: str
    deployment_id: str
    deployment_name: str
    project: ProjectRef
    template_key: str
    template_title: str
    template_version: str
    cloud_account: AccountRef
    kind: Kind
    status: Status
    auto_apply: bool
    message: str
    created_by: str
    confirmed_by: str | None
    created_at: datetime
    plan_queued_at: datetime | None
    planning_at: datetime | None
    planned_at: datetime | None
    confirmed_at: datetime | None
    applying_at: datetime | None
    ended_at: datetime | None
    cancel_requested_at: datetime | None
    worker: str | None
    counts: Counts
    has_changes: bool | None
    """None until there is a plan."""
    monthly_cost: float | None = None
    """What the deployment costs a month once it is applied, in US dollars at list prices; None when nobody knows."""
    cost_delta: float | None = None
    """By how much that is more, or less, than before."""
    applied_count: int
    total_operations: int
    error: RunError | None
    actions: list[RunAction]
    """What this actor can do to it now."""
    queue: Waiting | None
    action: Command | None = None
    """Of a run of this kind: what is done to which resource."""
    has_result: bool = False
    """Whether the action left something to reveal."""
    stale: str | None = None
    """Of a plan that waits to be confirmed: what has moved since it was made, so that it must be made again."""
    approval: ApprovalView | None = None
    """Who has to agree to its plan, and who did; None when nobody has to."""
    checks: ChecksView | None = None
    """What policies said of its plan, in numbers; None when none was asked."""
    last_event_n: int
    sandbox: bool


class RunEventView(Shape):
    """One event on the wire: `{n, at, type, …}`, the fields of its type beside these three."""

    n: int
    at: datetime
    type: str
    data: dict[str, Any] = Field(default_factory=dict)

    @model_serializer
    def _flat(self) -> dict[str, Any]:
        return {**self.data, "n": self.n, "at": self.at, "type": self.type}


class EventPage(Shape):
    """Events after a cursor. `last_n` is the next cursor; `ended`: nothing will ever come after it."""

    items: list[RunEventView]
    last_n: int
    ended: bool


class AttributeChange(Shape):
    """One attribute of a change, by its path (`network_rules[0].default_action`). Sensitive values read "(sensitive)"."""

    path: str
    before: Any = None
    after: Any = None
    unknown: bool = False
    sensitive: bool = False
    forces_replacement: bool = False


class ResourceChange(Shape):
    address: str
    type: str
    name: str
    module: str = ""
    action: ChangeAction
    reason: str | None = None
    """In words, why Terraform chose this action, when it says so."""
    replace_paths: list[str] = Field(default_factory=list)
    attributes: list[AttributeChange] = Field(default_factory=list)
    unchanged: dict[str, Any] = Field(default_factory=dict)
    """Of what is changed or replaced: the attributes that stay as they are, by path."""


class OutputChange(Shape):
    name: str
    action: ChangeAction
    before: Any = None
    after: Any = None
    unknown: bool = False
    sensitive: bool = False


class PlanWarning(Shape):
    """What a person should know before they confirm, in plain words."""

    kind: Literal["data_loss", "public_exposure", "replace"]
    address: str
    text: str


class PlanSummary(Shape):
    """A plan without its secrets, complete enough to decide on."""

    counts: Counts = Counts()
    has_changes: bool = False
    changes: list[ResourceChange] = Field(default_factory=list)
    outputs: list[OutputChange] = Field(default_factory=list)
    drift: list[ResourceChange] = Field(default_factory=list)
    warnings: list[PlanWarning] = Field(default_factory=list)
    policy: list[ResultView] = Field(default_factory=list)
    """What the policies said of it, failures first. Not kept with the summary."""
    cost: CostEstimate | None = None
    """What it costs at list prices; None when nobody knows, as of plans from before there were prices."""


class WorkerView(Shape):
    """A worker process; `live` when its last beat is younger than the lease."""

    name: str
    queues: list[str]
    concurrency: int
    versions: dict[str, Any]
    started_at: datetime
    beat_at: datetime
    drain_requested_at: datetime | None
    """Since when it takes no new run."""
    drain_requested_by: str | None
    live: bool
    runs: list[str]
    """The runs that it holds now."""
    note: str = ""
    """What is different about its version; "" when it is that of the portal that answers."""


class QueueView(Shape):
    """Open runs by status, and how many slots live workers have."""

    pending: int = 0
    plan_queued: int = 0
    planning: int = 0
    planned: int = 0
    apply_queued: int = 0
    applying: int = 0
    slots: int = 0


class HoldView(Shape):
    """While there is one, auto apply and expiry do nothing."""

    reason: str
    placed_by: str
    placed_at: datetime


class HoldRequest(Shape):
    reason: str = Field(min_length=1, max_length=500)
    """Why; people see it."""


class LimitView(Shape):
    """A limit in words, and the setting that changes it ("" when none does)."""

    group: str
    name: str
    value: str
    setting: str


class SystemView(Shape):
    workers: list[WorkerView]
    queue: QueueView
    versions: dict[str, str]
    hold: HoldView | None = None
    limits: list[LimitView] = Field(default_factory=list)
    """As the portal that answers has them; each machine reads its own environment."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to append. `data` is redacted by whoever makes it; `at` is now when it is None."""

    type: EventType
    data: dict[str, Any] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that a worker needs to carry out one phase. Lives in the worker's memory only; prints no secret."""

    run_id: str
    deployment_id: str
    deployment_name: str
    kind: Kind
    phase: PhaseName
    claim: str
    worker: str
    template_key: str
    state_url: str
    state_token: Masked
    auto_apply: bool
    files: dict[str, bytes] = field(repr=False)
    values: dict[str, Any] = field(repr=False)
    account: AccountEnvironment = field(repr=False)
    plan_file: bytes | None = field(repr=False)
    lock_file: bytes | None = field(repr=False)
    command: Command | None = None
    """Of an action, which has no plan."""
    plan_engine: str | None = None
    """Which Terraform made the plan."""
    queued_at: datetime | None = None
    request_id: str | None = None
    traceparent: str | None = None
    """Of the request that set the phase going."""


@dataclass(frozen=True, slots=True)
class Beat:
    """The answer to a beat: stop what you do when `lost`; end it gently on `cancel_requested`, at once on `force`."""

    cancel_requested: bool = False
    force: bool = False
    lost: bool = False


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What one sweep did, in run ids."""

    nudged: tuple[str, ...] = ()
    started: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    """Taken from workers that were lost: ended, or planned again."""
    expired: tuple[str, ...] = ()
