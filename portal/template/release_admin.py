"""What those do who look after all templates: see how they are used and checked, publish, deprecate, revoke, choose for whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.kit import clock
from portal.kit.config import settings
from portal.kit.errors import Conflict, FieldProblem, Invalid, NotFound
from portal.project import service as projects
from portal.template import release_repository as repository
from portal.template import releases
from portal.template import service as templates
from portal.template.authoring import lint_all
from portal.template.catalog import cloud_of
from portal.template.release_schemas import (
    AudienceChange,
    Check,
    ReleaseChange,
    TemplateAdmin,
    TemplateAdminDetail,
    VersionAdmin,
)
from portal.template.schemas import ReleaseState, TemplateSummary

DAYS: Final = 90
_MOVES: Final[dict[ReleaseState, tuple[ReleaseState, ...]]] = {
    "draft": ("published", "revoked"),
    "published": ("deprecated", "revoked"),
    "deprecated": ("published", "revoked"),
    "revoked": ("published", "deprecated"),
}
_EXPLAINED: Final = ("deprecated", "revoked")


def list_all(session: Session, actor: Actor) -> list[TemplateAdmin]:
    """Every template by title, also those whose folder is gone while deployments of it exist."""
    permissions.require(actor, "template.review")
    return _all(session)


def _all(session: Session) -> list[TemplateAdmin]:
    found = templates.list_templates()
    standings = releases.of(session, [(summary.key, summary.content_hash) for summary in found])
    audiences = repository.audiences(session)
    there = {
        summary.key: _admin(session, summary, audiences, **standings[(summary.key, summary.content_hash)].model_dump())
        for summary in found
    }
    gone = {key: title for key, title in repository.used_keys(session).items() if key not in there}
    left = [_gone(session, key, title, audiences) for key, title in gone.items()]
    return sorted([*there.values(), *left], key=lambda item: (item.title.lower(), item.key))


def get(session: Session, actor: Actor, key: str) -> TemplateAdminDetail:
    """One template with its versions and what its checks say."""
    permissions.require(actor, "template.review")
    return _one(session, key)


def _one(session: Session, key: str) -> TemplateAdminDetail:
    found = next((item for item in _all(session) if item.key == key), None)
    if found is None:
        raise NotFound("There is no such template.")
    return TemplateAdminDetail(**found.model_dump(), versions=_versions(session, found), checks=_checks(found))


def change_state(
    session: Session, actor: Actor, key: str, content_hash: str, change: ReleaseChange
) -> TemplateAdminDetail:
    """Move a version on in its life. Conflict when that is no next step of it."""
    permissions.require(actor, "template.manage")
    version = next((item for item in _one(session, key).versions if item.content_hash == content_hash), None)
    if version is None:
        raise NotFound(f"There is no such version of {key}.")
    if change.state != version.state and change.state not in _MOVES[version.state]:
        raise Conflict(f"A version that is {version.state} cannot become {change.state}.")
    _require_reason(key, change)
    _write(session, actor, key, version, change)
    return _one(session, key)


def _require_reason(key: str, change: ReleaseChange) -> None:
    if change.state in _EXPLAINED and not change.message:
        text = "Say why: whoever uses it reads this."
        raise Invalid(text, [FieldProblem("message", text)])
    if change.replaced_by is None:
        return
    known = {summary.key for summary in templates.list_templates()}
    if change.replaced_by == key or change.replaced_by not in known:
        text = "Name another template of the catalogue."
        raise Invalid(text, [FieldProblem("replaced_by", text)])


def _write(session: Session, actor: Actor, key: str, version: VersionAdmin, change: ReleaseChange) -> None:
    explained = change.state in _EXPLAINED
    row = {
        "key": key, "content_hash": version.content_hash, "version": version.version, "state": change.state,
        "message": change.message if explained else "", "replaced_by": change.replaced_by if explained else None,
        "changed_at": clock.now(), "changed_by": actor.label,
    }  # fmt: skip
    repository.write_release(session, row)
    detail = {
        "version": version.version, "content_hash": version.content_hash, "message": row["message"],
        "state": {"before": version.state, "after": change.state}, "replaced_by": row["replaced_by"],
    }  # fmt: skip
    audit.record(session, actor, f"template.{change.state}", object_kind="template", object_id=key, detail=detail)


def publish_all(session: Session, actor: Actor) -> list[str]:
    """Publish every draft that can be used; their keys."""
    permissions.require(actor, "template.manage")
    drafts = [item for item in _all(session) if item.state == "draft" and not item.broken and not item.gone]
    for item in drafts:
        version = VersionAdmin(version=item.version, content_hash=item.content_hash, state="draft")
        _write(session, actor, item.key, version, ReleaseChange(state="published"))
    return [item.key for item in drafts]


def change_audience(session: Session, actor: Actor, key: str, change: AudienceChange) -> TemplateAdminDetail:
    """Whom a template is for."""
    permissions.require(actor, "template.manage")
    before = _one(session, key).projects
    ids = None if change.projects is None else sorted({_project(session, actor, word) for word in change.projects})
    row = {"key": key, "projects": ids, "changed_at": clock.now(), "changed_by": actor.label}
    repository.write_audience(session, row)
    after = _one(session, key)
    detail = {"projects": {"before": _slugs(before), "after": _slugs(after.projects)}}
    audit.record(session, actor, "template.audience", object_kind="template", object_id=key, detail=detail)
    return after


def _project(session: Session, actor: Actor, word: str) -> str:
    try:
        return projects.resolve(session, actor, word).id
    except NotFound as error:
        raise Invalid(error.message, [FieldProblem("projects", error.message)]) from None


def _slugs(found: Any) -> list[str] | None:
    return None if found is None else [project.slug for project in found]


def _admin(
    session: Session, summary: TemplateSummary, audiences: dict[str, list[str]], **standing: Any
) -> TemplateAdmin:
    return TemplateAdmin(
        key=summary.key, cloud=summary.cloud, title=summary.title, category=summary.category, version=summary.version,
        content_hash=summary.content_hash, broken=summary.broken, **standing,
        projects=_named(session, audiences, summary.key), used=_used(session, summary.key),
    )  # fmt: skip


def _gone(session: Session, key: str, title: str, audiences: dict[str, list[str]]) -> TemplateAdmin:
    return TemplateAdmin(
        key=key, cloud=cloud_of(key), title=title, gone=True, projects=_named(session, audiences, key),
        used=_used(session, key),
    )  # fmt: skip


def _named(session: Session, audiences: dict[str, list[str]], key: str) -> Any:
    return repository.projects(session, audiences[key]) if key in audiences else None


def _used(session: Session, key: str) -> Any:
    return repository.used(session, key, since=clock.now() - timedelta(days=DAYS))


def _versions(session: Session, found: TemplateAdmin) -> list[VersionAdmin]:
    """The folder's version first, then those that deployments were made with."""
    kept: dict[str, Any] = {row.content_hash: row for row in repository.versions(session, found.key)}
    said = {row.content_hash: row for row in repository.releases_of(session, found.key)}
    hashes = [
        *([found.content_hash] if found.content_hash else []),
        *(each for each in kept if each != found.content_hash),
    ]
    standings = releases.of(session, [(found.key, content_hash) for content_hash in hashes])
    return [
        VersionAdmin(
            version=kept[content_hash].version if content_hash in kept else found.version,
            content_hash=content_hash,
            **standings[(found.key, content_hash)].model_dump(),
            current=content_hash == found.content_hash,
            deployments=kept[content_hash].deployments if content_hash in kept else 0,
            first_used_at=kept[content_hash].created_at if content_hash in kept else None,
            changed_at=said[content_hash].changed_at if content_hash in said else None,
            changed_by=said[content_hash].changed_by if content_hash in said else "",
        )
        for content_hash in hashes
    ]


def _checks(found: TemplateAdmin) -> list[Check]:
    if found.gone:
        return []
    findings = lint_all({found.key: settings().templates_dir / found.key})
    return [
        Check(
            level=item.level, rule=item.rule, place=f"{item.file}:{item.line}", message=item.message, remedy=item.remedy
        )
        for item in findings
    ]
