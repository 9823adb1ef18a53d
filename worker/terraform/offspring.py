"""Processes that came from a phase's Terraform: found through /proc, and ended so that none can start another meanwhile.

Linux only; elsewhere nothing is found, and only Terraform's own process group is ended.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_ROUNDS: Final = 50
_PROVIDER: Final = "terraform-provi"
"""How the kernel, which keeps 15 letters, names a provider's process."""


@dataclass(frozen=True, slots=True)
class Relative:
    """A living process."""

    pid: int
    parent: int
    session: int
    name: str
    resident: int
    """Bytes of memory that it holds."""


def family(pid: int) -> list[Relative]:
    """The process and everything that descends from it or is in its session, itself first."""
    everybody = {relative.pid: relative for relative in _living()}
    found = {pid} if pid in everybody else set()
    grown = True
    while grown:
        more = {item.pid for item in everybody.values() if item.parent in found or item.session == pid} - found
        found |= more
        grown = bool(more)
    return [everybody[item] for item in sorted(found, key=lambda item: (item != pid, item))]


def brought_along(members: Collection[Relative], pid: int) -> list[int]:
    """Of Terraform's family, those that a template started: neither Terraform nor one of its providers.

    Behind walls Terraform is the second process there, and everybody outside of them is ours.
    """
    inside = {item.pid: _inside(item.pid) for item in members}
    walled = any(inside.values())
    ours = {pid} | {one for one, numbers in inside.items() if (walled and not numbers) or numbers in ((1,), (2,))}
    return [
        item.pid
        for item in members
        if item.pid not in ours and not (item.parent in ours and item.name.startswith(_PROVIDER))
    ]


def at_home_in(folder: Path) -> list[int]:
    """Processes whose HOME is `folder`'s or that work inside it, wherever they have gone since they were started."""
    home = f"HOME={folder / 'home'}".encode()
    found = []
    for pid in _pids():
        with suppress(OSError):
            place = (_PROC / str(pid) / "cwd").readlink()
            if place.is_relative_to(folder) or home in (_PROC / str(pid) / "environ").read_bytes().split(b"\0"):
                found.append(pid)
    return [pid for pid in found if pid != os.getpid()]


def end(find: Callable[[], Collection[int]]) -> int:
    """End whoever `find` finds, until it finds nobody; how many there were. All are stopped before the first is killed."""
    ended: set[int] = set()
    for _ in range(_ROUNDS):
        found = [pid for pid in find() if _relative(pid) is not None]
        if not found:
            break
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in found:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
        ended.update(found)
    return len(ended)


def _pids() -> Iterator[int]:
    with suppress(OSError):
        yield from (int(name) for name in os.listdir(_PROC) if name.isdecimal())  # noqa: PTH208 - many times a minute


def _living() -> Iterator[Relative]:
    for pid in _pids():
        relative = _relative(pid)
        if relative is not None:
            yield relative


def _relative(pid: int) -> Relative | None:
    """None when it has ended, also when nobody has collected it yet."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    name, _, rest = text.partition("(")[2].rpartition(")")
    fields = rest.split()
    if fields[0] in "ZX":
        return None
    return Relative(pid, int(fields[1]), int(fields[3]), name, int(fields[21]) * os.sysconf("SC_PAGE_SIZE"))


def _inside(pid: int) -> tuple[int, ...]:
    """A process's numbers in the process namespaces below our own."""
    with suppress(OSError, ValueError):
        for line in (_PROC / str(pid) / "status").read_text(errors="replace").splitlines():
            if line.startswith("NSpid:"):
                return tuple(int(word) for word in line.split()[2:])
    return ()
