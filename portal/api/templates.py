"""The catalogue."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from portal.api.deps import CurrentActor, Cursor, Limit, Work
from portal.deployment import foreseen
from portal.deployment.schemas import Foreseen
from portal.kit.pagination import Page, clamp, decode_cursor, encode_cursor
from portal.quota import guardrails
from portal.template import releases
from portal.template import service as templates
from portal.template.schemas import Cloud, TemplateDetail, TemplateSummary, ValidationResult

router = APIRouter(prefix="/templates", tags=["templates"])
Word = Annotated[str | None, Query(max_length=200)]
InProject = Annotated[
    str | None, Query(max_length=100, description="id or slug: as the guardrails of this project have it")
]
Name = Annotated[str, Path(max_length=100)]


class Values(BaseModel):
    values: dict[str, Any] = Field(default_factory=dict)


@router.get("")
def list_templates(
    session: Work,
    actor: CurrentActor,
    cloud: Cloud | None = None,
    category: Word = None,
    q: Word = None,
    project: InProject = None,
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Page[TemplateSummary]:
    """The templates by title; `q` is searched in title, summary, tags and resource types."""
    found = releases.catalogue(session, actor, cloud=cloud, category=category, q=q)
    if project is not None:
        found = guardrails.templates_for(session, actor, project, found)
    keys, size = decode_cursor(cursor, length=1), clamp(limit)
    start = int(keys[0]) if keys and isinstance(keys[0], int) and keys[0] > 0 else 0
    more = len(found) > start + size
    return Page(items=found[start : start + size], next_cursor=encode_cursor(start + size) if more else None)


@router.get("/{cloud}/{name}", response_model=TemplateDetail)
def get_template(
    session: Work, actor: CurrentActor, request: Request, cloud: Name, name: Name, project: InProject = None
) -> Response:
    """One template: its variables as JSON Schema and as a form, its outputs and resources; both as a project has them."""
    found = releases.get(session, actor, f"{cloud}/{name}")
    if project is not None:
        found = guardrails.as_in(session, actor, project, found)
    body = found.model_dump_json().encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in (part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


@router.post("/{cloud}/{name}/validate")
def validate(
    session: Work, actor: CurrentActor, cloud: Name, name: Name, request: Values, project: InProject = None
) -> ValidationResult:
    """Judge values as Terraform would, and a project. Nothing is kept; sensitive values are not repeated."""
    releases.require_visible(session, actor, f"{cloud}/{name}")
    if project is not None:
        return guardrails.validate_for(session, actor, project, f"{cloud}/{name}", request.values).redacted()
    return templates.validate_values(f"{cloud}/{name}", request.values).redacted()


@router.post("/{cloud}/{name}/preview")
def preview(
    session: Work, actor: CurrentActor, cloud: Name, name: Name, request: Values, project: InProject = None
) -> Foreseen:
    """What these values would create and cost a month, before any plan: each resource, how many of it, and why not."""
    return foreseen.foresee(session, actor, f"{cloud}/{name}", request.values, project=project)
