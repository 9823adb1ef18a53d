"""The shapes of a template's life: what administrators see and say."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from portal.template.lint_source import Level
from portal.template.schemas import Cloud, ReleaseState, Shape

Message = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class ReleaseChange(Shape):
    """What becomes of one version."""

    state: ReleaseState
    message: Message = ""
    """Why; needed to deprecate and to revoke."""
    replaced_by: str | None = Field(default=None, max_length=120)
    """The key of the template to use instead."""


class AudienceChange(Shape):
    """Whom a template is for: ids or slugs of projects; null means all."""

    projects: list[str] | None = Field(max_length=200)


class ProjectName(Shape):
    id: str
    slug: str


class Used(Shape):
    """How a template, or a version of it, is used. Runs are those of the last 90 days that planned or applied it."""

    deployments: int = 0
    """That exist now."""
    launches: int = 0
    """Deployments ever made with it."""
    runs: int = 0
    failed: int = 0
    usual_seconds: float | None = None
    """The median of what Terraform took to plan and apply; None before there was an apply."""


class VersionAdmin(Shape):
    """One version: of the folder as it is (`current`), or one that deployments were made with."""

    version: str
    content_hash: str
    state: ReleaseState
    message: str = ""
    replaced_by: str | None = None
    current: bool = False
    deployments: int = 0
    first_used_at: datetime | None = None
    changed_at: datetime | None = None
    changed_by: str = ""


class TemplateAdmin(Shape):
    """A template as those see it who look after all of them. The state is that of the folder's version."""

    key: str
    cloud: Cloud
    title: str
    category: str = ""
    version: str = ""
    content_hash: str = ""
    broken: str | None = None
    gone: bool = False
    """Deployments were made with it, and its folder is no longer there."""
    state: ReleaseState = "published"
    message: str = ""
    replaced_by: str | None = None
    projects: list[ProjectName] | None = None
    """Whom it is for; null means all."""
    used: Used = Used()


class Check(Shape):
    """One finding about a template's files."""

    level: Level
    rule: str
    place: str
    message: str
    remedy: str


class TemplateAdminDetail(TemplateAdmin):
    versions: list[VersionAdmin] = Field(default_factory=list)
    checks: list[Check] = Field(default_factory=list)
    """What `terrace template lint` says of the folder."""


class Standing(Shape):
    """Where a version is in its life, for whoever uses it."""

    state: ReleaseState = "published"
    message: str = ""
    replaced_by: str | None = None
