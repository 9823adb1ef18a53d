"""Roles and what each may do: one table, walked by tests. Everything that is not in it is refused.

What a person is in the portal as a whole (their organisation role) and what they are in a project (their project role) are two
things. The first caps the second: whoever only reads in the portal only reads in every project. A token caps both once more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from portal.auth.errors import PasswordChangeRequired, SecondStepRequired
from portal.kit.errors import Forbidden

if TYPE_CHECKING:
    from portal.auth.schemas import Actor

OrganisationRole = Literal["admin", "auditor", "member", "viewer"]
ProjectRole = Literal["owner", "approver", "deployer", "viewer"]
Role = str
"""The name of a role: a built-in one, or one that administrators made (`portal/auth/roles.py`)."""
Scope = Literal["read", "write"]
Action = Literal[
    "me.read", "me.change_password", "me.sign_out", "me.sessions", "me.identities", "me.second_step",
    "token.read", "token.create", "token.revoke", "token.manage",
    "user.read", "user.manage",
    "role.read", "role.manage", "service_account.manage", "access.explain",
    "identity.read", "identity.manage", "settings.read", "settings.manage",
    "notification.read", "notification.settle", "notification.review", "notification.manage",
    "policy.read", "policy.manage", "policy.override",
    "approval.read", "approval.decide", "approval.rules", "approval.manage",
    "audit.export", "audit.manage",
    "audit.read", "system.read", "system.hold", "system.backup", "system.keys",
    "template.read", "template.review", "template.manage",
    "cloud_account.read", "cloud_account.use", "cloud_account.manage",
    "project.create", "project.read", "project.manage", "project.limit", "project.guard",
    "deployment.read", "deployment.create", "deployment.update", "deployment.destroy", "deployment.act",
    "deployment.transfer",
    "run.read", "run.create", "run.confirm", "run.discard", "run.cancel", "run.force_cancel",
    "worker.manage",
    "output.read", "output.reveal", "state.read", "state.unlock", "state.force_unlock",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """What an action is, whoever may do it."""

    says: str
    """For people who put a role together."""
    writes: bool = False
    """Refused to tokens that only read, and to whoever only reads in the portal."""
    in_project: bool = False
    """Judged by the role in a project, not by that in the portal."""
    delegable: bool = True
    """Administrators may put it into roles of their own and into the list of a token."""
    before_password_change: bool = False
    """Allowed while a password that somebody else set has not been changed."""


def _own(says: str, *, writes: bool = True, first: bool = False) -> Rule:
    """Something with one's own account, which everybody may."""
    return Rule(says, writes=writes, delegable=False, before_password_change=first)


def _manage(says: str, *, delegable: bool = True) -> Rule:
    return Rule(says, writes=True, delegable=delegable)


def _look(says: str) -> Rule:
    return Rule(says, in_project=True)


def _act(says: str) -> Rule:
    return Rule(says, writes=True, in_project=True)


