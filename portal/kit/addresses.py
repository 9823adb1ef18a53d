"""Which addresses of the network an address that somebody configured may lead to. portal/kit/web.py says why."""

from __future__ import annotations

import socket
import threading
import time
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from portal.kit.config import settings
from portal.kit.errors import Invalid, Unavailable

Address = IPv4Address | IPv6Address
_TRANSLATED: Final = ip_network("64:ff9b::/96")
"""How an IPv4 address looks behind NAT64: the last four bytes are it."""
_PROTOCOLS: Final = ip_network("192.0.0.0/24")
"""Of the protocols themselves; a cloud keeps its metadata service there."""
_METADATA: Final = frozenset({ip_address("168.63.129.16"), ip_address("100.100.100.200"), ip_address("fd00:ec2::254")})
"""Metadata services of clouds that are not link-local addresses."""
_MOST: Final = 8
"""So many addresses of one name are tried."""


def allowed(host: str, port: int, end: float) -> list[str]:
    """Every address of the host, asked for once; Invalid when any of them is inside and the operator did not name the host."""
    found = _resolve(host, port, end)
    if found is None:
        raise Unavailable(f"There is no host {host}.")
    _require_public(host, found)
    return [str(address) for address in found[:_MOST]]


def refuse_known(host: str, port: int, end: float) -> None:
    """Invalid when the host is known here to be inside; a name that only a proxy can resolve passes."""
    _require_public(host, _resolve(host, port, end) or [])


def is_public(address: Address) -> bool:
    """Whether the address is one of the internet, in whatever dress it comes."""
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    odd = address.is_multicast or address.is_reserved or address.is_unspecified or address in _METADATA
    return address.is_global and not odd and address not in _PROTOCOLS and not getattr(address, "is_site_local", False)


def is_never(address: Address) -> bool:
    """Whether not even a host that the operator named may be there: where clouds hand out credentials."""
    inner = _inner(address)
    return (
        is_never(inner) if inner is not None else address.is_link_local or address in _METADATA or address in _PROTOCOLS
    )


def _inner(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address carries."""
    if isinstance(address, IPv4Address):
        return None
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _require_public(host: str, found: list[Address]) -> None:
    named = host in settings().private_hosts
    for address in found:
        if is_never(address) or not (named or is_public(address)):
            raise Invalid(
                f"{host} is an address inside the network, which the portal does not call. "
                "The operator can allow the host by TERRACE_PRIVATE_HOSTS."
            )


def _resolve(host: str, port: int, end: float) -> list[Address] | None:
    """What the name stands for, within the time; None when it stands for nothing. An address stands for itself."""
    answers: list[list[Address] | None] = []
    thread = threading.Thread(target=lambda: answers.append(_look_up(host, port)), daemon=True)
    thread.start()
    thread.join(max(end - time.monotonic(), 0.001))
    if not answers:
        raise Unavailable(f"The name {host} was not resolved in time.")
    return answers[0]


def _look_up(host: str, port: int) -> list[Address] | None:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None
    return list(dict.fromkeys(ip_address(str(row[4][0]).partition("%")[0]) for row in rows)) or None
