"""Use cases of policies: keeping them, trying a draft, and what came out. Judging runs is in runs.py, trying in tester.py."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.kit import clock
from portal.kit.errors import Conflict, FieldProblem, Invalid, NotFound
from portal.kit.ids import new_id
from portal.kit.pagination import Page, clamp, decode_moment_cursor, encode_cursor
from portal.models import Policy, PolicyVersion
from portal.policy import judging, repository
from portal.policy.rules import RULES
from portal.policy.runs import (
    Ahead,
    checks,
    judge,
    judge_ahead,
    overridable,
    override,
    results,
    soft_failures,
    view_of,
)
from portal.policy.schemas import (
    EXPRESSION,
    Level,
    NewPolicy,
    PastResultView,
    PolicyChange,
    PolicyView,
    ProjectName,
    RuleView,
    RunKind,
    VersionView,
)
from portal.policy.tester import test
from portal.project import service as project_service

__all__ = [
    "Ahead",
    "change_policy",
    "checks",
    "create_policy",
    "delete_policy",
    "get_policy",
    "judge",
    "judge_ahead",
    "list_policies",
    "list_results",
    "list_rules",
    "list_versions",
    "overridable",
    "override",
    "results",
    "soft_failures",
    "test",
]

HISTORY_DAYS: Final = 30
_BODY: Final = ("name", "description", "rule", "settings", "level", "enabled", "projects", "templates", "kinds")
_EXPRESSION_TITLE: Final = "Expression (CEL)"


def list_rules(session: Session, actor: Actor) -> list[RuleView]:
    """The built-in rules, with the forms of their settings."""
    del session
    permissions.require(actor, "policy.read")
    return [
        RuleView(
            key=rule.key,
            title=rule.title,
            description=rule.description,
            clouds=list(rule.clouds),
            at_apply=rule.at_apply,
            form=rule.settings.model_json_schema(),
        )
        for rule in RULES.values()
    ]


def list_policies(session: Session, actor: Actor) -> list[PolicyView]:
    """The policies, by name: for whoever may not manage them, those that judge projects of theirs."""
    permissions.require(actor, "policy.read")
    return _views(session, actor, repository.all_policies(session))


def get_policy(session: Session, actor: Actor, policy_id: str) -> PolicyView:
    """One policy; NotFound also when it judges none of the reader's projects."""
    permissions.require(actor, "policy.read")
    found = _views(session, actor, [_found(session, policy_id)])
    if not found:
        raise _missing(policy_id)
    return found[0]


def create_policy(session: Session, actor: Actor, request: NewPolicy) -> PolicyView:
    """A new policy. It judges plans from now on, also at the confirmation of those that wait."""
    permissions.require(actor, "policy.manage")
    settings = judging.settings_of(request.rule, request.settings).model_dump(mode="json")
    at = clock.now()
    body: dict[str, Any] = request.model_dump(mode="json") | {"name": request.name.strip(), "settings": settings}
    body["projects"] = _project_ids(session, actor, request.projects)
    row = Policy(
        id=new_id("policy"),
        created_at=at,
        created_by_label=actor.label,
        updated_at=at,
        updated_by_label=actor.label,
        **body,
    )
    _put(session, row)
    _record(session, actor, "policy.create", row, {"after": _body(row)})
    return _views(session, actor, [row])[0]


def change_policy(session: Session, actor: Actor, policy_id: str, change: PolicyChange) -> PolicyView:
    """Change what is given. Every change is a new version; what was judged before keeps the version that judged it."""
    permissions.require(actor, "policy.manage")
    row = _found(session, policy_id, lock=True)
    before = _body(row)
    given = {name: value for name, value in change.model_dump(mode="json").items() if name in change.model_fields_set}
    given = {name: value for name, value in given.items() if value is not None}
    if "settings" in given:
        given["settings"] = judging.settings_of(row.rule, given["settings"]).model_dump(mode="json")
    if "projects" in given:
        given["projects"] = _project_ids(session, actor, given["projects"])
    if "name" in given:
        given["name"] = given["name"].strip()
    if all(before[name] == value for name, value in given.items()):
        return _views(session, actor, [row])[0]
    for name, value in given.items():
        setattr(row, name, value)
    row.version, row.updated_at, row.updated_by_label = row.version + 1, clock.now(), actor.label
    _put(session, row)
    _record(session, actor, "policy.update", row, {"before": before, "after": _body(row)})
    return _views(session, actor, [row])[0]


def delete_policy(session: Session, actor: Actor, policy_id: str) -> None:
    """The policy judges nothing any more; its versions and what it said stay."""
    permissions.require(actor, "policy.manage")
    row = _found(session, policy_id, lock=True)
    _record(session, actor, "policy.delete", row, {"before": _body(row)})
    session.delete(row)


