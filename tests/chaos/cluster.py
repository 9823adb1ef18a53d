"""Two portals behind one address, so that one may go while the other answers. The gateway is what a load balancer is."""

from __future__ import annotations

import signal
import socket
import threading
from dataclasses import dataclass, field
from functools import partial
from itertools import count

import httpx

from portal.embedded import programs
from tests.chaos.stack import READY_SECONDS, Stack, until
from tests.support.instance import free_port


class Gateway:
    """Gives each connection to the next backend that takes it, and knows no more about what it carries."""

    def __init__(self, port: int, backends: list[int]) -> None:
        self._backends, self._turn = backends, count()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=256)
        threading.Thread(target=self._serve, name="gateway", daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        backend = self._connected()
        if backend is None:
            client.close()
            return
        back = threading.Thread(target=_pour, args=(backend, client), daemon=True)
        back.start()
        _pour(client, backend)
        back.join()
        client.close()
        backend.close()

    def _connected(self) -> socket.socket | None:
        first = next(self._turn)
        for step in range(len(self._backends)):
            try:
                port = self._backends[(first + step) % len(self._backends)]
                return socket.create_connection(("127.0.0.1", port), timeout=600)
            except OSError:
                continue
        return None


def _pour(source: socket.socket, target: socket.socket) -> None:
    """Everything that comes, until it ends."""
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        for each in (source, target):
            each.close()


@dataclass
class Cluster(Stack):
    """A stack whose one address leads to two portals, `portal-0` and `portal-1`."""

    ports: list[int] = field(default_factory=lambda: [free_port(), free_port()])
    gateway: Gateway | None = None

    def start_api(self) -> None:
        """Both, and the gateway."""
        self.gateway = Gateway(self.port, self.ports)
        for number in range(len(self.ports)):
            self.start_portal(number)

    def start_portal(self, number: int) -> None:
        command = [*programs.portal_command("127.0.0.1", self.ports[number])[:-1], "portal.api.app:create_api"]
        self._start(f"portal-{number}", command)

    def wait_ready(self) -> None:
        """Wait for the sandbox and both portals."""
        until(self.socket.exists, "the sandbox is ready", READY_SECONDS)
        for number in range(len(self.ports)):
            until(partial(self.is_ready, number), f"portal-{number} is ready", READY_SECONDS)

    def is_ready(self, number: int) -> bool:
        """Whether it would be sent requests."""
        assert self._running[f"portal-{number}"].poll() is None, self.logs()
        try:
            url = f"http://127.0.0.1:{self.ports[number]}/readyz"
            return httpx.get(url, timeout=5, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def end(self, name: str) -> int:
        """SIGTERM, as whoever replaces processes one after the other sends it, and the exit code."""
        process = self._running.pop(name)
        process.send_signal(signal.SIGTERM)
        return process.wait(120)

    def log(self, name: str) -> str:
        """Everything that the processes of this name have logged."""
        return (self.folder / f"{name}.log").read_text()

    def stop(self) -> None:
        """End everything, the gateway last."""
        super().stop()
        if self.gateway is not None:
            self.gateway.close()
