"""Where Terraform gets its providers from: the sandbox's mirror, or the registry with a cache of this machine's."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from portal.kit.config import ProviderRules
from portal.run.schemas import RunError
from worker.sandbox import mirror
from worker.terraform import mirrored, registry, registry_errors


@dataclass(frozen=True, slots=True)
class Source:
    """How one mode finds providers. `fingerprint` changes when what `init` would link changes."""

    cli_config: Path
    fingerprint: str
    readable: tuple[Path, ...] = ()
    """What Terraform must see of this machine for it."""
    plugin_cache: Path | None = None
    sources: tuple[str, ...] = ()
    """Providers that may be used, where not all that are there may."""
    asked: ProviderRules | None = None
    """Set when `init` asks somebody elsewhere."""

    @property
    def environment(self) -> Mapping[str, str]:
        if self.plugin_cache is None:
            return {}
        return {"TF_PLUGIN_CACHE_DIR": str(self.plugin_cache), "TF_REGISTRY_DISCOVERY_RETRY": "1"}

    def problem(self, files: Mapping[str, bytes]) -> RunError | None:
        """Why `init` cannot succeed for these files now: whom it would ask for their providers is not there."""
        if self.asked is None or not registry.is_asked(files):
            return None
        return registry.unreachable(self.asked.mirror_url, registry.named(files, self.sources))

    def explained(self, error: RunError) -> RunError:
        """An error of `init`, with what it means here."""
        return registry_errors.explained(error, self.sources) if self.sources else error

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


def official(data_dir: Path, rules: ProviderRules, *, locked: Sequence[str] = ()) -> Source:
    """The official providers: from the registry, or from the site's mirror, which must be whole.

    Only those that the operator allows, and those of `locked`, the template's own lock file, can be had.
    """
    if rules.mirror is not None and rules.mirror_url is None:
        mirrored.require_whole(Path(rules.mirror))
    return _official(data_dir, rules, tuple(dict.fromkeys((*rules.sources, *locked))))


@lru_cache(maxsize=32)
def _official(data_dir: Path, rules: ProviderRules, sources: tuple[str, ...]) -> Source:
    folder = data_dir / "terraform"
    cache = folder / "plugins"
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = _live_config(rules, sources)
    digest = _digest("live", text)
    config = folder / f"live-{digest[:12]}.tfrc"
    draft = folder / f".{config.name}.{os.getpid()}"
    draft.write_text(text)
    draft.chmod(0o644)  # read from behind walls, by another user
    draft.replace(config)
    seen = [config, cache, *([Path(rules.mirror)] if rules.mirror and not rules.mirror_url else [])]
    asked = None if rules.mirror and not rules.mirror_url else rules
    return Source(config, digest, tuple(seen), cache, sources, asked)


def _live_config(rules: ProviderRules, sources: Sequence[str]) -> str:
    names = ", ".join(
        json.dumps(source if source.count("/") > 1 else f"{registry.HOST}/{source}") for source in sources
    )
    method, place = "direct", ""
    if rules.mirror_url:
        method, place = "network_mirror", f"    url     = {_quoted(rules.mirror_url)}\n"
    elif rules.mirror:
        method, place = "filesystem_mirror", f"    path    = {_quoted(rules.mirror)}\n"
    return (
        "disable_checkpoint = true\n"
        f"provider_installation {{\n  {method} {{\n{place}    include = [{names}]\n  }}\n}}\n"
    )


def _quoted(text: str) -> str:
    return json.dumps(text).replace("${", "$${").replace("%{", "%%{")


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
