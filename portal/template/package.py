"""The files of a template's folder: read with care, packed for a run, named by their hash."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from portal.template.errors import TemplateError

MAX_FILES = 400
MAX_FILE_BYTES = 2_000_000
MAX_TOTAL_BYTES = 8_000_000
MAX_DEPTH = 6

ASIDE = ("test", "tests", "examples")
"""Folders beside a module that no run needs; other people's are large, and full of links."""

Fingerprint = tuple[tuple[str, int, int], ...]
"""(path, mtime in ns, size) of each file: what changes when the template does."""


def belongs(path: str) -> bool:
    """Whether a file is part of what a run needs: no tests, documents, hidden files, values or lock files."""
    parts = path.split("/")
    if any(part.startswith(".") for part in parts) or parts[0] in ASIDE:
        return False
    name = parts[-1]
    return not (name.endswith((".tfvars", ".tfvars.json", ".tfstate", ".md", ".tftest.hcl")) or name == "crash.log")


def fingerprint(folder: Path) -> Fingerprint:
    """What is in a folder now that a run or a page may need, without reading it.

    Raises:
        TemplateError: it holds a symbolic link, something that is no file, or too much.
    """
    found = tuple(sorted(_scan(folder, "", 0)))
    if len(found) > MAX_FILES:
        raise TemplateError(f"there are more than {MAX_FILES} files")
    for path, _, size in found:
        if size > MAX_FILE_BYTES:
            raise TemplateError(f"{path} is larger than {MAX_FILE_BYTES // 1_000_000} MB")
    if sum(size for _, _, size in found) > MAX_TOTAL_BYTES:
        raise TemplateError(f"the files are larger than {MAX_TOTAL_BYTES // 1_000_000} MB together")
    return found


def _scan(folder: Path | str, prefix: str, depth: int) -> Iterator[tuple[str, int, int]]:
    """Links are refused, not followed: a link could show any file of this machine as part of a template."""
    if depth > MAX_DEPTH:
        raise TemplateError(f"folders are nested more than {MAX_DEPTH} deep")
    with os.scandir(folder) as entries:
        for entry in entries:
            path = prefix + entry.name
            if entry.name.startswith(".") or (not prefix and entry.name in ASIDE and entry.is_dir()):
                continue
            if entry.is_symlink():
                raise TemplateError(f"{path} is a symbolic link; put the file itself there")
            if entry.is_dir(follow_symlinks=False):
                yield from _scan(entry.path, f"{path}/", depth + 1)
                continue
            info = entry.stat(follow_symlinks=False)
            if not stat.S_ISREG(info.st_mode):
                raise TemplateError(f"{path} is not a file")
            yield path, info.st_mtime_ns, info.st_size


def read_files(folder: Path, found: Fingerprint) -> dict[str, bytes]:
    """The bytes of the files that belong to a run."""
    return {path: read_file(folder / path) for path, _, _ in found if belongs(path)}


def read_file(path: Path) -> bytes:
    """One regular file, not through a link, and no more than the limit.

    Raises:
        TemplateError: it is gone, has become a link, or is too large.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise TemplateError(f"{path.name} cannot be read: {error.strerror}") from None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise TemplateError(f"{path.name} is not a file")
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise TemplateError(f"{path.name} is larger than {MAX_FILE_BYTES // 1_000_000} MB")
    return data


def content_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 (hex) over names and contents: the same files give the same hash on every machine."""
    digest = hashlib.sha256()
    for path in sorted(files):
        for part in (path.encode(), files[path]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()
