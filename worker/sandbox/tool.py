"""The cloud's tool for the sandbox, as a worker starts it: `python -IS tool.py SOCKET az vm restart …` asks the daemon to do it.

Like the launcher it has no site-packages and no package of ours, so that it runs wherever Terraform may.
"""

from __future__ import annotations

import json
import os
import socket
import sys

_FORWARDED = ("TERRACE_SANDBOX_ACCOUNT", "TERRACE_SANDBOX_RUN", "TERRACE_SANDBOX_SPEED")


def main(control_socket: str, tool: str, arguments: list[str]) -> int:
    """Let the daemon do it, say what it says."""
    fields = [f"tool={tool}", f"arguments={json.dumps(arguments)}"]
    fields += [f"{name}={os.environ[name]}" for name in _FORWARDED if name in os.environ]
    request = "\0".join(fields).encode("utf-8", "replace")
    try:
        # By way of its folder, as a socket's whole path may be longer than the system allows.
        folder, name = os.path.split(control_socket)
        os.chdir(folder)
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(name)
        connection.sendall(len(request).to_bytes(4, "big") + request)
        with connection.makefile("rb") as answers:
            answer = json.loads(answers.readline())
    except (OSError, ValueError) as error:
        print(f"The sandbox cloud is not running: {error}", file=sys.stderr)
        return 1
    sys.stdout.write(answer["out"])
    sys.stderr.write(answer["err"])
    return int(answer["code"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
