"""What the simulated cloud decides: ids, addresses, endpoints, keys. Always the same for the same resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from worker.sandbox.behaviour import Behaviour, Behaviours
from worker.sandbox.functions import PURE, SEEDED, address_if, system_identity
from worker.sandbox.identity import Identity, digest
from worker.sandbox.plan import as_block, element_type
from worker.sandbox.protocol import UNKNOWN, Value, has_unknown
from worker.sandbox.schema import Attribute, Block, Cty
from worker.sandbox.template import dig, render

_EMPTY: Final[dict[str, Value]] = {"number": 0, "bool": False, "string": "", "dynamic": None}
_KINDS: Final[dict[str, type]] = {"list": list, "set": list, "map": dict, "object": dict}


@dataclass(frozen=True)
class Surroundings:
    """What a value may depend on besides its resource: who asks, the provider's configuration, other resources."""

    identity: Identity
    settings: Mapping[str, Value] = field(default_factory=dict)
    """The provider's configuration, with what the environment adds: project, region, zone, default_labels."""
    find: Callable[[str], Mapping[str, Value] | None] = lambda resource_id: None
    """The attributes of the stored resource with this id."""

    def lookup(self, name: str) -> Value:
        """A name that every template may use, None when it is none: who one is, what the provider is configured with."""
        return _DEFAULTS[name](self) if name in _DEFAULTS else None

    def labels(self, which: str, own: Value) -> Value:
        """Google's labels: the provider's default ones, with the resource's, with the mark of Terraform."""
        labels = dict(self.settings.get("default_labels") or {})
        if which == "default":
            return labels
        if own is UNKNOWN:
            return UNKNOWN
        labels |= own or {}
        marked = which == "effective" and self.settings.get("add_terraform_attribution_label") is not False
        return labels | {"goog-terraform-provisioned": "true"} if marked else labels


def _region(surroundings: Surroundings) -> Value:
    zone = surroundings.settings.get("zone")
    return surroundings.settings.get("region") or (PURE["zone_region"](zone) if zone else None)


_DEFAULTS: Final[dict[str, Callable[[Surroundings], Value]]] = {
    "project": lambda one: one.settings.get("project") or one.identity.project,
    "region": _region,
    "zone": lambda one: one.settings.get("zone"),
    "default_project": lambda one: one.settings.get("project") or one.identity.project,
    "default_region": _region,
    "default_zone": lambda one: one.settings.get("zone"),
    "default_location": lambda one: one.settings.get("zone") or _region(one),
    "own_subscription": lambda one: one.identity.subscription_id,
    "own_tenant": lambda one: one.identity.tenant_id,
    "own_client": lambda one: one.identity.client_id,
    "own_object": lambda one: one.identity.object_id,
    "project_number": lambda one: one.identity.project_number,
}


@dataclass
class ResourceScope:
    """The scope of templates for one resource; `element` is the block in which the value to be rendered stands."""

    surroundings: Surroundings
    attributes: Mapping[str, Value]
    seed: str = ""
    element: Mapping[str, Value] = field(default_factory=dict)

    def value(self, path: str) -> Value:
        if path.startswith("."):
            return dig(self.element, path[1:])
        found = dig(self.attributes, path)
        return self.surroundings.lookup(path) if found is None and "." not in path else found

    def referred(self, resource_id: str, path: str) -> Value:
        attributes = self.surroundings.find(resource_id)
        return dig(attributes, path) if attributes is not None else None

    def call(self, function: str, argument: str) -> Value:
        if function in SEEDED:
            return SEEDED[function](digest(self.seed, function), argument)
        if function == "labels":
            return self.surroundings.labels(argument, self.attributes.get("labels"))
        if function == "annotations":
            return self.attributes.get("annotations") or {}
        head, *hops = argument.split("->")
        value = self.value(head)
        for hop in hops:
            value = self.referred(value, hop) if isinstance(value, str) else value
        return value if value is UNKNOWN else self._of_value(function, value)

    def _of_value(self, function: str, value: Value) -> Value:
        if function == "system_identity":
            return system_identity(value, self.seed)
        if function in ("public_ip", "private_ip"):
            return address_if(value, self.seed, "google" if function == "public_ip" else "private")
        return None if value is None else PURE[function](value)


