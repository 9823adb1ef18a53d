"""Which addresses outside Terraform may reach from behind its walls, and the connection to one of them."""

from __future__ import annotations

import _socket

TYPE_CHECKING = False  # typing takes longer to import than this takes to run
if TYPE_CHECKING:
    from typing import Any

_PATIENCE = 30.0
_CHUNK = 4096
_LONGEST_ANSWER = 16 << 10

# (network, bits): this machine, its link with the metadata services on it, and what is no machine at all.
_NEVER = (
    ("0.0.0.0", 8),  # noqa: S104
    ("127.0.0.0", 8),
    ("169.254.0.0", 16),
    ("224.0.0.0", 3),
    ("168.63.129.16", 32),  # Azure's own agent service
    ("100.100.100.200", 32),
    ("192.0.0.192", 32),
    ("::", 127),
    ("fe80::", 10),
    ("ff00::", 8),
    ("fd00:ec2::254", 128),
    ("fd20:ce::254", 128),
)
_NAMES = ("localhost", "metadata", "metadata.google.internal", "instance-data", "metadata.azure.internal")
_WRAPPED = (("::ffff:0:0", 96, 12), ("64:ff9b::", 96, 12), ("2002::", 16, 2))
"""Where an IPv6 address holds an IPv4 address: network, bits, and the place of its first byte."""


class Refused(Exception):
    """Not an address that Terraform may reach; the text says so."""


def connect(host: str, port: int, policy: dict[str, Any]) -> _socket.socket:
    """A connection to `host`. What was judged is what is connected to: the name is asked for once."""
    name = host.lower().rstrip(".")
    if name in _NAMES or name.endswith((".localhost", ".internal.")):
        raise Refused(f"{host} is not reachable from a run")
    proxy = policy.get("proxy")
    if proxy and not any(name == one or name.endswith(f".{one}") for one in proxy["excepted"]):
        return _through(proxy, name, port)
    problem: OSError | None = None
    for family, kind, protocol, _, address in _socket.getaddrinfo(name, port, 0, _socket.SOCK_STREAM):
        judge(str(address[0]), policy)
        connection = _socket.socket(family, kind, protocol)
        connection.settimeout(_PATIENCE)
        try:
            connection.connect(address)
            return connection
        except OSError as error:
            connection.close()
            problem = error
    raise problem or OSError("it has no address")


def judge(address: str, policy: dict[str, Any]) -> None:
    """Refused for an address that is never reached, is the portal's or one of its servers', or is this machine's."""
    packed = _packed(address)
    for inner in [packed, *_wrapped(packed)]:
        if any(_within(inner, _packed(network), bits) for network, bits in (*_NEVER, *policy.get("refused", ()))):
            raise Refused(f"{address} is not reachable from a run")
    if _is_own(address):
        raise Refused(f"{address} is the worker's own address and not reachable from a run")


def _packed(address: str) -> bytes:
    plain = address.partition("%")[0]
    return _socket.inet_pton(_socket.AF_INET6 if ":" in plain else _socket.AF_INET, plain)


def _wrapped(packed: bytes) -> list[bytes]:
    return [packed[at : at + 4] for network, bits, at in _WRAPPED if _within(packed, _packed(network), bits)]


def _within(packed: bytes, network: bytes, bits: int) -> bool:
    if len(packed) != len(network):
        return False
    shift = len(packed) * 8 - bits
    return int.from_bytes(packed, "big") >> shift == int.from_bytes(network, "big") >> shift


def _is_own(address: str) -> bool:
    """Whether the way to `address` begins there: then it is this machine's. Nothing is sent."""
    probe = _socket.socket(_socket.AF_INET6 if ":" in address else _socket.AF_INET, _socket.SOCK_DGRAM)
    try:
        probe.connect((address, 9))
        return _packed(str(probe.getsockname()[0])) == _packed(address)
    except OSError:
        return False
    finally:
        probe.close()


def _through(proxy: dict[str, Any], name: str, port: int) -> _socket.socket:
    """By way of the operator's own proxy, which looks the name up. An address is judged here all the same."""
    if name.replace(".", "").isdecimal() or ":" in name:
        judge(name, {})
    found = _socket.getaddrinfo(proxy["host"], proxy["port"], 0, _socket.SOCK_STREAM)
    family, kind, protocol, _, address = found[0]
    connection = _socket.socket(family, kind, protocol)
    connection.settimeout(_PATIENCE)
    authority = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
    login = f"Proxy-Authorization: {proxy['authorization']}\r\n" if proxy.get("authorization") else ""
    try:
        connection.connect(address)
        connection.sendall(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{login}\r\n".encode("latin-1"))
        answer = b""
        while b"\r\n\r\n" not in answer and len(answer) < _LONGEST_ANSWER:
            piece = connection.recv(_CHUNK)
            if not piece:
                break
            answer += piece
        status = answer.partition(b"\r\n")[0].split(b" ")
        if len(status) < 2 or status[1] != b"200":
            raise OSError("the proxy of this site refused: " + answer.partition(b"\r\n")[0].decode("latin-1")[:200])
        return connection
    except OSError:
        connection.close()
        raise
