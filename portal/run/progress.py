"""How far an apply got, read from its plan and its events: finished, failed, in flight, not begun."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlmodel import Session, col, select

from portal.models import RunEvent
from portal.run import repository
from portal.run.schemas import Interrupted, PlanSummary, ResourceChange, Touched

MOST_NAMED: Final = 200
"""Addresses that a group names; the number is always the whole one."""
_WORK: Final = {"replace": {"create", "delete"}}
_CHANGES: Final = ("create", "update", "delete", "replace", "forget")
Step = tuple[str, str, str]
"""address, action, status"""


def of_run(session: Session, run_id: str) -> Interrupted | None:
    """None when the run has no plan."""
    summary = repository.find_plan(session, run_id)
    if summary is None:
        return None
    data = col(RunEvent.data)
    query = select(data["address"].astext, data["action"].astext, data["status"].astext).where(
        col(RunEvent.run_id) == run_id, col(RunEvent.type) == "resource", data["phase"].astext == "apply"
    )
    steps = session.exec(query.order_by(col(RunEvent.n)))
    return sort(PlanSummary.model_validate(summary).changes, ((row[0], row[1], row[2]) for row in steps))


def sort(changes: Iterable[ResourceChange], steps: Iterable[Step]) -> Interrupted:
    """Every planned change into one of four groups. Pure."""
    last: dict[str, dict[str, str]] = {}
    for address, action, status in steps:
        last.setdefault(address, {})[action] = status
    groups: dict[str, list[str]] = {"finished": [], "failed": [], "in_flight": [], "not_begun": []}
    for change in changes:
        if change.action in _CHANGES:
            groups[_group(change.action, last.get(change.address))].append(change.address)
    return Interrupted(**{name: _touched(addresses) for name, addresses in groups.items()})


def _group(action: str, seen: dict[str, str] | None) -> str:
    if not seen:
        # Nothing is said about what is only forgotten.
        return "not_begun"
    if all(seen.get(part) == "done" for part in _WORK.get(action, {action})):
        return "finished"
    return "failed" if "failed" in seen.values() else "in_flight"


def _touched(addresses: list[str]) -> Touched:
    return Touched(count=len(addresses), addresses=sorted(addresses)[:MOST_NAMED])


def in_words(reached: Interrupted) -> str:
    """The groups that have something in them, a line each."""
    named: list[tuple[str, Touched]] = [
        ("Finished", reached.finished),
        ("Failed", reached.failed),
        ("In flight, may exist without being in the state", reached.in_flight),
        ("Not begun", reached.not_begun),
    ]
    return "\n".join(_line(title, group) for title, group in named if group.count)


def _line(title: str, group: Touched) -> str:
    more = group.count - len(group.addresses)
    rest: list[Any] = [f"and {more:,} more"] if more else []
    return f"{title} ({group.count:,}): {', '.join([*group.addresses, *rest])}"
