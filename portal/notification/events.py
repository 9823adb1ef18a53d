"""What people and programs can be told: every event there is, with its facts and whom it concerns when nobody says.

The list is fixed. docs/notifications.md repeats it, and a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

EventName = Literal[
    "run.needs_confirmation", "run.applied", "run.errored", "run.canceled", "run.policy_denied",
    "approval.requested", "approval.decided",
    "deployment.expiring", "deployment.destroyed", "deployment.transferred", "drift.found",
    "quota.near", "budget.near", "account.expiring", "worker.lost",
    "user.invited", "user.reset", "audit.chain_broken", "test",
]  # fmt: skip
MailName = Literal["invitation", "password_reset", "approval_requested"]
Audience = Literal["requester", "owner", "owners", "approvers", "admins", "nobody"]
"""`requester`: who started the run, and the deployment's owner. `owner`: the deployment's. `owners`,
`approvers`: of the project."""
Fact = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Event:
    """One kind of thing that happens. `facts` are given by whoever reports it, beside those that every event has."""

    title: str
    audience: Audience
    facts: tuple[str, ...] = ()
    inbox: bool = True
    mail: bool = False
    """Whether people get it by mail unless they say otherwise."""
    own_mail: bool = False
    """Whoever reports it mails people by `send_mail`, each with a link of their own."""
    of_project: bool = True
    """Whether it concerns a project, so that the channels of one may ask for it."""


COMMON: Final = ("event", "title", "at", "portal", "link", "project", "project_slug")
"""Facts of every event; those of the project are empty where there is none."""
OF_RUN: Final = (
    "run", "run_kind", "deployment", "deployment_id", "template", "requester", "message",
    "to_add", "to_change", "to_destroy", "to_replace", "error",
)  # fmt: skip
"""Further facts of every event that names a run; empty in others."""

EVENTS: Final[dict[EventName, Event]] = {
    "run.needs_confirmation": Event("A plan waits to be confirmed", "requester", mail=True),
    "run.applied": Event("A run was applied", "requester"),
    "run.errored": Event("A run failed", "requester", mail=True),
    "run.canceled": Event("A run was canceled", "requester"),
    "run.policy_denied": Event("A plan was denied by a rule", "requester", mail=True),
    "approval.requested": Event(
        "An approval is asked for", "approvers", ("reasons", "approval"), mail=True, own_mail=True
    ),
    "approval.decided": Event(
        "An approval was decided", "requester", ("decision", "decided_by", "reason", "approval"), mail=True
    ),
    "deployment.expiring": Event("A deployment will be destroyed soon", "owner", ("expires_at",), mail=True),
    "deployment.destroyed": Event("A deployment was destroyed", "owner"),
    "deployment.transferred": Event(
        "A deployment has another owner", "nobody", ("by", "from_owner", "to_owner"), mail=True
    ),
    "drift.found": Event("A deployment has drifted", "owner", ("drifted",)),
    "quota.near": Event("A quota is nearly used up", "owners", ("quota", "used", "limit", "percent")),
    "budget.near": Event("A budget is nearly used up", "owners", ("used", "limit", "percent", "currency"), mail=True),
    "account.expiring": Event(
        "Credentials of a cloud account end soon", "admins", ("account", "expires_at"), mail=True, of_project=False
    ),
    "worker.lost": Event("A worker was lost", "admins", ("worker",), of_project=False),
    "user.invited": Event("Somebody was invited", "nobody", ("user", "invited_by"), of_project=False),
    "user.reset": Event("A password reset was started", "nobody", ("user", "started_by"), of_project=False),
    "audit.chain_broken": Event(
        "The audit trail was altered", "admins", ("event_number", "reason"), mail=True, of_project=False
    ),
    "test": Event("A test", "nobody", ("tested_by", "channel"), inbox=False),
}
MAILS: Final[dict[MailName, tuple[str, ...]]] = {
    "invitation": ("link", "name", "invited_by", "expires_at"),
    "password_reset": ("link", "name", "expires_at"),
    "approval_requested": ("link", "deployment", "project", "requester", "reasons", "expires_at", "run"),
}
"""Mails that are about no event, each to one address. Their links let somebody in: nothing of them is kept once they are sent."""
SECRET_FACTS: Final = frozenset({"link"})


def facts_of(name: str) -> tuple[str, ...]:
    """Every fact that the texts of an event or mail may name."""
    if name in MAILS:
        return ("title", "portal", *MAILS[name])  # pyright: ignore[reportArgumentType]
    return (*COMMON, *OF_RUN, *EVENTS[name].facts)  # pyright: ignore[reportArgumentType]
