"""A sandbox cloud for the templates' tests, and one prepared working folder a template."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import cloud
from tests.templates.workplace import Workplace


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of a template's tests are run by one process: its working folder is initialised and planned once, not in each."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        if Path(__file__).parent in item.path.parents and callspec is not None and "key" in callspec.params:
            item.add_marker(pytest.mark.xdist_group(callspec.params["key"]))


@pytest.fixture(scope="session")
def sandbox(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The CLI configuration that leads Terraform to a running sandbox cloud."""
    with cloud.running(tmp_path_factory.mktemp("sandbox"), postgres_url) as cli_config:
        yield cli_config


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
