"""Inside: the first process behind the walls. It builds them, gives up every privilege, starts Terraform and waits for it."""

from __future__ import annotations

import _signal  # pyright: ignore[reportMissingImports] -- no stubs for it
import _socket
import os

from worker.terraform.isolation import kernel, seccomp

TYPE_CHECKING = False  # typing takes longer to import than this takes to run
if TYPE_CHECKING:
    from typing import Any, NoReturn

_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_STANDARD = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
_FORWARDED = (_signal.SIGINT, _signal.SIGTERM)
_IGNORED_BY_PYTHON = (_signal.SIGPIPE, _signal.SIGXFSZ)
_SCRATCH = "size=64m,mode=1777"
HOST_NAME = "terraform"
CANNOT_BUILD, CANNOT_START = 125, 127


class Forwarding:
    """Passes signals that ask to stop on to a process, also those that come before it is there."""

    def __init__(self) -> None:
        self._target = 0
        self._early: list[int] = []
        for number in _FORWARDED:
            _signal.signal(number, self._pass_on)

    def to(self, pid: int) -> None:
        """From now on they go to `pid`."""
        self._target = pid
        while self._early:
            self._send(self._early.pop(0))

    def forget(self) -> None:
        """Nobody to send to, after a fork."""
        self._target, self._early = 0, []

    def _pass_on(self, number: int, _frame: object) -> None:
        if self._target:
            self._send(number)
        else:
            self._early.append(number)

    def _send(self, number: int) -> None:
        try:
            os.kill(self._target, number)
        except ProcessLookupError:
            pass


def leave(plan: dict[str, Any], link: _socket.socket, forwarding: Forwarding) -> NoReturn:
    """Go into new namespaces, start their first process, and end when it has ended: it alone sees all of them from within."""
    try:
        kernel.die_with_parent(_signal.SIGINT)
        user, group = os.getuid(), os.getgid()
        kernel.unshare(_namespaces(plan))
        if plan["user_namespace"]:
            _map_user(plan["user"], user, group)
        kernel.die_with_parent(_signal.SIGINT)  # a change of user forgets it
        first = os.fork()
    except OSError as error:
        give_up(link, error)
    if first == 0:
        forwarding.forget()
        stand(plan, link, forwarding)
    link.send(b"first %d" % first)
    forwarding.to(first)
    os.waitpid(first, 0)
    os._exit(0)


def stand(plan: dict[str, Any], link: _socket.socket, forwarding: Forwarding, *, built: bool = False) -> NoReturn:
    """Be the first process: build, listen, start Terraform, collect whoever ends, tell how Terraform ended."""
    try:
        kernel.die_with_parent(_signal.SIGINT)
        _listen(plan, link)
        if not built:
            kernel.set_host_name(HOST_NAME)
            _build(plan)
        os.chdir(plan["cwd"])
        _give_up_privileges(plan)
        link.send(b"built")
        child = _start(plan["argv"])
    except OSError as error:
        give_up(link, error)
    forwarding.to(child)
    while True:
        pid, status = os.wait()
        if pid == child:
            link.send(b"ended %d" % status)
            os._exit(0)


def _namespaces(plan: dict[str, Any]) -> int:
    wanted = kernel.CLONE_NEWNS | kernel.CLONE_NEWPID | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS
    return (
        wanted
        | (kernel.CLONE_NEWNET if plan["own_network"] else 0)
        | (kernel.CLONE_NEWUSER if plan["user_namespace"] else 0)
    )


def _map_user(inside: int, user: int, group: int) -> None:
    """As this user and nobody else. Who is private may not say so, and nothing secret is known here yet."""
    kernel.keep_private(False)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{inside} {user} 1"), ("gid_map", f"{inside} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    kernel.keep_private()


def _listen(plan: dict[str, Any], link: _socket.socket) -> None:
    """Sockets that are of this network and are answered from outside."""
    if not plan["own_network"]:
        return
    if plan["level"] != "bubblewrap":
        kernel.loopback_up()
    sockets = []
    for host, port in plan["listen"]:
        if not host.startswith("127."):
            kernel.add_loopback_address(host)
        listener = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        listener.bind((host, port))
        listener.listen(64)
        sockets.append(listener)
    numbers = b"".join(listener.fileno().to_bytes(4, "little") for listener in sockets)
    if sockets:
        link.sendmsg([b"listening"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, numbers)])
    for listener in sockets:
        listener.close()


