"""Reading data sources: what was really created when there is such a resource, else what a cloud would plausibly say."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from worker.sandbox.cloud import Decider, ResourceScope, shaped
from worker.sandbox.errors import CloudError
from worker.sandbox.identity import digest
from worker.sandbox.protocol import UNKNOWN, Value
from worker.sandbox.schema import Block
from worker.sandbox.template import render

Search = Callable[[Mapping[str, Value]], list[dict[str, Value]]]


def read(
    type_name: str, block: Block, config: Mapping[str, Value], *, decider: Decider, stored: Search
) -> dict[str, Value]:
    """The state of a data source. `stored` finds the resources of the same type with given attributes."""
    simple = {
        name: value
        for name, value in config.items()
        if isinstance(value, str | int | bool) and name in block.attributes
    }
    found = stored(simple) if simple else []
    if found:
        return _from_resource(block, config, found[0])
    missing = decider.behaviours.raw.get("must_exist", {}).get(type_name)
    if missing:
        raise CloudError(str(render(missing, ResourceScope(decider.surroundings, config))))
    return _plausible(type_name, block, config, decider)


def _from_resource(block: Block, config: Mapping[str, Value], resource: Mapping[str, Value]) -> dict[str, Value]:
    """The resource's attributes as far as the data source has them too, with the data source's own types."""
    state = dict(config)
    for name, attribute in block.attributes.items():
        if config.get(name) is None and (attribute.computed or name in resource):
            state[name] = shaped(attribute.type, resource.get(name))
    return state


def _plausible(type_name: str, block: Block, config: Mapping[str, Value], decider: Decider) -> dict[str, Value]:
    """What nobody created is made up from the request, always the same for the same one."""
    asked = {name: value for name, value in config.items() if value is not None}
    known = decider.behaviour.computed
    planned = {
        name: UNKNOWN if config.get(name) is None and (attribute.computed or name in known) else config.get(name)
        for name, attribute in block.attributes.items()
    }
    planned |= {name: config.get(name) for name in block.blocks}
    identity = decider.make_id(asked, digest(type_name, repr(sorted(asked.items(), key=lambda pair: pair[0]))))
    return decider.fill(block, planned, identity)
