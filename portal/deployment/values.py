"""Values of a deployment, judged before they are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from portal.deployment import rules
from portal.deployment.versions import Pinned
from portal.kit import clock
from portal.kit.errors import FieldProblem, Invalid
from portal.project import guardrails
from portal.project.guardrails import Guardrail
from portal.run import places
from portal.template import service as templates
from portal.template.schemas import FieldError

MESSAGE = "Some values need another look. Each is named with what to do about it."


def judged(version: Pinned, values: Mapping[str, Any], *, name: str) -> dict[str, Any]:
    """What will be sent to Terraform; Invalid with a path `values.x` for each value that cannot be used."""
    result = templates.validate_values(version.key, with_own(version, values, name), version_files=version.files)
    refuse(result.errors)
    return result.values


def refuse_others(version: Pinned, before: Mapping[str, Any], after: Mapping[str, Any], role: str | None) -> None:
    """Invalid when a value changes that the template keeps for other roles of the project."""
    refuse(templates.role_errors(version.module, before, after, role))


def refuse_places(session: Session, account_id: str, version: Pinned, judged: Mapping[str, Any]) -> None:
    """Invalid when a value names a region in which the cloud account may make nothing."""
    found = places.problems(session, account_id, version.module, judged)
    refuse([FieldError(path=path, message=message) for path, message in found])


def refuse_life(about: Sequence[Guardrail], expires_at: datetime | None) -> None:
    """Invalid at `ttl` when these guardrails do not let a deployment live so long."""
    problem = guardrails.life_problem(about, expires_at - clock.now() if expires_at else None)
    if problem:
        raise Invalid(problem, [FieldProblem("ttl", problem)])


def with_own(version: Pinned, values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The values with the portal's own variable, when the template declares it and nobody set it."""
    declared = rules.OWN_VARIABLE in version.module.variables
    if declared and values.get(rules.OWN_VARIABLE) is None:
        return {**values, rules.OWN_VARIABLE: name}
    return dict(values)


def refuse(errors: list[FieldError]) -> None:
    """Invalid when there are any."""
    if errors:
        raise Invalid(MESSAGE, [FieldProblem(_path(error.path), error.message) for error in errors])


def _path(path: str) -> str:
    return f"values.{path}" if path else "values"
