"""The sandbox daemon, one a worker host: gives every launcher that connects a provider of its own."""

from __future__ import annotations

import dataclasses
import fcntl
import json
import logging
import os
import signal
import socket
import stat
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from portal.kit.errors import TerraceError
from worker.sandbox import behaviour, commands, schema
from worker.sandbox.connection import open_store
from worker.sandbox.provider import Launch, Provider
from worker.sandbox.server import ProviderServer, prefix_of, remove_left_over
from worker.sandbox.store import Store
from worker.terraform.process import keep_private

log: Final = logging.getLogger("terrace.sandbox")
DEFAULT_SPEED: Final = 1 / 30
"""How fast time passes: a virtual machine that takes Azure 45 s takes 1.5 s here. 0 is at once, 1 is real time."""
_REQUEST_BYTES: Final = 64 << 10
_REQUEST_SECONDS: Final = 10.0
_CONNECTIONS: Final = 8
_PATIENCE_SECONDS: Final = 15.0


class AlreadyRunning(Exception):
    """Another daemon has this control socket."""


def serve(
    control_socket: Path,
    store: Store,
    *,
    stop: threading.Event,
    speed: float | None = None,
    ready: threading.Event | None = None,
) -> None:
    """Answers launchers on `control_socket` until `stop` is set; sets `ready` when it does. Closes `store` in the end.

    Raises AlreadyRunning when a daemon lives there. A socket that a dead one left is replaced.
    """
    default_speed = DEFAULT_SPEED if speed is None else speed
    with _only_one(control_socket), _listening(control_socket) as listener:
        store.set_up()
        remove_left_over(prefix_of(control_socket))
        host = _Host(store, default_speed, prefix_of(control_socket))
        threading.Thread(target=_warm_up, args=(stop,), daemon=True).start()
        if ready is not None:
            ready.set()
        try:
            _accept(listener, host, stop)
        finally:
            host.close()
            store.close()


