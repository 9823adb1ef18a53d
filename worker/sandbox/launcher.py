"""What Terraform starts as "the provider": asks the daemon for a fresh socket, says where it is, waits for the end.

Run by `python -IS` from a script in the mirror: no site-packages and no package of ours. It imports C modules instead
of their wrappers because Terraform starts a provider two to five times a command and the wrappers double the cost.
"""

from __future__ import annotations

import _signal  # pyright: ignore[reportMissingImports] -- no stubs for it
import _socket
import os
import sys
import time

TYPE_CHECKING = False  # typing costs as much to import as everything else here
if TYPE_CHECKING:
    from typing import NoReturn

PATIENCE_SECONDS = 3
COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"  # Terraform's, the same for every provider
FORWARDED = [
    "TERRACE_SANDBOX_ACCOUNT",
    "TERRACE_SANDBOX_RUN",
    "TERRACE_SANDBOX_SPEED",
    "TERRACE_SANDBOX_TYPES",
    "ARM_SUBSCRIPTION_ID",
    "ARM_TENANT_ID",
    "ARM_CLIENT_ID",
    "GOOGLE_PROJECT",
    "GOOGLE_CLOUD_PROJECT",
    "GOOGLE_REGION",
    "GOOGLE_ZONE",
]


def refuse(sentence: str) -> NoReturn:
    """Ends with `sentence`: Terraform quotes stdout in its error, stderr only reaches its log."""
    for stream in (1, 2):
        os.write(stream, f"{sentence}\n".encode())
    os._exit(1)


def connect(control_socket: str) -> _socket.socket:
    """A connection to the daemon, which gets a moment to come back should it be restarting.

    By way of its folder, as a socket's whole path may be longer than the system allows.
    """
    folder, name = os.path.split(control_socket)
    patience = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            os.chdir(folder)
            connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
            connection.connect(name)
            return connection
        except OSError as error:
            if time.monotonic() > patience:
                refuse(f"The sandbox cloud is not running: no daemon answers on {control_socket} ({error.strerror}).")
        time.sleep(0.05)


def wait(connection: _socket.socket) -> None:
    """Returns when the daemon has ended this provider, or when either it or Terraform has died."""
    parent = os.getppid()
    connection.settimeout(0.5)
    while os.getppid() == parent:
        try:
            connection.recv(1)
        except TimeoutError:
            continue
        return


def main(control_socket: str, provider: str) -> None:
    """Serves one provider process's life."""
    if os.environ.get("TF_PLUGIN_MAGIC_COOKIE") != COOKIE:
        refuse("This is a Terraform provider of the sandbox cloud; Terraform starts it, people do not.")
    if os.environ.get("PLUGIN_CLIENT_CERT"):
        refuse("The sandbox cloud speaks over a private socket without TLS: set TF_DISABLE_PLUGIN_TLS=1 for Terraform.")
    _signal.signal(_signal.SIGINT, _signal.SIG_IGN)  # Ctrl-C reaches the whole group; Terraform decides what it means
    connection = connect(control_socket)
    fields = [f"provider={provider}"] + [f"{name}={os.environ[name]}" for name in FORWARDED if name in os.environ]
    request = "\0".join(fields).encode("utf-8", "replace")
    connection.send(len(request).to_bytes(4, "big") + request)
    answer = connection.recv(4096).decode().strip()
    if not answer.startswith("ok "):
        refuse(answer or "The sandbox cloud's daemon closed the connection.")
    os.write(1, f"1|6|unix|{answer[3:]}|grpc|\n".encode())
    wait(connection)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:3])
