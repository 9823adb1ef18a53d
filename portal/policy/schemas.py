"""The shapes of the policy feature: what people send, and what they and programs see."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["advisory", "override", "mandatory"]
RunKind = Literal["plan_and_apply", "plan_only", "destroy"]
KINDS: tuple[RunKind, ...] = ("plan_and_apply", "plan_only", "destroy")
"""The kinds of runs that can be judged. A drift check changes nothing, and an action has no plan."""
EXPRESSION = "expression"
"""The rule of a policy that an administrator wrote in CEL."""

Name = Annotated[str, Field(min_length=1, max_length=80)]
Pattern = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\w*?./\[\]-]+$")]


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class Request(BaseModel):
    """What clients send: an unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(Request):
    """A rule with its settings: what a draft is tested with."""

    rule: Annotated[str, Field(min_length=1, max_length=40)]
    settings: dict[str, Any] = Field(default_factory=dict)


class NewPolicy(Rule):
    """`projects` (ids or slugs) and `templates` (patterns such as `azure/*`) that are empty mean all of them."""

    name: Name
    description: Annotated[str, Field(max_length=500)] = ""
    level: Level = "advisory"
    enabled: bool = True
    projects: Annotated[list[str], Field(max_length=200)] = Field(default_factory=list)
    templates: Annotated[list[Pattern], Field(max_length=100)] = Field(default_factory=list)
    kinds: Annotated[list[RunKind], Field(min_length=1, max_length=3)] = Field(
        default_factory=lambda: ["plan_and_apply", "plan_only"]
    )


class PolicyChange(Request):
    """What is left out stays as it is. The rule of a policy does not change: make another one."""

    name: Name | None = None
    description: Annotated[str, Field(max_length=500)] | None = None
    settings: dict[str, Any] | None = None
    level: Level | None = None
    enabled: bool | None = None
    projects: Annotated[list[str], Field(max_length=200)] | None = None
    templates: Annotated[list[Pattern], Field(max_length=100)] | None = None
    kinds: Annotated[list[RunKind], Field(min_length=1, max_length=3)] | None = None


class Override(Request):
    """Why the plan may be applied although a policy says no."""

    reason: Annotated[str, Field(min_length=3, max_length=500)]


class TrialRequest(Rule):
    """A draft, tried against the newest kept plans; of one project when it is named."""

    project: Annotated[str, Field(max_length=100)] | None = None
    templates: Annotated[list[Pattern], Field(max_length=100)] = Field(default_factory=list)
    kinds: Annotated[list[RunKind], Field(min_length=1, max_length=3)] = Field(
        default_factory=lambda: ["plan_and_apply", "plan_only"]
    )
    limit: Annotated[int, Field(ge=1, le=50)] = 20


class PolicyProblem(Shape):
    """What is wrong, at which resource; address "" is the plan as a whole."""

    address: str = ""
    message: str


class ProjectName(Shape):
    id: str
    slug: str


class PolicyView(Shape):
    id: str
    name: str
    description: str
    rule: str
    rule_title: str
    settings: dict[str, Any]
    level: Level
    enabled: bool
    projects: list[ProjectName]
    """Those of them that the reader may know; with `every_project`, it judges all."""
    every_project: bool
    templates: list[str]
    kinds: list[RunKind]
    version: int
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    judged: int | None = None
    """How many plans in the last 30 days, for administrators."""
    failed: int | None = None
    last_failed_at: datetime | None = None


class VersionView(Shape):
    """What a policy was at one version."""

    version: int
    body: dict[str, Any]
    created_at: datetime
    created_by: str


class RuleView(Shape):
    """A built-in rule: `form` is the JSON Schema of its settings."""

    key: str
    title: str
    description: str
    clouds: list[str]
    at_apply: bool
    """Whether it is asked again at the very moment of an apply, and only holds a plan until then."""
    form: dict[str, Any]


class ResultView(Shape):
    """What one policy said of one plan. `policy_version` and `level` are those that it was judged with."""

    policy_id: str
    policy_name: str
    policy_version: int
    rule: str
    level: Level
    passed: bool
    problems: list[PolicyProblem]
    problem_count: int
    error: str | None
    judged_at: datetime
    overridden_at: datetime | None
    overridden_by: str | None
    override_reason: str | None


class PastResultView(ResultView):
    """As it is listed for one policy, with the run."""

    run_id: str
    deployment_name: str
    project: ProjectName


class ChecksView(Shape):
    """The results of a run in numbers, and what keeps a plan that waits from being applied."""

    passed: int = 0
    failed: int = 0
    """Not counting those that were overridden."""
    overridden: int = 0
    blocking: list[str] = Field(default_factory=list)
    """Names of the policies that keep the plan from being applied."""
    overridable: bool = False
    """Whether somebody may override some of those."""


class TriedRun(Shape):
    """What the draft says of one past plan."""

    run_id: str
    deployment_name: str
    template_key: str
    project: ProjectName
    kind: str
    created_at: datetime
    passed: bool
    problems: list[PolicyProblem]
    problem_count: int
    error: str | None


class TrialView(Shape):
    runs: list[TriedRun]
    passed: int
    failed: int
    seconds: float
    complete: bool
    """False when time ran out before all of the plans that were asked for had been looked at."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one policy says of one plan."""

    passed: bool
    problems: list[PolicyProblem] = field(default_factory=list)
    error: str | None = None
    count: int = 0
    """How many problems there are, when not all of them are named."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the policies say to a plan: `denied` ends it, `held` keeps it from being applied. Sentences for people."""

    denied: str | None = None
    detail: str = ""
    address: str | None = None
    next_step: str = ""
    held: str | None = None
    passed: int = 0
    failed: tuple[str, ...] = ()
    """Names of the policies that it has not passed."""
