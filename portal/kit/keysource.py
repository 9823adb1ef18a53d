"""Where the keys come from: the environment or a file, and what takes off the wrapping when they are wrapped by a key service.

A source answers two questions: has anything changed since (`stamp`, cheap, asked at every use), and which entries are there now
(`texts`). A file that gets a new key is so noticed by every process that uses it, without a restart.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from portal.kit.config import Settings
from portal.kit.errors import ConfigurationError

LARGEST = 1 << 20


class KeySource(Protocol):
    """`where` names it for people."""

    @property
    def where(self) -> str: ...

    def stamp(self) -> object:
        """Differs whenever the entries do."""
        ...

    def texts(self) -> tuple[str, ...]:
        """The entries, `id:base64` each; the first encrypts."""
        ...


@dataclass(frozen=True, slots=True)
class FromEnvironment:
    """TERRACE_SECRET_KEYS. A change needs a restart."""

    given: tuple[str, ...]
    where: str = "TERRACE_SECRET_KEYS"

    def stamp(self) -> object:
        return self.given

    def texts(self) -> tuple[str, ...]:
        return self.given


@dataclass(frozen=True, slots=True)
class FromFile:
    """A file of entries, separated by spaces or lines, that is nobody else's to read."""

    path: Path

    @property
    def where(self) -> str:
        return f"the key file {self.path}"

    def stamp(self) -> object:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size

    def texts(self) -> tuple[str, ...]:
        try:
            with self.path.open("rb") as file:
                self._require_private(os.fstat(file.fileno()))
                content = file.read(LARGEST)
        except OSError as error:
            raise ConfigurationError(f"The key file {self.path} cannot be read: {error.strerror}.") from None
        try:
            return tuple(content.decode("ascii").split())
        except UnicodeDecodeError:
            raise ConfigurationError(f"{self.path} is not a file of keys.") from None

    def put_first(self, text: str) -> None:
        """Make this entry the one that encrypts; those that were there stay behind it. Whole or not at all."""
        with self._alone():
            lines = [text, *self.texts()]
            draft = self.path.with_name(f".{self.path.name}.{os.getpid()}-{os.urandom(4).hex()}")
            try:
                with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                    file.write("\n".join(lines) + "\n")
                    file.flush()
                    os.fsync(file.fileno())
                self._keep_owner(draft)
                draft.replace(self.path)
            except OSError as error:
                raise ConfigurationError(f"The key file {self.path} cannot be changed: {error.strerror}.") from None
            finally:
                draft.unlink(missing_ok=True)

    def _keep_owner(self, draft: Path) -> None:
        """Whoever could read the file can read the new one, and nobody else."""
        before = self.path.stat()
        draft.chmod(stat.S_IMODE(before.st_mode))
        if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
            os.chown(draft, before.st_uid, before.st_gid)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        descriptor = os.open(self.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _require_private(self, found: os.stat_result) -> None:
        """A group may read the file of another owner: that is how a container without root is given a secret."""
        refused = 0o027 if found.st_uid != os.geteuid() else 0o077
        if stat.S_IMODE(found.st_mode) & refused:
            raise ConfigurationError(
                f"The key file {self.path} is open to others (mode {stat.S_IMODE(found.st_mode):o}). `chmod 600` it."
            )


def source_of(config: Settings) -> KeySource:
    """The one source that is configured; ConfigurationError when there are two."""
    if config.secret_keys_file is None:
        return FromEnvironment(config.secret_keys)
    if config.secret_keys:
        raise ConfigurationError("TERRACE_SECRET_KEYS and TERRACE_SECRET_KEYS_FILE are both set. Keep one of them.")
    return FromFile(config.secret_keys_file)
