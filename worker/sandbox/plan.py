"""What a change will be: Terraform's PlanResourceChange as pure functions over schemas and values.

It follows what the real providers' SDK does: defaults appear in the plan, what the cloud decides is unknown until it
has decided, and what cannot be changed in place asks for a replacement.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from worker.sandbox.behaviour import Behaviour
from worker.sandbox.protocol import UNKNOWN, Path_, Value
from worker.sandbox.schema import Attribute, Block, Cty, NestedBlock

_NORMALISERS: Final[dict[str, Callable[[str], str]]] = {
    "location": lambda text: text.replace(" ", "").lower(),
    "upper": str.upper,
}


@dataclass(frozen=True, slots=True)
class Planned:
    """The state to be and the paths of changes that need a replacement."""

    state: Value
    replace: list[Path_] = field(default_factory=list)


def plan(block: Block, behaviour: Behaviour, *, config: Value, prior: Value) -> Planned:
    """Plans a creation (`prior` None) or an update. Deleting needs no plan."""
    planner = _Planner(behaviour)
    state = planner.block(block, config, prior, ())
    if prior is None:
        return Planned(state)
    if same_block(block, state, prior):
        return Planned(prior)
    replace: list[Path_] = list(_replaced(block, prior, state, ()))
    if not replace and block.no_update:
        replace = [(name,) for name in changed(block, prior, state) if name != "timeouts"]
    return Planned(state, replace)


@dataclass(frozen=True, slots=True)
class _Planner:
    behaviour: Behaviour

    def block(self, block: Block, config: Value, prior: Value, path: tuple[str, ...]) -> Value:
        if config is UNKNOWN:
            return UNKNOWN
        before = prior if isinstance(prior, dict) else {}
        state: dict[str, Value] = {}
        for name, attribute in block.attributes.items():
            state[name] = self.attribute(
                attribute, config.get(name), before.get(name), prior is not None, (*path, name)
            )
        for name, nested in block.blocks.items():
            state[name] = self.nested(nested, config.get(name), before.get(name), prior is not None, (*path, name))
        return state

    def attribute(
        self, attribute: Attribute, config: Value, prior: Value, existing: bool, path: tuple[str, ...]
    ) -> Value:
        if attribute.write_only:
            return None
        if config is not None:
            return self._configured(attribute, config, prior, path)
        if attribute.configurable and "default" in attribute.facts:
            return default(attribute)
        if attribute.computed:
            return prior if existing else UNKNOWN
        return None

    def _configured(self, attribute: Attribute, config: Value, prior: Value, path: tuple[str, ...]) -> Value:
        inner = element_type(attribute.type)
        if isinstance(inner, list) and inner[0] == "object":
            return self._objects(attribute, config, prior, path)
        how = self.behaviour.normalised.get(attribute.name) if len(path) == 1 else None
        value = _NORMALISERS[how](config) if how and isinstance(config, str) else config
        return prior if attribute.facts.get("diff_suppress") and suppressed(prior, value) else value

    def _objects(self, attribute: Attribute, config: Value, prior: Value, path: tuple[str, ...]) -> Value:
        """An attribute that is written like blocks: its elements have defaults and computed parts, too."""
        block = as_block(attribute)
        if not isinstance(config, list):
            return config
        return self._elements(block, attribute.type[0], config, prior, path)

    def nested(self, nested: NestedBlock, config: Value, prior: Value, existing: bool, path: tuple[str, ...]) -> Value:
        if config is UNKNOWN:
            return UNKNOWN
        if nested.mode in ("single", "group"):
            return (
                config if config is None or nested.name == "timeouts" else self.block(nested.block, config, prior, path)
            )
        if not config and ".".join(path) in self.behaviour.cloud_blocks:
            return prior if existing else UNKNOWN
        return self._elements(nested.block, nested.mode, config or [], prior, path)

    def _elements(
        self, block: Block, mode: str, config: list[Value], prior: Value, path: tuple[str, ...]
    ) -> list[Value]:
        before = list(prior) if isinstance(prior, list) else []
        if mode == "list":
            padded = before + [None] * (len(config) - len(before))
            return [self.block(block, element, padded[index], path) for index, element in enumerate(config)]
        return [self._member(block, element, before, path) for element in config]

    def _member(self, block: Block, config: Value, candidates: list[Value], path: tuple[str, ...]) -> Value:
        """An element of a set: the one that was there before when it says nothing else, or a new one."""
        for index, candidate in enumerate(candidates):
            if covers(config, candidate) and same_block(block, self.block(block, config, candidate, path), candidate):
                return candidates.pop(index)
        return self.block(block, config, None, path)


def as_block(attribute: Attribute) -> Block:
    """The block that an attribute of type list(object) or set(object) stands for."""
    about: Mapping[str, Mapping[str, Any]] = attribute.facts.get("nested", {})
    fields = element_type(attribute.type)[1]
    return Block({name: _field(name, cty, about) for name, cty in fields.items()}, {})


def _field(name: str, cty: Cty, about: Mapping[str, Mapping[str, Any]]) -> Attribute:
    facts = dict(about.get(name, {}))
    facts["nested"] = {key[len(name) + 1 :]: value for key, value in about.items() if key.startswith(f"{name}.")}
    return Attribute(name, cty, required=False, optional=True, computed=name == "id", facts=facts)


def element_type(cty: Cty) -> Cty:
    """The type inside a list, set or map type; None for other types."""
    return cty[1] if isinstance(cty, list) and cty[0] in ("list", "set", "map") else None


def default(attribute: Attribute) -> Value:
    """The default as Terraform numbers it: a fraction is text, or it would be a different number."""
    value = attribute.facts["default"]
    if attribute.type == "number" and isinstance(value, float):
        return int(value) if value.is_integer() else repr(value)
    return str(value) if attribute.type == "string" and not isinstance(value, str) else value


def suppressed(prior: Value, value: Value) -> bool:
    """Whether two values mean the same to a cloud: another case, or a resource's name in place of its whole link."""
    if not isinstance(prior, str) or not isinstance(value, str) or not prior or not value:
        return False
    one, other = prior.lower(), value.lower()
    return one == other or one.endswith(f"/{other}") or other.endswith(f"/{one}")


