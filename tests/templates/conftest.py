"""A sandbox cloud for the templates' tests, and one prepared working folder a template."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.kit.secrets import generate_key, parse_keys
from tests.templates.workplace import Workplace
from worker.sandbox import daemon, mirror
from worker.sandbox.store import Store

WAIT = 60.0


@pytest.fixture(scope="session")
def sandbox(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A running sandbox cloud without delays; yields the CLI configuration that leads Terraform to it."""
    root = tmp_path_factory.mktemp("sandbox")
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


@pytest.fixture(scope="session")
def workplace(sandbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Workplace]:
    """The prepared working folder of a template, the same for all its tests."""
    made: dict[str, Workplace] = {}

    def get(key: str) -> Workplace:
        if key not in made:
            made[key] = Workplace.prepare(key, tmp_path_factory.mktemp(key.replace("/", "-")), sandbox)
        return made[key]

    return get


@pytest.fixture(scope="session")
def bare_workplace(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Workplace]:
    """A folder with a template's variables alone: Terraform judges their rules there without starting a provider."""
    made: dict[str, Workplace] = {}

    def get(key: str) -> Workplace:
        if key not in made:
            made[key] = Workplace.prepare_rules(key, tmp_path_factory.mktemp(f"rules-{key.replace('/', '-')}"))
        return made[key]

    return get
