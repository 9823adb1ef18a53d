"""Let a plan pass the policies that may be overridden, and let a run that applies by itself go on."""

from __future__ import annotations

from sqlmodel import Session

from portal.auth.schemas import Actor
from portal.policy import service as policies
from portal.policy.schemas import Override
from portal.run import access, approve, events, judged
from portal.run.schemas import NewEvent, RunView


def override_policy(session: Session, actor: Actor, *, run_id: str, request: Override) -> RunView:
    """The reason is kept with the run, in its log and in the audit trail. The policy service authorises."""
    shown = policies.overridable(session, actor, run_id)
    since = judged.lock(session, run_id)
    policies.override(session, actor, run_id, request, shown=shown)
    text = f"{actor.label} lets the plan pass: {' '.join(request.reason.split())}"
    events.append(session, run_id, [NewEvent("log", {"level": "info", "text": text, "phase": "plan"})])
    events.tell_lists(session)
    approve.go_on(session, run_id, since=since)
    return access.view(session, actor, run_id)