# What could make its holder an administrator is no part of a role that somebody makes: the roles themselves, who signs in how.
RULES: Final[dict[Action, Rule]] = {
    "me.read": _own("See the own account", writes=False, first=True),
    "me.change_password": _own("Change the own password", first=True),
    "me.sign_out": _own("Sign out", first=True),
    "me.sessions": _own("See and end the own sessions"),
    "me.identities": _own("Add and remove the own identities at providers"),
    "me.second_step": _own("Set up and change the own second step", writes=False),
    "token.read": _own("See the own API tokens", writes=False),
    "token.create": _own("Make API tokens"),
    "token.revoke": _own("Revoke the own API tokens"),
    "notification.read": _own("Read the own notifications", writes=False),
    "notification.settle": _own("Settle the own notifications, and choose what one is told"),
    "token.manage": _manage("See everybody's API tokens, make and revoke them"),
    "user.read": Rule("See the users"),
    "user.manage": _manage("Invite, change and disable users"),
    "role.read": Rule("See the roles"),
    "role.manage": _manage("Make and change roles", delegable=False),
    "service_account.manage": _manage("Make, change and disable service accounts"),
    "access.explain": Rule("Ask who may do what, and why"),
    "identity.read": Rule("See the identity providers"),
    "identity.manage": _manage("Set up identity providers", delegable=False),
    "settings.read": Rule("See the settings"),
    "settings.manage": _manage("Change the settings", delegable=False),
    "notification.review": Rule("See channels, and what was sent to whom"),
    "notification.manage": _manage("Set up mail, chat and webhooks"),
    "policy.read": Rule("See the policies"),
    "policy.manage": _manage("Write and change policies"),
    "approval.rules": Rule("See the rules of approval"),
    "approval.manage": _manage("Write and change the rules of approval"),
    "audit.read": Rule("Read the audit trail"),
    "audit.export": Rule("Export the audit trail"),
    "audit.manage": _manage("Set up the trail's stream and retention", delegable=False),
    "system.read": Rule("See workers, queues and versions"),
    "system.hold": _manage("Hold all runs and let them go on"),
    "system.backup": _manage("Make backups", delegable=False),
    "system.keys": _manage("Rotate keys", delegable=False),
    "worker.manage": _manage("Drain workers"),
    "template.read": Rule("See the catalogue"),
    "template.review": Rule("See the versions, checks and use of all templates"),
    "template.manage": _manage("Publish, deprecate and hide templates"),
    "cloud_account.read": Rule("See the cloud accounts of the own projects"),
    "cloud_account.use": _manage("Deploy with cloud accounts"),
    "cloud_account.manage": _manage("Make, change and test cloud accounts"),
    "project.create": _manage("Make projects"),
    "project.limit": _manage("Set quotas, budgets and the number of runs of projects"),
    "project.guard": _manage("Set the guardrails of projects"),
    "project.read": _look("See the project and its members"),
    "project.manage": _act("Rename the project, add and remove its members"),
    "deployment.read": _look("See deployments"),
    "deployment.create": _act("Create deployments"),
    "deployment.update": _act("Change deployments"),
    "deployment.destroy": _act("Destroy deployments"),
    "deployment.act": _act("Start actions on resources"),
    "deployment.transfer": _act("Give other people's deployments another owner"),
    "run.read": _look("See runs, plans and logs"),
    "run.create": _act("Start runs"),
    "run.confirm": _act("Confirm plans"),
    "run.discard": _act("Discard plans"),
    "run.cancel": _act("Cancel runs"),
    "run.force_cancel": _act("Kill the Terraform of a run that does not stop"),
    "approval.read": _look("See what waits for approval"),
    "approval.decide": _act("Approve and reject"),
    "policy.override": _act("Override a policy, with a reason"),
    "output.read": _look("See outputs"),
    "output.reveal": _act("See secret outputs"),
    "state.read": _look("See the versions of the state"),
    "state.unlock": _act("Unlock a state that nothing is at stake for"),
    "state.force_unlock": _act("Unlock a state although something may be lost"),
}  # fmt: skip

