"""Folders and sockets: who may pass through, who owns them, and names short enough for a unix socket."""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from portal.kit.errors import ConfigurationError

SOCKET_PATH_LIMIT = 100
"""Bytes of a unix socket's path. Linux allows 107, macOS 103, both with the closing zero."""


def private_folder(path: Path, *, owner: tuple[int, int] | None = None, mode: int = 0o700) -> Path:
    """Make `path` a folder of `owner` (user and group id) with exactly `mode`; one clear sentence when that is refused."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)
        if owner is not None:
            os.chown(path, *owner)
    except OSError as error:
        raise ConfigurationError(
            f"The folder {path} cannot be used ({error.strerror}). Set TERRACE_DATA_DIR to a folder that you may write to."
        ) from None
    return path


def socket_folder(wanted: Path, longest_name: str, *, owner: tuple[int, int] | None = None) -> Path:
    """`wanted`, or a short folder of this user's in the temporary folder when a socket's path would be too long there."""
    if len(os.fsencode(wanted / longest_name)) <= SOCKET_PATH_LIMIT:
        return private_folder(wanted, owner=owner)
    user = os.geteuid() if owner is None else owner[0]
    digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"terrace-{user}-{digest}"
    _refuse_foreign(short, user)
    return private_folder(short, owner=owner)


def _refuse_foreign(path: Path, user: int) -> None:
    """The temporary folder is everybody's: somebody else's folder or link of that name must not be trusted."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (user, os.geteuid()):
        raise ConfigurationError(f"{path} belongs to somebody else. Remove it, or set TMPDIR to a folder of your own.")


def open_passage(path: Path) -> list[Path]:
    """Let other users pass through (not list) every folder above `path`; returns the folders whose mode was changed.

    Only root needs it: PostgreSQL refuses to run as root, so it runs as a user to whom /root, say, is closed.
    """
    changed = []
    for folder in path.parents:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
            changed.append(folder)
    return changed


def open_tree(top: Path) -> None:
    """Let everybody read and run what is in `top`, as a package is after an installation with an ordinary umask."""
    for path in (top, *top.rglob("*")):
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def write_private(path: Path, text: str) -> None:
    """Write `text` so that no other user can ever read it and a crash leaves the old file or the new one, never half."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


@contextmanager
def only_holder(path: Path, refusal: str) -> Iterator[None]:
    """Hold the lock file `path` for the block; ConfigurationError(refusal) when another living process holds it."""
    with _locked(path, refusal):
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _locked(path: Path, refusal: str) -> IO[str]:
    """The file, locked. Tries again when its former holder has removed it under our feet: that lock protects nothing."""
    while True:
        file = path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        except FileNotFoundError:
            pass
        except BlockingIOError:
            file.close()
            raise ConfigurationError(refusal) from None
        file.close()
