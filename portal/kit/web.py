"""The one way to addresses that people configured: identity providers, webhooks. It reaches no machine of the inside.

Such an address is somebody's wish, so it may lead to this machine, to a neighbour, or to the metadata service that hands out a
cloud's credentials. Therefore: https only; the name is resolved once, every address that it has must be a public one, and the
connection is made to exactly that address (a second answer of DNS is never asked for); a redirect is an answer like any other;
size and time are bounded as a whole. `TERRACE_PRIVATE_HOSTS` names the hosts that may be inside. With a proxy of the operator's
(`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`) it is the proxy that connects; a name that is known here to be inside is refused still.
"""

from __future__ import annotations

import json as codec
import ssl
import time
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import httpcore

from portal.kit import addresses
from portal.kit.errors import Invalid, TerraceError, Unavailable

LARGEST: Final = 1 << 20
SECONDS: Final = 10.0
_CHUNK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The body as JSON; Unavailable when it is none."""
        try:
            return codec.loads(self.body)
        except (ValueError, RecursionError):
            raise Unavailable("The answer is not JSON.") from None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes, read once: what is checked is what is used."""

    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """As in the header Host."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == 443 else f"{name}:{self.port}"


def place_of(url: str) -> Place:
    """The parts of an address that may be asked; Invalid says why it may not."""
    if not url.isascii() or any(ord(char) < 33 or char in '\\"<>^`{|}\x7f' for char in url):
        raise Invalid("An address holds no spaces and only plain characters.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid("This is not an address.") from None
    if parts.scheme.lower() != "https":
        raise Invalid("The address must begin with https://.")
    if not parts.hostname or parts.username is not None or parts.password is not None or "%" in parts.netloc:
        raise Invalid("The address must name a host, and no user or password.")
    return Place(parts.hostname.lower(), 443 if port is None else port, _target(parts.path, parts.query))


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    data: bytes | None = None,
    json: Any = None,
    seconds: float = SECONDS,
    largest: int = LARGEST,
) -> Answer:
    """Ask once. Invalid when the address may not be asked; Unavailable, in one sentence, when there is no usable answer."""
    place = place_of(url)
    end = time.monotonic() + seconds
    given = {
        "user-agent": "terrace",
        "accept-encoding": "identity",
        **{k.lower(): v for k, v in (headers or {}).items()},
    }
    if json is not None:
        data = codec.dumps(json, ensure_ascii=False).encode()
        given.setdefault("content-type", "application/json")
    try:
        with _pool(place, end) as pool:
            return _ask(pool, place, method, given, data, end, largest)
    except TerraceError:
        raise
    except httpcore.TimeoutException:
        raise Unavailable(f"{place.host} did not answer within {seconds:g} seconds.") from None
    except (ssl.SSLError, OSError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
        raise Unavailable(f"{place.host} cannot be reached: {_reason(error)}.") from None


def _ask(
    pool: httpcore.ConnectionPool,
    place: Place,
    method: str,
    headers: Mapping[str, str],
    data: bytes | None,
    end: float,
    largest: int,
) -> Answer:
    url = httpcore.URL(scheme="https", host=place.host, port=place.port, target=place.target)
    sent = [("Host", place.authority), *headers.items()]
    if data is not None:
        sent.append(("Content-Length", str(len(data))))
    left = max(end - time.monotonic(), 0.001)
    timeouts = {"connect": left, "read": left, "write": left, "pool": left}
    with pool.stream(method, url, headers=sent, content=data, extensions={"timeout": timeouts}) as response:
        body = _read(response.iter_stream(), place, largest)
        names = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        return Answer(response.status, names, body)


def _read(chunks: Iterable[bytes], place: Place, largest: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > largest:
            raise Unavailable(f"{place.host} answered with more than {largest} bytes.")
    return bytes(body)


def _pool(place: Place, end: float) -> httpcore.ConnectionPool:
    """Connections that end when the time does, to the checked address or to the operator's proxy."""
    proxy = _proxy_for(place.host)
    if proxy is None:
        allowed = addresses.allowed(place.host, place.port, end)
        return httpcore.ConnectionPool(ssl_context=_trust(), network_backend=_Bounded(end, allowed), retries=0)
    addresses.refuse_known(place.host, place.port, end)
    return httpcore.HTTPProxy(
        proxy_url=f"{proxy.scheme}://{proxy.host}",
        proxy_auth=proxy.auth,
        proxy_ssl_context=_trust() if proxy.scheme == "https" else None,
        ssl_context=_trust(),
        network_backend=_Bounded(end, None),
    )


@dataclass(frozen=True, slots=True)
class _Proxy:
    scheme: str
    host: str
    auth: tuple[str, str] | None = field(repr=False)


def _proxy_for(host: str) -> _Proxy | None:
    """The operator's proxy for this host, by the variables that every program reads."""
    known = urllib.request.getproxies_environment()
    chosen = known.get("https") or known.get("all")
    if not chosen or urllib.request.proxy_bypass_environment(host, known):  # type: ignore[attr-defined]
        return None
    parts = urlsplit(chosen if "://" in chosen else f"http://{chosen}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unavailable("The proxy that HTTPS_PROXY or ALL_PROXY names is of a kind that is not supported.")
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return _Proxy(parts.scheme, parts.netloc.rpartition("@")[2], auth)


def _trust() -> ssl.SSLContext:
    """The authorities of SSL_CERT_FILE and SSL_CERT_DIR when they are set, else the usual ones; as everywhere in the portal."""
    import httpx

    return httpx.create_ssl_context()


class _Bounded(httpcore.NetworkBackend):
    """Sockets whose every wait ends at `end`, connected to one of `allowed` whatever the name is by now."""

    def __init__(self, end: float, allowed: list[str] | None) -> None:
        self._end, self._allowed, self._real = end, allowed, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        problem: Exception = httpcore.ConnectError("no address")
        for address in [host] if self._allowed is None else self._allowed:
            try:
                stream = self._real.connect_tcp(address, port, _left(self._end), local_address, socket_options)
                return _Stream(stream, self._end)
            except httpcore.NetworkError as error:
                problem = error
        raise problem


class _Stream(httpcore.NetworkStream):
    """A connection; a byte now and then does not prolong it."""

    def __init__(self, real: httpcore.NetworkStream, end: float) -> None:
        self._real, self._end = real, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._real.read(min(max_bytes, _CHUNK), _left(self._end))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._real.write(buffer, _left(self._end))

    def close(self) -> None:
        self._real.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._real.start_tls(ssl_context, server_hostname, _left(self._end)), self._end)

    def get_extra_info(self, info: str) -> Any:
        return self._real.get_extra_info(info)


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left


def _target(path: str, query: str) -> str:
    return (path or "/") + (f"?{query}" if query else "")


def _reason(error: Exception) -> str:
    """Why, in few words, and nothing of what the other side wrote."""
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "its certificate is not trusted here (SSL_CERT_FILE adds authorities)"
    if isinstance(error, httpcore.ProxyError):
        return "the proxy refuses"
    if isinstance(error, httpcore.ProtocolError):
        return "it does not speak HTTP as it should"
    return "the connection failed"
