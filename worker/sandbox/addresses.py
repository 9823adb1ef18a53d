"""Handing out network addresses: free ones of the right range, and which a resource holds."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from worker.sandbox.cloud import Decider, ResourceScope
from worker.sandbox.identity import digest
from worker.sandbox.protocol import UNKNOWN, Value
from worker.sandbox.store import Claim
from worker.sandbox.template import render

_RESERVED: Final = 4  # clouds keep the first addresses of a range for themselves
_MOST: Final = 4096


@dataclass(frozen=True)
class Addresses:
    """Addresses of one resource. `claimed` gives those that are taken in a scope."""

    account: str
    resource_id: str
    decider: Decider
    claimed: Callable[[str], set[str]]

    def assign(self, planned: Mapping[str, Value]) -> dict[str, Value]:
        """`planned` with a free address wherever the cloud gives one and none is known yet."""
        result: dict[str, Value] = dict(planned)
        own: set[tuple[str, str]] = set()
        for block, name, template in self._places():
            elements = result.get(block) if block else [result]
            if not isinstance(elements, list):
                continue
            given = [self._with_address(result, element, name, template, own) for element in elements]
            result = given[0] if not block else result | {block: given}
        return result

    def held(self, state: Mapping[str, Value]) -> list[Claim]:
        """What the resource occupies, once each."""
        claims: dict[Claim, None] = {}
        for block, name, template in self._places():
            for element in state.get(block) or [] if block else [state]:
                scope = self._range(state, element, template)
                if scope and element.get(name):
                    claims[Claim(f"{self.account}/{scope}", str(element[name]))] = None
        return list(claims)

    def _places(self) -> Iterator[tuple[str, str, str]]:
        for path, template in self.decider.behaviour.addresses.items():
            block, _, name = path.rpartition(".")
            yield block, name, template

    def _range(self, root: Mapping[str, Value], element: Mapping[str, Value], template: str) -> str | None:
        scope = ResourceScope(self.decider.surroundings, root, self.resource_id, element)
        cidr = render(template, scope)
        return cidr if isinstance(cidr, str) else None

    def _with_address(
        self, root: Mapping[str, Value], element: dict[str, Value], name: str, template: str, own: set[tuple[str, str]]
    ) -> dict[str, Value]:
        cidr = self._range(root, element, template) if element.get(name) is UNKNOWN else None
        if cidr is None:
            return element
        taken = self.claimed(f"{self.account}/{cidr}") | {address for scope, address in own if scope == cidr}
        address = next((one for one in free(cidr, f"{self.resource_id}{name}") if one not in taken), None)
        if address is None:
            return element
        own.add((cidr, address))
        return element | {name: address}


def free(cidr: str, seed: str) -> Iterator[str]:
    """Usable addresses of a range, beginning near its start at a place that depends on `seed`; none of nonsense."""
    try:
        network = ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return
    usable = min(network.num_addresses - _RESERVED - 1, _MOST)
    if usable < 1:
        return
    start = int(digest(seed)[:8], 16) % min(usable, 64)
    for step in range(usable):
        yield str(network[_RESERVED + (start + step) % usable])
