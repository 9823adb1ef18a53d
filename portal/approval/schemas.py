"""The shapes of rules, of what they look at, and of what was asked and said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from portal.auth.schemas import Request

Group = Literal["approver", "owner", "admin", "people"]
"""Whoever may approve in the project; its owners; the portal's administrators; people by name."""
State = Literal["waiting", "approved", "rejected", "expired", "superseded", "closed"]
Word = Literal["approve", "reject"]
ActionPattern = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[a-z0-9*?-]+$")]
TypePattern = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[a-z0-9_*?]+$")]
Money = Annotated[float, Field(ge=0, le=1e9)]


class Shape(BaseModel):
    """Base of the shapes: immutable."""

    model_config = ConfigDict(frozen=True)


class Scope(Request):
    """In which projects a rule counts: `projects` names them by id or slug; otherwise all, or all for production."""

    kind: Literal["all", "production", "projects"] = "all"
    projects: list[Annotated[str, Field(min_length=1, max_length=63)]] = Field(default_factory=list, max_length=200)


class Conditions(Request):
    """When a rule asks: any one of these is enough."""

    any_change: bool = False
    destroy: bool = False
    """Something is deleted, or deleted and made again."""
    data_loss: bool = False
    """Something that holds data is deleted, or deleted and made again."""
    public_exposure: bool = False
    """Something can be reached from the whole internet from then on."""
    policy_failure: bool = False
    """A policy that may be overridden says no."""
    cost_above: Money | None = None
    """US dollars a month of everything after the apply."""
    cost_increase_above: Money | None = None
    """US dollars a month more than before."""
    resource_types: list[TypePattern] = Field(default_factory=list, max_length=50)
    """Types that change, with `*` and `?`: `azurerm_key_vault*`."""
    any_action: bool = False
    """Somebody starts an action: restart a machine, renew a key."""
    actions: list[ActionPattern] = Field(default_factory=list, max_length=50)
    """Actions by name, with `*` and `?`: `restart`, `renew-*`."""


class Approvers(Request):
    """How many must agree, and from whom. `people` are ids or e-mail addresses, of the group `people` only."""

    number: int = Field(default=1, ge=1, le=10)
    group: Group = "approver"
    people: list[Annotated[str, Field(min_length=1, max_length=254)]] = Field(default_factory=list, max_length=50)


class RuleInput(Request):
    """A rule as an administrator writes it."""

    name: str = Field(min_length=1, max_length=100)
    enabled: bool = True
    scope: Scope = Scope()
    when: Conditions
    approvers: Approvers = Approvers()


class PersonRef(Shape):
    id: str
    email: str


class RuleView(Shape):
    """A rule. `says` is what it asks for, in one sentence."""

    id: str
    name: str
    enabled: bool
    scope: Scope
    when: Conditions
    approvers: Approvers
    people: list[PersonRef]
    says: str
    created_at: datetime
    created_by: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as the decision reads it: ids only."""

    id: str
    name: str
    scope: Scope
    when: Conditions
    approvers: Approvers


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules may look at of one plan, or of one action, which has a name and changes nothing that is planned."""

    project_id: str
    production: bool = False
    changes: bool = True
    destroys: bool = False
    loses_data: bool = False
    exposes: bool = False
    policy_failure: bool = False
    cost_after: float | None = None
    cost_delta: float | None = None
    types: frozenset[str] = frozenset()
    action: str | None = None
    action_title: str = ""


class Requirement(Shape):
    """So many of one group must agree. `people` are the ids of the group `people`; `rules` the names of those that ask."""

    group: Group
    number: int
    people: list[str] = Field(default_factory=list)
    rules: list[str] = Field(default_factory=list)
    reasons: list[str] = Field(default_factory=list)


class RequirementView(Shape):
    """What is asked of one group, and how far that is."""

    group: Group
    label: str
    number: int
    given: int
    missing: int
    rules: list[str]
    reasons: list[str]
    """In words, what of the plan it is asked for."""


class DecisionView(Shape):
    """What one person said. `counts` is false when it was withdrawn or the person may not decide any more; `note` says why."""

    id: str
    user_id: str
    who: str
    decision: Word
    reason: str
    decided_at: datetime
    withdrawn_at: datetime | None
    counts: bool
    note: str = ""


class FormerRequest(Shape):
    """What was asked about another plan of the same run, which counts for nothing now."""

    plan: str
    state: State
    requested_at: datetime
    decisions: list[DecisionView]


class ApprovalView(Shape):
    """Who has to agree to one plan, and who did. `plan` is the SHA-256 of the plan file that it is about."""

    run_id: str
    state: State
    plan: str
    required: int
    given: int
    missing: int
    waits_for: str
    """In words, who still has to agree; "" when nobody."""
    requirements: list[RequirementView]
    decisions: list[DecisionView]
    former: list[FormerRequest]
    requested_by: str
    requested_at: datetime
    expires_at: datetime
    can_decide: bool
    why_not: str
    """Why this reader cannot decide; "" when they can."""
    can_withdraw: bool


class Decide(Request):
    """What the reader says about the plan. A rejection says why; `plan` guards against deciding on another than was shown."""

    decision: Literal["approve", "reject", "withdraw"]
    reason: str = Field(default="", max_length=1000)
    plan: str | None = Field(default=None, max_length=64)


class LinkView(Shape):
    """Where a link leads its own person."""

    run_id: str
    expires_at: datetime