def list_versions(session: Session, actor: Actor, policy_id: str) -> list[VersionView]:
    """What the policy was, the newest version first; of a deleted one too."""
    permissions.require(actor, "policy.manage")
    rows = repository.versions(session, policy_id)
    if not rows:
        raise _missing(policy_id)
    return [
        VersionView(version=row.version, body=row.body, created_at=row.created_at, created_by=row.created_by_label)
        for row in rows
    ]


def list_results(
    session: Session, actor: Actor, policy_id: str, *, cursor: str | None = None, limit: int = 50
) -> Page[PastResultView]:
    """What the policy said of plans in projects that the reader may see, the newest first."""
    permissions.require(actor, "policy.read")
    ids, size = project_service.readable_ids(session, actor, "run.read"), clamp(limit)
    rows = repository.past(session, policy_id, project_ids=ids, before=decode_moment_cursor(cursor), limit=size + 1)
    items = [
        PastResultView(
            **view_of(row).model_dump(),
            run_id=row.run_id,
            deployment_name=name,
            project=ProjectName(id=project, slug=slug),
        )
        for row, name, project, slug in rows[:size]
    ]
    more = encode_cursor(items[-1].judged_at, items[-1].run_id) if len(rows) > size else None
    return Page(items=items, next_cursor=more)


def _found(session: Session, policy_id: str, *, lock: bool = False) -> Policy:
    row = repository.find(session, policy_id, lock=lock)
    if row is None:
        raise _missing(policy_id)
    return row


def _missing(policy_id: str) -> NotFound:
    return NotFound(f"There is no policy {policy_id[:80]!r}.")


def _put(session: Session, row: Policy) -> None:
    """Write the policy and its version; Conflict when another one has the name."""
    if not row.name:
        raise Invalid("A policy needs a name.", [FieldProblem("name", "It needs a name.")])
    taken = Conflict(f"There is already a policy {row.name!r}.")
    with session.no_autoflush:
        other = repository.named(session, row.name)
    if other is not None and other.id != row.id:
        raise taken
    session.add(row)
    session.add(
        PolicyVersion(
            policy_id=row.id, version=row.version, body=_body(row), created_at=row.updated_at,
            created_by_label=row.updated_by_label,
        )
    )  # fmt: skip
    try:
        session.flush()
    except IntegrityError:
        raise taken from None


def _body(row: Policy) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _BODY}


def _record(session: Session, actor: Actor, action: str, row: Policy, detail: dict[str, Any]) -> None:
    audit.record(
        session, actor, action, object_kind="policy", object_id=row.id,
        detail={"name": row.name, "version": row.version, **detail},
    )  # fmt: skip


def _project_ids(session: Session, actor: Actor, named: Collection[str]) -> list[str]:
    """The ids of projects given by id or slug."""
    found: list[str] = []
    for index, name in enumerate(named):
        try:
            found.append(project_service.resolve(session, actor, name).id)
        except NotFound as error:
            raise Invalid(error.message, [FieldProblem(f"projects.{index}", error.message)]) from None
    return sorted(set(found))


def _views(session: Session, actor: Actor, rows: list[Policy]) -> list[PolicyView]:
    """As this reader may see them: nobody learns of projects that are not theirs."""
    manages = permissions.allows(actor, "policy.manage")
    ids = project_service.readable_ids(session, actor)
    shown = [row for row in rows if ids is None or manages or not row.projects or set(row.projects) & ids]
    slugs = repository.slugs(session, {project for row in shown for project in row.projects})
    past = repository.history(session, clock.now() - timedelta(days=HISTORY_DAYS)) if manages else None
    return [_view(row, slugs, ids, past) for row in shown]


def _view(
    row: Policy,
    slugs: dict[str, str],
    ids: Collection[str] | None,
    past: dict[str, tuple[int, int, datetime | None]] | None,
) -> PolicyView:
    judged, failed, last = past.get(row.id, (0, 0, None)) if past is not None else (None, None, None)
    projects = [project for project in row.projects if project in slugs and (ids is None or project in ids)]
    return PolicyView(
        id=row.id, name=row.name, description=row.description, rule=row.rule,
        rule_title=RULES[row.rule].title if row.rule in RULES else _EXPRESSION_TITLE if row.rule == EXPRESSION else row.rule,
        settings=row.settings, level=cast(Level, row.level), enabled=row.enabled,
        projects=[ProjectName(id=project, slug=slugs[project]) for project in projects],
        every_project=not row.projects, templates=row.templates, kinds=cast("list[RunKind]", row.kinds),
        version=row.version, created_at=row.created_at, created_by=row.created_by_label,
        updated_at=row.updated_at, updated_by=row.updated_by_label, judged=judged, failed=failed, last_failed_at=last,
    )  # fmt: skip
