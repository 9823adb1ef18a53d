"""Which projects, templates and regions an account is open to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.project.regions import REGION_KINDS, is_place, region_of

__all__ = ["REGION_KINDS", "Scope", "is_place", "of", "region_of"]


@dataclass(frozen=True, slots=True)
class Scope:
    """None means all."""

    projects: frozenset[str] | None = None
    """Ids."""
    templates: frozenset[str] | None = None
    regions: frozenset[str] | None = None

    def closed(self, *, project_id: str, template: str) -> str | None:
        """Why this project may not use the account with this template; None when it may."""
        if self.projects is not None and project_id not in self.projects:
            return "is not open to this project"
        if self.templates is not None and template not in self.templates:
            return "is not open to this template"
        return None

    def refused(self, places: Iterable[str]) -> list[str]:
        """Those of the places where nothing may be made, as they were written."""
        allowed = self.regions
        return [] if allowed is None else [place for place in places if region_of(place) not in allowed]


def of(stored: Mapping[str, Any] | None) -> Scope:
    """The scope as a row keeps it."""
    found = stored or {}
    parts = {name: found.get(name) for name in ("projects", "templates", "regions")}
    return Scope(**{name: None if part is None else frozenset(part) for name, part in parts.items()})