def _build(plan: dict[str, Any]) -> None:
    """A file system with nothing in it but what the plan names."""
    root = plan["root"]
    usual = os.umask(0o022)  # the worker may keep what it makes to itself; who comes here is somebody else
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_SLAVE)
    kernel.mount("tmpfs", root, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "size=16m,mode=755")
    _build_kernels_own(root)
    for path, target in plan["links"]:
        _parents(root + path)
        os.symlink(target, root + path)
    for source, target, writable in plan["binds"]:
        _bind(source, root + target, read_only=not writable)
    for path in plan["hidden"]:
        kernel.mount("tmpfs", root + path, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "size=1m,mode=755")
    for source, target, writable in plan["late_binds"]:
        _bind(source, root + target, read_only=not writable)
    if plan["gate"]:
        _bind(plan["gate"], root + plan["gate_at"], read_only=True)
    for path, text in plan["files"]:
        _parents(root + path)
        with open(root + path, "w") as file:
            file.write(text)
    kernel.move_into(root)
    kernel.restrict_mount("/", read_only=True, recursive=False)
    os.umask(usual)


def _build_kernels_own(root: str) -> None:
    for name in ("/tmp", "/proc", "/dev"):
        os.makedirs(root + name, exist_ok=True)
    kernel.mount("tmpfs", f"{root}/tmp", "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, _SCRATCH)
    kernel.mount("tmpfs", f"{root}/dev", "tmpfs", kernel.MS_NOSUID, "size=64k,mode=755")
    for name in _DEVICES:
        if os.path.exists(f"/dev/{name}"):
            _bind(f"/dev/{name}", f"{root}/dev/{name}", read_only=None)
    for name, target in _STANDARD.items():
        os.symlink(target, f"{root}/dev/{name}")
    os.mkdir(f"{root}/dev/shm")
    os.chmod(f"{root}/dev/shm", 0o1777)  # noqa: S103
    quiet = kernel.MS_NOSUID | kernel.MS_NODEV
    kernel.mount("proc", f"{root}/proc", "proc", quiet | kernel.MS_NOEXEC)


def _bind(source: str, target: str, *, read_only: bool | None) -> None:
    """Show `source` at `target`. `read_only` None leaves everything as it is, devices too."""
    if not os.path.lexists(target):
        if os.path.isdir(source):
            os.makedirs(target, exist_ok=True)
        else:
            _parents(target)
            os.close(os.open(target, os.O_CREAT | os.O_CLOEXEC, 0o600))
    kernel.mount(source, target, None, kernel.MS_BIND | kernel.MS_REC)
    if read_only is not None:
        kernel.restrict_mount(target, read_only=read_only)


def _parents(path: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)


def _give_up_privileges(plan: dict[str, Any]) -> None:
    kernel.drop_capabilities()
    if not plan["user_namespace"]:
        os.setgroups([])
        os.setresgid(plan["user"], plan["user"], plan["user"])
        os.setresuid(plan["user"], plan["user"], plan["user"])
    kernel.die_with_parent(_signal.SIGINT)  # a change of user forgets it
    kernel.keep_private()
    kernel.no_new_privileges()
    program = seccomp.program()
    if program is not None:
        kernel.filter_calls(program)


def _start(argv: list[str]) -> int:
    _signal.pthread_sigmask(_signal.SIG_BLOCK, _FORWARDED)  # none may get lost before the program listens
    child = os.fork()
    if child == 0:
        _become(argv)
    _signal.pthread_sigmask(_signal.SIG_UNBLOCK, _FORWARDED)
    return child


def _become(argv: list[str]) -> NoReturn:
    try:
        for number in _FORWARDED:
            _signal.signal(number, _signal.SIG_DFL)
        for number in _IGNORED_BY_PYTHON:
            _signal.signal(number, _signal.SIG_DFL)
        _signal.pthread_sigmask(_signal.SIG_UNBLOCK, _FORWARDED)
        os.setsid()
        os.execvp(argv[0], argv)  # noqa: S606
    except OSError as error:
        os.write(2, f"{argv[0]} cannot be started: {error.strerror}.\n".encode())
        os._exit(CANNOT_START)


def give_up(link: _socket.socket, error: OSError) -> NoReturn:
    """Say outside why there are no walls."""
    link.send(f"failed {error}".encode()[:2000])
    os._exit(CANNOT_BUILD)
