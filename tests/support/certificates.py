"""Keys and certificates for tests, made on the spot: none is ever in the repository."""

from __future__ import annotations

import base64
import ipaddress
import json
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)


@lru_cache(maxsize=1)
def key() -> rsa.RSAPrivateKey:
    """One RSA key a process."""
    return rsa.generate_private_key(65537, 2048)


def pfx(password: str) -> str:
    """A PKCS#12 file in base64 with a self-signed certificate."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key().public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key(), hashes.SHA256())
    )
    data = pkcs12.serialize_key_and_certificates(
        b"test", key(), certificate, None, BestAvailableEncryption(password.encode())
    )
    return base64.b64encode(data).decode()


def server_certificate(*names: str) -> bytes:
    """A self-signed certificate in PEM for names and addresses, which is an authority too: trust it and it is trusted."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder(subject, subject, key().public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key(), hashes.SHA256())
    )
    return built.public_bytes(Encoding.PEM)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def private_key() -> bytes:
    """The key of `server_certificate`, in PEM."""
    return key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def service_account_key(**changes: str) -> str:
    """The JSON of a Google service account key."""
    pem = key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    info = {
        "type": "service_account",
        "project_id": "terrace-test",
        "private_key_id": "0123456789abcdef",
        "private_key": pem,
        "client_email": "deployer@terrace-test.iam.gserviceaccount.com",
        "token_uri": "https://oauth2.googleapis.com/token",
    }
    return json.dumps({**info, **changes})
