"""What a deployment would make and cost, before any plan: asked at each change of a form, and kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from sqlmodel import Session

from portal.auth.schemas import Actor
from portal.cost import estimate
from portal.cost.rules import is_free
from portal.cost.rules.charges import Resource
from portal.deployment.schemas import Foreseen, ForeseenCost
from portal.quota import guardrails
from portal.quota import service as quota
from portal.template import releases
from portal.template import service as templates

log = structlog.get_logger(__name__)


def foresee(
    session: Session, actor: Actor, key: str, values: Mapping[str, Any], *, project: str | None = None
) -> Foreseen:
    """What these values would create, and what that would cost.

    Args:
        session: the unit of work.
        actor: who asks; everybody who may see the template.
        key: the template's.
        values: JSON values by variable. Those that are missing or bad make what depends on them uncertain.
        project: its id or slug: with the values that it sets by itself, and what is left of its budget.

    Raises:
        NotFound: there is no such template or project, or not for this actor, or not for this project.
        Invalid: the template is broken.
    """
    releases.require_visible(session, actor, key)
    left = None
    if project is not None:
        project_id, values = guardrails.completed_for(session, actor, project, key, values)
        left = _budget_left(session, actor, project_id)
    shown = templates.preview_values(key, values)
    return Foreseen(**shown.model_dump(), cost=_cost(key, values, left))


def _budget_left(session: Session, actor: Actor, project_id: str) -> float | None:
    budget = next(meter for meter in quota.usage(session, actor, project_id).meters if meter.name == "budget")
    return None if budget.limit is None else round(budget.limit - budget.used, 2)


def _cost(key: str, values: Mapping[str, Any], left: float | None) -> ForeseenCost | None:
    """The estimate; None when it fails, which holds nobody up: the plan has its own."""
    try:
        drawing = templates.draw_values(key, values)
        made = [Resource(one.address, one.type, one.values, one.module) for one in drawing.instances]
        found = estimate.of_resources(made)
    except Exception as error:
        # Neither the message nor the traceback: both may quote a value.
        log.error("foreseen_cost_failed", template=key, error=type(error).__name__)
        return None
    more = any(not is_free(resource.type) for resource in drawing.uncounted)
    return ForeseenCost(**found.model_dump(), at_least=more or bool(found.unpriced), budget_left=left)
