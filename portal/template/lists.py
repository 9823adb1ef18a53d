"""Named lists of options, `templates/_data/<kind>.json`: regions, sizes and what else is the same for many templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from portal.template.errors import TemplateError
from portal.template.schemas import OptionInfo

MAX_LIST_BYTES = 2_000_000


class _Entry(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    value: str | int | float | bool
    label: str | None = None
    description: str | None = None
    group: str | None = None
    icon: str | None = None
    price: str | None = None
    deprecated: bool = False
    depends: dict[str, list[str] | str] = Field(default_factory=dict)


class OptionList(BaseModel):
    """A list: its origin, the day that it was true, and the options."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: str
    source: str = ""
    as_of: str = ""
    options: list[_Entry]

    def infos(self) -> list[OptionInfo]:
        """The options as the form shows them."""
        return [_info(entry) for entry in self.options]


Lists = Mapping[str, OptionList]
_OF_AZURE = (
    "action-groups", "container-registries", "dns-zones", "key-vaults", "log-analytics-workspaces", "network-security-groups",
    "networks", "private-dns-zones", "public-ips", "resource-groups", "subnets", "user-assigned-identities",
)  # fmt: skip
_OF_GCP = (
    "buckets", "dns-zones", "kms-keys", "networks", "projects", "pubsub-topics", "secrets", "service-accounts", "subnets",
)  # fmt: skip
LIVE = frozenset({*(f"azure-{name}" for name in _OF_AZURE), *(f"gcp-{name}" for name in _OF_GCP)})
"""Kinds of which there is no list: what there is, only the account's own cloud knows."""


def _info(entry: _Entry) -> OptionInfo:
    depends = {key: [value] if isinstance(value, str) else value for key, value in entry.depends.items()}
    shown = entry.model_dump(exclude={"value", "label", "depends"})
    value = option_value(entry.value)
    return OptionInfo(value=value, label=entry.label or option_label(value), depends=depends, **shown)


def option_value(value: Any) -> Any:
    """An option's value as the form holds it: numbers as text."""
    return value if isinstance(value, (str, bool)) or value is None else str(value)


def option_label(value: Any) -> str:
    """The label of an option that has none."""
    return {True: "Yes", False: "No"}[value] if isinstance(value, bool) else str(value)


def parse_list(kind: str, data: bytes) -> OptionList:
    """Read a list's file. TemplateError when it is unusable or is about another kind."""
    if len(data) > MAX_LIST_BYTES or not re.fullmatch(r"[a-z0-9-]+", kind):
        raise TemplateError(f"the list {kind} is too large or has no plain name")
    try:
        found = OptionList.model_validate_json(data)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        raise TemplateError(f"the list {kind} cannot be read: {problem['loc']}: {problem['msg']}") from None
    if found.kind != kind:
        raise TemplateError(f"the list {kind} says that it is {found.kind}")
    return found
