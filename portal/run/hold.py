"""The hold: while it is on, nothing is applied that no person asks for. People's own confirmations go on working.

A restore places it, because the portal then knows an older world than the one in the cloud; an administrator may place it too.
It keeps auto apply from confirming a plan and expiry from destroying a deployment.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.kit import clock
from portal.kit.errors import Conflict, FieldProblem, Invalid
from portal.models import AutomationHold
from portal.run.schemas import HoldView

_ONLY: Final = "hold"
_LONGEST: Final = 500


def find(session: Session) -> HoldView | None:
    """The hold, or None when the portal works as usual. Without a question who asks: for the portal itself."""
    row = session.get(AutomationHold, _ONLY)
    return HoldView(reason=row.reason, placed_by=row.placed_by, placed_at=row.placed_at) if row else None


def place(session: Session, actor: Actor, *, reason: str) -> HoldView:
    """Keep the portal from applying anything by itself. A hold that is on gets the new reason."""
    permissions.require(actor, "system.hold")
    if not reason.strip() or len(reason) > _LONGEST:
        text = f"Say why, in at most {_LONGEST} characters."
        raise Invalid(text, [FieldProblem("reason", text)])
    row = session.merge(AutomationHold(id=_ONLY, reason=reason.strip(), placed_by=actor.label, placed_at=clock.now()))
    audit.record(session, actor, "hold.place", object_kind="hold", object_id=_ONLY, detail={"reason": row.reason})
    return HoldView(reason=row.reason, placed_by=row.placed_by, placed_at=row.placed_at)


def release(session: Session, actor: Actor) -> None:
    """Let auto apply and expiry work again. Conflict when there is no hold."""
    permissions.require(actor, "system.hold")
    hold = find(session)
    if hold is None:
        raise Conflict("There is no hold: auto apply and expiry work.")
    session.exec(delete(AutomationHold))
    session.expire_all()
    audit.record(session, actor, "hold.release", object_kind="hold", object_id=_ONLY, detail={"reason": hold.reason})
