"""An OpenPGP key and its signatures (RFC 4880, version 4, RSA with SHA-256), as providers of Terraform are signed with."""

from __future__ import annotations

import base64
import hashlib
import struct
import time
from functools import cached_property

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

_RSA, _SHA256 = 1, 8
_SIGNATURE, _PUBLIC_KEY, _USER_ID = 2, 6, 13
_OF_A_FILE, _OF_A_KEY = 0x00, 0x13
_MADE, _ISSUER, _KEY_FLAGS = 2, 16, 27
_MAY_CERTIFY_AND_SIGN = b"\x03"
_CRC_START, _CRC_POLYNOMIAL = 0xB704CE, 0x1864CFB


class Key:
    """One key of somebody, made a day ago."""

    def __init__(self, name: str = "Test Publisher <publisher@example.test>") -> None:
        self._key = rsa.generate_private_key(65537, 2048)
        self._name = name.encode()
        self._made = struct.pack(">I", int(time.time()) - 86400)

    @cached_property
    def _body(self) -> bytes:
        numbers = self._key.public_key().public_numbers()
        return b"\x04" + self._made + bytes([_RSA]) + _number(numbers.n) + _number(numbers.e)

    @property
    def _hashed(self) -> bytes:
        """As it goes into hashes."""
        return b"\x99" + struct.pack(">H", len(self._body)) + self._body

    @property
    def id(self) -> str:
        """Its short name, 16 digits."""
        return hashlib.sha1(self._hashed).hexdigest()[-16:].upper()

    def armored(self) -> str:
        """The public key as text."""
        name = b"\xb4" + struct.pack(">I", len(self._name)) + self._name
        flags = _subpacket(_KEY_FLAGS, _MAY_CERTIFY_AND_SIGN)
        packets = (
            _packet(_PUBLIC_KEY, self._body)
            + _packet(_USER_ID, self._name)
            + self._signature(_OF_A_KEY, self._hashed + name, flags)
        )
        check = base64.b64encode(_crc24(packets).to_bytes(3, "big")).decode()
        text = base64.encodebytes(packets).decode()
        return f"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{text}={check}\n-----END PGP PUBLIC KEY BLOCK-----\n"

    def sign(self, data: bytes) -> bytes:
        """A signature of a file, for a file of its own."""
        return self._signature(_OF_A_FILE, data)

    def _signature(self, kind: int, data: bytes, more: bytes = b"") -> bytes:
        facts = _subpacket(_MADE, struct.pack(">I", int(time.time()) - 3600)) + more
        head = bytes([4, kind, _RSA, _SHA256]) + struct.pack(">H", len(facts)) + facts
        digest = hashlib.sha256(data + head + b"\x04\xff" + struct.pack(">I", len(head))).digest()
        signed = self._key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
        issuer = _subpacket(_ISSUER, bytes.fromhex(self.id))
        unhashed = struct.pack(">H", len(issuer)) + issuer
        return _packet(_SIGNATURE, head + unhashed + digest[:2] + _number(int.from_bytes(signed, "big")))


def _number(value: int) -> bytes:
    return struct.pack(">H", value.bit_length()) + value.to_bytes((value.bit_length() + 7) // 8, "big")


def _subpacket(kind: int, body: bytes) -> bytes:
    return bytes([len(body) + 1, kind]) + body


def _packet(tag: int, body: bytes) -> bytes:
    return bytes([0xC0 | tag, 0xFF]) + struct.pack(">I", len(body)) + body


def _crc24(data: bytes) -> int:
    found = _CRC_START
    for byte in data:
        found ^= byte << 16
        for _ in range(8):
            found <<= 1
            if found & 0x1000000:
                found ^= _CRC_POLYNOMIAL
    return found
