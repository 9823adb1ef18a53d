"""Where Terraform gets its providers from: the sandbox's mirror, or the registry with a cache of this machine's."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from worker.sandbox import mirror

_LIVE_CONFIG: Final = "disable_checkpoint = true\nprovider_installation {\n  direct {}\n}\n"


@dataclass(frozen=True, slots=True)
class Source:
    """How one mode finds providers. `fingerprint` changes when what `init` would link changes."""

    cli_config: Path
    fingerprint: str
    readable: tuple[Path, ...] = ()
    """What Terraform must see of this machine for it."""
    plugin_cache: Path | None = None

    @property
    def environment(self) -> Mapping[str, str]:
        return {"TF_PLUGIN_CACHE_DIR": str(self.plugin_cache)} if self.plugin_cache else {}

    def give_cache_to(self, user: int) -> None:
        """`user` may write into the plugin cache: the one that `init` runs as. What is in it is that user's already."""
        if self.plugin_cache is not None:
            os.chown(self.plugin_cache, user, user)

    @contextmanager
    def installing(self) -> Iterator[None]:
        """Held around `init`: Terraform's plugin cache does not bear two at once."""
        if self.plugin_cache is None:
            yield
            return
        lock = os.open(self.plugin_cache / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


@lru_cache(maxsize=8)
def sandbox(data_dir: Path, control_socket: Path) -> Source:
    """Providers of the sandbox cloud; installs its mirror once a process."""
    config = mirror.install(data_dir / "sandbox", control_socket=control_socket)
    text = config.read_text() + repr(sorted(mirror.VERSIONS.items()))
    root = config.parent
    seen = (config, root / "mirror", root / "provider", mirror.LAUNCHER)
    return Source(config, _digest("sandbox", text), seen)


@lru_cache(maxsize=8)
def official(data_dir: Path) -> Source:
    """The official providers, from the registry."""
    folder = data_dir / "terraform"
    cache = folder / "plugins"
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    config = folder / "live.tfrc"
    draft = folder / f".live.{os.getpid()}"
    draft.write_text(_LIVE_CONFIG)
    draft.replace(config)
    return Source(config, _digest("live", _LIVE_CONFIG), (config, cache), cache)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
