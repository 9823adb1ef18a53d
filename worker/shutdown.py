"""How a worker's pool processes learn that the worker is being stopped, or has died: a pipe that nobody writes to.

The main process holds the writing end and closes it when it begins to stop. The kernel closes it when the process dies.
"""

from __future__ import annotations

import contextlib
import os
import select


class Shutdown:
    """Made before the fork; `begun` is then answered in every process."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()

    def begin(self) -> None:
        """Say that the worker stops (in the main process)."""
        with contextlib.suppress(OSError):
            os.close(self._write)
        self._write = -1

    def forked(self) -> None:
        """In a pool process: let go of the inherited writing end, or its own copy would hide the end of the parent."""
        self.begin()

    def begun(self) -> bool:
        """Whether the worker is stopping."""
        readable, _, _ = select.select([self._read], [], [], 0)
        return bool(readable)


SHUTDOWN = Shutdown()
"""This worker's; made when the worker is loaded, before it forks."""
