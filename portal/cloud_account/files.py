"""Token files that a platform keeps fresh on the workers' machines."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from portal.kit.errors import Unavailable

LARGEST = 64 * 1024


def absolute(path: str) -> str:
    """The path itself; ValueError unless it is absolute and without `..`."""
    parts = PurePosixPath(path)
    if not parts.is_absolute() or ".." in parts.parts or "\x00" in path:
        raise ValueError("give the absolute path of a file on the workers' machines, without `..`")
    return path


def read(path: str) -> str:
    """The token in the file; Unavailable when it cannot be read here."""
    try:
        with Path(path).open("rb") as file:
            return file.read(LARGEST).decode().strip()
    except (OSError, ValueError) as error:
        raise Unavailable(f"The token file cannot be read on this machine: {type(error).__name__}.") from error
