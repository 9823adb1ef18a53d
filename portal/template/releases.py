"""The life of templates: draft, published, deprecated, revoked, and for whom. The folder stays the source of what it is.

`catalogue`, `get` and `require_visible` are for everybody, `require_offered` and `require_changeable` for whoever makes or
changes a deployment. Who manages templates sees and may try all of them. Destroying is always possible.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlmodel import Session

from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.kit.config import settings
from portal.kit.errors import Conflict, FieldProblem, Invalid, NotFound
from portal.project import service as projects
from portal.template import release_repository as repository
from portal.template import service as templates
from portal.template.release_schemas import Standing
from portal.template.schemas import TemplateDetail, TemplateSummary

_FOUND: Final = ("published", "deprecated")
"""States in which a template is in the catalogue."""


def catalogue(
    session: Session, actor: Actor, *, cloud: str | None = None, category: str | None = None, q: str | None = None
) -> list[TemplateSummary]:
    """The templates that the actor may use, by title; those who manage templates see the others, too."""
    permissions.require(actor, "template.read")
    found = templates.list_templates(cloud=cloud, category=category, q=q)
    standings = of(session, [(summary.key, summary.content_hash) for summary in found])
    seen = _Eyes(session, actor)
    told = [_told(summary, standings[(summary.key, summary.content_hash)]) for summary in found]
    return [summary for summary in told if seen.may_see(summary.key, summary.state)]


def get(session: Session, actor: Actor, key: str) -> TemplateDetail:
    """A template's page. NotFound when it is not there, or not for this actor."""
    standing = require_visible(session, actor, key)
    return templates.get_template(key).model_copy(update=standing.model_dump())


def require_visible(session: Session, actor: Actor, key: str) -> Standing:
    """Where it is in its life; NotFound as from `get`."""
    permissions.require(actor, "template.read")
    version = (key, templates.summary(key).content_hash)
    standing = of(session, [version])[version]
    if not _Eyes(session, actor).may_see(key, standing.state):
        raise _not_found()
    return standing


def _told(found: TemplateSummary, standing: Standing) -> TemplateSummary:
    return found.model_copy(update=standing.model_dump())


class _Eyes:
    """What an actor may see of the catalogue."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self.reviews = permissions.allows(actor, "template.review")
        self.audiences = repository.audiences(session)
        self.projects = projects.readable_ids(session, actor)

    def may_see(self, key: str, state: str) -> bool:
        """Whether it is in a state to be found, and for one of the actor's projects."""
        if self.reviews:
            return True
        audience = self.audiences.get(key)
        mine = audience is None or self.projects is None or bool(self.projects & set(audience))
        return state in _FOUND and mine


def of(session: Session, versions: Collection[tuple[str, str]]) -> dict[tuple[str, str], Standing]:
    """Where each version, as (key, content hash), is in its life."""
    rows = repository.releases(session, versions)
    drafts = _new() if settings().templates_manual else set[tuple[str, str]]()
    return {pair: _standing(rows.get(pair), draft=pair in drafts) for pair in set(versions)}


def _standing(row: object | None, *, draft: bool) -> Standing:
    if row is None:
        return Standing(state="draft" if draft else "published")
    return Standing.model_validate(row, from_attributes=True)


def _new() -> set[tuple[str, str]]:
    """What the folders have now: versions from before were in use, whatever the settings say."""
    return {(summary.key, summary.content_hash) for summary in templates.list_templates()}


def require_offered(session: Session, actor: Actor, *, key: str, content_hash: str, project_id: str) -> None:
    """Invalid, with the reason beside the template, when no deployment of this project may begin to use this version."""
    standing = of(session, [(key, content_hash)])[(key, content_hash)]
    audience = repository.audience(session, key)
    problem = None
    if standing.state == "revoked":
        problem = f"This version of {key} was revoked. {standing.message}{_instead(standing)}".strip()
    elif permissions.allows(actor, "template.manage"):
        return
    elif standing.state == "draft":
        problem = f"This version of {key} is not published yet."
    elif audience is not None and project_id not in audience:
        problem = f"{key} is not offered to this project."
    if problem:
        raise Invalid(problem, [FieldProblem("template", problem)])


def require_changeable(session: Session, template_version_id: str) -> None:
    """Conflict when deployments of this version may only be destroyed."""
    problem = problem_of(session, template_version_id)
    if problem is not None:
        raise Conflict(problem)


def problem_of(session: Session, template_version_id: str) -> str | None:
    """Why nothing may be applied with this version; None when it may."""
    pair = repository.pinned(session, template_version_id)
    row = repository.release(session, *pair) if pair else None
    if row is None or row.state != "revoked":
        return None
    standing = _standing(row, draft=False)
    said = f"Version {row.version} of {row.key} was revoked. {standing.message}".strip()
    return f"{said}{_instead(standing)} Upgrade the deployment to another version, or destroy it."


def problem_of_run(session: Session, run_id: str) -> str | None:
    """Why the plan of a run may not be applied: its version was revoked meanwhile."""
    version_id = repository.version_to_apply(session, run_id)
    return problem_of(session, version_id) if version_id else None


def _instead(standing: Standing) -> str:
    return f" Use {standing.replaced_by} instead." if standing.replaced_by else ""


def _not_found() -> NotFound:
    return NotFound("There is no such template. See the catalogue for those that there are.")
