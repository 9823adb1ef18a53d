"""A stand-in for the official providers: a folder as `terraform providers mirror` makes it, and a server over TLS for it."""

from __future__ import annotations

import base64
import hashlib
import http.server
import ipaddress
import json
import platform
import ssl
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.certificates import key

HOST = "registry.terraform.io"
PLATFORM = "linux_" + {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())


def package(folder: Path, name: str = "azurerm", version: str = "5.10.0", content: str = "exit 1") -> Path:
    """Put a provider that only looks like one into the mirror; its package."""
    place = folder / HOST / "hashicorp" / name
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"terraform-provider-{name}_{version}_{PLATFORM}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        inner = zipfile.ZipInfo(f"terraform-provider-{name}_v{version}", (2026, 1, 1, 0, 0, 0))
        inner.external_attr = 0o755 << 16
        archive.writestr(inner, f"#!/bin/sh\n{content}\n")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    archives = {PLATFORM: {"url": path.name, "hashes": [f"zh:{digest}"]}}
    (place / "index.json").write_text(json.dumps({"versions": {version: {}}}))
    (place / f"{version}.json").write_text(json.dumps({"archives": archives}))
    return path


@contextmanager
def served(folder: Path, certificates: Path) -> Iterator[str]:
    """The folder at an https address of the loopback; `certificates` becomes the authority to trust."""
    pem = _certificate()
    certificates.write_bytes(pem)
    chain = certificates.with_suffix(".chain")
    chain.write_bytes(key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map = {".json": "application/json", ".zip": "application/zip", "": "application/octet-stream"}  # noqa: RUF012

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


def _certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, base64.b32encode(b"mirror").decode())])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    built = (
        x509.CertificateBuilder(name, name, key().public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key(), hashes.SHA256())
    )
    return built.public_bytes(Encoding.PEM)
