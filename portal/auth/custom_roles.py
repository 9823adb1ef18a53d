"""Roles that administrators put together out of a fixed list of actions. What one allows counts at once when it changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions, role_rows, roles
from portal.auth.permissions import BASE, RULES, TITLES, Action
from portal.auth.roles import RoleKind
from portal.auth.schemas import ActionView, Actor, NewRole, RoleChange, RoleView
from portal.kit.clock import now
from portal.kit.errors import Conflict, FieldProblem, Invalid, NotFound
from portal.kit.ids import is_slug, new_id, slugify
from portal.models import CustomRole

MOST: Final = 100
"""How many roles of one's own of a kind there may be: each list shows all of them."""
_KINDS: Final[tuple[RoleKind, ...]] = ("organisation", "project")
_SAYS: Final = {
    "admin": "Does everything, and is an owner of every project.",
    "auditor": "Reads everything, the audit trail too, and changes nothing.",
    "member": "Works in the projects that they are a member of.",
    "owner": "Deploys, decides approvals, manages members, overrides policies.",
    "approver": "Looks, and decides what waits for approval; deploys nothing.",
    "deployer": "Creates, changes, confirms and destroys; decides no approval.",
}


def list_actions(_session: Session, actor: Actor) -> list[ActionView]:
    """Every action that there is, in the order of the table, and whether roles and tokens of one's own may hold it."""
    permissions.require(actor, "role.read")
    return [
        ActionView(
            action=action, says=rule.says, kind="project" if rule.in_project else "organisation",
            writes=rule.writes, delegable=rule.delegable,
        )
        for action, rule in RULES.items()
    ]  # fmt: skip


def list_roles(session: Session, actor: Actor) -> list[RoleView]:
    """Every role, the built-in ones first. Who sees the users sees how many hold each."""
    permissions.require(actor, "role.read")
    counted = permissions.allows(actor, "user.read")
    found: list[RoleView] = []
    for kind in _KINDS:
        used = role_rows.uses(session, kind) if counted else {}
        found += [_built_in(kind, name, used.get(name, 0) if counted else None) for name in roles.words(kind)]
        custom = role_rows.custom(session, kind, None)
        found += [_view(row, used.get(row.name, 0) if counted else None) for row in custom]
    return found


def get_role(session: Session, actor: Actor, kind: str, name: str) -> RoleView:
    """One role, built-in ones too, for whoever sees the list."""
    found = next((role for role in list_roles(session, actor) if (role.kind, role.name) == (kind, name)), None)
    if found is None:
        raise _not_found(kind, name)
    return found


def create_role(session: Session, actor: Actor, request: NewRole) -> RoleView:
    """A new role. The name is made of the title when it is left out, and stays."""
    permissions.require(actor, "role.manage")
    name = request.name or slugify(request.title)
    if not is_slug(name) or roles.is_taken(name):
        problem = "Use 1 to 63 lower-case letters, digits and hyphens, and no name of a built-in role."
        raise Invalid(problem, [FieldProblem("name", problem)])
    if len(role_rows.custom(session, request.kind, None)) >= MOST:
        raise Conflict(f"There are {MOST} roles of this kind already. Delete one that nobody needs.")
    row = CustomRole(
        id=new_id("role"), kind=request.kind, name=name, title=request.title.strip(),
        description=request.description.strip(), actions=_usable(request.kind, request.actions),
        created_at=now(), updated_at=now(),
    )  # fmt: skip
    if not role_rows.insert_once(session, row):
        raise Conflict(f"There is already a role {name!r} of this kind.")
    _record(session, actor, "role.create", row, {"actions": row.actions})
    return _view(row, 0)


def update_role(session: Session, actor: Actor, kind: str, name: str, change: RoleChange) -> RoleView:
    """Change title, description or actions, at once for everybody who holds the role."""
    permissions.require(actor, "role.manage")
    row = _own(session, kind, name)
    before = list(row.actions)
    if change.title is not None:
        row.title = change.title.strip()
    if change.description is not None:
        row.description = change.description.strip()
    if change.actions is not None:
        row.actions = _usable(row.kind, change.actions)
    row.updated_at = now()
    session.add(row)
    session.flush()
    _record(session, actor, "role.update", row, {"before": before, "after": row.actions})
    return _view(row, role_rows.uses(session, kind).get(name, 0))


def delete_role(session: Session, actor: Actor, kind: str, name: str) -> None:
    """Delete a role that nobody holds; Conflict names some who do."""
    permissions.require(actor, "role.manage")
    row = _own(session, kind, name)
    if holders := role_rows.holders(session, kind, name, limit=6):
        shown = ", ".join(holders[:5]) + (" and others" if len(holders) > 5 else "")
        raise Conflict(f"The role {name} is held by {shown}. Give them another one first.")
    session.delete(row)
    _record(session, actor, "role.delete", row, {"actions": row.actions})


def _own(session: Session, kind: str, name: str) -> CustomRole:
    """The role, which nobody is given while this transaction lasts."""
    if roles.is_taken(name) and kind in _KINDS and name in roles.words(kind):
        raise Conflict(f"The role {name} is built in and stays as it is. Make one of your own instead.")
    row = role_rows.lock_one(session, kind, name)
    if row is None:
        raise _not_found(kind, name)
    return row


def _not_found(kind: str, name: str) -> NotFound:
    return NotFound(f"There is no role {name[:63]!r} of the kind {kind[:20]!r}.")


def _usable(kind: str, wanted: Iterable[str]) -> list[str]:
    """The actions in the order of the table; Invalid when one is not for a role of this kind."""
    given = set(wanted)
    may = {a for a, rule in RULES.items() if rule.delegable and rule.in_project == (kind == "project")}
    if wrong := sorted(given - may):
        problem = f"{wrong[0][:40]} is no action that a role of the kind {kind} may hold."
        raise Invalid(problem, [FieldProblem("actions", problem)])
    return [action for action in RULES if action in given | (BASE if kind == "project" else set())]


def _built_in(kind: RoleKind, name: str, users: int | None) -> RoleView:
    says = "Looks, and changes nothing." if name == "viewer" else _SAYS[name]
    return RoleView(
        kind=kind, name=name, title=TITLES[name], description=says, built_in=True, users=users,
        actions=_ordered(roles.words(kind)[name]),
    )  # fmt: skip


def _view(row: CustomRole, users: int | None) -> RoleView:
    kind: RoleKind = "project" if row.kind == "project" else "organisation"
    return RoleView(
        kind=kind, name=row.name, title=row.title, description=row.description, built_in=False, users=users,
        actions=_ordered(roles.allowed_by(row)),
    )  # fmt: skip


def _ordered(actions: frozenset[Action]) -> list[Action]:
    return [action for action in RULES if action in actions]


def _record(session: Session, actor: Actor, action: str, row: CustomRole, detail: dict[str, object]) -> None:
    about = {"kind": row.kind, "name": row.name, **detail}
    audit.record(session, actor, action, object_kind="role", object_id=row.id, detail=about)
