"""A gRPC server on a private socket for one launch, and how it ends."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import grpc
import psycopg

from portal.kit.errors import TerraceError
from worker.sandbox.protocol import SERVICE, message, methods
from worker.sandbox.provider import Provider

log: Final = logging.getLogger("terrace.sandbox")
_THREADS: Final = 40  # Terraform works on ten resources at once unless told otherwise; a waiting apply holds a thread
_MESSAGE_BYTES: Final = 256 << 20
_OPTIONS: Final = [
    ("grpc.max_receive_message_length", _MESSAGE_BYTES),
    ("grpc.max_send_message_length", _MESSAGE_BYTES),
    ("grpc.so_reuseport", 0),
]


class ProviderServer:
    """Serves `provider` at `handshake_address` until `close`. `on_shutdown` is called when Terraform says goodbye."""

    def __init__(
        self,
        provider: Provider,
        on_shutdown: Callable[[], None],
        *,
        prefix: str = "tsb-",
        folder: Path | None = None,
    ) -> None:
        """`prefix` begins the name of the socket's folder, so that the next daemon finds what a killed one left.

        Only our user can enter it. Whoever sees `folder` can use one that is made there; it goes with that folder.
        """
        self._provider = provider
        # The system's temporary folder and a short name: a socket's path may have 107 bytes.
        self._folder = Path(tempfile.mkdtemp(prefix="p" if folder else prefix, dir=folder))
        self.handshake_address = str(self._folder / "s")
        self._pool = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="sandbox-run")
        self._server = grpc.server(self._pool, options=_OPTIONS)
        self._server.add_generic_rpc_handlers((_provider_handlers(provider), *_plugin_handlers(on_shutdown)))
        self._server.add_insecure_port(f"unix:{self.handshake_address}")
        self._server.start()
        if folder is not None:
            Path(self.handshake_address).chmod(0o666)  # a unix socket is written to by whoever connects
            self._folder.chmod(0o755)

    def close(self) -> None:
        """Stops what is running, ends the server, removes the socket."""
        self._provider.stopping.set()
        self._server.stop(grace=0.2).wait(2)
        self._pool.shutdown(wait=False, cancel_futures=True)
        Path(self.handshake_address).unlink(missing_ok=True)
        with suppress(FileNotFoundError):  # it went with the run's own folder
            self._folder.rmdir()


def prefix_of(control_socket: Path) -> str:
    """How the folders of one daemon's sockets begin, and of the next one's on the same control socket."""
    return f"tsb-{hashlib.sha256(os.fsencode(control_socket.absolute())).hexdigest()[:8]}-"


def remove_left_over(prefix: str) -> None:
    """Remove the folders of a daemon that was killed. The caller knows that none of them lives."""
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        if not folder.is_symlink() and folder.stat().st_uid == os.geteuid():
            shutil.rmtree(folder, ignore_errors=True)


def _provider_handlers(provider: Provider) -> grpc.GenericRpcHandler:
    handlers = {name: grpc.unary_unary_rpc_method_handler(handler(provider, name)) for name in methods()}
    return grpc.method_handlers_generic_handler(SERVICE, handlers)


def handler(provider: Provider, name: str) -> Callable[[bytes, Any], bytes]:
    """The remote procedure `name` of `provider` over bytes; what goes wrong inside becomes a diagnostic."""
    procedure: Callable[[Any], Any] = getattr(provider, name)
    request_type, response_type = message(f"{name}.Request"), message(f"{name}.Response")

    def handle(raw: bytes, context: grpc.ServicerContext) -> bytes:
        try:
            response = procedure(request_type.FromString(raw))
        except Exception as error:  # the edge: a broken call would end the run, a diagnostic does not
            what = described(error)
            log.error("%s failed: %s\n%s", name, what, "".join(traceback.format_tb(error.__traceback__)))
            response = response_type()
            if hasattr(response, "diagnostics"):
                response.diagnostics.add(severity=1, summary="The sandbox cloud made a mistake", detail=what)
        return response if isinstance(response, bytes) else response.SerializeToString()

    return handle


def described(error: Exception) -> str:
    """What went wrong, and where. Only errors that never hold a value of a resource say it in their own words."""
    if isinstance(error, TerraceError | psycopg.OperationalError):
        return f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}. The sandbox daemon's log says more."


def _plugin_handlers(on_shutdown: Callable[[], None]) -> Iterator[grpc.GenericRpcHandler]:
    """What Terraform's plugin library wants besides: to end the process, and the process's output."""

    def shutdown(raw: bytes, context: grpc.ServicerContext) -> bytes:
        threading.Thread(target=on_shutdown, daemon=True).start()  # after the answer, which must still go out
        return b""

    def no_output(raw: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        return iter(())  # an open stream would hold one of the pool's threads for the whole run

    yield grpc.method_handlers_generic_handler(
        "plugin.GRPCController", {"Shutdown": grpc.unary_unary_rpc_method_handler(shutdown)}
    )
    yield grpc.method_handlers_generic_handler(
        "plugin.GRPCStdio", {"StreamStdio": grpc.unary_stream_rpc_method_handler(no_output)}
    )
