"""The shapes of quotas and of what is used of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from portal.auth.schemas import Request
from portal.project.guardrails import MAX_RULES, Guardrail, TemplateRules

Name = Literal["deployments", "resources", "runs", "budget"]
Level = Literal["ok", "warning", "full"]


class Meter(BaseModel):
    """How much is used of one quota. `limit` None: as much as one likes. Budgets are US dollars a month."""

    name: Name
    title: str
    used: float
    limit: float | None
    share: float | None
    """Used of the limit, 0.8 for 80 %; None without a limit."""
    level: Level
    text: str
    """In one sentence."""
    unknown: int = 0
    """Of a budget: how many deployments cost nobody knows how much."""


class UsageView(BaseModel):
    """What a project uses."""

    project_id: str
    slug: str
    meters: list[Meter]
    warnings: list[str]
    """A sentence for each quota of which 80 % are used."""
    archived_at: datetime | None = None
    """Since when nothing in it changes."""


class QuotaView(BaseModel):
    """The quotas of a project: its own, and what counts where it has none. None: no limit."""

    deployments: int | None
    resources: int | None
    monthly_budget: float | None
    run_limit: int | None
    defaults: dict[str, float | None]


class QuotaChange(Request):
    """What is left out stays as it is; null goes back to the setting of the portal."""

    deployments: int | None = Field(default=None, ge=0, le=1_000_000)
    resources: int | None = Field(default=None, ge=0, le=10_000_000)
    monthly_budget: float | None = Field(default=None, ge=0, le=1_000_000_000, allow_inf_nan=False)
    run_limit: int | None = Field(default=None, ge=0, le=10_000)


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts for a project. None: no limit."""

    deployments: int | None
    resources: int | None
    monthly_budget: float | None
    runs: int


@dataclass(frozen=True, slots=True)
class Used:
    """What a project uses, with everything that was confirmed counted as if it were there already."""

    deployments: int = 0
    resources: int = 0
    monthly: float = 0.0
    unknown: int = 0
    runs: int = 0


@dataclass(frozen=True, slots=True)
class Growth:
    """What a plan brings: operations as Terraform counts them, and what its deployment costs a month afterwards."""

    add: int
    destroy: int
    monthly: float | None = None


class ArchiveView(BaseModel):
    """Whether the project is archived: since when, and by whom."""

    project_id: str
    archived_at: datetime | None
    archived_by: str | None


class GuardrailsRequest(Request):
    """All rules of a project: what is left out is gone."""

    templates: TemplateRules = Field(default_factory=TemplateRules)
    guardrails: list[Guardrail] = Field(default_factory=list, max_length=MAX_RULES)


class GuardrailsView(BaseModel):
    """Which templates a project may use, and what it makes of their forms."""

    templates: TemplateRules
    guardrails: list[Guardrail]
