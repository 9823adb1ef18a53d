"""How far an apply got, read from its plan, its events and the state: finished, unsaved, failed, in flight, not begun."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session, col, select

from portal.models import Run, RunEvent
from portal.run import repository
from portal.run.schemas import Interrupted, PlanSummary, ResourceChange, Touched
from portal.state import service as state_service

MOST_NAMED: Final = 200
"""Addresses that a group names; the number is always the whole one."""
_WORK: Final = {"replace": {"create", "delete"}}
_CHANGES: Final = ("create", "update", "delete", "replace", "forget")
Step = tuple[str, str, str]
"""address, action, status"""


@dataclass(frozen=True, slots=True)
class Saved:
    """The state that is stored: the addresses in it, and whether this run wrote it."""

    addresses: Collection[str]
    by_this_run: bool


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
    told = [(row[0], row[1], row[2]) for row in steps]
    return sort(PlanSummary.model_validate(summary).changes, told, saved=_saved(session, run_id))


def _saved(session: Session, run_id: str) -> Saved:
    deployment_id = session.exec(select(col(Run.deployment_id)).where(col(Run.id) == run_id)).one()
    addresses = {resource.address for resource in state_service.latest_resources(session, deployment_id)}
    return Saved(addresses, state_service.writer(session, deployment_id) == run_id)


def sort(changes: Iterable[ResourceChange], steps: Iterable[Step], *, saved: Saved | None = None) -> Interrupted:
    """Every planned change into one of five groups; without `saved`, what is finished counts as saved. Pure."""
    last: dict[str, dict[str, str]] = {}
    for address, action, status in steps:
        last.setdefault(address, {})[action] = status
    groups: dict[str, list[str]] = {name: [] for name in Interrupted.model_fields}
    for change in changes:
        if change.action in _CHANGES:
            group = _group(change.action, last.get(change.address))
            if group == "finished" and saved is not None and not _is_saved(change, saved):
                group = "unsaved"
            groups[group].append(change.address)
    return Interrupted(**{name: _touched(addresses) for name, addresses in groups.items()})


def _is_saved(change: ResourceChange, saved: Saved) -> bool:
    """Terraform writes the state at the end and now and then before: killed, it leaves one that lacks what came last."""
    if not saved.by_this_run:
        return False
    return (change.address in saved.addresses) != (change.action in ("delete", "forget"))


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
        ("Finished, but not in the state that was saved", reached.unsaved),
        ("Failed", reached.failed),
        ("In flight, may exist without being in the state", reached.in_flight),
        ("Not begun", reached.not_begun),
    ]
    return "\n".join(_line(title, group) for title, group in named if group.count)


def _line(title: str, group: Touched) -> str:
    more = group.count - len(group.addresses)
    rest: list[Any] = [f"and {more:,} more"] if more else []
    return f"{title} ({group.count:,}): {', '.join([*group.addresses, *rest])}"
