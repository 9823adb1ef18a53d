"""The rules, as administrators keep them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session

from portal.approval import repository, rules
from portal.approval.schemas import Approvers, Conditions, PersonRef, Rule, RuleInput, RuleView, Scope
from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.kit import clock, ids
from portal.kit.errors import Conflict, FieldProblem, Invalid, NotFound
from portal.models import ApprovalRule

MAX_RULES = 200
_NEWER = ("any_action", "actions")
"""What older code, which may run beside this during an upgrade, does not read: kept only when it asks for something."""


def enabled(session: Session) -> list[Rule]:
    """The rules that count, for the decision."""
    return [_rule(row) for row in repository.rules(session, enabled_only=True)]


def list_rules(session: Session, actor: Actor) -> list[RuleView]:
    """All rules, by name."""
    permissions.require(actor, "approval.rules")
    return _views(session, repository.rules(session))


def get_rule(session: Session, actor: Actor, rule_id: str) -> RuleView:
    """One rule."""
    permissions.require(actor, "approval.rules")
    return _views(session, [_row(session, rule_id)])[0]


def create_rule(session: Session, actor: Actor, wanted: RuleInput) -> RuleView:
    """A new rule, which counts from the next plan on."""
    permissions.require(actor, "approval.manage")
    if len(repository.rules(session)) >= MAX_RULES:
        raise Conflict(f"There are {MAX_RULES} rules already. Remove one that is not needed first.")
    clean, at = checked(session, wanted), clock.now()
    row = ApprovalRule(
        id=ids.new_id("rule"), created_at=at, created_by_label=actor.label, updated_at=at, **_columns(clean)
    )
    repository.add(session, row)
    _audit(session, actor, "approval_rule.create", row, {"after": _columns(clean)})
    return _views(session, [row])[0]


def update_rule(session: Session, actor: Actor, rule_id: str, wanted: RuleInput) -> RuleView:
    """Write the rule anew. Plans that were made before keep what was asked about them."""
    permissions.require(actor, "approval.manage")
    row, clean = _row(session, rule_id), checked(session, wanted)
    before = {name: getattr(row, name) for name in _columns(clean)}
    for name, value in _columns(clean).items():
        setattr(row, name, value)
    row.updated_at = clock.now()
    repository.add(session, row)
    _audit(session, actor, "approval_rule.update", row, {"before": before, "after": _columns(clean)})
    return _views(session, [row])[0]


def delete_rule(session: Session, actor: Actor, rule_id: str) -> None:
    """Remove the rule."""
    permissions.require(actor, "approval.manage")
    row = _row(session, rule_id)
    _audit(session, actor, "approval_rule.delete", row, {"before": {"name": row.name, "conditions": row.conditions}})
    session.delete(row)


def checked(session: Session, wanted: RuleInput) -> RuleInput:
    """The rule with ids in place of slugs and addresses; Invalid names what is not there, or asks nothing or the impossible."""
    name = " ".join(wanted.name.split())
    if not name:
        raise _wrong("name", "Give the rule a name; people read it when they are asked.")
    if wanted.when == Conditions():
        raise _wrong("when", "Choose at least one thing that the rule asks for.")
    scope = Scope(kind=wanted.scope.kind, projects=_projects(session, wanted.scope))
    approvers = wanted.approvers.model_copy(update={"people": _people(session, wanted.approvers)})
    return wanted.model_copy(update={"name": name, "scope": scope, "approvers": approvers})


def _projects(session: Session, scope: Scope) -> list[str]:
    if scope.kind != "projects":
        return []
    if not scope.projects:
        raise _wrong("scope.projects", "Name at least one project.")
    known = repository.projects(session, scope.projects)
    missing = [item for item in scope.projects if item not in known]
    if missing:
        raise _wrong("scope.projects", f"There is no project {missing[0]!r}.")
    return sorted({known[item].id for item in scope.projects})


def _people(session: Session, approvers: Approvers) -> list[str]:
    if approvers.group != "people":
        return []
    by_id = repository.users(session, approvers.people)
    by_email = repository.users_by_email(session, [item for item in approvers.people if "@" in item])
    found = [by_id.get(item) or by_email.get(item.lower()) for item in approvers.people]
    for given, user in zip(approvers.people, found, strict=True):
        if user is None or user.kind != "person":
            raise _wrong("approvers.people", f"There is no person {given!r}.")
    people = sorted({user.id for user in found if user is not None})
    if len(people) < approvers.number:
        raise _wrong("approvers.number", "More people are asked for than are named.")
    return people


def _wrong(name: str, text: str) -> Invalid:
    return Invalid(text, [FieldProblem(name, text)])


def _row(session: Session, rule_id: str) -> ApprovalRule:
    row = session.get(ApprovalRule, rule_id, populate_existing=True)
    if row is None:
        raise NotFound(f"There is no approval rule {rule_id[:80]!r}.")
    return row


def _columns(wanted: RuleInput) -> dict[str, Any]:
    return {
        "name": wanted.name,
        "enabled": wanted.enabled,
        "scope": wanted.scope.model_dump(),
        "conditions": {name: value for name, value in wanted.when.model_dump().items() if value or name not in _NEWER},
        "approvers": wanted.approvers.model_dump(),
    }


def _rule(row: ApprovalRule) -> Rule:
    scope, when = Scope.model_validate(row.scope), Conditions.model_validate(row.conditions)
    return Rule(row.id, row.name, scope, when, Approvers.model_validate(row.approvers))


def as_rule(wanted: RuleInput) -> Rule:
    """A rule that nobody has kept yet."""
    return Rule("", wanted.name, wanted.scope, wanted.when, wanted.approvers)


def _views(session: Session, rows: Iterable[ApprovalRule]) -> list[RuleView]:
    parsed = [(row, _rule(row)) for row in rows]
    users = repository.users(session, {item for _, rule in parsed for item in rule.approvers.people})
    projects = repository.projects(session, {item for _, rule in parsed for item in rule.scope.projects})
    return [
        _view(row, rule, [users[item] for item in rule.approvers.people if item in users], projects)
        for row, rule in parsed
    ]


def _view(row: ApprovalRule, rule: Rule, users: list[Any], projects: dict[str, Any]) -> RuleView:
    slugs = [projects[item].slug for item in rule.scope.projects if item in projects]
    emails = [user.email for user in users]
    return RuleView(
        id=row.id,
        name=row.name,
        enabled=row.enabled,
        scope=Scope(kind=rule.scope.kind, projects=slugs),
        when=rule.when,
        approvers=rule.approvers,
        people=[PersonRef(id=user.id, email=user.email) for user in users],
        says=rules.sentence(rule.scope, rule.when, rule.approvers, people=emails, projects=slugs),
        created_at=row.created_at,
        created_by=row.created_by_label,
        updated_at=row.updated_at,
    )


def _audit(session: Session, actor: Actor, action: str, row: ApprovalRule, detail: dict[str, Any]) -> None:
    audit.record(
        session, actor, action, object_kind="approval_rule", object_id=row.id, detail={"name": row.name, **detail}
    )
