"""The file that a backup is: a readable first line, compressed content, a checksum. Knows nothing of databases.

terrace-backup {"format": 1, ...}\\n     the header, JSON
gzip                                    frames: 4 bytes of length (big-endian), then so many bytes
sha256 <64 hexadecimal digits>\\n        over everything before it
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

from portal.kit.errors import ConfigurationError, Conflict, Invalid

FORMAT: Final = 1
_MAGIC: Final = b"terrace-backup "
_TRAILER: Final = len("sha256 ") + 64 + 1
_LONGEST_HEADER: Final = 1 << 20
_LONGEST_FRAME: Final = 1 << 28
_CHUNK: Final = 1 << 20


class Writer:
    """Takes frames. Made by `writing`."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self._stream = stream

    def frame(self, data: bytes) -> None:
        self._stream.write(len(data).to_bytes(4, "big"))
        self._stream.write(data)

    def record(self, value: Any) -> None:
        """A frame of JSON."""
        self.frame(json.dumps(value, ensure_ascii=False).encode())


class _Hashing:
    """A file that computes the digest of what is written to it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


@contextmanager
def writing(path: Path, header: dict[str, Any]) -> Iterator[Writer]:
    """A new file at `path`, readable by its owner only. It appears when it is whole and on the disk, or not at all."""
    if path.exists():
        raise Conflict(f"{path} exists already. Choose another name: a backup never overwrites one.")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(_create(draft), "wb") as file:
            hashing = _Hashing(file)
            hashing.write(_MAGIC + json.dumps({"format": FORMAT, **header}).encode() + b"\n")
            with gzip.GzipFile(filename="", fileobj=hashing, mode="wb", compresslevel=4, mtime=0) as stream:  # type: ignore[call-overload]
                yield Writer(stream)
            file.write(f"sha256 {hashing.digest.hexdigest()}\n".encode())
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


def _create(path: Path) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise ConfigurationError(f"{path.parent} cannot be written to ({error.strerror}).") from None


def read_header(path: Path) -> dict[str, Any]:
    """The header of a whole and undamaged backup; Invalid says what is wrong with the file."""
    try:
        with path.open("rb") as file:
            header = _header(file.readline(_LONGEST_HEADER), path)
    except OSError as error:
        raise Invalid(f"{path} cannot be read ({error.strerror}).") from None
    if header.get("format") != FORMAT:
        raise Conflict(
            f"{path} has format {header.get('format')}; this version reads {FORMAT}. Restore with the version that made it."
        )
    _verify(path)
    return header


def _header(line: bytes, path: Path) -> dict[str, Any]:
    if line.startswith(_MAGIC) and line.endswith(b"\n"):
        with suppress(ValueError):
            found = json.loads(line[len(_MAGIC) :])
            if isinstance(found, dict):
                return found
    raise Invalid(f"{path} is no backup of Terrace.")


def _verify(path: Path) -> None:
    left = path.stat().st_size - _TRAILER
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while left > 0 and (chunk := file.read(min(_CHUNK, left))):
            digest.update(chunk)
            left -= len(chunk)
        trailer = file.read()
    if trailer != f"sha256 {digest.hexdigest()}\n".encode():
        raise Invalid(f"{path} is damaged or was cut short: its checksum does not match. Nothing was changed.")


def parse(frame: bytes) -> dict[str, Any]:
    """A frame of JSON; Invalid when it is none."""
    try:
        return dict(json.loads(frame))
    except ValueError:
        raise Invalid("The backup is damaged: a record of it cannot be read.") from None


def frames(path: Path) -> Iterator[bytes]:
    """The frames of a file that `read_header` has accepted."""
    with path.open("rb") as file:
        file.readline(_LONGEST_HEADER)
        start = file.tell()
        with _Part(path, start, path.stat().st_size - _TRAILER) as part, gzip.GzipFile(fileobj=part) as stream:  # type: ignore[arg-type]
            while size := _exactly(stream, 4):
                length = int.from_bytes(size, "big")
                if length > _LONGEST_FRAME:
                    raise Invalid("The backup is damaged: a frame of it is too long.")
                yield _exactly(stream, length) if length else b""


def _exactly(stream: IO[bytes] | gzip.GzipFile, size: int) -> bytes:
    try:
        data = stream.read(size)
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid(f"The backup is damaged: {error}") from None
    if data and len(data) != size:
        raise Invalid("The backup is damaged: it ends in the middle of a frame.")
    return data


class _Part:
    """The part of a file between two places, as a file to read from."""

    def __init__(self, path: Path, start: int, end: int) -> None:
        self._file = path.open("rb")
        self._file.seek(start)
        self._end = end

    def __enter__(self) -> _Part:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, size: int = -1) -> bytes:
        left = self._end - self._file.tell()
        return self._file.read(left if size < 0 else min(size, left))