def main(control_socket: Path, database_url: str | None = None, speed: float | None = None) -> int:
    """Runs the daemon in the foreground until SIGTERM or SIGINT; returns the exit code."""
    keep_private()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    try:
        store = open_store(database_url, connections=_CONNECTIONS, patience=_PATIENCE_SECONDS)
        _serve_until_told(control_socket, store, speed)
    except (AlreadyRunning, TerraceError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _serve_until_told(control_socket: Path, store: Store, speed: float | None) -> None:
    stop, ready = threading.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threading.Thread(target=_announce, args=(ready, control_socket), daemon=True).start()
    serve(control_socket, store, stop=stop, speed=speed, ready=ready)


def _announce(ready: threading.Event, control_socket: Path) -> None:
    ready.wait()
    print(f"sandbox daemon ready on {control_socket}", flush=True)


@contextmanager
def _only_one(control_socket: Path) -> Iterator[None]:
    """Holds a lock which the system gives back when the process ends, however it ends."""
    control_socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = control_socket.with_name(f"{control_socket.name}.lock")
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise AlreadyRunning(f"A sandbox daemon is already running on {control_socket}.") from None
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


@contextmanager
def _listening(control_socket: Path) -> Iterator[socket.socket]:
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(control_socket.stat().st_mode):
            control_socket.unlink()
    listener = socket.socket(socket.AF_UNIX)
    folder = os.open(control_socket.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        listener.bind(_short(control_socket, folder))
        control_socket.chmod(0o600)
        listener.listen(128)
        yield listener
    finally:
        listener.close()
        os.close(folder)
        control_socket.unlink(missing_ok=True)


def _short(path: Path, folder: int) -> str:
    """`path`, or on Linux a shorter way to the same place when it is too long for a socket."""
    too_long = len(os.fsencode(path)) > 100 and Path("/proc/self/fd").is_dir()
    return f"/proc/self/fd/{folder}/{path.name}" if too_long else str(path)


def _warm_up(stop: threading.Event) -> None:
    """Reads the packs before the first run asks: half a second that nobody then waits for."""
    for provider in sorted(schema.available()):
        if stop.is_set():
            return
        _ = schema.load(provider).response(), behaviour.load(provider).shapes


def _accept(listener: socket.socket, host: _Host, stop: threading.Event) -> None:
    listener.settimeout(0.2)
    while not stop.is_set():
        with suppress(TimeoutError):
            connection, _ = listener.accept()
            threading.Thread(target=host.attend, args=(connection,), daemon=True).start()


@dataclass
class _Host:
    """The launches that are being served."""

    store: Store
    speed: float
    prefix: str
    """Of the folders of its sockets."""
    _servers: set[ProviderServer] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def attend(self, connection: socket.socket) -> None:
        """Serves one launcher until it goes or Terraform has said goodbye."""
        with connection:
            try:
                if not _same_user(connection):
                    return
                fields = _read_request(connection)
                if "tool" in fields:
                    self._perform(connection, fields)
                    return
                folder = _folder(fields)
                provider = self._provider(fields)
            except (ValueError, KeyError, OSError) as error:
                with suppress(OSError):
                    connection.sendall(f"The sandbox cloud refused to start a provider: {error}\n".encode())
                return
            self._serve(connection, provider, folder)

    def _perform(self, connection: socket.socket, fields: dict[str, str]) -> None:
        """Does what a command of a cloud's tool says, and answers with one line of JSON. Who hangs up interrupts it."""
        tool, arguments = fields["tool"], json.loads(fields["arguments"])
        if tool not in commands.TOOLS or not all(isinstance(argument, str) for argument in arguments):
            raise ValueError(f"there is no tool {tool[:40]!r}")
        gone = threading.Event()
        connection.settimeout(None)
        threading.Thread(target=_watch, args=(connection, gone), daemon=True).start()
        said = commands.perform(
            self.store,
            fields.get("TERRACE_SANDBOX_ACCOUNT") or "default",
            tool,
            arguments,
            speed=_speed(fields.get("TERRACE_SANDBOX_SPEED"), self.speed),
            gone=gone,
        )
        connection.sendall(json.dumps(dataclasses.asdict(said)).encode() + b"\n")

    def _provider(self, fields: dict[str, str]) -> Provider:
        name = fields.pop("provider", "")
        if name not in schema.available():
            raise ValueError(f"there is no schema pack for provider {name[:40]!r}")
        account = fields.get("TERRACE_SANDBOX_ACCOUNT") or "default"
        types = frozenset(fields["TERRACE_SANDBOX_TYPES"].split()) if "TERRACE_SANDBOX_TYPES" in fields else None
        launch = Launch(name, account, fields.get("TERRACE_SANDBOX_RUN", ""), types, fields)
        return Provider(launch, self.store, speed=_speed(fields.get("TERRACE_SANDBOX_SPEED"), self.speed))

    def _serve(self, connection: socket.socket, provider: Provider, folder: Path | None) -> None:
        def goodbye() -> None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RD)  # wakes the recv below

        server = ProviderServer(provider, goodbye, prefix=self.prefix, folder=folder)
        with self._lock:
            self._servers.add(server)
        try:
            connection.settimeout(None)
            connection.sendall(f"ok {server.handshake_address}\n".encode())
            connection.recv(1)
        except OSError:
            log.info("the launcher of run %s is gone", provider.launch.run_id)
        finally:
            self._forget(server)

    def _forget(self, server: ProviderServer) -> None:
        with self._lock:
            known = server in self._servers
            self._servers.discard(server)
        if known:
            server.close()

    def close(self) -> None:
        """Ends all servers; applies that are running stop waiting and keep what they have."""
        with self._lock:
            servers = list(self._servers)
        for server in servers:
            self._forget(server)


def _watch(connection: socket.socket, gone: threading.Event) -> None:
    with suppress(OSError):
        connection.recv(1)
    gone.set()


def _folder(fields: dict[str, str]) -> Path | None:
    """Where the provider's socket is to be, for a Terraform that sees little else; a folder that is nobody's but ours."""
    name = fields.pop("folder", "")
    if not name:
        return None
    folder = Path(name)
    if not folder.is_absolute() or folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise ValueError("the folder for its socket is not ours")
    return folder


def _speed(text: str | None, usual: float) -> float:
    """A run's own speed, or the daemon's when it names none or nonsense."""
    try:
        speed = float(text) if text else usual
    except ValueError:
        return usual
    return speed if 0 <= speed <= 10 else usual


def _same_user(connection: socket.socket) -> bool:
    """Whether the other side is of our own user, where the system can tell."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return True
    _, user, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, option, struct.calcsize("3i")))
    return user in (os.getuid(), 0)


def _read_request(connection: socket.socket) -> dict[str, str]:
    """The launcher's fields: four bytes of length, then name=value with NUL between."""
    connection.settimeout(_REQUEST_SECONDS)
    size = int.from_bytes(_exactly(connection, 4), "big")
    if size > _REQUEST_BYTES:
        raise ValueError("the request is too long")
    text = _exactly(connection, size).decode()
    return dict(pair.split("=", 1) for pair in text.split("\0") if "=" in pair)


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            raise ValueError("the request ended early")
        data += piece
    return data
