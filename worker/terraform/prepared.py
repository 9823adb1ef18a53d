"""What `init` made, kept for the next phase with the same template: most phases then start without an `init` of their own.

An entry is the lock file and Terraform's data folder, whose providers are links into the mirror or the plugin cache. Nothing
in it belongs to a run: values, addresses and secrets are in files and variables that `init` does not copy. Terraform itself
compares every provider with the lock file's checksums before it uses it, so a damaged entry is noticed, not trusted.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from worker.terraform.workdir import Workdir

MOST: Final = 200
_DATA, _LOCK = "data", "lock.hcl"
_LOCKED: Final = re.compile(rb'^provider "(?:registry\.[^/"]+/)?([^"]+)" \{\s+version\s+= "([^"]+)"', re.MULTILINE)


def key(files: Mapping[str, bytes], *facts: str) -> str:
    """The name of an entry: the template's Terraform files, and whatever else `init` depends on."""
    digest = hashlib.sha256("\0".join(facts).encode())
    for name in sorted(name for name in files if name.endswith((".tf", ".tf.json", ".tofu"))):
        digest.update(f"\0{name}\0{len(files[name])}\0".encode() + files[name])
    return digest.hexdigest()[:40]


def told(lock_file: bytes) -> str:
    """What a log says when nothing had to be fetched."""
    found = locked_providers(lock_file)
    return f"The providers of this template are in place already{': ' if found else ''}{', '.join(found)}."


def locked_providers(lock_file: bytes) -> list[str]:
    """The providers that a lock file names, with their versions: `hashicorp/azurerm 5.10.0`."""
    return [f"{source.decode()} {version.decode()}" for source, version in _LOCKED.findall(lock_file)]


def sources(lock_file: bytes) -> list[str]:
    """The providers that a lock file names, without their versions."""
    return [locked.partition(" ")[0] for locked in locked_providers(lock_file)]


class Prepared:
    """The entries of one machine. Safe with any number of workers: an entry appears whole or not at all."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def take(self, name: str, workdir: Workdir, *, lock_file: bytes | None) -> bool:
        """Put the entry into `workdir`; False when there is none, or it is not the one that `lock_file` describes."""
        entry = self._root / name
        try:
            locked = _content(entry / _LOCK)
            if lock_file is not None and lock_file != locked:
                return False
            shutil.copytree(entry / _DATA, workdir.data, symlinks=True)
            if not _links_hold(workdir.data):
                raise FileNotFoundError(name)
        except OSError:
            shutil.rmtree(workdir.data, ignore_errors=True)
            return False
        if locked is not None:
            workdir.lock_file.write_bytes(locked)
        with suppress(OSError):
            os.utime(entry)
        return True

    def keep(self, name: str, workdir: Workdir) -> None:
        """Remember what `init` has just made in `workdir`. A full disk or a race loses nothing but time."""
        with suppress(OSError):
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=self._root))
            try:
                shutil.copytree(workdir.data, draft / _DATA, symlinks=True)
                if (locked := _content(workdir.lock_file)) is not None:
                    (draft / _LOCK).write_bytes(locked)
                shutil.rmtree(self._root / name, ignore_errors=True)
                draft.rename(self._root / name)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        entries = [path for path in self._root.iterdir() if not path.name.startswith(".")]
        for path in sorted(entries, key=lambda path: path.stat().st_mtime)[:-MOST]:
            shutil.rmtree(path, ignore_errors=True)


def _content(lock_file: Path) -> bytes | None:
    """A template whose only provider is Terraform's own has no lock file."""
    return lock_file.read_bytes() if lock_file.exists() else None


def _links_hold(folder: Path) -> bool:
    return all(path.exists() for path in folder.rglob("*"))
