"""Override files: `override.tf`, `*_override.tf` and their JSON change what other files declare, as Terraform merges them."""

from __future__ import annotations

from collections.abc import Iterable

from portal.template.errors import TemplateError
from portal.template.hcl.ast import Block, Body

_MERGED = {"resource", "data", "ephemeral", "variable", "output", "module", "provider"}
_BY_NAME = {"locals", "terraform"}


def is_override(name: str) -> bool:
    """Whether a file of this name (without folder) overrides others."""
    stem = name.removesuffix(".json").removesuffix(".tf")
    return stem == "override" or stem.endswith("_override")


def merged(primary: Iterable[Body], overriding: Iterable[Body]) -> Body:
    """One body of all files.

    Raises:
        TemplateError: an override is about something that no other file declares.
    """
    blocks = [block for body in primary for block in body.blocks]
    for body in overriding:
        for block in body.blocks:
            _override(blocks, block)
    return Body({}, tuple(blocks))


def _override(blocks: list[Block], change: Block) -> None:
    if change.type in _BY_NAME:
        _by_name(blocks, change)
        return
    place = next((index for index, block in enumerate(blocks) if _same(block, change)), None)
    if place is None or change.type not in _MERGED:
        what = " ".join((change.type, *change.labels))
        raise TemplateError(f"line {change.line}: there is no {what} in another file that this could override")
    if change.type == "variable" and change.body.blocks_of("validation"):
        raise TemplateError(f"line {change.line}: an override file cannot change validation blocks")
    blocks[place] = Block(change.type, change.labels, _merge(blocks[place].body, change.body), blocks[place].line)


def _same(block: Block, change: Block) -> bool:
    return (block.type, block.labels) == (change.type, change.labels) and _alias(block) == _alias(change)


def _alias(block: Block) -> object:
    """Two provider blocks of one name are told apart by their alias."""
    attribute = block.body.attributes.get("alias") if block.type == "provider" else None
    return attribute.expression if attribute else None


def _merge(base: Body, change: Body) -> Body:
    """Arguments one by one; nested blocks of one type all at once."""
    replaced = {block.type for block in change.blocks}
    kept = tuple(block for block in base.blocks if block.type not in replaced)
    return Body({**base.attributes, **change.attributes}, (*kept, *change.blocks))


def _by_name(blocks: list[Block], change: Block) -> None:
    """Each local value where it is defined; what a terraform block says goes beside the rest."""
    if change.type == "terraform":
        blocks.append(change)
        return
    for name, attribute in change.body.attributes.items():
        holders = [
            index for index, block in enumerate(blocks) if block.type == "locals" and name in block.body.attributes
        ]
        if not holders:
            raise TemplateError(f"line {attribute.line}: there is no local value {name} in another file to override")
        holder = blocks[holders[0]]
        changed = Body({**holder.body.attributes, name: attribute}, holder.body.blocks)
        blocks[holders[0]] = Block(holder.type, holder.labels, changed, holder.line)