_EVERYBODY: Final[frozenset[Action]] = frozenset(
    {
        "me.read", "me.change_password", "me.sign_out", "me.sessions", "me.identities", "me.second_step",
        "token.read", "token.create", "token.revoke", "notification.read", "notification.settle", "role.read",
        "template.read", "cloud_account.read", "policy.read",
    }
)  # fmt: skip
_AUDITS: Final[frozenset[Action]] = frozenset(
    {
        "user.read", "access.explain", "identity.read", "settings.read", "approval.rules", "audit.read", "audit.export",
        "system.read", "template.review", "notification.review",
    }
)  # fmt: skip
_USES: Final[frozenset[Action]] = frozenset({"cloud_account.use"})
ORGANISATION: Final[dict[OrganisationRole, frozenset[Action]]] = {
    "viewer": _EVERYBODY,
    "member": _EVERYBODY | _USES,
    "auditor": _EVERYBODY | _AUDITS,
    "admin": frozenset(action for action, rule in RULES.items() if not rule.in_project),
}
_LOOKS: Final[frozenset[Action]] = frozenset(
    {"project.read", "deployment.read", "run.read", "approval.read", "output.read", "state.read"}
)
_DEPLOYS: Final[frozenset[Action]] = frozenset(
    {
        "deployment.create", "deployment.update", "deployment.destroy", "deployment.act", "run.create", "run.confirm",
        "run.discard", "run.cancel", "output.reveal", "state.unlock",
    }
)  # fmt: skip
_DECIDES: Final[frozenset[Action]] = frozenset({"approval.decide"})
_OWNS: Final[frozenset[Action]] = frozenset(
    {"project.manage", "deployment.transfer", "policy.override", "run.force_cancel", "state.force_unlock"}
)
PROJECT: Final[dict[ProjectRole, frozenset[Action]]] = {
    "viewer": _LOOKS,
    "deployer": _LOOKS | _DEPLOYS,
    "approver": _LOOKS | _DECIDES,
    "owner": _LOOKS | _DEPLOYS | _DECIDES | _OWNS,
}
EVERYWHERE: Final[dict[OrganisationRole, ProjectRole]] = {"admin": "owner", "auditor": "viewer"}
"""What these are in every project, without being a member."""
ONLY_READ: Final[frozenset[OrganisationRole]] = frozenset({"auditor", "viewer"})
"""These change nothing in any project, whatever their membership says."""
TITLES: Final[dict[str, str]] = {
    "admin": "Administrator", "auditor": "Auditor", "member": "Member", "viewer": "Viewer",
    "owner": "Owner", "approver": "Approver", "deployer": "Deployer",
}  # fmt: skip
ALIASES: Final[dict[str, ProjectRole]] = {"admin": "owner", "member": "deployer"}
"""Words of project roles before there were approvers: still taken, in requests and in old rows, and never given."""
BASE: Final[frozenset[Action]] = frozenset({"project.read"})
"""What every role in a project holds: without it nothing of the project is there."""
IMPLIED_BY: Final[dict[Action, Action]] = {
    "template.review": "template.manage",
    "notification.review": "notification.manage",
}
"""Who may change these sees them, also by a role or a token from before there was an action for seeing alone."""
_OF_TOKENS: Final[frozenset[Action]] = frozenset({"me.read", "role.read", "project.read"})
"""What a token that is limited to some actions may do besides."""
_OF_ONE_PROJECT: Final[frozenset[Action]] = frozenset(
    {"me.read", "role.read", "template.read", "policy.read", "cloud_account.read", "cloud_account.use"}
)
"""What a token that is limited to a project may do outside of it: look at what deploying there takes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is in one project, after the caps of their role in the portal and of their token."""

    role: Role
    actions: frozenset[Action]


def project_role(word: str) -> str:
    """The project role that a word stands for: itself, or what older portals called it."""
    return ALIASES.get(word, word)


def lasting(actions: Iterable[str]) -> frozenset[Action]:
    """Those of these words that are actions, with what they imply: what a newer or older portal wrote down may not be one."""
    given = set(actions)
    return frozenset(action for action in get_args(Action) if action in given or IMPLIED_BY.get(action) in given)


def effective_role(actor: Actor) -> Role:
    """The actor's role in the portal; a token that may only read makes a viewer of an administrator and of a member."""
    return "viewer" if actor.scope == "read" and actor.role in ("admin", "member") else actor.role


def held(actor: Actor) -> frozenset[Action]:
    """What the actor may do in the portal as a whole, their token's limits counted in."""
    role = effective_role(actor)
    actions = _of_organisation(role, actor.grant)
    if actor.scope == "read":
        actions = _reads(actions)
    if actor.project_id is not None:
        actions &= _OF_ONE_PROJECT
    return actions if actor.only is None else actions & (actor.only | _OF_TOKENS)


