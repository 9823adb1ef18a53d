"""`python -IS enter.py PLAN -- terraform …`: builds walls, starts the command behind them, and answers what it may ask outside.

PLAN is the number of an inherited file with two marshalled documents: how the walls are, and what is answered how, which
holds a secret and never gets behind the walls. A signal that asks to stop is passed on. This process outlives the worker that
started it, so Terraform can still save its state. It ends as the command did.
"""

from __future__ import annotations

import marshal
import os
import sys

sys.path.append(__file__.rpartition("/worker/")[0])

import _signal  # pyright: ignore[reportMissingImports] -- no stubs for it
import _socket

from worker.terraform.isolation import kernel, walls

TYPE_CHECKING = False  # typing takes longer to import than this takes to run
if TYPE_CHECKING:
    from typing import Any, NoReturn


def main(number: str) -> None:
    """Stay outside."""
    kernel.keep_private()
    file = int(number)
    os.set_inheritable(file, False)
    plan: dict[str, Any] = _document(file)
    plan["argv"] = sys.argv[sys.argv.index("--") + 1 :]
    forwarding = walls.Forwarding()
    ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    gate = _gate(plan)
    wrapped = plan["level"] == "bubblewrap"
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        forwarding.forget()
        for mine in (file, ours.fileno(), *([gate.fileno()] if gate else [])):
            os.close(mine)
        _go(plan, theirs, forwarding, tell)
    theirs.close()
    os.close(tell)
    answers: dict[str, Any] = _document(file)  # only now: what is behind the walls was copied from us before
    os.close(file)
    first = _first_process(told) if wrapped else None
    if first is not None:
        forwarding.to(first)
    status = _attend(ours, forwarding, answers, gate)
    os.waitpid(child, 0)
    _end_as(status)


def _go(plan: dict[str, Any], link: _socket.socket, forwarding: walls.Forwarding, tell: int) -> NoReturn:
    if plan["level"] != "bubblewrap":
        walls.leave(plan, link, forwarding)
    from worker.terraform.isolation import bubblewrap

    bubblewrap.become(plan, link, tell)


def _first_process(told: int) -> int | None:
    from worker.terraform.isolation import bubblewrap

    return bubblewrap.first_process(told)


def _document(file: int) -> Any:
    size = int.from_bytes(os.read(file, 4), "little")
    data = b""
    while len(data) < size:
        data += os.read(file, size - len(data))
    return marshal.loads(data)  # noqa: S302 -- our parent wrote it


def _gate(plan: dict[str, Any]) -> _socket.socket | None:
    """The socket at which the sandbox cloud's launchers knock; everybody behind the walls may."""
    if not plan["gate"]:
        return None
    gate = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    gate.bind(plan["gate"])
    os.chmod(plan["gate"], 0o666)  # noqa: S103 -- its folder is private
    gate.listen(64)
    return gate


def _attend(link: _socket.socket, forwarding: walls.Forwarding, answers: dict[str, Any], gate: Any) -> int:
    """Listen to what comes from behind the walls until the command has ended; its status as wait(2) says it."""
    if gate is not None:
        _relay(answers, [("control", gate)])
    built = False
    while True:
        message, ancillary, _, _ = link.recvmsg(4096, _socket.CMSG_LEN(64))
        word, _, rest = message.partition(b" ")
        if word == b"first":
            forwarding.to(int(rest))
        elif word == b"built":
            built = True
        elif word == b"listening":
            _relay(answers, list(zip(answers["listening"], _sockets(ancillary), strict=True)))
        elif word == b"ended":
            return int(rest)
        elif not word and built:
            return int(_signal.SIGKILL)  # the first process was ended, and all others with it
        else:
            why = rest.decode("utf-8", "replace") or "the process behind them ended"
            os.write(2, f"The walls around Terraform could not be built: {why}.\n".encode())
            return walls.CANNOT_BUILD << 8


def _relay(answers: dict[str, Any], listening: list[tuple[str, _socket.socket]]) -> None:
    from worker.terraform.isolation import relay  # while Terraform starts

    relay.serve(answers, listening)


def _sockets(ancillary: list[tuple[int, int, bytes]]) -> list[_socket.socket]:
    data = ancillary[0][2]
    numbers = [int.from_bytes(data[at : at + 4], "little") for at in range(0, len(data), 4)]
    return [_socket.socket(fileno=number) for number in numbers]


def _end_as(status: int) -> NoReturn:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number != _signal.SIGKILL:
            _signal.signal(number, _signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(sys.argv[1])
