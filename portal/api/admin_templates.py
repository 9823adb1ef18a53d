"""Looking after templates: what each is used for, which version may be used, and by whom."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from portal.api.deps import CurrentActor, Work
from portal.template import release_admin
from portal.template.release_schemas import AudienceChange, ReleaseChange, TemplateAdmin, TemplateAdminDetail

router = APIRouter(prefix="/admin/templates", tags=["templates"])
Name = Annotated[str, Path(max_length=100)]


class Templates(BaseModel):
    items: list[TemplateAdmin]


class Published(BaseModel):
    published: list[str]


@router.get("")
def list_templates(session: Work, actor: CurrentActor) -> Templates:
    """Every template with its state, whom it is for, and how it is used."""
    return Templates(items=release_admin.list_all(session, actor))


@router.post("/publish-all")
def publish_all(session: Work, actor: CurrentActor) -> Published:
    """Publish every draft that can be used."""
    return Published(published=release_admin.publish_all(session, actor))


@router.get("/{cloud}/{name}")
def get_template(session: Work, actor: CurrentActor, cloud: Name, name: Name) -> TemplateAdminDetail:
    """One template with its versions, and what its checks say."""
    return release_admin.get(session, actor, f"{cloud}/{name}")


@router.put("/{cloud}/{name}/audience")
def change_audience(
    session: Work, actor: CurrentActor, cloud: Name, name: Name, request: AudienceChange
) -> TemplateAdminDetail:
    """Whom the template is for; null means every project."""
    return release_admin.change_audience(session, actor, f"{cloud}/{name}", request)


@router.put("/{cloud}/{name}/versions/{content_hash}")
def change_version(
    session: Work, actor: CurrentActor, cloud: Name, name: Name, content_hash: Name, request: ReleaseChange
) -> TemplateAdminDetail:
    """Publish, deprecate or revoke one version. 409 when that is no next step of its life."""
    return release_admin.change_state(session, actor, f"{cloud}/{name}", content_hash, request)
