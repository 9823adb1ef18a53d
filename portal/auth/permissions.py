"""Roles and what each may do: one table, walked by a test. Everything that is not in it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from portal.auth.errors import PasswordChangeRequired
from portal.kit.errors import Forbidden

if TYPE_CHECKING:
    from portal.auth.schemas import Actor

Role = Literal["viewer", "member", "admin"]
Scope = Literal["read", "write"]
Action = Literal[
    "me.read", "me.change_password", "me.sign_out", "me.sessions",
    "token.read", "token.create", "token.revoke", "token.manage",
    "user.read", "user.manage",
    "role.read", "role.manage", "service_account.manage", "access.explain",
    "identity.read", "identity.manage", "settings.read", "settings.manage",
    "notification.read", "notification.manage",
    "policy.read", "policy.manage", "policy.override",
    "approval.read", "approval.decide", "approval.manage",
    "audit.export", "audit.manage",
    "audit.read", "system.read", "system.hold", "system.backup", "system.keys",
    "template.read", "template.manage",
    "cloud_account.read", "cloud_account.use", "cloud_account.manage",
    "project.create", "project.read", "project.manage", "project.limit", "project.guard",
    "deployment.read", "deployment.create", "deployment.update", "deployment.destroy", "deployment.act",
    "run.read", "run.create", "run.confirm", "run.discard", "run.cancel", "run.force_cancel",
    "worker.manage",
    "output.read", "output.reveal", "state.read", "state.unlock", "state.force_unlock",
]  # fmt: skip
RANK: dict[Role, int] = {"viewer": 0, "member": 1, "admin": 2}


@dataclass(frozen=True, slots=True)
class Rule:
    """`minimum` is the least role: in the portal as a whole, or in the project when `in_project`."""

    minimum: Role
    writes: bool = False
    in_project: bool = False
    before_password_change: bool = False
    """Allowed while a password that somebody else set has not been changed."""


RULES: dict[Action, Rule] = {
    "me.read": Rule("viewer", before_password_change=True),
    "me.change_password": Rule("viewer", writes=True, before_password_change=True),
    "me.sign_out": Rule("viewer", writes=True, before_password_change=True),
    "me.sessions": Rule("viewer", writes=True),
    "token.read": Rule("viewer"),
    "token.create": Rule("viewer", writes=True),
    "token.revoke": Rule("viewer", writes=True),
    "token.manage": Rule("admin", writes=True),
    "user.read": Rule("admin"),
    "user.manage": Rule("admin", writes=True),
    "role.read": Rule("viewer"),
    "role.manage": Rule("admin", writes=True),
    "service_account.manage": Rule("admin", writes=True),
    "access.explain": Rule("admin"),
    "identity.read": Rule("admin"),
    "identity.manage": Rule("admin", writes=True),
    "settings.read": Rule("admin"),
    "settings.manage": Rule("admin", writes=True),
    "notification.read": Rule("viewer", writes=True),
    "notification.manage": Rule("admin", writes=True),
    "policy.read": Rule("viewer"),
    "policy.manage": Rule("admin", writes=True),
    "policy.override": Rule("admin", writes=True, in_project=True),
    "approval.read": Rule("viewer", in_project=True),
    "approval.decide": Rule("admin", writes=True, in_project=True),
    "approval.manage": Rule("admin", writes=True),
    "audit.read": Rule("admin"),
    "audit.export": Rule("admin"),
    "audit.manage": Rule("admin", writes=True),
    "system.read": Rule("admin"),
    "system.hold": Rule("admin", writes=True),
    "system.backup": Rule("admin", writes=True),
    "system.keys": Rule("admin", writes=True),
    "template.read": Rule("viewer"),
    "template.manage": Rule("admin", writes=True),
    "cloud_account.read": Rule("viewer"),
    "cloud_account.use": Rule("member", writes=True),
    "cloud_account.manage": Rule("admin", writes=True),
    "project.create": Rule("admin", writes=True),
    "project.limit": Rule("admin", writes=True),
    "project.guard": Rule("admin", writes=True),
    "project.read": Rule("viewer", in_project=True),
    "project.manage": Rule("admin", writes=True, in_project=True),
    "deployment.read": Rule("viewer", in_project=True),
    "deployment.create": Rule("member", writes=True, in_project=True),
    "deployment.update": Rule("member", writes=True, in_project=True),
    "deployment.destroy": Rule("member", writes=True, in_project=True),
    "deployment.act": Rule("member", writes=True, in_project=True),
    "run.read": Rule("viewer", in_project=True),
    "run.create": Rule("member", writes=True, in_project=True),
    "run.confirm": Rule("member", writes=True, in_project=True),
    "run.discard": Rule("member", writes=True, in_project=True),
    "run.cancel": Rule("member", writes=True, in_project=True),
    "run.force_cancel": Rule("admin", writes=True, in_project=True),
    "worker.manage": Rule("admin", writes=True),
    "output.read": Rule("viewer", in_project=True),
    "output.reveal": Rule("member", writes=True, in_project=True),
    "state.read": Rule("viewer", in_project=True),
    "state.unlock": Rule("member", writes=True, in_project=True),
    "state.force_unlock": Rule("admin", writes=True, in_project=True),
}


def lower_of(first: Role, second: Role) -> Role:
    """The role that may do less."""
    return first if RANK[first] <= RANK[second] else second


def effective_role(actor: Actor) -> Role:
    """The actor's role in the portal; a token that may only read makes a viewer of anybody."""
    return "viewer" if actor.scope == "read" else actor.role


def require(actor: Actor, action: Action, project_role: Role | None = None) -> None:
    """Raise Forbidden unless the actor may do `action`; for an action in a project, give the role that they have in it."""
    rule = RULES[action]
    require_standing(actor, rule)
    if rule.writes and actor.scope == "read":
        raise Forbidden("This token may only read. Use one with the scope `write`.")
    role = project_role if rule.in_project else effective_role(actor)
    if role is None or RANK[role] < RANK[rule.minimum]:
        raise Forbidden(f"This takes the role {rule.minimum}; yours is {role or 'none'}. Ask an administrator.")


def require_standing(actor: Actor, rule: Rule | None = None) -> None:
    """Raise unless the actor is somebody who may use services at all: no worker, no password that was set by another."""
    if actor.kind == "worker":
        raise Forbidden("A worker reports on its own runs and does nothing else.")
    if actor.must_change_password and not (rule and rule.before_password_change):
        raise PasswordChangeRequired


def allows(actor: Actor, action: Action, project_role: Role | None = None) -> bool:
    """Whether `require` would pass: for showing or hiding a button, never instead of `require`."""
    try:
        require(actor, action, project_role)
    except Forbidden:
        return False
    return True
