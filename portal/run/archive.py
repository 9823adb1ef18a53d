"""A template's files as one deterministic tar.gz in memory. Pure; nothing is ever extracted to a disk here."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath

from portal.kit.errors import Invalid

MAX_UNPACKED_BYTES = 64 * 1024 * 1024


def pack(files: Mapping[str, bytes]) -> bytes:
    """The archive; the same files always give the same bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(files):
            info = tarfile.TarInfo(_safe(path))
            info.size, info.mode = len(files[path]), 0o600
            tar.addfile(info, io.BytesIO(files[path]))
    return gzip.compress(buffer.getvalue(), compresslevel=6, mtime=0)


def unpack(archive: bytes) -> dict[str, bytes]:
    """The files by relative POSIX path; Invalid for anything but plain files inside the folder, or too much of them."""
    data = _inflate(archive)
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
            return {_safe(member.name): _content(tar, member) for member in tar}
    except tarfile.TarError:
        raise _damaged() from None


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member) if member.isreg() else None
    if file is None:
        raise Invalid(f"A template holds plain files only, and {member.name!r} is not one.")
    return file.read()


def _damaged() -> Invalid:
    return Invalid("The template's archive is damaged.")


def _inflate(archive: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(archive)) as packed:
            data = packed.read(MAX_UNPACKED_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise _damaged() from None
    if len(data) > MAX_UNPACKED_BYTES:
        raise Invalid("The template is too large.")
    return data


def _safe(path: str) -> str:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path or "\x00" in path:
        raise Invalid(f"{path!r} is not a path inside a template.")
    return path