@dataclass(frozen=True)
class Decider:
    """Fills what a plan left unknown, for one resource."""

    behaviours: Behaviours
    type_name: str
    surroundings: Surroundings

    @property
    def behaviour(self) -> Behaviour:
        return self.behaviours.of(self.type_name)

    def make_id(self, attributes: Mapping[str, Value], salt: str = "") -> str:
        """The id of a new resource. `salt` tells apart resources of a type whose ids are not made from their names."""
        decided = {name: value for name, value in attributes.items() if value is not UNKNOWN}
        scope = ResourceScope(self.surroundings, decided, digest(self.type_name, salt))
        template = self.behaviour.id
        rendered = render(self.behaviours.full_id(template), scope) if template else None
        return rendered if isinstance(rendered, str) else self._fallback_id(decided, scope)

    def _fallback_id(self, attributes: Mapping[str, Value], scope: ResourceScope) -> str:
        """An id for types whose form is not in the behaviour file, or whose parts are missing."""
        kind = self.type_name.partition("_")[2]
        name = attributes.get("name") or digest(scope.seed, "name")[:16]
        template = self.behaviours.raw["fallback_id"].replace("KIND", kind).replace("NAME", "{fallback_name}")
        named = ResourceScope(self.surroundings, {**attributes, "fallback_name": name}, scope.seed)
        return str(render(template, named) or f"{kind}/{name}")

    def fill(self, block: Block, planned: Mapping[str, Value], resource_id: str) -> dict[str, Value]:
        """`planned` with a value for everything unknown. What rules derive from one another is settled in passes."""
        attributes = {**planned, "id": resource_id} if planned.get("id") in (None, UNKNOWN) else dict(planned)
        for _ in range(3):
            attributes = self._block(block, attributes, attributes, resource_id, ())
            if not has_unknown(attributes):
                break
        return self._settled(block, attributes)

    def _block(
        self, block: Block, values: Mapping[str, Value], root: Mapping[str, Value], seed: str, path: tuple[str, ...]
    ) -> dict[str, Value]:
        filled = dict(values)
        for name, attribute in block.attributes.items():
            where = (*path, name)
            if filled.get(name) is UNKNOWN:
                filled[name] = self._decide(attribute, root, filled, seed, where)
            elif attribute.facts.get("nested") or has_unknown(filled.get(name)):
                filled[name] = self._inside(attribute, filled.get(name), root, seed, where)
        for name, nested in block.blocks.items():
            filled[name] = self._nested(nested.block, filled.get(name), root, seed, (*path, name))
        return filled

    def _nested(self, block: Block, value: Value, root: Mapping[str, Value], seed: str, path: tuple[str, ...]) -> Value:
        if value is UNKNOWN:
            rule = self.behaviour.computed.get(".".join(path))
            value = render(rule, ResourceScope(self.surroundings, root, f"{seed}#{path}")) or []
            value = [_shaped_block(block, element) for element in value]
        if isinstance(value, list):
            return [
                self._block(block, element, root, f"{seed}#{path[-1]}{index}", path)
                if isinstance(element, dict)
                else element
                for index, element in enumerate(value)
            ]
        return (
            self._block(block, value, root, seed, path) if isinstance(value, dict) and path[-1] != "timeouts" else value
        )

    def _inside(
        self, attribute: Attribute, value: Value, root: Mapping[str, Value], seed: str, path: tuple[str, ...]
    ) -> Value:
        """Unknown parts inside a known attribute."""
        inner = element_type(attribute.type)
        if isinstance(inner, list) and inner[0] == "object" and isinstance(value, list):
            return self._nested(as_block(attribute), value, root, seed, path)
        return _without_unknown(attribute.type, value)

    def _decide(
        self,
        attribute: Attribute,
        root: Mapping[str, Value],
        element: Mapping[str, Value],
        seed: str,
        path: tuple[str, ...],
    ) -> Value:
        scope = ResourceScope(self.surroundings, root, f"{seed}#{'.'.join(path)}", element)
        rule, known = self._rule(attribute, path)
        if known:
            return shaped(attribute.type, render(rule, scope))
        if attribute.optional and attribute.facts.get("enum") and attribute.type == "string":
            return attribute.facts["enum"][0]
        if attribute.type == "string" and not attribute.optional:
            return f"{attribute.name.split('_')[-1]}-{digest(scope.seed)[:10]}"
        return empty(attribute.type)

    def _rule(self, attribute: Attribute, path: tuple[str, ...]) -> tuple[Any, bool]:
        """The rule for an attribute, and whether there is one: its own, else by its name."""
        for rules in (self.behaviour.computed, self.behaviour.planned):
            if ".".join(path) in rules:
                return rules[".".join(path)], True
        return self.behaviours.named(path)

    def _settled(self, block: Block, attributes: Mapping[str, Value]) -> dict[str, Value]:
        """No unknown may remain, not even where rules depend on one another in a circle."""
        return {name: _settle(value) for name, value in attributes.items()}


