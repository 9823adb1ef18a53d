"""A resource for people to look at: without the values that its schema calls sensitive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from worker.sandbox.plan import as_block, element_type
from worker.sandbox.schema import Attribute, Block

MASK: Final = "(sensitive)"


def masked(block: Block, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """`attributes` with MASK in place of what is sensitive. What the schema does not know is masked, too."""
    return {name: _value(block, name, value) for name, value in attributes.items()}


def _value(block: Block, name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in block.blocks:
        return _each(block.blocks[name].block, value)
    attribute = block.attributes.get(name)
    if attribute is None or attribute.facts.get("sensitive"):
        return MASK
    return _each(as_block(attribute), value) if _holds_objects(attribute) else value


def _holds_objects(attribute: Attribute) -> bool:
    inner = element_type(attribute.type)
    return isinstance(inner, list) and inner[0] == "object"


def _each(block: Block, value: Any) -> Any:
    if isinstance(value, list):
        return [masked(block, element) if isinstance(element, dict) else element for element in value]
    return masked(block, value) if isinstance(value, dict) else value
