"""A lock against deletion comes last and goes first: a destroy would otherwise stop at whatever hangs on the locked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pytest

from tests.templates import catalogue
from tests.templates.catalogue import KEYS

LOCK = "azurerm_management_lock.this"
ADDRESS = re.compile(r"(?<![\w.])(azurerm_\w+\.\w+)")
LOCKED_KEYS = [key for key in KEYS if f'resource "{LOCK.split(".")[0]}"' in catalogue.source(key)]


def _resources(key: str) -> dict[str, str]:
    """The text of each resource, by address."""
    found = re.finditer(r'(?ms)^resource "(\w+)" "(\w+)" \{\n(.*?)^\}', catalogue.source(key))
    return {f"{block[1]}.{block[2]}": block[3] for block in found}


def _locals(key: str) -> dict[str, str]:
    """The expression of each local value, by name."""
    found: dict[str, str] = {}
    for block in re.findall(r"(?ms)^locals \{\n(.*?)^\}", catalogue.source(key)):
        parts = re.split(r"(?m)^  (\w+)\s*= ", block)
        found.update(zip(parts[1::2], parts[2::2], strict=True))
    return found


def _named(text: str, values: Mapping[str, str], seen: frozenset[str] = frozenset()) -> set[str]:
    """The resources that an expression names, itself or by local values."""
    inner = {name for name in re.findall(r"\blocal\.(\w+)", text) if name in values and name not in seen}
    return set(ADDRESS.findall(text)).union(*(_named(values[name], values, seen | inner) for name in inner))


def _reached(graph: Mapping[str, set[str]], starts: Iterable[str]) -> set[str]:
    """The resources that something depends on, at any distance."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        if (address := waiting.pop()) in graph and address not in found:
            found.add(address)
            waiting.extend(graph[address])
    return found


@pytest.mark.parametrize("key", LOCKED_KEYS)
def test_a_lock_comes_after_everything_that_hangs_on_the_locked(key: str) -> None:
    resources, values = _resources(key), _locals(key)
    graph = {address: _named(text, values) - {address} for address, text in resources.items()}
    scope = re.search(r"(?m)^  scope\s*= (.*)$", resources[LOCK])
    assert scope is not None
    locked = _named(scope[1], values) & resources.keys()
    hanging = {address for address in resources if locked & _reached(graph, graph[address])} - {LOCK} - locked
    assert locked
    assert hanging - _reached(graph, graph[LOCK]) == set()


def test_there_are_locks_to_look_at() -> None:
    assert "azure/storage-account" in LOCKED_KEYS
