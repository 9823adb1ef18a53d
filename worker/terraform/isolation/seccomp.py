"""Which system calls Terraform cannot make: those that open a kernel or leave a namespace, which no provider needs.

A list of what is refused and not of what is allowed: providers and what templates run are programs of many kinds.
"""

from __future__ import annotations

import errno
import os
import struct

# name: (x86_64, aarch64); one number where all architectures share it
_REFUSED = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "adjtimex": (159, 171),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clock_settime": (227, 112),
    "delete_module": (176, 106),
    "finit_module": (313, 273),
    "fsconfig": 431,
    "fsmount": 432,
    "fsopen": 430,
    "fspick": 433,
    "init_module": (175, 105),
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "io_uring_setup": 425,
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "mount": (165, 40),
    "mount_setattr": 442,
    "move_mount": 429,
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": 428,
    "perf_event_open": (298, 241),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "setdomainname": (171, 162),
    "sethostname": (170, 161),
    "setns": (308, 268),
    "settimeofday": (164, 170),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
_CLONE = (56, 220)
_CLONE3 = 435
_SOCKET = (41, 198)
_FAMILIES = (1, 2, 10, 16)  # unix, internet 4 and 6, and netlink, with which Go lists the machine's addresses
_NEW_NAMESPACES = 0x7E020000
_AUDIT = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_X32 = 0x40000000

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NUMBER_AT, _ARCH_AT, _FIRST_ARGUMENT_AT = 0, 4, 16  # in struct seccomp_data; arguments are little endian


def program(machine: str | None = None) -> bytes | None:
    """The filter for `machine`, by default this one; None when its call numbers are not known here."""
    known = _AUDIT.get(machine or os.uname().machine)
    if known is None:
        return None
    architecture, column = known
    refuse, unknown = _step(_RETURN, _ERRNO | errno.EPERM), _step(_RETURN, _ERRNO | errno.ENOSYS)
    steps = [
        _step(_LOAD, _ARCH_AT),
        _step(_EQUAL, architecture, yes=1),
        unknown,
        _step(_LOAD, _NUMBER_AT),
        _step(_AT_LEAST, _X32, no=1),
        unknown,
        _step(_EQUAL, _CLONE3, no=1),  # its flags are in memory where no filter sees them; programs fall back to clone
        unknown,
    ]
    for number in sorted(_of(numbers, column) for numbers in _REFUSED.values()):
        steps += [_step(_EQUAL, number, no=1), refuse]
    steps += [
        _step(_EQUAL, _CLONE[column], no=3),
        _step(_LOAD, _FIRST_ARGUMENT_AT),
        _step(_ANY_BIT, _NEW_NAMESPACES, no=1),
        refuse,
    ]
    steps += [
        _step(_LOAD, _NUMBER_AT),
        _step(_EQUAL, _SOCKET[column], no=len(_FAMILIES) + 2),
        _step(_LOAD, _FIRST_ARGUMENT_AT),
    ]
    steps += [_step(_EQUAL, family, yes=len(_FAMILIES) - index) for index, family in enumerate(_FAMILIES)]
    steps += [refuse, _step(_RETURN, _ALLOW)]
    return b"".join(steps)


def _of(numbers: int | tuple[int, int], column: int) -> int:
    return numbers if isinstance(numbers, int) else numbers[column]


def _step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    """One instruction: `yes` and `no` say how many of the next to leave out."""
    return struct.pack("HBBI", code, yes, no, value)
