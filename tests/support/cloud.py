"""A sandbox cloud for Terraform alone, without a portal around it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.kit.secrets import generate_key, parse_keys
from worker.sandbox import daemon, mirror
from worker.sandbox.store import Store

WAIT = 60.0


@contextmanager
def running(root: Path, postgres_url: str) -> Iterator[Path]:
    """A sandbox cloud without delays below `root`; yields the CLI configuration that leads Terraform to it."""
    control, stop, ready = root / "control", threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def serve() -> None:
        try:
            store = Store(postgres_url, keys=parse_keys((generate_key(),)))
            daemon.serve(control, store, stop=stop, speed=0, ready=ready)
        except BaseException as error:
            failures.append(error)
            ready.set()

    thread = threading.Thread(target=serve, name="sandbox")
    thread.start()
    try:
        assert ready.wait(WAIT), "the sandbox cloud did not start"
        assert not failures, failures
        yield mirror.install(root, control_socket=control)
    finally:
        stop.set()
        thread.join(WAIT)
