"""What the first administrator does after the first start, as a short list that one can put away."""

from __future__ import annotations

from sqlmodel import Session, col, select

from portal.audit import service as audit
from portal.auth import permissions, portal_settings
from portal.auth.account_schemas import FirstSteps
from portal.auth.schemas import Actor
from portal.models import AuditEvent, CloudAccount, Deployment

SETTING = "first_steps_done"


def first_steps(session: Session, actor: Actor) -> FirstSteps:
    """What is done and what is not; `shown` until it is put away, or everything is done."""
    permissions.require(actor, "cloud_account.manage")
    if portal_settings.get(session, SETTING, False):
        return FirstSteps(shown=False, own_password=True, sandbox=True, cloud_account=True)
    steps = (_own_password(session, actor), _sandbox(session), _cloud_account(session))
    return FirstSteps(shown=not all(steps), own_password=steps[0], sandbox=steps[1], cloud_account=steps[2])


def put_away(session: Session, actor: Actor) -> None:
    """Show it to nobody any more."""
    permissions.require(actor, "cloud_account.manage")
    portal_settings.put(session, SETTING, True)
    audit.record(session, actor, "settings.first_steps", object_kind="setting", object_id=SETTING)


def _own_password(session: Session, actor: Actor) -> bool:
    """Whether they ever set one: the first one was made up, or given by the operator."""
    words = ("user.change_password", "user.reset_password", "invitation.accept")
    query = select(AuditEvent.n).where(AuditEvent.actor_id == actor.user_id, col(AuditEvent.action).in_(words))
    return session.exec(query.limit(1)).first() is not None


def _sandbox(session: Session) -> bool:
    query = select(Deployment.id).join(CloudAccount, col(CloudAccount.id) == col(Deployment.cloud_account_id))
    return session.exec(query.where(CloudAccount.kind == "sandbox").limit(1)).first() is not None


def _cloud_account(session: Session) -> bool:
    return session.exec(select(CloudAccount.id).where(CloudAccount.kind == "live").limit(1)).first() is not None
