"""CIDR functions. Terraform reads addresses with Go's older parser, which takes leading zeros as decimal."""

from __future__ import annotations

import ipaddress
import re
from decimal import Decimal

from portal.template.hcl.errors import EvalError, Undecided
from portal.template.hcl.functions.registry import function
from portal.template.hcl.functions.strings import whole
from portal.template.hcl.types import NUMBER, STRING
from portal.template.hcl.values import ListV

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_LEADING_ZERO = re.compile(r"(?:^|\.)0\d")


def parse_network(prefix: str) -> Network:
    """A network; host bits are cut off.

    Raises:
        EvalError: it is none.
    """
    address, slash, bits = prefix.partition("/")
    if not slash or not re.fullmatch(r"[0-9]{1,3}", bits) or "%" in address:
        raise EvalError("a CIDR such as 10.0.0.0/16 is required")
    if _LEADING_ZERO.search(address) or (len(bits) > 1 and bits[0] == "0"):
        raise Undecided("an address with leading zeros")
    if ":" in address and "." in address:
        raise Undecided("an IPv6 address written with an IPv4 part")
    try:
        return ipaddress.ip_network(prefix, strict=False)
    except ValueError:
        raise EvalError("a CIDR such as 10.0.0.0/16 is required") from None


@function("cidrhost", STRING, NUMBER)
def cidrhost(prefix: str, host: Decimal) -> str:
    """The address with this number in the network; negative ones count from the end."""
    network, number = parse_network(prefix), whole(host)
    size = 1 << (network.max_prefixlen - network.prefixlen)
    if number >= size or number < -size:
        raise EvalError("the network has no host of this number")
    return str(network[number])


@function("cidrnetmask", STRING)
def cidrnetmask(prefix: str) -> str:
    """The mask of an IPv4 network."""
    network = parse_network(prefix)
    if network.version != 4:
        raise EvalError("only IPv4 networks have a netmask")
    return str(network.netmask)


@function("cidrsubnet", STRING, NUMBER, NUMBER)
def cidrsubnet(prefix: str, new_bits: Decimal, number: Decimal) -> str:
    """The subnet with this number, `new_bits` longer."""
    return str(_subnet(parse_network(prefix), whole(new_bits), whole(number)))


def _subnet(network: Network, bits: int, number: int) -> Network:
    if bits > 32 and network.version == 6:
        raise Undecided("a subnet that is longer by more than 32 bits")
    length = network.prefixlen + bits
    if bits < 0 or length > network.max_prefixlen or number >= 1 << bits:
        raise EvalError("the network has no such subnet")
    if number < 0:
        raise Undecided("a subnet with a negative number")
    start = int(network.network_address) + (number << (network.max_prefixlen - length))
    return type(network)((start, length))  # type: ignore[arg-type]


@function("cidrsubnets", STRING, rest=NUMBER)
def cidrsubnets(prefix: str, *new_bits: Decimal) -> ListV:
    """Subnets one after the other, each `new_bits` longer."""
    network = parse_network(prefix)
    position, found = int(network.network_address), []
    for bits in map(whole, new_bits):
        length = network.prefixlen + bits
        if bits < 1 or length > network.max_prefixlen or bits > 32:
            raise EvalError("the network has no such subnet")
        size = 1 << (network.max_prefixlen - length)
        position = -(-position // size) * size
        if position + size > int(network.broadcast_address) + 1:
            raise EvalError("the network has no room for these subnets")
        found.append(str(type(network)((position, length))))  # type: ignore[arg-type]
        position += size
    return ListV(tuple(found), STRING)
