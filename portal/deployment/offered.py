"""Outputs of the deployments of a project, as values to choose in the form of another deployment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session

from portal.auth.schemas import Actor
from portal.deployment import repository
from portal.deployment.schemas import OfferedOutput
from portal.kit.errors import FieldProblem, Invalid
from portal.project import service as projects
from portal.state import service as state_service
from portal.state.schemas import OutputValue

MAX_SOURCES: Final = 40
MAX_DEPLOYMENTS: Final = 200
MAX_VALUES: Final = 1000
_SOURCE: Final = re.compile(r"([a-z0-9-]+/[a-z0-9-]+):([A-Za-z_][\w-]{0,119})(?:\.([A-Za-z_][\w-]{0,119}))?")


@dataclass(frozen=True)
class _Source:
    text: str
    template: str
    output: str
    attribute: str | None


def offered_outputs(session: Session, actor: Actor, project: str, sources: Sequence[str]) -> list[OfferedOutput]:
    """The values that the project's living deployments offer, by name of the deployment.

    Args:
        session: the unit of work.
        actor: who asks; any member of the project may.
        project: its id or slug. Nothing of another project is looked at.
        sources: each `<template>:<output>` or `<template>:<output>.<attribute>`. A list or map offers its elements, or
            that attribute of each.

    A sensitive output is never offered.
    """
    found = projects.resolve(session, actor, project)
    projects.require(session, actor, found.id, "output.read")
    wanted = [_source(text) for text in dict.fromkeys(sources)]
    if len(wanted) > MAX_SOURCES:
        raise _refusal(f"Ask for at most {MAX_SOURCES} sources at once.")
    keys = {source.template for source in wanted}
    living = repository.living_of(session, found.id, keys, limit=MAX_DEPLOYMENTS) if keys else []
    outputs = state_service.outputs_of(session, [row.id for row in living])
    offered = (item for row in living for item in _of_deployment(row, outputs.get(row.id, {}), wanted))
    return [item for item, _ in zip(offered, range(MAX_VALUES), strict=False)]


def _source(text: str) -> _Source:
    match = _SOURCE.fullmatch(text)
    if match is None:
        raise _refusal("A source is written <cloud>/<template>:<output>, or with .<attribute> behind it.")
    return _Source(text, match[1], match[2], match[3])


def _refusal(text: str) -> Invalid:
    return Invalid(text, [FieldProblem("source", text)])


def _of_deployment(
    row: repository.Living, outputs: dict[str, OutputValue], sources: list[_Source]
) -> Iterator[OfferedOutput]:
    for source in sources:
        output = outputs.get(source.output)
        if source.template != row.template_key or output is None or output.sensitive:
            continue
        for key, value in _choices(output.value, source.attribute):
            yield OfferedOutput(
                source=source.text, value=value, key=key, deployment_id=row.id, deployment=row.name,
                sandbox=row.account_kind == "sandbox",
            )  # fmt: skip


def _choices(value: Any, attribute: str | None) -> Iterator[tuple[str, Any]]:
    """Each single value in an output, with its key or index in words."""
    if not isinstance(value, (list, dict)):
        candidates: Iterator[tuple[str, Any]] = iter([("", value)])
    elif isinstance(value, dict) and attribute in value:
        candidates = iter([("", value[attribute])])
    else:
        pairs = (
            value.items() if isinstance(value, dict) else ((str(index + 1), item) for index, item in enumerate(value))
        )
        candidates = ((key, _part(item, attribute)) for key, item in pairs)
    return ((key, item) for key, item in candidates if isinstance(item, (str, int, float)) and item != "")


def _part(item: Any, attribute: str | None) -> Any:
    if attribute is None:
        return item
    return item.get(attribute) if isinstance(item, dict) else None
