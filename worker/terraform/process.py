"""One child process: its lines as they come, its gentle and its hard end, and what becomes of it when we die.

A worker that is killed must not take Terraform's chance to save the state with it. On Linux Terraform then gets SIGINT from
the kernel and stops gracefully. It writes while it does so, and a write to a pipe that nobody can read kills a Go program; so
the child also holds the reading ends of its own pipes, which keeps them whole.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import selectors
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

Stream = Literal["out", "err"]
MAX_LINE: Final = 16 << 20
"""Bytes of one line; the rest of a longer one is left out."""
_PIPE_BYTES: Final = 1 << 20
_CHUNK: Final = 1 << 16
_TICK: Final = 0.5
_F_SETPIPE_SZ: Final = 1031
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_LINUX: Final = sys.platform == "linux"
_libc: Final = ctypes.CDLL(None, use_errno=True) if _LINUX else None


def die_with_parent(number: int) -> None:
    """From now on this process gets signal `number` when the thread that started it ends. Linux only, else nothing."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)


def keep_private() -> None:
    """From now on no other process of our user reads this one's memory or environment, nor is a core file written. Linux only.

    What Terraform starts (a provider, a provisioner) is of our user, and we hold the keys of every secret. A program that we
    start is an ordinary process again.
    """
    if _libc is not None:
        _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


class Process:
    """A running command in a session of its own. Use as a context manager: leaving it leaves nothing running."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        hold: Sequence[int] = (),
        max_line: int = MAX_LINE,
        max_output: int | None = None,
        max_file: int | None = None,
        verb: str | None = None,
    ) -> None:
        """`hold` are file descriptors (locks) that the child holds, too. Of a line, `max_line` bytes are kept.

        Of everything, about `max_output` bytes are given on and the rest is read and dropped. No file that it or its children
        write grows beyond `max_file` bytes. `verb` is for people, where it is not the command's first plain word.
        """
        self.verb = verb or next((word for word in argv[1:] if word.isalpha()), "")
        """The first plain word of the command: `plan`, say."""
        self.received = 0
        """Bytes of output until now, dropped ones too."""
        self._pipes: dict[int, Stream] = {}
        self._ended = False
        self._guard = threading.Lock()  # no signal may go out once its number can belong to somebody else
        out_read, out_write = self._pipe("out")
        err_read, err_write = self._pipe("err")
        self._max_line, self._max_output = max_line, max_output
        try:
            self._popen = subprocess.Popen(
                list(argv),
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=out_write,
                stderr=err_write,
                start_new_session=True,
                pass_fds=(out_read, err_read, *hold),
                preexec_fn=_prepared(os.getpid(), max_file),
            )
        except BaseException:
            self._close()
            raise
        finally:
            os.close(out_write)
            os.close(err_write)

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.wait()

    @property
    def pid(self) -> int:
        return self._popen.pid

    def lines(self) -> Iterator[tuple[Stream, bytes]]:
        """Each line with the stream that it came on, until the process has ended. Slow reading slows the process."""
        splitters = {descriptor: _Lines(self._max_line) for descriptor in self._pipes}
        with selectors.DefaultSelector() as selector:
            for descriptor in self._pipes:
                selector.register(descriptor, selectors.EVENT_READ)
            while selector.get_map():
                # In this order: what it wrote right before its end is there to be read once it is known to have ended.
                ended = self._has_ended()
                ready = selector.select(0 if ended else _TICK)
                if ended and not ready:
                    break  # somebody it left behind holds the pipe; nobody waits for them
                for key, _ in ready:
                    chunk = os.read(key.fd, _CHUNK)
                    self.received += len(chunk)
                    if self._max_output is None or self.received <= self._max_output:
                        for line in splitters[key.fd].feed(chunk):
                            yield self._pipes[key.fd], line
                    if not chunk:
                        selector.unregister(key.fd)
        for descriptor, splitter in splitters.items():
            for line in splitter.rest():
                yield self._pipes[descriptor], line

    def wait(self) -> int:
        """The exit code, once it has ended; whatever it started has ended then, too. Negative: the signal."""
        if not self._ended:
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        with self._guard:
            if not self._ended:
                # Its number stays taken until we collect it, so this reaches its own group and nobody else's.
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, signal.SIGKILL)
                self._ended = True
                self._close()
            return self._popen.wait()

    def interrupt(self) -> None:
        """Ask it to stop as Ctrl-C does; Terraform then lets providers stop and saves the state."""
        self._signal(os.kill, signal.SIGINT)

    def kill(self) -> None:
        """End it and everything that it started, now."""
        self._signal(os.killpg, signal.SIGKILL)

    def _signal(self, send: Callable[[int, int], None], number: int) -> None:
        with self._guard, contextlib.suppress(ProcessLookupError, PermissionError):
            if not self._ended:
                send(self.pid, number)

    def _pipe(self, stream: Stream) -> tuple[int, int]:
        read, write = os.pipe()
        if _LINUX:
            import fcntl

            with contextlib.suppress(OSError):
                fcntl.fcntl(write, _F_SETPIPE_SZ, _PIPE_BYTES)
        self._pipes[read] = stream
        return read, write

    def _has_ended(self) -> bool:
        return self._ended or os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _close(self) -> None:
        for descriptor in self._pipes:
            with contextlib.suppress(OSError):
                os.close(descriptor)


class _Lines:
    """Splits a byte stream into lines of bounded length."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        *whole, last = chunk.split(b"\n")
        for piece in whole:
            self._keep(piece)
            yield from self.rest(always=True)
        self._keep(last)

    def rest(self, *, always: bool = False) -> Iterator[bytes]:
        if self._parts or always:
            line, more = b"".join(self._parts), self._size - sum(map(len, self._parts))
            self._parts, self._size = [], 0
            yield line if not more else line + f" … ({more:,} more bytes)".encode()

    def _keep(self, piece: bytes) -> None:
        room = self._longest - self._size
        self._size += len(piece)
        if piece and room > 0:
            self._parts.append(piece[:room])


def _prepared(parent: int, max_file: int | None) -> Callable[[], None]:
    """What the child does before it becomes the program: take its limits, and ask for SIGINT when its parent dies."""

    def prepare() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if max_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (max_file, max_file))
        if _libc is not None:
            die_with_parent(signal.SIGINT)
            if os.getppid() != parent:
                os._exit(1)

    return prepare