def everywhere(actor: Actor) -> Standing | None:
    """What the actor is in every project without being a member of it; None for most."""
    role = EVERYWHERE.get(actor.role)  # type: ignore[call-overload]
    return None if role is None else standing(actor, role, PROJECT[role])


def reaches(actor: Actor, project_id: str) -> bool:
    """Whether the actor's token, if it is one, is for this project too."""
    return actor.project_id in (None, project_id)


def is_within(action: Action, only: frozenset[Action]) -> bool:
    """Whether a token that is limited to these actions may do this one."""
    return action in only | _OF_TOKENS


def is_of_one_project(actor: Actor, action: Action) -> bool:
    """Whether the actor's token, if it is for one project, may do this in the portal as a whole."""
    return actor.project_id is None or action in _OF_ONE_PROJECT


def standing(actor: Actor, role: Role, actions: frozenset[Action]) -> Standing:
    """A project role as it counts for this actor: never more than their role in the portal and their token allow."""
    if actor.scope == "read" or actor.role in ONLY_READ:
        role, actions = ("viewer" if role in PROJECT else role), _reads(actions)
    if actor.only is not None:
        actions &= actor.only | _OF_TOKENS
    return Standing(role, actions)


def require(actor: Actor, action: Action, in_project: Standing | ProjectRole | None = None) -> None:
    """Raise Forbidden unless the actor may do `action`; for an action in a project, give what they are in it."""
    rule = RULES[action]
    require_standing(actor, rule)
    if rule.writes and actor.scope == "read":
        raise Forbidden("This token may only read. Use one with the scope `write`.")
    found = standing(actor, in_project, PROJECT[in_project]) if isinstance(in_project, str) else in_project
    actions = (found.actions if found else frozenset()) if rule.in_project else held(actor)
    if action not in actions:
        raise Forbidden(_refusal(actor, action, found))


def require_standing(actor: Actor, rule: Rule | None = None) -> None:
    """Raise unless the actor is somebody who may use services at all: no worker, no password that was set by another,
    and a second step where the role takes one."""
    if actor.kind == "worker":
        raise Forbidden("A worker reports on its own runs and does nothing else.")
    first = rule is not None and rule.before_password_change
    if actor.must_change_password and not first:
        raise PasswordChangeRequired
    if actor.needs_second_step and not first and rule is not RULES["me.second_step"]:
        raise SecondStepRequired


def allows(actor: Actor, action: Action, in_project: Standing | ProjectRole | None = None) -> bool:
    """Whether `require` would pass: for showing or hiding a button, never instead of `require`."""
    try:
        require(actor, action, in_project)
    except Forbidden:
        return False
    return True


def roles_with(action: Action) -> list[str]:
    """The built-in roles that hold an action, the one that may do least first."""
    table: dict[str, frozenset[Action]] = {**PROJECT} if RULES[action].in_project else {**ORGANISATION}
    return sorted((role for role, actions in table.items() if action in actions), key=lambda role: len(table[role]))


def _of_organisation(role: Role, grant: frozenset[Action]) -> frozenset[Action]:
    return next((actions for name, actions in ORGANISATION.items() if name == role), grant)


def _reads(actions: frozenset[Action]) -> frozenset[Action]:
    return frozenset(action for action in actions if not RULES[action].writes)


def _refusal(actor: Actor, action: Action, found: Standing | None) -> str:
    if actor.only is not None and action not in actor.only:
        return f"This token is limited to some actions, and {action} is not one of them."
    if actor.project_id is not None and not RULES[action].in_project:
        return "This token is limited to one project."
    own = (found.role if found else None) if RULES[action].in_project else effective_role(actor)
    return f"This takes the role {' or '.join(roles_with(action))}; yours is {own or 'none'}. Ask an administrator."
