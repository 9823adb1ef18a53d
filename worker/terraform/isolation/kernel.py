"""System calls that Python does not have. Each raises OSError with what it was about."""

from __future__ import annotations

import _socket
import ctypes
import errno
import fcntl
import os
import struct

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_SLAVE = 32, 4096, 16384, 1 << 19
_MNT_DETACH = 2

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT, _CLEAR_ALL = 47, 4
_LAST_CAPABILITY = 63

_SYS_MOUNT_SETATTR = 442  # the same number on every architecture
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_MOUNT_ATTR = struct.Struct("4Q")
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV = 1, 2, 4

_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1

_libc = ctypes.CDLL(None, use_errno=True)


def _done(result: int, what: str) -> None:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """Leave the namespaces of `flags` for new ones."""
    _done(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str | None = None, flags: int = 0, data: str = "") -> None:
    """mount(2)."""
    arguments = [os.fsencode(text) if text is not None else None for text in (source, target, kind)]
    _done(_libc.mount(*arguments, ctypes.c_ulong(flags), os.fsencode(data)), f"mount {target}")


def restrict_mount(target: str, *, read_only: bool, recursive: bool = True) -> None:
    """No set-user-id programs and no devices at `target` and whatever is mounted below; nor writing when `read_only`."""
    wanted = _ATTR_NOSUID | _ATTR_NODEV | (_ATTR_RDONLY if read_only else 0)
    attributes = _MOUNT_ATTR.pack(wanted, 0, 0, 0)
    depth = _AT_RECURSIVE if recursive else 0
    path = os.fsencode(target)
    result = _libc.syscall(_SYS_MOUNT_SETATTR, _AT_FDCWD, path, depth, attributes, len(attributes))
    if result == -1 and ctypes.get_errno() == errno.ENOSYS:  # before Linux 5.12
        kept = os.statvfs(target).f_flag & (MS_RDONLY | MS_NOEXEC | os.ST_NOATIME | os.ST_NODIRATIME | os.ST_RELATIME)
        flags = MS_REMOUNT | MS_BIND | MS_NOSUID | MS_NODEV | (MS_RDONLY if read_only else 0)
        _done(_libc.mount(None, path, None, ctypes.c_ulong(flags | _as_mount_flags(kept)), None), f"remount {target}")
        return
    _done(result, f"restrict {target}")


def _as_mount_flags(found: int) -> int:
    """Flags of statvfs as those of mount; they differ for relatime only."""
    relative = 1 << 21 if found & os.ST_RELATIME else 0
    return (found & ~os.ST_RELATIME) | relative


def move_into(root: str) -> None:
    """`root` becomes "/", and what was there is gone."""
    os.chdir(root)
    _done(_libc.pivot_root(b".", b"."), "pivot_root")
    _done(_libc.umount2(b".", _MNT_DETACH), "umount")
    os.chdir("/")


def die_with_parent(number: int) -> None:
    """Get signal `number` when the parent ends."""
    _done(_libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0), "prctl")


def keep_private(private: bool = True) -> None:
    """Whether nobody without privileges reads this process's memory, environment and files."""
    _done(_libc.prctl(_PR_SET_DUMPABLE, 0 if private else 1, 0, 0, 0), "prctl")


def drop_capabilities() -> None:
    """No program that is started from here on can get a capability."""
    _libc.prctl(_PR_CAP_AMBIENT, _CLEAR_ALL, 0, 0, 0)
    for capability in range(_LAST_CAPABILITY + 1):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) == -1:
            break  # beyond the last that this kernel knows, or there is none to drop


def no_new_privileges() -> None:
    """Set-user-id programs are ordinary programs from here on."""
    _done(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")


def loopback_up() -> None:
    """Switch the loopback of this network namespace on."""
    probe = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    try:
        answer = fcntl.ioctl(probe.fileno(), _SIOCGIFFLAGS, struct.pack("16sh22x", b"lo", 0))
        flags = struct.unpack("16sh22x", answer)[1] | _IFF_UP
        fcntl.ioctl(probe.fileno(), _SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", flags))
    finally:
        probe.close()


def add_loopback_address(address: str) -> None:
    """The loopback answers to the IPv4 `address`, too."""
    probe = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    try:
        request = struct.pack("16sHH4s16x", b"lo:1", _socket.AF_INET, 0, _socket.inet_aton(address))
        fcntl.ioctl(probe.fileno(), 0x8916, request)  # SIOCSIFADDR
    finally:
        probe.close()


def set_host_name(name: str) -> None:
    _done(_libc.sethostname(name.encode(), len(name)), "sethostname")


def filter_calls(program: bytes) -> None:
    """Install a seccomp program for this process and whatever it starts."""
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    _done(_libc.prctl(22, 2, ctypes.c_char_p(header), 0, 0), "seccomp")  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
