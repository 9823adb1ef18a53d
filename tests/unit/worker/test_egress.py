"""Which addresses Terraform may reach from behind its walls (attacks 1 and 28)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from worker.terraform.isolation import seccomp
from worker.terraform.isolation.egress import Refused, connect, judge

POLICY = {"refused": [("10.1.2.3", 32), ("192.168.0.0", 16), ("2001:db8::5", 128)]}


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "169.254.169.254", "168.63.129.16", "100.100.100.200", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "ff02::1", "fd00:ec2::254", "fd20:ce::254",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
        "10.1.2.3", "::ffff:10.1.2.3", "192.168.7.7", "2001:db8::5",
    ],
)  # fmt: skip
def test_this_machine_its_neighbours_and_what_is_the_portals_are_refused(address: str) -> None:
    with pytest.raises(Refused):
        judge(address, POLICY)


@pytest.mark.parametrize("address", ["20.60.1.1", "10.1.2.4", "172.16.5.5", "2603:1030::1", "::ffff:20.60.1.1"])
def test_clouds_and_private_endpoints_are_not(address: str) -> None:
    judge(address, POLICY)


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "LOCALHOST.",
        "x.localhost",
        "metadata.google.internal",
        "metadata",
        "127.1",
        "0x7f000001",
        "2130706433",
    ],
)
def test_names_and_odd_spellings_of_the_same_are_refused(name: str) -> None:
    with pytest.raises(Refused):
        connect(name, 80, {})


@contextmanager
def proxy(answer: bytes) -> Iterator[tuple[dict[str, object], list[bytes]]]:
    """The proxy of a site, which answers every request so and then echoes."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                heard.append(connection.recv(4096))
                connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield (
            {
                "host": "127.0.0.1",
                "port": server.getsockname()[1],
                "authorization": "Basic eDp5",
                "excepted": ["inside.test"],
            },
            heard,
        )
        thread.join(60)


def test_the_way_goes_on_through_the_proxy_of_the_site() -> None:
    with proxy(b"HTTP/1.1 200 Connection established\r\n\r\n") as (site, heard):
        connect("management.azure.com", 443, {"proxy": site}).close()
    assert heard[0].startswith(b"CONNECT management.azure.com:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic eDp5\r\n" in heard[0]


def test_a_proxy_that_refuses_is_quoted() -> None:
    with proxy(b"HTTP/1.1 407 Login first\r\n\r\n") as (site, _), pytest.raises(OSError, match="407 Login first"):
        connect("management.azure.com", 443, {"proxy": site})


def test_an_address_is_judged_before_it_is_given_to_the_proxy() -> None:
    for address in ("169.254.169.254", "127.0.0.1", "::1"):
        with pytest.raises(Refused):
            connect(address, 80, {"proxy": {"host": "127.0.0.1", "port": 9, "excepted": []}})


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_of_system_calls_leads_somewhere_from_everywhere(machine: str) -> None:
    program = seccomp.program(machine)
    assert program is not None
    steps = [(program[at], program[at + 2], program[at + 3]) for at in range(0, len(program), 8)]
    for number, (_, yes, no) in enumerate(steps):
        assert number + 1 + max(yes, no) <= len(steps)
    assert steps[-1][0] == 0x06
    assert seccomp.program("riscv64") is None
