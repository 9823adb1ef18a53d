"""The authorisation matrix of the pages: what each event handler of a State takes, what it acts on, how its event names that.

Whoever opens a websocket can send any event, whatever the pages show, so `tests/ui/test_wire_matrix.py` sends every one as
everybody there is. A handler without its line fails `tests/unit/ui/test_attack_21_handlers.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

VIEW: Final = "view"
"""Changes what is shown in its own State, and reads nothing."""
EVERYBODY: Final = ""
"""Anybody who is signed in, each with what is theirs."""
OPEN: Final = "open"
"""Before signing in too."""
Event = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Line:
    """`takes`: actions of portal/auth/permissions.py, with spaces between when it takes all of them; or one of the words above.

    `{id}` stands for the object, in the page's address and in what is given.
    """

    takes: str
    on: str = ""
    """The kind of object; "" for none. tests/ui/wire_world.py has one of each kind, of each owner."""
    at: str = "/"
    given: Mapping[str, Any] = field(default_factory=dict)
    first: tuple[Event, ...] = ()
    """What a page sends to the same State before it."""
    changes: str = ""
    """The table that shows that it was done; "" for what only reads."""
    own: bool = False
    """Only with what belongs to oneself."""

    @property
    def actions(self) -> list[str]:
        """The actions, none when everybody may."""
        return [] if self.takes in (VIEW, EVERYBODY, OPEN) else self.takes.split()


_DEPLOYMENT, _RUN, _APPROVAL = "/deployments/{id}", "/runs/{id}", "/approvals/{id}"
_ACCOUNT, _TEMPLATE, _ADMIN_TEMPLATE = "/admin/cloud-accounts/{id}", "/templates/{id}", "/admin/templates/{id}"
_USERS, _WORKERS = "/admin/users", "/admin/workers"
_READS_DEPLOYMENT = "deployment.read output.read state.read run.read"
_LOADED: Final[Event] = ("load", {})
_WHY: Final[Event] = ("set_why", {"reason": "To see what happens."})


def _view(**given: Any) -> tuple[Line, ...]:
    return (Line(VIEW, given=given),)


def _deployment(takes: str, on: str = "ended deployment", **more: Any) -> Line:
    return Line(takes, on, _DEPLOYMENT, **more)


def _run(takes: str, on: str = "planned run", **more: Any) -> Line:
    return Line(takes, on, _RUN, **more)


def _acts(takes: str, name: str, on: str) -> Line:
    return _run(takes, on, given={"name": name}, changes="run")


HANDLERS: Final[dict[str, tuple[Line, ...]]] = {
    "AccountPageState.ask_disable": _view(open_=True),
    "AccountPageState.ask_remove": _view(open_=True),
    "AccountPageState.ask_rotation": _view(open_=True),
    "AccountPageState.ask_scope": _view(open_=True),
    "AccountPageState.disable": (
        Line("cloud_account.manage", "account", _ACCOUNT, first=(_LOADED, _WHY), changes="cloud_account"),
    ),
    "AccountPageState.enable": (
        Line("cloud_account.manage", "disabled account", _ACCOUNT, changes="cloud_account"),
    ),
    "AccountPageState.load": (Line("cloud_account.read audit.read", "account", _ACCOUNT),),
    "AccountPageState.remove": (Line("cloud_account.manage", "unused account", _ACCOUNT, changes="cloud_account"),),
    "AccountPageState.set_why": _view(reason="To see what happens."),
    "AccountState.ask": _view(token_id="{id}"),
    "AccountState.create": _view(open_=True),
    "AccountState.end": (
        Line("me.sessions", "session", "/account", {"session_id": "{id}"}, changes="user_session", own=True),
    ),
    "AccountState.end_others": (Line("me.sessions", "own session", "/account", changes="user_session", own=True),),
    "AccountState.load": (Line("token.read me.sessions", "", "/account"),),
    "AccountState.revoke": (
        Line(
            "token.revoke", "token", "/account", first=(_LOADED, ("ask", {"token_id": "{id}"})), changes="api_token",
            own=True,
        ),
    ),
    "AccountState.show": _view(tab="sessions"),
    "AccountsState.load": (Line("cloud_account.read", "", "/admin/cloud-accounts"),),
    "AdminTemplateState.ask": _view(content_hash="x", step="revoked"),
    "AdminTemplateState.choose": _view(project_id="{id}"),
    "AdminTemplateState.load": (Line("template.review", "template", _ADMIN_TEMPLATE),),
    "AdminTemplateState.move": (
        Line(
            "template.manage", "template", _ADMIN_TEMPLATE, changes="template_release",
            first=(_LOADED, ("ask", {"content_hash": "{hash}", "step": "revoked"}), ("set_message", {"text": "Old."})),
        ),
    ),
    "AdminTemplateState.restrict": _view(on=True),
    "AdminTemplateState.save_audience": (
        Line(
            "template.manage", "template", _ADMIN_TEMPLATE, changes="template_audience",
            first=(_LOADED, ("restrict", {"on": True})),
        ),
    ),
    "AdminTemplateState.set_instead": _view(key="azure/key-vault"),
    "AdminTemplateState.set_message": _view(text="Old."),
    "AdminTemplatesState.load": (Line("template.review", "", "/admin/templates"),),
    "AdminTemplatesState.publish_all": (
        Line("template.manage", "draft", "/admin/templates", changes="template_release"),
    ),
    "ApprovalState.follow": (Line("run.read", "planned run", _APPROVAL),),
    "ApprovalState.load": (Line("run.read", "planned run", _APPROVAL),),
    "ApprovalsState.follow": (Line(EVERYBODY, "", "/approvals"),),
    "ApprovalsState.load": (Line(EVERYBODY, "", "/approvals"),),
    "AuditState.load": (Line("audit.read", "", "/admin/audit"),),
    "AuditState.verify": (Line("audit.read", "", "/admin/audit"),),
    "Bell.follow": (Line("notification.read"),),
    "CatalogueState.load": (Line("template.read"),),
    "DeploymentState.ask": _view(open_=True),
    "DeploymentState.ask_unlock": _view(open_=True),
    "DeploymentState.destroy": (_deployment("deployment.destroy", changes="run"),),
    "DeploymentState.follow": (_deployment(_READS_DEPLOYMENT),),
    "DeploymentState.load": (_deployment(_READS_DEPLOYMENT),),
    "DeploymentState.set_why": _view(reason="To see what happens."),
    "DeploymentState.show": _view(tab="runs"),
    "DeploymentState.start": (_deployment("run.create", given={"kind": "plan_and_apply"}, changes="run"),),
    "DeploymentState.unlock": (
        _deployment("state.unlock", "locked deployment", first=(_LOADED, _WHY), changes="state_lock"),
        _deployment(
            "state.unlock state.force_unlock", "busy deployment", first=(_LOADED, _WHY), changes="state_lock"
        ),
    ),
    "DeploymentsState.follow": (Line(EVERYBODY, "", "/deployments"),),
    "DeploymentsState.load": (Line(EVERYBODY, "", "/deployments"),),
    "Identity.load": (Line(OPEN),),
    "Identity.report": _view(reference="x"),
    "Identity.stay": (Line(EVERYBODY),),
    "RunState.act": (
        _acts("run.confirm", "confirm", "planned run"),
        _acts("run.discard", "discard", "planned run"),
        _acts("run.cancel", "cancel", "queued run"),
        _acts("run.create", "retry", "ended run"),
    ),
    "RunState.follow": (_run("run.read", "ended run"),),
    "RunState.force": (_run("run.force_cancel", "running run", given={"reason": "It hangs."}, changes="run"),),
    "RunState.override": (
        _run("policy.override", "held run", given={"reason": "Agreed with security."}, changes="policy_result"),
    ),
    "RunState.resync": (_run("run.read", given={"after": 0}),),
    "RunsState.follow": (Line(EVERYBODY, "", "/runs"),),
    "RunsState.load": (Line(EVERYBODY, "", "/runs"),),
    "SettingsState.load": (Line("settings.read", "", "/admin/settings"),),
    "SystemState.count_keys": (Line("system.keys", "", "/admin/system"),),
    "SystemState.load": (Line("system.read", "", "/admin/system"),),
    "TemplateState.load": (Line("template.read", "template", _TEMPLATE),),
    "TemplateState.show": _view(tab="inputs"),
    "UsersState.ask": _view(user_id="{id}"),
    "UsersState.create": _view(open_=True),
    "UsersState.disable": (
        Line(
            "user.manage", "user", _USERS, first=(_LOADED, ("ask", {"user_id": "{id}"})), changes="user_account",
        ),
    ),
    "UsersState.enable": (Line("user.manage", "disabled user", _USERS, {"user_id": "{id}"}, changes="user_account"),),
    "UsersState.invite": _view(open_=True),
    "UsersState.load": (Line("user.read", "", _USERS),),
    "UsersState.set_role": (
        Line("user.manage", "user", _USERS, {"user_id": "{id}", "role": "auditor"}, changes="user_account"),
    ),
    "WorkersState.ask": _view(name="{id}"),
    "WorkersState.ask_release": _view(wanted=True),
    "WorkersState.drain": (
        Line("worker.manage", "worker", _WORKERS, first=(("ask", {"name": "{id}"}),), changes="worker"),
    ),
    "WorkersState.follow": (Line("system.read", "", _WORKERS),),
    "WorkersState.load": (Line("system.read", "", _WORKERS),),
    "WorkersState.release": (Line("system.hold", "hold", _WORKERS, changes="automation_hold"),),
}  # fmt: skip
