"""Starting the program that builds the walls: its command line, and the file with the plan that it inherits."""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from worker.terraform.isolation.host import Walls

_ENTER: Final = Path(__file__).with_name("enter.py")
_LISTENING: Final = ("state", "egress", "metadata")


@dataclass(frozen=True, slots=True)
class Start:
    """A command line, and the files that it inherits."""

    argv: list[str]
    files: tuple[int, ...] = ()


@contextmanager
def started(walls: Walls, plan: Mapping[str, Any], answers: Mapping[str, Any], argv: Sequence[str]) -> Iterator[Start]:
    """How to start `argv` behind `walls`; within the block the file is there to be inherited."""
    whole = {
        "gate": None,
        "listen": [],
        **plan,
        "level": walls.level,
        "bwrap": walls.program,
        "user_namespace": walls.user_namespace,
    }
    file = os.memfd_create("plan", os.MFD_CLOEXEC)
    try:
        for document in (whole, dict(answers)):
            data = marshal.dumps(document)
            os.write(file, len(data).to_bytes(4, "little") + data)
        os.lseek(file, 0, os.SEEK_SET)
        yield Start([sys.executable, "-IS", str(_ENTER), str(file), "--", *argv], (file,))
    finally:
        os.close(file)
