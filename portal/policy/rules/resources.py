"""Rules about what resources are: their type, place, size, name and labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Annotated, Any, Final

import re2
from pydantic import Field, field_validator

from portal.policy.rules.base import Patterns, Rule, Settings, at, is_open, listed, matches, named, problem
from portal.policy.schemas import PolicyProblem
from portal.policy.subject import Change, Subject

_TAG: Final = re.compile(r"[^=\s][^=]{0,127}(=[^=]{1,200})?")
_ZONE: Final = re.compile(r"([a-z]+-[a-z]+\d+)-[a-z]")


class RequiredTags(Settings):
    tags: Annotated[list[Annotated[str, Field(min_length=1, max_length=330)]], Field(min_length=1, max_length=30)] = (
        Field(
            title="Tags or labels",
            description="One a line: `owner`, or with the values that are allowed: `env=dev|test|prod`. "
            "Azure's tags and Google's labels alike.",
        )
    )
    except_types: Patterns = Field(
        default_factory=list, title="Except these types", description="Patterns: `google_compute_*`."
    )

    @field_validator("tags")
    @classmethod
    def _well_formed(cls, value: list[str]) -> list[str]:
        for tag in value:
            if not _TAG.fullmatch(tag):
                raise ValueError(f"{tag[:40]!r} is not `name` or `name=value|value`")
        return value


def _required_tags(subject: Subject, settings: RequiredTags) -> Iterator[PolicyProblem]:
    for change in subject.staying:
        if change.type not in _taggable() or matches(change.type, settings.except_types):
            continue
        tags = _tags(change)
        if tags is not None:
            yield from (problem(change, text) for text in _tag_problems(change, tags, settings.tags))


def _tag_problems(change: Change, tags: dict[str, Any], wanted: list[str]) -> Iterator[str]:
    word = "label" if change.provider == "google" else "tag"
    present = {name.lower(): value for name, value in tags.items()}
    for entry in wanted:
        name, _, values = entry.partition("=")
        if name.lower() not in present:
            yield f"It lacks the {word} {name}."
        elif values and not is_open(value := present[name.lower()]) and str(value) not in values.split("|"):
            yield f"Its {word} {name} is {value!r}; allowed: {listed(values.split('|'))}."


def _tags(change: Change) -> dict[str, Any] | None:
    """The tags or labels that it will have; None when nobody knows before the apply."""
    found: dict[str, Any] = {}
    paths = _taggable()[change.type]
    # What the provider adds by default is in `terraform_labels` only.
    for path in ["terraform_labels", *paths] if change.provider == "google" else paths:
        for value in at(change.after, path):
            if is_open(value):
                return None
            found |= value if isinstance(value, dict) else {}
    return found


@cache
def _taggable() -> dict[str, list[str]]:
    """By resource type, where its tags or labels stand. From the providers' schemas."""
    text = resources.files("portal.policy.rules").joinpath("taggable.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {kind: paths for kind, *paths in lines}


class AllowedRegions(Settings):
    regions: Annotated[Patterns, Field(min_length=1)] = Field(
        title="Regions", description="Names or patterns, one a line: `westeurope`, `europe-west*`, `EU`."
    )
    allow_global: bool = Field(default=True, title="What is global may be made", description="DNS zones, for example.")


def _allowed_regions(subject: Subject, settings: AllowedRegions) -> Iterator[PolicyProblem]:
    allowed = [region.lower().replace(" ", "") for region in settings.regions]
    for change in subject.staying:
        for place in sorted(_places(change)):
            if place == "global" and settings.allow_global:
                continue
            if not matches(place, allowed):
                yield problem(change, f"It would be in {place}; allowed: {listed(settings.regions)}.")


def _places(change: Change) -> set[str]:
    names = ["location", "region", *(["zone"] if change.provider == "google" else [])]
    return {_region(str(value)) for _, value in named(change.after, names) if value and not is_open(value)}


def _region(text: str) -> str:
    """The region in words of its cloud: of a zone, of a display name, or of a self link."""
    place = text.rpartition("/")[2].lower().replace(" ", "")
    zone = _ZONE.fullmatch(place)
    return zone.group(1) if zone else place


class ResourceTypes(Settings):
    allowed: Patterns = Field(
        default_factory=list,
        title="Allowed types",
        description="Patterns, one a line. Empty: all that are not forbidden.",
    )
    forbidden: Patterns = Field(default_factory=list, title="Forbidden types", description="Patterns: `*_vpn_gateway`.")


def _resource_types(subject: Subject, settings: ResourceTypes) -> Iterator[PolicyProblem]:
    for change in subject.staying:
        if matches(change.type, settings.forbidden):
            yield problem(change, f"Resources of the type {change.type} are forbidden.")
        elif settings.allowed and not matches(change.type, settings.allowed):
            yield problem(change, f"The type {change.type} is not one of those that are allowed.")


class MachineTypes(Settings):
    allowed: Annotated[Patterns, Field(min_length=1)] = Field(
        title="Allowed sizes",
        description="Patterns, one a line: `Standard_B*`, `Standard_D[24]s_v5`, `e2-*`, `n2-standard-[48]`.",
    )


MACHINE_SIZES: Final[dict[str, str]] = {
    "azurerm_linux_virtual_machine": "size",
    "azurerm_windows_virtual_machine": "size",
    "azurerm_linux_virtual_machine_scale_set": "sku",
    "azurerm_windows_virtual_machine_scale_set": "sku",
    "azurerm_orchestrated_virtual_machine_scale_set": "sku_name",
    "azurerm_kubernetes_cluster": "default_node_pool.vm_size",
    "azurerm_kubernetes_cluster_node_pool": "vm_size",
    "google_compute_instance": "machine_type",
    "google_compute_instance_template": "machine_type",
    "google_compute_region_instance_template": "machine_type",
    "google_container_cluster": "node_config.machine_type",
    "google_container_node_pool": "node_config.machine_type",
}
"""Where the size of a machine stands."""


def _machine_types(subject: Subject, settings: MachineTypes) -> Iterator[PolicyProblem]:
    for change in subject.staying:
        path = MACHINE_SIZES.get(change.type)
        for value in at(change.after, path) if path else []:
            size = str(value).rpartition("/")[2]
            if not is_open(value) and not matches(size, settings.allowed):
                yield problem(change, f"The size {size} is not allowed; allowed: {listed(settings.allowed)}.")


class NamingPattern(Settings):
    pattern: Annotated[str, Field(min_length=1, max_length=300)] = Field(
        title="Pattern",
        description="A regular expression (RE2) for the whole name: `[a-z]{2,4}-(dev|prod)-[a-z0-9-]+`.",
    )
    types: Patterns = Field(
        default_factory=list, title="Of these types", description="Patterns, one a line. Empty: whatever has a name."
    )

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        _compiled(value)
        return value


@cache
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors, options.max_mem = False, 4 << 20
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError(f"this is no regular expression: {error}") from None


def _naming(subject: Subject, settings: NamingPattern) -> Iterator[PolicyProblem]:
    pattern = _compiled(settings.pattern)
    for change in subject.staying:
        name = change.after.get("name")
        if not isinstance(name, str) or is_open(name) or (settings.types and not matches(change.type, settings.types)):
            continue
        if not pattern.fullmatch(name):
            yield problem(change, f"The name {name!r} does not follow the pattern {settings.pattern}")


RULES: tuple[Rule[Any], ...] = (
    Rule(
        "required_tags", "Required tags and labels",
        "Every resource that can have tags (Azure) or labels (Google) has these.", RequiredTags, _required_tags,
    ),
    Rule(
        "allowed_regions", "Allowed regions", "Resources are made in these regions only.",
        AllowedRegions, _allowed_regions,
    ),
    Rule(
        "resource_types", "Allowed and forbidden types", "Which types of resources may be made or changed.",
        ResourceTypes, _resource_types, reads_attributes=False,
    ),
    Rule(
        "machine_types", "Allowed sizes of machines", "Virtual machines, scale sets and cluster nodes have these sizes only.",
        MachineTypes, _machine_types,
    ),
    Rule("naming", "Naming pattern", "Names of resources follow a pattern.", NamingPattern, _naming),
)  # fmt: skip
