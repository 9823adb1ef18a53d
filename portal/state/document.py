"""Terraform's state file (format version 4), as far as the portal looks into it. Pure.

Source: the JSON that Terraform 1.11 writes; unknown fields are left alone.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from portal.kit.errors import Invalid
from portal.state.schemas import Instance, OutputValue, ResourceView


@dataclass(frozen=True, slots=True)
class StateDocument:
    """What is read out of one state file."""

    serial: int
    lineage: str
    terraform_version: str
    resources: tuple[ResourceView, ...]
    outputs: dict[str, OutputValue]


def parse(body: bytes) -> StateDocument:
    """The document; Invalid (without repeating any of it) when it is not a state of version 4."""
    try:
        data = json.loads(body)
        if data["version"] != 4:
            raise Invalid("Only state format 4 can be stored.")
        return StateDocument(
            serial=_serial(data["serial"]),
            lineage=_text(data["lineage"]),
            terraform_version=_storable(str(data.get("terraform_version") or ""))[:100],
            resources=tuple(_instances(data.get("resources") or [])),
            outputs={name: _output(item) for name, item in (data.get("outputs") or {}).items()},
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        # From None: the original would carry the state's text.
        raise Invalid("This is not a Terraform state.") from None


def instances(body: bytes, types: Collection[str]) -> list[Instance]:
    """The instances of these types with those of their attributes that are texts and not marked as sensitive."""
    data = json.loads(body)
    return [
        Instance(_storable(_address(resource, instance.get("index_key"))), resource["type"], _plain(instance))
        for resource in data.get("resources") or []
        if resource.get("mode") == "managed" and resource.get("type") in types
        for instance in resource.get("instances") or []
    ]


def _plain(instance: dict[str, Any]) -> dict[str, str]:
    hidden = {step.get("value") for path in instance.get("sensitive_attributes") or [] for step in path[:1]}
    attributes = instance.get("attributes") or {}
    return {name: value for name, value in attributes.items() if isinstance(value, str) and name not in hidden}


def named(body: bytes, lineage: str) -> bytes:
    """A state as Terraform leaves it when it could not even ask for one that exists: with its first name and number."""
    try:
        data = json.loads(body)
        if not isinstance(data, dict) or data.get("lineage") != "":
            return body
        return json.dumps(data | {"lineage": lineage, "serial": max(1, _serial(data["serial"]))}, indent=2).encode()
    except (ValueError, KeyError, RecursionError):
        return body


def _serial(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise ValueError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value or value != _storable(value):
        raise ValueError
    return value


def _storable(text: str) -> str:
    """The text as a database takes it. What a cloud calls its things must never keep a state from being stored."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def _output(item: dict[str, Any]) -> OutputValue:
    return OutputValue(value=item.get("value"), sensitive=bool(item.get("sensitive")), type=item.get("type"))


def _instances(resources: list[dict[str, Any]]) -> list[ResourceView]:
    return [
        ResourceView(
            address=_storable(_address(resource, instance.get("index_key"))),
            type=_storable(resource["type"]),
            id=_id((instance.get("attributes") or {}).get("id")),
            provider=_provider(resource.get("provider") or ""),
        )
        for resource in resources
        if resource.get("mode") == "managed"
        for instance in resource.get("instances") or []
    ]


def _address(resource: dict[str, Any], key: Any) -> str:
    module = f"{resource['module']}." if resource.get("module") else ""
    index = "" if key is None else f"[{json.dumps(key)}]"
    return f"{module}{resource['type']}.{resource['name']}{index}"


def _id(value: Any) -> str | None:
    return _storable(value) if isinstance(value, str) and value else None


def _provider(text: str) -> str:
    """`hashicorp/google` out of `provider["registry.terraform.io/hashicorp/google"].alias`."""
    _, _, rest = text.partition('["')
    source = _storable(rest.partition('"]')[0] or text)
    return source.removeprefix("registry.terraform.io/")