def covers(config: Value, candidate: Value) -> bool:
    """Whether `candidate` has everything that `config` sets, at the top level; a quick look before a thorough one."""
    if not isinstance(config, dict) or not isinstance(candidate, dict):
        return config == candidate
    simple = (str, int, bool)
    return all(candidate.get(name) == value for name, value in config.items() if isinstance(value, simple))


def canonical(value: Value) -> str:
    """A text by which equal values sort and compare equal."""
    return json.dumps(value, sort_keys=True, default=repr)


def same(cty: Cty, one: Value, other: Value) -> bool:
    """Equality of two values of a type, sets without regard to order."""
    if one == other:
        return True
    if isinstance(cty, list) and cty[0] == "set" and isinstance(one, list) and isinstance(other, list):
        return sorted(map(canonical, one)) == sorted(map(canonical, other))
    return False


def same_block(block: Block, one: Value, other: Value) -> bool:
    """Equality of two values of a block."""
    if one == other:
        return True
    return isinstance(one, dict) and isinstance(other, dict) and not changed(block, one, other)


def changed(block: Block, one: Mapping[str, Value], other: Mapping[str, Value]) -> list[str]:
    """The names of the attributes and blocks that differ."""
    names = [
        name for name, attribute in block.attributes.items() if not same(attribute.type, one.get(name), other.get(name))
    ]
    return names + [
        name for name, nested in block.blocks.items() if not _same_nested(nested, one.get(name), other.get(name))
    ]


def _same_nested(nested: NestedBlock, one: Value, other: Value) -> bool:
    if one == other:
        return True
    if nested.mode in ("single", "group") or not isinstance(one, list) or not isinstance(other, list):
        return False
    if len(one) != len(other):
        return False
    if nested.mode == "set":
        one, other = sorted(one, key=canonical), sorted(other, key=canonical)
    return all(same_block(nested.block, left, right) for left, right in zip(one, other, strict=True))


def _replaced(block: Block, prior: Mapping[str, Value], state: Mapping[str, Value], path: Path_) -> Iterator[Path_]:
    for name, attribute in block.attributes.items():
        if attribute.facts.get("force_new") and not same(attribute.type, prior.get(name), state.get(name)):
            yield (*path, name)
        elif attribute.facts.get("nested"):
            yield from _replaced_elements(
                as_block(attribute), attribute.type[0], prior.get(name), state.get(name), (*path, name)
            )
    for name, nested in block.blocks.items():
        before, after = prior.get(name), state.get(name)
        if isinstance(before, list) and isinstance(after, list):
            if nested.facts.get("force_new") and len(before) != len(after):
                yield (*path, name)
            yield from _replaced_elements(nested.block, nested.mode, before, after, (*path, name))


def _replaced_elements(block: Block, mode: str, before: Value, after: Value, path: Path_) -> Iterator[Path_]:
    """Elements of a list are compared by position. Those of a set have no address: the whole set is named."""
    if not isinstance(before, list) or not isinstance(after, list):
        return
    if mode == "list":
        for index, (one, other) in enumerate(zip(before, after, strict=False)):
            if isinstance(one, dict) and isinstance(other, dict):
                yield from _replaced(block, one, other, (*path, index))
    elif _fixed(block, before) != _fixed(block, after):
        yield path


def _fixed(block: Block, elements: list[Value]) -> list[str]:
    """What cannot be changed in the elements of a set, in an order of its own."""
    names = [name for name, attribute in block.attributes.items() if attribute.facts.get("force_new")]
    return (
        sorted(canonical([element.get(name) for name in names]) for element in elements if isinstance(element, dict))
        if names
        else []
    )
