"""What each resource type is charged for: one small rule a type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from portal.cost.rules import azure_apps, azure_compute, azure_data, azure_network, free, gcp_compute, gcp_services
from portal.cost.rules.charges import Line, Resource

Rule = Callable[[Resource], Iterator[Line]]
RULES: Mapping[str, Rule] = {
    **azure_compute.RULES,
    **azure_network.RULES,
    **azure_apps.RULES,
    **azure_data.RULES,
    **gcp_compute.RULES,
    **gcp_services.RULES,
}
FREE = free.TYPES


def is_free(type_: str) -> bool:
    """Whether the type costs nothing by design."""
    return type_ in FREE or type_.startswith(free.NO_CLOUD)
