from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from portal.kit import addresses, web
from portal.kit.config import settings
from portal.kit.errors import Invalid, Unavailable
from tests.support import https
from tests.support.https import Asked, Handler, Reply, Server

PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")


def answer(_: Handler, asked: Asked) -> Reply | None:
    if asked.path == "/away":
        return 302, {"Location": "/landed"}, b""
    if asked.path == "/large":
        return 200, {}, b"x" * 5000
    return 200, {"X-Who": "me"}, json.dumps({"path": asked.path, "body": asked.body.decode()}).encode()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERRACE_PRIVATE_HOSTS", "localhost, idp.example.test")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with https.serving(answer, tmp_path) as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(running.certificates))
        yield running


def test_an_answer_has_status_headers_and_body(server: Server) -> None:
    said = web.request("POST", f"{server.url}/a?b=c", headers={"X-Mine": "1"}, json={"k": "ü"})
    assert (said.status, said.headers["x-who"]) == (200, "me")
    assert said.json() == {"path": "/a?b=c", "body": '{"k": "ü"}'}
    asked = server.asked[0].headers
    assert (asked["x-mine"], asked["host"]) == ("1", f"localhost:{server.port}")
    assert (asked["content-type"], asked["user-agent"]) == ("application/json", "terrace")


def test_attack_28_a_redirect_is_an_answer_and_is_not_followed(server: Server) -> None:
    assert web.request("GET", f"{server.url}/away").status == 302
    assert [asked.path for asked in server.asked] == ["/away"]


def test_attack_28_a_host_that_the_operator_did_not_name_may_not_be_inside(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERRACE_PRIVATE_HOSTS", "another.example")
    settings.cache_clear()
    for host in ("localhost", "127.0.0.1", "[::ffff:127.0.0.1]", "2130706433"):
        with pytest.raises(Invalid, match="inside the network"):
            web.request("GET", f"https://{host}:{server.port}/")
    assert server.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "168.63.129.16", "192.0.0.192", "::1", "::", "fe80::1", "fec0::1", "fd00:ec2::254",
        "fc00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::7f00:1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_attack_28_an_address_of_the_inside_is_none_of_the_internet(address: str) -> None:
    assert not addresses.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_an_address_of_the_internet_is_one(address: str) -> None:
    assert addresses.is_public(ip_address(address))


def test_attack_28_one_address_of_the_inside_among_public_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _answering({"rebind.example": ["93.184.216.34", "10.0.0.1"]}, []))
    with pytest.raises(Invalid, match="inside the network"):
        web.request("GET", "https://rebind.example/")


@pytest.mark.parametrize("address", ["169.254.169.254", "::ffff:169.254.169.254", "168.63.129.16"])
def test_attack_28_a_metadata_service_is_refused_even_to_a_host_that_the_operator_named(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _answering({"idp.example.test": [address]}, []))
    with pytest.raises(Invalid, match="inside the network"):
        web.request("GET", "https://idp.example.test/")


def test_attack_28_a_name_is_resolved_once_and_that_answer_is_used(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []
    monkeypatch.setattr(socket, "getaddrinfo", _answering({"idp.example.test": ["127.0.0.1"]}, names))
    assert web.request("GET", f"https://idp.example.test:{server.port}/").status == 200
    assert names.count("idp.example.test") == 1
    assert server.asked[0].headers["host"] == f"idp.example.test:{server.port}"


def test_a_certificate_of_another_name_or_of_nobody_that_we_trust_is_refused(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERRACE_PRIVATE_HOSTS", "localhost other.example.test")
    settings.cache_clear()
    monkeypatch.setattr(socket, "getaddrinfo", _answering({"other.example.test": ["127.0.0.1"]}, []))
    with pytest.raises(Unavailable, match="certificate"):
        web.request("GET", f"https://other.example.test:{server.port}/")
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(Unavailable, match="certificate"):
        web.request("GET", server.url)
    assert server.asked == []


def test_attack_28_an_answer_is_bounded_in_size(server: Server) -> None:
    assert len(web.request("GET", f"{server.url}/large", largest=5000).body) == 5000
    with pytest.raises(Unavailable, match="more than 4999 bytes"):
        web.request("GET", f"{server.url}/large", largest=4999)


@pytest.mark.parametrize("where", ["headers", "body"])
def test_attack_28_a_byte_now_and_then_prolongs_nothing(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def drip(handler: Handler, _: Asked) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"Content-Length: 100000\r\n\r\n" if where == "body" else b"X: "))
        while not over.wait(0.05):
            handler.wfile.write(b"x")

    with https.serving(drip, tmp_path) as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(running.certificates))
        began = time.monotonic()
        with pytest.raises(Unavailable, match="did not answer within"):
            web.request("GET", running.url, seconds=0.5)
        over.set()
        assert time.monotonic() - began < 60, "without an end it would never have come back"


def test_a_name_that_nobody_resolves_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(60) and [])
    with pytest.raises(Unavailable, match="not resolved in time"):
        web.request("GET", "https://idp.example.test/", seconds=0.1)
    over.set()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "//example.com/", "https:///path", "https://user:word@example.com/",
        "https://exa mple.com/", "https://example.com\t/", "https://example.com/\r\nX: y", "https://exämple.com/",
        "https://example.com\\@localhost/", "https://example.com:99999/", "https://[::1/", "https://exa%6dple.com/", "",
    ],
)  # fmt: skip
def test_attack_28_an_address_that_can_be_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        web.request("GET", url)


def test_with_a_proxy_it_is_the_proxy_that_connects_and_the_inside_stays_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _answering({"inner.example.test": ["10.0.0.1"]}, []))
    with _proxy(server.port) as (port, connected):
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        assert web.request("GET", "https://idp.example.test/through").json()["path"] == "/through"
        with pytest.raises(Invalid, match="inside the network"):
            web.request("GET", "https://inner.example.test/")
        assert connected == [b"CONNECT idp.example.test:443 HTTP/1.1"]


def _answering(known: dict[str, list[str]], names: list[str]) -> Any:
    """A resolver that knows a few names, and addresses as they stand."""
    real = socket.getaddrinfo

    def look_up(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        names.append(host)
        if host.endswith((".test", ".example")) and host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [row for one in known.get(host, [host]) for row in real(one, port, *rest, **more)]

    return look_up


@contextmanager
def _proxy(target: int) -> Iterator[tuple[int, list[bytes]]]:
    """A proxy that leads every CONNECT to one port of the loopback; with its first lines."""
    listener = socket.create_server(("127.0.0.1", 0))
    lines: list[bytes] = []

    def pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            sink.close()

    def serve() -> None:
        client, _ = listener.accept()
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(4096)
        lines.append(head.split(b"\r\n")[0])
        onward = socket.create_connection(("127.0.0.1", target))
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        threading.Thread(target=pump, args=(client, onward), daemon=True).start()
        pump(onward, client)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1], lines
    finally:
        listener.close()
