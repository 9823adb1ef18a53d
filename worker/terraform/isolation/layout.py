"""What is behind the walls: a plan of mounts and files, pure but for looking at what this machine has."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

_SYSTEM: Final = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store")
_ETC: Final = (
    "alternatives",
    "ca-certificates",
    "ca-certificates.conf",
    "crypto-policies",
    "gai.conf",
    "gitconfig",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "mime.types",
    "nsswitch.conf",
    "pki",
    "protocols",
    "services",
    "ssl",
)
_NAMES_OF_HOSTS: Final = ("host.conf", "hosts", "resolv.conf")
_USER: Final = "terraform"


@dataclass(frozen=True, slots=True)
class Bind:
    """A file or folder of this machine, and where it is seen. Nothing of it can be written unless `writable`."""

    source: Path
    target: Path
    writable: bool = False


@dataclass
class Layout:
    """One command's surroundings. `hidden` are folders of which nothing is seen but what is bound into them."""

    root: Path
    """An empty folder to build in."""
    cwd: Path
    user: int
    binds: list[Bind] = field(default_factory=list)
    hidden: list[Path] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    own_network: bool = True

    def read(self, *paths: Path) -> None:
        """Show each that exists, where it is, and where a link leads."""
        for path in paths:
            for one in dict.fromkeys((path, path.resolve())):
                if one.exists() and str(one) != "/":
                    self.binds.append(Bind(one, one))

    def write(self, *paths: Path) -> None:
        """Show each where it is; it can be changed."""
        self.binds.extend(Bind(path, path, writable=True) for path in paths)

    def plan(self) -> dict[str, Any]:
        """For `walls`: plain texts and numbers. What lies in something hidden comes after the hiding."""
        hosts = {} if not self.own_network else {"/etc/hosts": "127.0.0.1 localhost\n::1 localhost\n"}
        system, links = _system(with_hosts=not self.own_network)
        hidden = [path for path in self.hidden if _is_below(path, [bind.target for bind in system + self.binds])]
        early = [*system, *(bind for bind in self.binds if not _is_below(bind.target, hidden))]
        late = [bind for bind in self.binds if _is_below(bind.target, hidden)]
        return {
            "root": str(self.root),
            "cwd": str(self.cwd),
            "user": self.user,
            "own_network": self.own_network,
            "links": links,
            "binds": _plain(_needed(early)),
            "hidden": [str(path) for path in hidden],
            "late_binds": _plain(_needed(late)),
            "files": list({**_accounts(self.user), **hosts, **self.files}.items()),
        }


def engine_files(command: Sequence[str]) -> list[Path]:
    """The files that an engine's command names."""
    return [Path(word) for word in command if word.startswith("/")]


def python_files() -> list[Path]:
    """This interpreter, for the sandbox cloud's launcher and the engine that is a Python package."""
    return [Path(prefix) for prefix in dict.fromkeys((sys.prefix, sys.base_prefix, sys.base_exec_prefix))]


def own_files() -> list[Path]:
    """What of ours the first process behind foreign walls is made of."""
    here = Path(__file__).parent
    return [here, here.parent / "__init__.py", here.parent.parent / "__init__.py"]


def _system(*, with_hosts: bool) -> tuple[list[Bind], list[tuple[str, str]]]:
    """Programs and libraries, and what in /etc they need; nothing of it is secret."""
    binds, links = [], []
    for name in _SYSTEM:
        folder = Path(name)
        if folder.is_symlink():
            links.append((name, str(folder.readlink())))
        elif folder.is_dir():
            binds.append(Bind(folder, folder))
    for name in (*_ETC, *(_NAMES_OF_HOSTS if with_hosts else ())):
        path = Path("/etc", name)
        if path.exists():
            binds.append(Bind(path.resolve(), path))
    return binds, links


def _needed(binds: Iterable[Bind]) -> list[Bind]:
    """Without those that another shows already; what can be written comes last, so that nothing covers it."""
    kept: list[Bind] = []
    for bind in sorted(dict.fromkeys(binds), key=lambda bind: (bind.writable, len(bind.target.parts))):
        shown = any(_shows(other, bind) for other in kept)
        if not shown:
            kept.append(bind)
    return kept


def _shows(other: Bind, bind: Bind) -> bool:
    if bind.writable != other.writable or not bind.target.is_relative_to(other.target):
        return False
    return bind.source == other.source / bind.target.relative_to(other.target)


def _is_below(path: Path, folders: Iterable[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _plain(binds: Iterable[Bind]) -> list[tuple[str, str, bool]]:
    return [(str(bind.source), str(bind.target), bind.writable) for bind in binds]


def _accounts(user: int) -> dict[str, str]:
    """Programs ask for the name of who they are."""
    return {
        "/etc/passwd": f"root:x:0:0:root:/:/bin/false\n{_USER}:x:{user}:{user}:{_USER}:/tmp:/bin/sh\n",
        "/etc/group": f"root:x:0:\n{_USER}:x:{user}:\n",
    }
