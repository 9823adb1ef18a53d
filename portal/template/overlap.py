"""`check: cidr_overlap`: address ranges of a form that must keep apart. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from portal.template.checks import split_path
from portal.template.hcl.convert import MapKey, Path
from portal.template.manifest import Hint, OverlapCheck
from portal.template.module import Module
from portal.template.sensitive import sensitive_variables
from portal.template.visibility import places
from portal.template.words import humanise

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Overlap:
    """Two ranges that meet: what to say, and at which field."""

    path: Path
    message: str
    severity: Literal["error", "warning"]


@dataclass(frozen=True)
class _Range:
    network: Network
    path: Path
    own: bool
    """It stands at the place that has the check."""


def overlap_of(hint: Hint) -> OverlapCheck | None:
    """The check of a hint in full; None when it has none, or one of another kind."""
    if isinstance(hint.check, str):
        return OverlapCheck(kind="cidr_overlap")
    return hint.check if isinstance(hint.check, OverlapCheck) else None


def overlaps(module: Module, seen: Mapping[str, Any]) -> Iterator[Overlap]:
    """Every range that overlaps another one which it must keep away from.

    Args:
        module: the template.
        seen: all values with defaults filled in; what is no range is left to the template's own rules.
    """
    hints = module.manifest.variables if module.manifest else {}
    for place, hint in hints.items():
        if check := overlap_of(hint):
            found = [*_ranges(seen, place, own=True), *(r for p in check.against for r in _ranges(seen, p, own=False))]
            for mine, other in _meeting(found):
                text = check.message or _sentence(module, mine, other)
                yield Overlap(mine.path, text, check.severity)


def _ranges(seen: Mapping[str, Any], place: str, *, own: bool) -> Iterator[_Range]:
    name, rest = split_path(place)
    for path, value in places(seen.get(name), rest):
        for inner, text in _texts(value):
            try:
                yield _Range(ipaddress.ip_network(text, strict=False), (name, *path, *inner), own)
            except ValueError:
                continue


def _texts(value: Any) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield (), value
    elif isinstance(value, (list, dict)):
        steps = enumerate(value) if isinstance(value, list) else ((MapKey(key), item) for key, item in value.items())
        yield from (((step, *path), text) for step, item in steps for path, text in _texts(item))


def _meeting(ranges: list[_Range]) -> Iterator[tuple[_Range, _Range]]:
    """Pairs that overlap: ranges either nest or are apart, so by first address one pass finds a partner for each."""
    order = {item: index for index, item in enumerate(ranges)}
    widest: _Range | None = None
    for item in sorted(ranges, key=lambda r: (r.network.version, int(r.network.network_address), r.network.prefixlen)):
        if widest is not None and _holds(widest.network, item.network):
            mine, other = sorted((item, widest), key=lambda r: (r.own, order[r]), reverse=True)
            if mine.own and mine.path != other.path:
                yield mine, other
        else:
            widest = item


def _holds(outer: Network, inner: Network) -> bool:
    same = outer.version == inner.version
    return same and int(inner.network_address) <= int(outer.broadcast_address)


def _sentence(module: Module, mine: _Range, other: _Range) -> str:
    if {str(mine.path[0]), str(other.path[0])} & sensitive_variables(module):
        return "This range overlaps another one. Choose ranges that keep apart."
    return f"{mine.network} overlaps {other.network} ({_where(module, other.path)}). Choose ranges that keep apart."


def _where(module: Module, path: Path) -> str:
    """`Subnets "web"` or `Address space 2`."""
    name = str(path[0])
    hints = module.manifest.variables if module.manifest else {}
    title = (hints[name].title if name in hints else None) or humanise(name)
    for step in path[1:]:
        if isinstance(step, int):
            return f"{title} {step + 1}"
        if isinstance(step, MapKey):
            return f'{title} "{step}"'
    return title
