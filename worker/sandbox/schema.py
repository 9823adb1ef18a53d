"""Schema packs: what a provider's types look like, and what is known beyond Terraform's own schema."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from worker.sandbox.protocol import message

FOLDER: Final = Path(__file__).parent / "schemas"
_NO_FACTS: Final[Mapping[str, Any]] = MappingProxyType({})
_NESTING: Final = {"single": 1, "list": 2, "set": 3, "map": 4, "group": 5}

Cty = Any
"""A type as Terraform writes it in JSON: "string", ["list", "string"], ["object", {"name": "string"}], ..."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One argument or exported value of a block."""

    name: str
    type: Cty
    required: bool
    optional: bool
    computed: bool
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def configurable(self) -> bool:
        return self.required or self.optional

    @property
    def write_only(self) -> bool:
        return bool(self.facts.get("write_only"))


@dataclass(frozen=True, slots=True)
class NestedBlock:
    """A block inside a block. `mode` is "single", "list" or "set"; `most` is 0 for no limit."""

    name: str
    mode: str
    least: int
    most: int
    block: Block
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Block:
    """A resource, a data source, a provider's configuration, or a block inside one of them."""

    attributes: Mapping[str, Attribute]
    blocks: Mapping[str, NestedBlock]
    version: int = 0
    no_update: bool = False
    """Whether the cloud cannot change such a resource, so that each change replaces it."""


@dataclass(frozen=True)
class Pack:
    """The schemas of one provider. Types are parsed when they are asked for."""

    provider: str
    version: str
    raw: Mapping[str, Any] = field(repr=False)
    _parsed: dict[tuple[str, str], Block] = field(default_factory=dict, repr=False)
    _entries: dict[str, bytes] = field(default_factory=dict, repr=False)

    def resource(self, type_name: str) -> Block:
        """The schema of a resource type; KeyError when the pack has none."""
        return self._block("resources", type_name)

    def data_source(self, type_name: str) -> Block:
        """The schema of a data source type; KeyError when the pack has none."""
        return self._block("data_sources", type_name)

    @cached_property
    def provider_block(self) -> Block:
        return parse(self.raw["provider"])

    @property
    def resource_types(self) -> list[str]:
        return sorted(self.raw["resources"])

    @property
    def data_source_types(self) -> list[str]:
        return sorted(self.raw["data_sources"])

    def _block(self, kind: str, type_name: str) -> Block:
        key = (kind, type_name)
        if key not in self._parsed:
            self._parsed[key] = parse(self.raw[kind][type_name])
        return self._parsed[key]

    def response(self, used: Collection[str] | None = None) -> bytes:
        """The answer to GetProviderSchema: whole, or with the types that are `used` and outlines of all others.

        An outline knows a resource by its id alone. Terraform can still read a state that holds such a type, and destroy
        what is in it; and it need not decode megabytes of schema for a configuration of ten types.
        """
        if used is None:
            used = {*self.resource_types, *self.data_source_types}
        # Messages that follow each other are one message, and the later entry of a map wins.
        return self._outlines + b"".join(self._entry(name) for name in sorted(used))

    @cached_property
    def _outlines(self) -> bytes:
        """The provider's own configuration, and every type with nothing but its id."""
        answer = message("GetProviderSchema.Response")()
        answer.provider.block.CopyFrom(_block_message(self.provider_block))
        outline = _block_message(Block({"id": Attribute("id", "string", False, True, True)}, {}))
        for name in self.resource_types:
            answer.resource_schemas[name].version = self.resource(name).version
            answer.resource_schemas[name].block.CopyFrom(outline)
        for name in self.data_source_types:
            answer.data_source_schemas[name].block.CopyFrom(outline)
        answer.server_capabilities.plan_destroy = True
        answer.server_capabilities.get_provider_schema_optional = True
        return answer.SerializeToString()

    def _entry(self, name: str) -> bytes:
        """The schemas of one type name, serialised once; nothing for a name that the pack does not have."""
        if name not in self._entries:
            answer = message("GetProviderSchema.Response")()
            if name in self.raw["resources"]:
                block = self.resource(name)
                answer.resource_schemas[name].version = block.version
                answer.resource_schemas[name].block.CopyFrom(_block_message(block))
            if name in self.raw["data_sources"]:
                answer.data_source_schemas[name].block.CopyFrom(_block_message(self.data_source(name)))
            if not (serialised := answer.SerializeToString()):
                return b""  # not remembered: names come from outside
            self._entries[name] = serialised
        return self._entries[name]


@cache
def available() -> frozenset[str]:
    """The names of the providers that have a pack."""
    return frozenset(path.name.removesuffix(".json.gz") for path in FOLDER.glob("*.json.gz"))


@cache
def load(provider: str) -> Pack:
    """The pack of `provider`; KeyError when there is none, whatever the name looks like."""
    if provider not in available():
        raise KeyError(provider)
    raw = json.loads(gzip.decompress((FOLDER / f"{provider}.json.gz").read_bytes()))
    return Pack(provider, raw["version"], raw)


def parse(raw: Mapping[str, Any]) -> Block:
    """A block from its form in a pack."""
    attributes = {name: _attribute(name, *spec) for name, spec in raw["a"].items()}
    blocks = {name: _nested(name, *spec) for name, spec in raw.get("b", {}).items()}
    return Block(attributes, blocks, raw.get("version", 0), raw.get("no_update", False))


def _attribute(name: str, cty: Cty, flags: str, facts: Mapping[str, Any] = _NO_FACTS) -> Attribute:
    return Attribute(name, cty, "r" in flags, "o" in flags, "c" in flags, facts)


def _nested(
    name: str, mode: str, least: int, most: int, raw: Mapping[str, Any], facts: Mapping[str, Any] = _NO_FACTS
) -> NestedBlock:
    return NestedBlock(name, mode, least, most, parse(raw), facts)


def _type_json(cty: Cty) -> bytes:
    if isinstance(cty, str):  # nine in ten
        return f'"{cty}"'.encode()
    return json.dumps(cty, separators=(",", ":")).encode()


def _block_message(block: Block) -> Any:
    built = message("Schema.Block")()
    for name, attribute in sorted(block.attributes.items()):
        built.attributes.add(
            name=name,
            type=_type_json(attribute.type),
            required=attribute.required,
            optional=attribute.optional,
            computed=attribute.computed,
            sensitive=bool(attribute.facts.get("sensitive")),
            deprecated=bool(attribute.facts.get("deprecated")),
            write_only=attribute.write_only,
        )
    for name, nested in sorted(block.blocks.items()):
        counted = nested.mode not in ("single", "group")
        built.block_types.add(
            type_name=name,
            nesting=_NESTING[nested.mode],
            min_items=nested.least if counted else 0,
            max_items=nested.most if counted else 0,
            block=_block_message(nested.block),
        )
    return built