def _settle(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: _settle(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_settle(inner) for inner in value]
    return None if value is UNKNOWN else value


def empty(cty: Cty) -> Value:
    """The value of a type that says nothing."""
    if isinstance(cty, str):
        return _EMPTY[cty]
    if cty[0] == "object":
        return {name: empty(inner) for name, inner in cty[1].items()}
    return _KINDS[cty[0]]()


def shaped(cty: Cty, value: Value) -> Value:
    """`value` in the form of a type: missing fields of objects become null, numbers in text become numbers."""
    if value is UNKNOWN or (value is None and isinstance(cty, str)):
        return value
    if isinstance(cty, str):
        return _shaped_simple(cty, value)
    kind, inner = cty
    if kind == "object":
        given = value if isinstance(value, dict) else {}
        return {name: shaped(part, given[name]) if name in given else None for name, part in inner.items()}
    if kind == "map":
        return {key: shaped(inner, part) for key, part in value.items()} if isinstance(value, dict) else {}
    items = value if isinstance(value, list) else [] if value is None else [value]
    kept = [shaped(inner, item) for item in items if item is not None]
    return kept if kind != "set" else [item for index, item in enumerate(kept) if item not in kept[:index]]


def _shaped_simple(cty: str, value: Value) -> Value:
    if cty == "string":
        return str(value).lower() if isinstance(value, bool) else str(value)
    if cty == "number":
        return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else value
    return value


def _shaped_block(block: Block, given: Mapping[str, Value]) -> dict[str, Value]:
    """A block made by a rule: what the rule leaves out is null, computed by name, or no block."""
    made: dict[str, Value] = {}
    for name, attribute in block.attributes.items():
        missing = UNKNOWN if attribute.computed else None
        made[name] = shaped(attribute.type, given[name]) if name in given else missing
    for name, nested in block.blocks.items():
        made[name] = [_shaped_block(nested.block, element) for element in given.get(name, [])]
    return made


def _without_unknown(cty: Cty, value: Value) -> Value:
    if value is UNKNOWN:
        return empty(cty)
    if isinstance(value, list) and isinstance(cty, list):
        return [_without_unknown(cty[1], element) for element in value]
    if isinstance(value, dict) and isinstance(cty, list):
        parts = cty[1] if cty[0] == "object" else dict.fromkeys(value, cty[1])
        return {key: _without_unknown(parts.get(key, "string"), element) for key, element in value.items()}
    return value
