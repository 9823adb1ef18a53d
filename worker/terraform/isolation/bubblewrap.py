"""The walls by way of `bwrap`, for ordinary users on systems that let only it make namespaces.

It builds what `walls` builds, from the same plan, and starts this Python inside as the first process, which does the rest.
"""

from __future__ import annotations

import _socket
import os
import sys

from worker.terraform.isolation import walls

TYPE_CHECKING = False  # typing takes longer to import than this takes to run
if TYPE_CHECKING:
    from typing import Any, NoReturn

_FIRST = "; ".join((
    "import sys",
    "sys.path.append(sys.argv[1])",
    "from worker.terraform.isolation import bubblewrap",
    "bubblewrap.stand(*sys.argv[2:4])",
))  # fmt: skip
_FOR_METADATA = ("--cap-add", "CAP_NET_ADMIN", "--cap-add", "CAP_NET_BIND_SERVICE")
_MOST = 1 << 20


def become(plan: dict[str, Any], link: _socket.socket, info: int) -> NoReturn:
    """Turn into `bwrap`. `info` is where it says who the first process is."""
    import marshal

    inner = _inherited(marshal.dumps({**plan, "binds": [], "late_binds": [], "files": []}))
    for number in (link.fileno(), info):
        os.set_inheritable(number, True)
    project = __file__.rpartition("/worker/")[0]
    first = [sys.executable, "-IS", "-c", _FIRST, project, str(link.fileno()), str(inner)]
    try:
        os.execvp(plan["bwrap"], [plan["bwrap"], *arguments(plan), "--info-fd", str(info), "--", *first])  # noqa: S606
    except OSError as error:
        walls.give_up(link, error)


def arguments(plan: dict[str, Any]) -> list[str]:
    """What `bwrap` is told, in the order in which it does it."""
    user = str(plan["user"])
    found = [
        "--unshare-user",
        "--uid",
        user,
        "--gid",
        user,
        "--unshare-pid",
        "--unshare-ipc",
        "--unshare-uts",
        "--as-pid-1",
    ]
    found += ["--hostname", walls.HOST_NAME, *(["--unshare-net"] if plan["own_network"] else [])]
    found += ["--cap-drop", "ALL", *(_FOR_METADATA if any(port < 1024 for _, port in plan["listen"]) else ())]
    found += ["--tmpfs", "/tmp", "--proc", "/proc", "--dev", "/dev"]
    for path, target in plan["links"]:
        found += ["--symlink", target, path]
    found += _mounts(plan["binds"])
    for path in plan["hidden"]:
        found += ["--tmpfs", path]
    found += _mounts(plan["late_binds"])
    if plan["gate"]:
        found += ["--ro-bind", plan["gate"], plan["gate_at"]]
    for path, text in plan["files"]:
        found += ["--file", str(_inherited(text.encode())), path]
    return [*found, "--remount-ro", "/"]


def stand(link: str, plan: str) -> NoReturn:
    """Be the first process inside."""
    import marshal

    data = os.read(int(plan), _MOST)
    os.close(int(plan))
    os.set_inheritable(int(link), False)
    walls.stand(marshal.loads(data), _socket.socket(fileno=int(link)), walls.Forwarding(), built=True)  # noqa: S302


def first_process(info: int) -> int | None:
    """Who it is, from `bwrap`'s own word; None when it could not start any."""
    said = b""
    while b"child-pid" not in said or b"}" not in said:
        piece = os.read(info, 4096)
        if not piece:
            break
        said += piece
    digits = said.partition(b'"child-pid":')[2].partition(b"}")[0].partition(b",")[0].strip()
    return int(digits) if digits.isdigit() else None


def _mounts(binds: list[tuple[str, str, bool]]) -> list[str]:
    return [
        word for source, target, writable in binds for word in ("--bind" if writable else "--ro-bind", source, target)
    ]


def _inherited(data: bytes) -> int:
    """The number of a file with this in it."""
    file = os.memfd_create("walls", 0)
    os.write(file, data)
    os.lseek(file, 0, os.SEEK_SET)
    return file
